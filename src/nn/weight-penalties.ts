import { abs, square, sum } from '../core/numeric/index.ts'
import { weightsOnly, type Where } from '../core/tensor/weights-only.ts'
import { leafwisePenalty } from './leafwise-penalty.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { penaltyMonoid, type Penalty } from './penalty.ts'

/**
 * λ Σ w²: no ½ and no 1/m, so its gradient is 2λw.
 *
 * @throws ArgumentError unless λ is finite and ≥ 0.
 * @example
 * ```ts
 * import { item, tensor } from 'puregrad'
 * import { l2, penaltyValue } from 'puregrad/nn'
 * item(penaltyValue(l2(0.5), { weight: tensor([3]), bias: tensor([9]) })) // => 4.5
 * ```
 * @category Penalties
 */
export const l2 = <P>(lambda: number, where: Where = weightsOnly): Penalty<P> =>
  leafwisePenalty('l2', lambda, where, (leaf) => sum(square(leaf)))

/**
 * λ Σ |w|, with derivative 0 at 0. Its gradient steps make no zeros; `softThreshold` does.
 *
 * @throws ArgumentError unless λ is finite and ≥ 0.
 * @example
 * ```ts
 * import { item, tensor } from 'puregrad'
 * import { l1, penaltyValue } from 'puregrad/nn'
 * item(penaltyValue(l1(0.5), { weight: tensor([3, -1]), bias: tensor([9]) })) // => 2
 * ```
 * @category Penalties
 */
export const l1 = <P>(lambda: number, where: Where = weightsOnly): Penalty<P> =>
  leafwisePenalty('l1', lambda, where, (leaf) => sum(abs(leaf)))

/**
 * Both: λ₁ Σ |w| + λ₂ Σ w².
 *
 * Source: H. Zou, T. Hastie, 2005.
 *
 * @throws ArgumentError unless both λ are finite and ≥ 0.
 * @example
 * ```ts
 * import { item, tensor } from 'puregrad'
 * import { elasticNet, penaltyValue } from 'puregrad/nn'
 * item(penaltyValue(elasticNet({ l1: 1, l2: 0.5 }), { weight: tensor([3, -1]) })) // => 9
 * ```
 * @category Penalties
 */
export const elasticNet = <P>(
  lambdas: { readonly l1: number; readonly l2: number },
  where: Where = weightsOnly,
): Penalty<P> => {
  checkOptions('elasticNet', lambdas, { l1: true, l2: true })
  return penaltyMonoid<P>().concat(l1(lambdas.l1, where), l2(lambdas.l2, where))
}
