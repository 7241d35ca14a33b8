import { broadcasted } from '../../core/kernel/movement.ts'
import type { Typed } from '../../core/primitive/primitive.ts'
import { scalarOf, viewOf, type ConcreteTensor } from '../../core/tensor/concrete.ts'

/** Which axes of a constant hold more than one element in memory; along the others one slice repeats. */
export const variesAlong = ({ shape, view }: ConcreteTensor): readonly boolean[] =>
  shape.map((n, axis) => n !== 1 && view.stride[axis] !== 0)

const varies = ({ shape, view: { stride } }: ConcreteTensor): boolean => {
  for (let axis = 0; axis < shape.length; axis++) if (shape[axis] !== 1 && stride[axis] !== 0) return true
  return false
}

/** The number all elements of a constant are, as far as its layout tells. */
export const uniformValue = (constant: ConcreteTensor | undefined): number | undefined =>
  constant === undefined || constant.size === 0 || varies(constant)
    ? undefined
    : constant.view.data[constant.view.offset]

/** One number in a shape and dtype, stored once. */
export const uniform = (value: number, { shape, dtype }: Typed): ConcreteTensor =>
  broadcasted(scalarOf(value, dtype), shape)

/** The elements of a constant without repetition along the axes that are not marked, which become 1. */
export const narrowed = (
  { shape, dtype, view }: ConcreteTensor,
  varies: readonly boolean[],
): ConcreteTensor =>
  viewOf(
    view.data,
    dtype,
    shape.map((n, axis) => (varies[axis] === true ? n : 1)),
    view.stride,
    view.offset,
  )
