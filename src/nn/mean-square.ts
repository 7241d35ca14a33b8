import {
  abs,
  add,
  div,
  greater,
  max,
  mean,
  minimum,
  mul,
  sqrt,
  stopGradient,
  tensor,
  where,
} from '../core/numeric/index.ts'
import type { Tensor } from '../core/tensor/tensor.ts'

/**
 * From which size on elements have their squares taken in part, so that the sum of millions of them stays in the range of
 * the dtype; in what part, an even power of two; and the largest variance there is.
 */
const scales = {
  float32: { large: 2 ** 48, part: 2 ** -126, most: 2 ** 126 },
  float64: { large: 2 ** 480, part: 2 ** -1020, most: 2 ** 1022 },
} as const

const scaleOf = ({ dtype }: Tensor) => scales[dtype === 'float64' ? 'float64' : 'float32']

/** From which size on an element is large: up to it squares are in the range of the dtype. */
export const largeFor = (x: Tensor): number => scaleOf(x).large

/** The spread of a normalization: of the deviations d of `x` from their mean along an axis, which stays. */
export interface MeanSquare {
  /** √(mean d² + ε) */
  readonly root: Tensor
  /** mean d², at most the largest power of two that moving averages of it can hold. */
  readonly variance: Tensor
}

/**
 * The mean square of deviations along an axis and its root, whatever the size of the elements: 10³⁰ has no square in
 * float32. The part of large ones is a power of two and that of others 1, so that neither loses anything by it.
 */
export const meanSquare = (x: Tensor, deviations: Tensor, axis: number, epsilon: number): MeanSquare => {
  const { large, part: least, most } = scaleOf(x)
  const one = tensor(1, { dtype: x.dtype })
  const largest: Tensor = max(abs(stopGradient(x)), { axis, keepDims: true })
  const part = where(greater(largest, large), mul(one, least), one)
  const root = where(greater(largest, large), mul(one, Math.sqrt(least)), one)
  // One factor first: the other square would be out of the range before it is multiplied.
  const shared: Tensor = mean(mul(mul(deviations, part), deviations), { axis, keepDims: true })
  return {
    root: div(sqrt(add(shared, mul(part, epsilon))), root),
    variance: minimum(div(shared, part), most),
  }
}
