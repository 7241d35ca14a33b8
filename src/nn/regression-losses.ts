import { abs, lessEqual, mul, square, sub, where } from '../numeric/index.ts'
import { ArgumentError } from '../tensor/errors.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { requireSameShape } from './classification-losses.ts'
import { reduced, type LossOptions } from './reduction.ts'

/**
 * (y − t)² of each element.
 *
 * @throws ShapeError where the shapes differ.
 * @example
 * ```ts
 * import { item, tensor } from 'puregrad'
 * import { meanSquaredError } from 'puregrad/nn'
 * item(meanSquaredError(tensor([1, 2]), tensor([0, 0]))) // => 2.5
 * ```
 */
export const meanSquaredError = (predictions: Tensor, targets: Tensor, options: LossOptions = {}): Tensor => {
  requireSameShape('meanSquaredError', predictions, targets)
  return reduced(square(sub(predictions, targets)), options)
}

/**
 * |y − t| of each element, with derivative 0 where they are equal.
 *
 * @throws ShapeError where the shapes differ.
 * @example
 * ```ts
 * import { item, tensor } from 'puregrad'
 * import { meanAbsoluteError } from 'puregrad/nn'
 * item(meanAbsoluteError(tensor([1, 2]), tensor([0, 0]))) // => 1.5
 * ```
 */
export const meanAbsoluteError = (
  predictions: Tensor,
  targets: Tensor,
  options: LossOptions = {},
): Tensor => {
  requireSameShape('meanAbsoluteError', predictions, targets)
  return reduced(abs(sub(predictions, targets)), options)
}

export interface HuberOptions extends LossOptions {
  /** Where the quadratic part ends; 1 unless told otherwise. */
  readonly delta?: number
}

/**
 * ½r² for |r| ≤ δ, δ(|r| − ½δ) beyond, r = y − t. Source: P. J. Huber, 1964.
 *
 * @throws ShapeError where the shapes differ; ArgumentError unless δ > 0.
 * @example
 * ```ts
 * import { item, tensor } from 'puregrad'
 * import { huber } from 'puregrad/nn'
 * item(huber(tensor([3]), tensor([0]), { delta: 1 })) // => 2.5
 * ```
 */
export const huber = (
  predictions: Tensor,
  targets: Tensor,
  { delta = 1, ...options }: HuberOptions = {},
): Tensor => {
  requireSameShape('huber', predictions, targets)
  if (!(delta > 0)) throw new ArgumentError(`huber: delta is positive, got ${String(delta)}`)
  const r = sub(predictions, targets)
  const size = abs(r)
  return reduced(
    where(lessEqual(size, delta), mul(square(r), 0.5), mul(sub(size, 0.5 * delta), delta)),
    options,
  )
}
