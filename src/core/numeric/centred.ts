import { operations as o } from '../autodiff/apply.ts'
import { asValue, type AnyValue } from '../autodiff/value.ts'
import { normalizeAxis, sizeOf, withUnitAxes } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { div, stopGradient, sub } from './arithmetic.ts'

/**
 * Elements minus their mean along (normalized) axes that hold some. The mean is rounded, which far from 0 is as much as
 * the spread of the elements, so what is left of it is taken off as well. That second mean is 0 but for rounding: it has
 * no derivative.
 */
export const centredAlong = (x: AnyValue, axes: readonly number[]): Tensor => {
  const count = sizeOf(axes.map((axis) => x.shape[axis] ?? 1))
  const meanOf = (value: Tensor): Tensor =>
    o.reshape(asValue(div(o.sum(asValue(value), axes), count)), withUnitAxes(x.shape, axes))
  const once = sub(x, meanOf(x))
  return sub(once, meanOf(stopGradient(once)))
}

/** Elements minus their mean along an axis that holds some, accurate however far from 0 they are. */
export const centred = (x: Tensor, axis: number): Tensor =>
  centredAlong(asValue(x), [normalizeAxis(axis, x.rank, 'centred')])
