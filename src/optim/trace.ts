import { add, mul, zerosLike } from '../numeric/index.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { mapTree, zipTrees } from '../tensor/tree.ts'
import type { Gradient, Transformation } from './transformation.ts'

/** The running sum of gradients, older ones faded. */
export interface TraceState<P> {
  readonly velocity: P
}

export interface TraceOptions {
  /** Look ahead: use the gradient plus the faded new velocity. */
  readonly nesterov?: boolean
}

/**
 * Momentum: v ← βv + g, passing v on; with `nesterov`, g + βv.
 *
 * Source: B. T. Polyak, 1964; I. Sutskever et al., ICML 2013.
 *
 * @throws TreeError where the gradient has another structure than the parameters.
 * @example
 * ```ts
 * import { trace } from 'puregrad/optim'
 * trace(0.9).hyperParameters // => { beta: 0.9, nesterov: false }
 * ```
 */
export const trace = <P>(
  beta: number,
  { nesterov = false }: TraceOptions = {},
): Transformation<P, Gradient<P>, Gradient<P>, TraceState<P>> => ({
  name: 'trace',
  hyperParameters: { beta, nesterov },
  init: (params) => ({ velocity: mapTree(params, (leaf) => zerosLike(leaf)) }),
  update: (gradient, state) => {
    const follow = (velocity: P): P =>
      zipTrees(velocity, [gradient], ([v, g]) => add(mul(v as Tensor, beta), g as Tensor), 'trace')
    const velocity = follow(state.velocity)
    return [(nesterov ? follow(velocity) : velocity) as Gradient<P>, { velocity }]
  },
})
