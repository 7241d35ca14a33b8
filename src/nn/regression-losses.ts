import { abs, lessEqual, mul, square, sub, where } from '../core/numeric/index.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { positive } from '../core/tensor/setting-ranges.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { requireSameShape } from './classification-losses.ts'
import { checkLossOptions, reduced, type LossOptions } from './reduction.ts'

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
 * @category Losses
 */
export const meanSquaredError = (predictions: Tensor, targets: Tensor, options: LossOptions = {}): Tensor => {
  checkLossOptions('meanSquaredError', options, { reduction: true, weights: true })
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
 * @category Losses
 */
export const meanAbsoluteError = (
  predictions: Tensor,
  targets: Tensor,
  options: LossOptions = {},
): Tensor => {
  checkLossOptions('meanAbsoluteError', options, { reduction: true, weights: true })
  requireSameShape('meanAbsoluteError', predictions, targets)
  return reduced(abs(sub(predictions, targets)), options)
}

/**
 * Where {@link huber} goes from squares to sizes, and how rows are combined.
 *
 * @category Losses
 */
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
 * @category Losses
 */
export const huber = (predictions: Tensor, targets: Tensor, options: HuberOptions = {}): Tensor => {
  checkLossOptions('huber', options, { reduction: true, weights: true, delta: true })
  const { delta = 1 } = options
  checkSetting('huber', 'delta', delta, positive)
  requireSameShape('huber', predictions, targets)
  const r = sub(predictions, targets)
  const size = abs(r)
  return reduced(
    where(lessEqual(size, delta), mul(square(r), 0.5), mul(sub(size, 0.5 * delta), delta)),
    options,
  )
}
