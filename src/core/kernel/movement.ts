import { copyElements, isContiguous, viewOf, type ConcreteTensor } from '../tensor/concrete.ts'
import { allocate, bufferFrom, isStorage, numberOf, type DType } from '../tensor/dtype.ts'
import { sizeOf, stridesOf } from '../tensor/shape.ts'
import { eachRow, walkOf } from './strided.ts'

/** Axes reordered; a view. */
export const permuted = (x: ConcreteTensor, permutation: readonly number[]): ConcreteTensor =>
  viewOf(
    x.view.data,
    x.dtype,
    Object.freeze(permutation.map((axis) => x.shape[axis]!)),
    permutation.map((axis) => x.view.stride[axis]!),
    x.view.offset,
  )

/** Axes added in front and unit axes stretched; a view with stride 0 there. */
export const broadcasted = (x: ConcreteTensor, shape: readonly number[]): ConcreteTensor => {
  const { shape: own, view } = x
  const { data, stride, offset } = view
  const added = shape.length - own.length
  const strides = new Array<number>(shape.length).fill(0)
  for (let axis = 0; axis < own.length; axis++)
    if (own[axis] !== 1 || shape[added + axis] === 1) strides[added + axis] = stride[axis]!
  return viewOf(data, x.dtype, shape, strides, offset)
}

/** The elements in another shape; a view where the layout allows it. */
export const reshaped = (x: ConcreteTensor, shape: readonly number[]): ConcreteTensor =>
  isContiguous(x)
    ? viewOf(x.view.data, x.dtype, shape, stridesOf(shape), x.view.offset)
    : viewOf(copyElements(x), x.dtype, shape)

/** `shape` elements from `start` in steps of `step` (negative: backwards) along each axis; a view. */
export const sliced = (
  x: ConcreteTensor,
  start: readonly number[],
  step: readonly number[],
  shape: readonly number[],
): ConcreteTensor =>
  viewOf(
    x.view.data,
    x.dtype,
    shape,
    x.view.stride.map((stride, axis) => stride * step[axis]!),
    sizeOf(shape) === 0
      ? x.view.offset
      : x.view.stride.reduce((offset, stride, axis) => offset + stride * start[axis]!, x.view.offset),
  )

/** Writes `x` into a buffer at a strided place. */
const place = (
  x: ConcreteTensor,
  out: ReturnType<typeof allocate>,
  strides: readonly number[],
  offset: number,
): void => {
  const walk = walkOf(x.shape, [x.view.stride, strides])
  const last = walk.sizes.length - 1
  const n = walk.sizes[last]!
  const [from, to] = [walk.strides[0]![last]!, walk.strides[1]![last]!]
  const { data } = x.view
  eachRow(walk, [x.view.offset, offset], (at) => {
    let [i, o] = [at[0]!, at[1]!]
    for (let r = 0; r < n; r++) {
      out[o] = data[i]!
      i += from
      o += to
    }
  })
}

/** Zeros of `shape` with `x` at `start` in steps of `step`: the adjoint of {@link sliced}. */
export const padded = (
  x: ConcreteTensor,
  start: readonly number[],
  step: readonly number[],
  shape: readonly number[],
): ConcreteTensor => {
  const out = allocate(x.dtype, sizeOf(shape))
  const strides = stridesOf(shape)
  if (x.size > 0)
    place(
      x,
      out,
      strides.map((stride, axis) => stride * step[axis]!),
      strides.reduce((offset, stride, axis) => offset + stride * start[axis]!, 0),
    )
  return viewOf(out, x.dtype, shape)
}

export const concatenated = (
  parts: readonly ConcreteTensor[],
  axis: number,
  shape: readonly number[],
): ConcreteTensor => {
  const dtype = parts[0]!.dtype
  const out = allocate(dtype, sizeOf(shape))
  const strides = stridesOf(shape)
  let offset = 0
  for (const part of parts) {
    if (part.size > 0) place(part, out, strides, offset)
    offset += part.shape[axis]! * strides[axis]!
  }
  return viewOf(out, dtype, shape)
}

/** Another dtype; real numbers truncate towards zero on the way to integers, anything but 0 is true. */
export const castKernel = (x: ConcreteTensor, dtype: DType): ConcreteTensor => {
  if (x.dtype === dtype) return x
  const stored = copyElements(x)
  const elements = isStorage(x.dtype) ? Float64Array.from(stored, (bits) => numberOf(bits, x.dtype)) : stored
  return viewOf(
    dtype === 'bool'
      ? Uint8Array.from(elements, (value) => (value === 0 ? 0 : 1))
      : bufferFrom(dtype, elements),
    dtype,
    x.shape,
  )
}
