import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Tensor } from '../../core/tensor/tensor.ts'
import { arrayAfter, checkedShape, type ArrayHeader } from './array-elements.ts'
import { checkedBytes, type BytesOptions } from './checked-bytes.ts'
import type { DataError } from '../data-error.ts'
import { malformed } from './malformed.ts'
import type { StoredType } from './stored-elements.ts'

const types: Readonly<Record<number, StoredType>> = {
  0x08: 'u1',
  0x09: 'i1',
  0x0b: 'i2',
  0x0c: 'i4',
  0x0d: 'f4',
  0x0e: 'f8',
}

const hex = (bytes: Uint8Array): string =>
  bytes.length === 0 ? 'nothing' : Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ')

/** The header of an IDX file, of which at least this part is there. */
export const idxHeader = (bytes: Uint8Array, file: string): E.Either<DataError, ArrayHeader> => {
  if (bytes.length < 4 || bytes[0] !== 0 || bytes[1] !== 0)
    return malformed(file, 0, 'magic', 'two zeros, a type and a rank', hex(bytes.subarray(0, 4)))
  const [, , code = 0, rank = 0] = bytes
  const type = types[code]
  if (type === undefined)
    return malformed(file, 2, 'element type', `one of ${Object.keys(types).join(', ')}`, String(code))
  const start = 4 + 4 * rank
  if (bytes.length < start)
    return malformed(
      file,
      4,
      'dimensions',
      `${4 * rank} bytes for ${rank} dimensions`,
      `${bytes.length - 4} bytes up to the end`,
    )
  const memory = new DataView(bytes.buffer, bytes.byteOffset, start)
  const shape = Array.from({ length: rank }, (_, axis) => memory.getUint32(4 + 4 * axis))
  return pipe(
    checkedShape(shape, file),
    E.map(() => ({ type, littleEndian: false, shape, fortranOrder: false, start })),
  )
}

/**
 * The array in the bytes of an IDX file, the format of the MNIST digits: unsigned and signed bytes, 16- and 32-bit
 * integers (all read as int32), float32 and float64. The error names the byte and the field.
 *
 * Source: the description of the format by Y. LeCun, C. Cortes and C. Burges, "The MNIST database".
 *
 * @throws ArgumentError for what is no Uint8Array, and for another option.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { toArray } from 'puregrad'
 * import { parseIdx } from 'puregrad/data'
 * const labels = parseIdx(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 3, 5, 0, 4))
 * E.isRight(labels) ? toArray(labels.right) : [] // => [5, 0, 4]
 * const cut = parseIdx(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 3, 5), { file: 'labels.idx' })
 * E.isLeft(cut) ? cut.left.message : '' // => 'labels.idx, byte 8, elements: expected 3 bytes for [3], got 1'
 * ```
 * @category Files
 */
export const parseIdx = (bytes: Uint8Array, options: BytesOptions = {}): E.Either<DataError, Tensor> => {
  const { file = 'IDX bytes' } = checkedBytes('parseIdx', bytes, options)
  return pipe(
    idxHeader(bytes, file),
    E.flatMap((header) => arrayAfter(header, bytes, file)),
  )
}
