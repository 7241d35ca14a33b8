import { halfBits, halfValue } from './half-bits.ts'
import { ShapeError } from './errors.ts'

/**
 * The element types a tensor can have.
 *
 * There is no implicit promotion between them: an operation on two tensors of different dtype is an error
 * that names {@link DType | cast} as the remedy. Only a JavaScript number adapts, to the dtype of its neighbour.
 *
 * @category Tensors
 */
export type DType = FloatDType | 'int32' | 'uint32' | 'bool' | StorageDType

/**
 * The dtypes that carry derivatives.
 *
 * @category Tensors
 */
export type FloatDType = 'float32' | 'float64'

/**
 * The dtypes that only keep numbers, in half the memory of float32: nothing is computed in them. {@link cast} leads in and
 * out, and derivatives pass it; elements are moved, indexed and joined like any others.
 *
 * @category Tensors
 */
export type StorageDType = 'float16' | 'bfloat16'

/**
 * The storage behind a tensor; booleans are bytes holding 0 or 1, numbers of 16 bits are their bits.
 *
 * @category Tensors
 */
export type Buffer =
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>

const constructors = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  uint32: Uint32Array,
  bool: Uint8Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
} as const

/**
 * Every dtype, in the order used by documentation and generators.
 *
 * @category Tensors
 */
export const dtypes: readonly DType[] = [
  'float32',
  'float64',
  'int32',
  'uint32',
  'bool',
  'float16',
  'bfloat16',
]

/**
 * A new buffer of `size` zeros.
 *
 * @throws ShapeError where there is no memory for them.
 */
export const allocate = (dtype: DType, size: number): Buffer => {
  try {
    return new constructors[dtype](size)
  } catch {
    throw new ShapeError(
      `there is no memory for ${String(size)} elements of ${dtype}, ${String(size * bytesOf(dtype))} bytes`,
    )
  }
}

/** How many bytes an element takes. */
export const bytesOf = (dtype: DType): number => constructors[dtype].BYTES_PER_ELEMENT

/** The elements in `bytes` bytes of memory; a rest too short for an element is left out. */
export const viewBytes = (dtype: DType, memory: ArrayBuffer, byteOffset: number, bytes: number): Buffer =>
  new constructors[dtype](memory, byteOffset, Math.floor(bytes / bytesOf(dtype)))

/** A new buffer with the given elements, converted as the typed array converts them. */
export const bufferFrom = (dtype: DType, elements: ArrayLike<number>): Buffer =>
  isStorage(dtype)
    ? Uint16Array.from(elements, (x) => halfBits(x, dtype))
    : constructors[dtype].from(elements)

/** An element of a buffer as the number it stands for, and back. */
export const numberOf = (element: number, dtype: DType): number =>
  isStorage(dtype) ? halfValue(element, dtype) : element

export const elementOf = (x: number, dtype: DType): number => (isStorage(dtype) ? halfBits(x, dtype) : x)

export const isStorage = (dtype: DType): dtype is StorageDType => dtype === 'float16' || dtype === 'bfloat16'

/** What numbers with derivatives are computed or kept in. */
export const isReal = (dtype: DType): boolean => isFloat(dtype) || isStorage(dtype)

export const isFloat = (dtype: DType): dtype is FloatDType => dtype === 'float32' || dtype === 'float64'

export const isDType = (value: unknown): value is DType => dtypes.includes(value as DType)

/** The first of several values that has not the dtype of the one in front. */
export const ofOtherDType = <T extends { readonly dtype: DType }>(values: readonly T[]): T | undefined => {
  for (let i = 1; i < values.length; i++) if (values[i]!.dtype !== values[0]!.dtype) return values[i]
  return undefined
}
