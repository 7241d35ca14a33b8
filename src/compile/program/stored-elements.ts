import { copyElements, viewOf, type ConcreteTensor } from '../../core/tensor/concrete.ts'
import type { Buffer, DType } from '../../core/tensor/dtype.ts'
import { stridesOf, withUnitAxes } from '../../core/tensor/shape.ts'

/** The elements of a tensor without those that repeat along an axis (stride 0), as a broadcast number does. */
export interface StoredElements {
  /** The axes along which one slice repeats. */
  readonly repeated: readonly number[]
  /** The shape with those axes set to 1. */
  readonly shape: readonly number[]
  /** The elements of that shape, in row-major order; the caller may write to it. */
  readonly elements: Buffer
}

export const storedElements = ({ shape, dtype, view }: ConcreteTensor): StoredElements => {
  // Where there is nothing nothing repeats, whatever the strides say.
  const repeated = shape.includes(0)
    ? []
    : [...shape.keys()].filter((axis) => view.stride[axis] === 0 && (shape[axis] ?? 0) > 1)
  const stored = withUnitAxes(shape, repeated)
  return {
    repeated,
    shape: stored,
    elements: copyElements(viewOf(view.data, dtype, stored, view.stride, view.offset)),
  }
}

/** The tensor of a shape that holds these elements, repeated along axes. */
export const fromStored = (
  elements: Buffer,
  dtype: DType,
  shape: readonly number[],
  repeated: readonly number[],
): ConcreteTensor =>
  viewOf(
    elements,
    dtype,
    shape,
    stridesOf(withUnitAxes(shape, repeated)).map((stride, axis) => (repeated.includes(axis) ? 0 : stride)),
  )
