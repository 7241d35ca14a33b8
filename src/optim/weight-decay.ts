import { add, cast, mul } from '../core/numeric/index.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { zipTrees, type Path } from '../core/tensor/tree.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkedLambda } from './checked-lambda.ts'
import { rateAt, type Schedule } from './learning-rate.ts'
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
 * Adds λθ to a direction, where λ may depend on the number of steps. After a scaling such as Adam's the decay is decoupled from it; before the scaling it is the
 * gradient of the penalty λ/2 Σθ².
 *
 * Source: I. Loshchilov, F. Hutter, "Decoupled weight decay regularization", ICLR 2019.
 *
 * @throws ArgumentError unless λ is finite and ≥ 0, or a function of the number of steps, and for another option.
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
  lambda: Schedule,
  options: WeightDecayOptions = {},
): Transformation<P, Gradient<P>, Gradient<P>, Readonly<Record<never, never>>> => {
  if (typeof lambda !== 'function') checkedLambda('decayWeights', lambda)
  checkOptions('decayWeights', options, { where: true })
  checkWhere('decayWeights', options.where)
  const { where = () => true } = options
  return {
    name: 'decayWeights',
    hyperParameters: { lambda },
    init: () => ({}),
    update: (gradient, state, { params, step }) => {
      const rate = typeof lambda === 'function' ? rateAt(lambda, step) : lambda
      const decayed = (p: Tensor): Tensor =>
        typeof rate === 'number' ? mul(p, rate) : mul(p, cast(rate, p.dtype))
      return [
        zipTrees(
          gradient as P,
          [params],
          ([g, p], path) => (lambda !== 0 && where(path) ? add(g, decayed(p)) : g),
          'decayWeights',
        ) as Gradient<P>,
        state,
      ]
    },
  }
}
