import { add, mul, zerosLike } from '../core/numeric/index.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { fraction } from '../core/tensor/setting-ranges.ts'
import { mapTree, zipTrees } from '../core/tensor/tree.ts'
import { checkOptimizer } from './optimizer-settings.ts'
import type { Gradient, Transformation } from './transformation.ts'

/**
 * The running sum of gradients, older ones faded.
 *
 * @category Transformations
 */
export interface TraceState<P> {
  readonly velocity: P
}

/**
 * Whether {@link trace} looks ahead.
 *
 * @category Transformations
 */
export interface TraceOptions {
  /** Look ahead: use the gradient plus the faded new velocity. */
  readonly nesterov?: boolean
}

/**
 * Momentum: v ← βv + g, passing v on; with `nesterov`, g + βv.
 *
 * Source: B. T. Polyak, 1964; I. Sutskever et al., ICML 2013.
 *
 * @throws ArgumentError unless β lies in [0, 1), and for another option; from `update` TreeError where the gradient has another structure than the parameters.
 * @example
 * ```ts
 * import { trace } from 'puregrad/optim'
 * trace(0.9).hyperParameters // => { beta: 0.9, nesterov: false }
 * ```
 * @category Transformations
 */
export const trace = <P>(
  beta: number,
  options: TraceOptions = {},
): Transformation<P, Gradient<P>, Gradient<P>, TraceState<P>> => {
  checkSetting('trace', 'beta', beta, fraction)
  checkOptimizer('trace', options, { nesterov: [true, false] })
  const { nesterov = false } = options
  return {
    name: 'trace',
    hyperParameters: { beta, nesterov },
    init: (params) => ({ velocity: mapTree(params, (leaf) => zerosLike(leaf)) }),
    update: (gradient, state) => {
      const follow = (velocity: P): P =>
        zipTrees(
          velocity,
          [gradient],
          // With β = 0 nothing of the past is left, were it infinite.
          ([v, g]) => (beta === 0 ? g : add(mul(v, beta), g)),
          'trace',
        )
      const velocity = follow(state.velocity)
      return [(nesterov ? follow(velocity) : velocity) as Gradient<P>, { velocity }]
    },
  }
}
