import { sha256 } from '../core/codec/sha256.ts'
import { toTypedArray } from '../core/autodiff/read.ts'
import { littleEndianBytes } from '../core/tensor/little-endian.ts'
import type { Tensor } from '../core/tensor/tensor.ts'

/**
 * A name for the content of some named tensors and notes on them, 64 hexadecimal digits: SHA-256 of the number of bytes
 * of a description (8 bytes, little-endian), the description, and the elements of the tensors in order, row by row and
 * little-endian. The description is JSON in UTF-8: the name, dtype and shape of each tensor, and the notes. So tensors
 * of other shapes or dtypes, or parted at another place, have another name, though their bytes are the same.
 */
export const digestOf = (tensors: Readonly<Record<string, Tensor>>, notes: unknown = null): string => {
  const entries = Object.entries(tensors)
  const description = new TextEncoder().encode(
    JSON.stringify({
      tensors: entries.map(([name, { dtype, shape }]) => [name, dtype, shape]),
      notes,
    }),
  )
  const length = new DataView(new ArrayBuffer(8))
  length.setBigUint64(0, BigInt(description.length), true)
  return sha256(
    new Uint8Array(length.buffer),
    description,
    ...entries.map(([, tensor]) => littleEndianBytes(toTypedArray(tensor))),
  )
}
