import * as E from 'fp-ts/lib/Either.js'
import { viewOf, type ConcreteTensor } from '../../core/tensor/concrete.ts'
import { bufferFrom, type DType } from '../../core/tensor/dtype.ts'
import { sizeOf } from '../../core/tensor/shape.ts'
import type { TensorProto } from '../format/messages.ts'

/** Element types that can be read, by the numbers of the format: how they lie in raw bytes, and what they become. */
interface Stored {
  readonly name: string
  readonly bytes: number
  readonly dtype: DType
  readonly read: (view: DataView, at: number) => number
  /** The list that holds the elements where they are no raw bytes. */
  readonly list: 'floatData' | 'doubleData' | 'int32Data' | 'int64Data' | 'uint64Data'
}

/**
 * Integers of 64 bits become int32, which has room for sizes and positions; beyond it they are the nearest that it has, as
 * for the end of a slice that means "to the end".
 */
const saturated = (x: number): number => Math.min(2 ** 31 - 1, Math.max(-(2 ** 31), x))

const stored: Readonly<Record<number, Stored>> = {
  1: {
    name: 'float32',
    bytes: 4,
    dtype: 'float32',
    read: (view, at) => view.getFloat32(at, true),
    list: 'floatData',
  },
  2: { name: 'uint8', bytes: 1, dtype: 'int32', read: (view, at) => view.getUint8(at), list: 'int32Data' },
  3: { name: 'int8', bytes: 1, dtype: 'int32', read: (view, at) => view.getInt8(at), list: 'int32Data' },
  6: {
    name: 'int32',
    bytes: 4,
    dtype: 'int32',
    read: (view, at) => view.getInt32(at, true),
    list: 'int32Data',
  },
  7: {
    name: 'int64',
    bytes: 8,
    dtype: 'int32',
    read: (view, at) => saturated(Number(view.getBigInt64(at, true))),
    list: 'int64Data',
  },
  9: { name: 'bool', bytes: 1, dtype: 'bool', read: (view, at) => view.getUint8(at), list: 'int32Data' },
  11: {
    name: 'float64',
    bytes: 8,
    dtype: 'float64',
    read: (view, at) => view.getFloat64(at, true),
    list: 'doubleData',
  },
  12: {
    name: 'uint32',
    bytes: 4,
    dtype: 'uint32',
    read: (view, at) => view.getUint32(at, true),
    list: 'uint64Data',
  },
}

/** What a dtype of the format becomes; undefined for one that is not read. */
export const dtypeOf = (dataType: number | undefined): DType | undefined => stored[dataType ?? 0]?.dtype

const readable = Object.values(stored)
  .map(({ name }) => name)
  .join(', ')

/** More axes than any tensor has. */
const mostAxes = 64

const isShape = (dims: readonly number[]): boolean =>
  dims.length <= mostAxes &&
  dims.every((size) => Number.isSafeInteger(size) && size >= 0) &&
  sizeOf(dims.filter((size) => size !== 0)) < 2 ** 31

/** A constant of a file as a tensor, or what is wrong with it. */
export const tensorOfProto = (proto: TensorProto): E.Either<string, ConcreteTensor> => {
  const { dims = [], dataType, rawData, name = '' } = proto
  const what = `the constant ${JSON.stringify(name)}`
  const type = stored[dataType ?? 0]
  if (proto.dataLocation === 1 || (proto.externalData ?? []).length > 0)
    return E.left(`${what} has its elements in another file; save the model as one file`)
  if (type === undefined)
    return E.left(`${what}: expected elements of ${readable}, got those of type ${dataType ?? 'unknown'}`)
  if (!isShape(dims)) return E.left(`${what}: [${dims.join(', ')}] is no shape`)
  const count = sizeOf(dims)
  const list = rawData === undefined ? (proto[type.list] ?? []) : undefined
  const length = list?.length ?? (rawData?.length ?? 0) / type.bytes
  if (length !== count)
    return E.left(`${what}: expected ${count} elements for [${dims.join(', ')}], got ${length}`)
  const view = new DataView(
    rawData?.buffer ?? new ArrayBuffer(0),
    rawData?.byteOffset ?? 0,
    rawData?.byteLength ?? 0,
  )
  const elements =
    list === undefined
      ? Array.from({ length: count }, (_, i) => type.read(view, i * type.bytes))
      : type.list === 'int64Data'
        ? list.map(saturated)
        : list
  return E.right(viewOf(bufferFrom(type.dtype, elements), type.dtype, dims))
}
