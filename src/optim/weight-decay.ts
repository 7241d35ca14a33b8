import { add, mul } from '../core/numeric/index.ts'
import { zipTrees, type Path } from '../core/tensor/tree.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkedLambda } from './checked-lambda.ts'
import { checkWhere } from './optimizer-settings.ts'
import type { Gradient, Transformation } from './transformation.ts'

/**
 * Which parameters {@link decayWeights} touches.
 *
 * @category Transformations
 */
export interface WeightDecayOptions {
  /** Which parameters decay, by path; all unless told otherwise. */
  readonly where?: (path: Path) => boolean
}

/**
 * Adds λθ to a direction. After a scaling such as Adam's the decay is decoupled from it; before the scaling it is the
 * gradient of the penalty λ/2 Σθ².
 *
 * Source: I. Loshchilov, F. Hutter, "Decoupled weight decay regularization", ICLR 2019.
 *
 * @throws ArgumentError unless λ is finite and ≥ 0, and for another option.
 * @example
 * ```ts
 * import { tensor, toArray, type Tensor } from 'puregrad'
 * import { decayWeights } from 'puregrad/optim'
 * const params = { w: tensor([2]) }
 * toArray(decayWeights<{ readonly w: Tensor }>(0.5).update({ w: tensor([1]) }, {}, { params, step: 0, value: 0 })[0].w) // => [2]
 * ```
 * @category Transformations
 */
export const decayWeights = <P>(
  lambda: number,
  options: WeightDecayOptions = {},
): Transformation<P, Gradient<P>, Gradient<P>, Readonly<Record<never, never>>> => {
  checkedLambda('decayWeights', lambda)
  checkOptions('decayWeights', options, { where: true })
  checkWhere('decayWeights', options.where)
  const { where = () => true } = options
  return {
    name: 'decayWeights',
    hyperParameters: { lambda },
    init: () => ({}),
    update: (gradient, state, { params }) => [
      zipTrees(
        gradient as P,
        [params],
        ([g, p], path) => (lambda !== 0 && where(path) ? add(g, mul(p, lambda)) : g),
        'decayWeights',
      ) as Gradient<P>,
      state,
    ],
  }
}
