import { operations as o } from '../core/autodiff/apply.ts'
import { asValue } from '../core/autodiff/value.ts'
import { log, log1p, neg, sub } from '../core/numeric/arithmetic.ts'
import { binaryFunction } from '../core/numeric/elementwise-function.ts'
import { sum } from '../core/numeric/reduce.ts'
import * as primitive from '../core/primitive/special.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import type { Shape } from '../core/tensor/shape-types.ts'
import type { Tensor } from '../core/tensor/tensor.ts'

/**
 * x log y with broadcasting, 0 at x = 0 whatever y is but NaN. The derivative by x is log y, by y it is x / y, 0 where both are 0.
 *
 * @example
 * ```ts
 * import { xlogy } from 'puregrad/special'
 * import { item, tensor } from 'puregrad'
 * item(xlogy(tensor(0), 0)) // => 0
 * ```
 * @category Logarithms and entropy
 */
export const xlogy = /* @__PURE__ */ binaryFunction(primitive.xlogy)

/**
 * x log(1 + y) with broadcasting, 0 at x = 0 whatever y is but NaN. The derivative by x is log(1 + y), by y it is x / (1 + y), 0
 * where both are 0.
 *
 * @example
 * ```ts
 * import { xlog1py } from 'puregrad/special'
 * import { item, tensor } from 'puregrad'
 * item(xlog1py(tensor(2), 1e-10)) // => 2e-10
 * ```
 * @category Logarithms and entropy
 */
export const xlog1py = /* @__PURE__ */ binaryFunction(primitive.xlog1py)

/**
 * log(p / (1 − p)), element by element: the inverse of the sigmoid.
 *
 * @example
 * ```ts
 * import { logit } from 'puregrad/special'
 * import { item, tensor } from 'puregrad'
 * item(logit(tensor(0.5))) // => 0
 * ```
 * @category Logarithms and entropy
 */
export const logit = <S extends Shape>(p: Tensor<S>): Tensor<S> =>
  o.sub(asValue(log(p)), asValue(log1p(neg(p)))) as Tensor<S>

/**
 * Along which axis the probabilities lie.
 *
 * @category Logarithms and entropy
 */
export interface DistributionOptions {
  /** The last unless told otherwise. */
  readonly axis?: number
}

/**
 * −Σ p log p in nats over an axis of probabilities (the last unless told otherwise), where 0 log 0 is 0.
 *
 * @example
 * ```ts
 * import { entropy } from 'puregrad/special'
 * import { item, tensor } from 'puregrad'
 * item(entropy(tensor([0.5, 0.5, 0]))) // => 0.69314718
 * ```
 * @category Logarithms and entropy
 */
export const entropy = (p: Tensor, options: DistributionOptions = {}): Tensor => {
  checkOptions('entropy', options, { axis: true })
  const { axis = -1 } = options
  return neg(sum(xlogy(p, p), { axis }))
}

/**
 * Σ p log(p / q) in nats, the divergence of Kullback and Leibler of q from p, over an axis of probabilities (the last unless told
 * otherwise), with broadcasting. It is infinite where q is 0 and p is not.
 *
 * @example
 * ```ts
 * import { klDivergence } from 'puregrad/special'
 * import { item, tensor } from 'puregrad'
 * item(klDivergence(tensor([1, 0]), tensor([0.5, 0.5]))) // => 0.69314718
 * ```
 * @category Logarithms and entropy
 */
export const klDivergence = (p: Tensor, q: Tensor, options: DistributionOptions = {}): Tensor => {
  checkOptions('klDivergence', options, { axis: true })
  const { axis = -1 } = options
  return sum(sub(xlogy(p, p), xlogy(p, q)), { axis })
}
