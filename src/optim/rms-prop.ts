import { add, div, maximum, sqrt, square, sub } from '../numeric/index.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { zipTrees } from '../tensor/tree.ts'
import { descend, type Schedule } from './descend.ts'
import { movingAverage, zerosOf } from './moving-average.ts'
import { chain, type Gradient, type Optimizer, type Transformation } from './transformation.ts'

/** Moving averages of the gradient's square and, where it is subtracted, of the gradient. */
export interface RmsPropState<P> {
  readonly squares: P
  readonly mean: P
}

export interface RmsPropOptions {
  readonly decay?: number
  readonly epsilon?: number
  /** Divide by the deviation instead of the root mean square. */
  readonly centered?: boolean
}

/**
 * RMSProp's direction: g / (√E[g²] + ε); centred, g / (√(E[g²] − E[g]²) + ε).
 *
 * Source: T. Tieleman, G. Hinton, Coursera lecture 6.5, 2012; centred: A. Graves, arXiv:1308.0850, 2013.
 */
export const scaleByRms = <P>({
  decay = 0.9,
  epsilon = 1e-8,
  centered = false,
}: RmsPropOptions = {}): Transformation<P, Gradient<P>, Gradient<P>, RmsPropState<P>> => ({
  name: 'scaleByRms',
  hyperParameters: { decay, epsilon, centered },
  init: (params) => ({ squares: zerosOf(params), mean: zerosOf(params) }),
  update: (gradient, state) => {
    const squares = movingAverage(state.squares, gradient as P, decay, (g) => square(g))
    const mean = centered ? movingAverage(state.mean, gradient as P, decay) : state.mean
    const direction = zipTrees(gradient as P, [squares, mean], ([g, s, m]) => {
      const variance = centered ? maximum(sub(s as Tensor, square(m as Tensor)), 0) : (s as Tensor)
      return div(g as Tensor, add(sqrt(variance), epsilon))
    })
    return [direction as Gradient<P>, { squares, mean }]
  },
})

/**
 * RMSProp: {@link scaleByRms}, then {@link descend}.
 *
 * @example
 * ```ts
 * import { tensor, toArray, type Tensor } from 'puregrad'
 * import { rmsProp } from 'puregrad/optim'
 * const optimizer = rmsProp<{ readonly w: Tensor }>({ learningRate: 1, decay: 0.75 })
 * const params = { w: tensor([1]) }
 * const [step] = optimizer.update({ w: tensor([3]) }, optimizer.init(params), { params, step: 0, value: 0 })
 * toArray(step.w) // => [-2]
 * ```
 */
export const rmsProp = <P>({
  learningRate,
  ...options
}: RmsPropOptions & { readonly learningRate: Schedule }): Optimizer<P, readonly unknown[]> =>
  chain(scaleByRms<P>(options), descend<P>(learningRate))
