import * as E from 'fp-ts/lib/Either.js'
import { allocate, type Buffer, type DType } from '../../core/tensor/dtype.ts'

/** How an element is stored in a file, in NumPy's letters: its kind and its bytes. */
export type StoredType = 'b1' | 'u1' | 'i1' | 'u2' | 'i2' | 'u4' | 'i4' | 'u8' | 'i8' | 'f2' | 'f4' | 'f8'

interface Stored {
  readonly bytes: number
  /** The dtype that holds every element, or every element within `range`. */
  readonly dtype: DType
  readonly range?: readonly [number, number]
  readonly read: (memory: DataView, at: number, littleEndian: boolean) => number
}

/** A half-precision number of IEEE 754: sign, 5 bits of exponent, 10 bits of fraction. */
const halfOf = (bits: number): number => {
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023]
  const size =
    exponent === 31
      ? fraction === 0
        ? Infinity
        : NaN
      : exponent === 0
        ? fraction * 2 ** -24
        : (1024 + fraction) * 2 ** (exponent - 25)
  return bits >> 15 === 0 ? size : -size
}

const storedTypes: Readonly<Record<StoredType, Stored>> = {
  b1: { bytes: 1, dtype: 'bool', range: [0, 1], read: (memory, at) => memory.getUint8(at) },
  u1: { bytes: 1, dtype: 'int32', read: (memory, at) => memory.getUint8(at) },
  i1: { bytes: 1, dtype: 'int32', read: (memory, at) => memory.getInt8(at) },
  u2: { bytes: 2, dtype: 'int32', read: (memory, at, little) => memory.getUint16(at, little) },
  i2: { bytes: 2, dtype: 'int32', read: (memory, at, little) => memory.getInt16(at, little) },
  u4: { bytes: 4, dtype: 'uint32', read: (memory, at, little) => memory.getUint32(at, little) },
  i4: { bytes: 4, dtype: 'int32', read: (memory, at, little) => memory.getInt32(at, little) },
  u8: {
    bytes: 8,
    dtype: 'uint32',
    range: [0, 2 ** 32 - 1],
    read: (memory, at, little) => Number(memory.getBigUint64(at, little)),
  },
  i8: {
    bytes: 8,
    dtype: 'int32',
    range: [-(2 ** 31), 2 ** 31 - 1],
    read: (memory, at, little) => Number(memory.getBigInt64(at, little)),
  },
  f2: { bytes: 2, dtype: 'float32', read: (memory, at, little) => halfOf(memory.getUint16(at, little)) },
  f4: { bytes: 4, dtype: 'float32', read: (memory, at, little) => memory.getFloat32(at, little) },
  f8: { bytes: 8, dtype: 'float64', read: (memory, at, little) => memory.getFloat64(at, little) },
}

export const isStoredType = (name: string): name is StoredType => Object.hasOwn(storedTypes, name)

/** The bytes of an element and the dtype it is read as: the smallest that holds it. */
export const storage = (type: StoredType): Pick<Stored, 'bytes' | 'dtype'> => storedTypes[type]

/** An element that the dtype of its type does not hold. */
export interface OutOfRange {
  readonly index: number
  readonly expected: string
  readonly got: number
}

/** The first `count` elements of `bytes`, which has to hold so many. */
export const decodeElements = (
  type: StoredType,
  bytes: Uint8Array,
  count: number,
  littleEndian: boolean,
): E.Either<OutOfRange, Buffer> => {
  const { bytes: size, dtype, range, read } = storedTypes[type]
  const memory = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const [least, most] = range ?? [-Infinity, Infinity]
  const out = allocate(dtype, count)
  /* eslint-disable functional/no-let, functional/no-loop-statements, functional/immutable-data --
     millions of elements are written once, into a buffer made here */
  for (let index = 0; index < count; index++) {
    const value = read(memory, index * size, littleEndian)
    if (value < least || value > most)
      return E.left({ index, expected: `a number from ${least} to ${most}`, got: value })
    out[index] = value
  }
  /* eslint-enable functional/no-let, functional/no-loop-statements, functional/immutable-data */
  return E.right(out)
}
