import { toTypedArray } from '../../core/autodiff/read.ts'
import type { DType } from '../../core/tensor/dtype.ts'
import { DTypeError } from '../../core/tensor/errors.ts'
import { littleEndianBytes } from '../../core/tensor/little-endian.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'
import { joinBytes } from './join-bytes.ts'

const descriptions: Readonly<Partial<Record<DType, string>>> = {
  float32: '<f4',
  float64: '<f8',
  int32: '<i4',
  uint32: '<u4',
  bool: '|b1',
  float16: '<f2',
}

/** What stands before the header: the magic, the version and the length. */
const before = 10
const alignment = 64

/**
 * The tensor as the bytes of an NPY file (version 1, little endian, rows first), byte for byte as NumPy writes it.
 *
 * @throws UnknownValueError under `vmap` or `jit`; DTypeError for bfloat16, which NumPy has not.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { encodeNpy } from 'puregrad/data'
 * encodeNpy(tensor([1, 2, 3])).length // => 140
 * ```
 * @category Files
 */
export const encodeNpy = (x: Tensor): Uint8Array => {
  const described = descriptions[x.dtype]
  if (described === undefined)
    throw new DTypeError(`encodeNpy: NPY has no ${x.dtype}; convert with cast(x, 'float32')`)
  const shape = x.shape.length === 1 ? `(${x.shape[0]},)` : `(${x.shape.join(', ')})`
  const entries = `{'descr': '${described}', 'fortran_order': False, 'shape': ${shape}, }`
  const start = Math.ceil((before + entries.length + 1) / alignment) * alignment
  const header = `${entries.padEnd(start - before - 1)}\n`
  return joinBytes([
    Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length & 255, header.length >> 8),
    new TextEncoder().encode(header),
    littleEndianBytes(toTypedArray(x)),
  ])
}
