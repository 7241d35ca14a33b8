import { add, div, maximum, sqrt, square, sub } from '../core/numeric/index.ts'
import { fraction, positive } from '../core/tensor/setting-ranges.ts'
import { zipTrees } from '../core/tensor/tree.ts'
import { bounded } from './bounded.ts'
import { descend } from './descend.ts'
import type { Schedule } from './learning-rate.ts'
import { movingAverage, zerosOf } from './moving-average.ts'
import { optimizerKind } from './optimizer-kind.ts'
import { checkOptimizer } from './optimizer-settings.ts'
import { chain, type Gradient, type Optimizer, type Transformation } from './transformation.ts'

/**
 * Moving averages of the gradient's square and, where it is subtracted, of the gradient.
 *
 * @category Optimizers
 */
export interface RmsPropState<P> {
  readonly squares: P
  readonly mean: P
}

/**
 * How long the averages of RMSProp remember, and what it divides by.
 *
 * @category Optimizers
 */
export interface RmsPropOptions {
  readonly decay?: number
  readonly epsilon?: number
  /** Divide by the deviation instead of the root mean square. */
  readonly centered?: boolean
}

const settings = { decay: fraction, epsilon: positive, centered: [true, false] } as const

/**
 * RMSProp's direction: g / (√E[g²] + ε); centred, g / (√(E[g²] − E[g]²) + ε).
 *
 * Source: T. Tieleman, G. Hinton, Coursera lecture 6.5, 2012; centred: A. Graves, arXiv:1308.0850, 2013.
 *
 * @throws ArgumentError for another option, a decay outside [0, 1) or an ε that is not positive.
 * @example
 * ```ts
 * import { tensor, toArray, type Tensor } from 'puregrad'
 * import { chain, descend, scaleByRms } from 'puregrad/optim'
 * const optimizer = chain(scaleByRms<{ readonly w: Tensor }>(), descend(0.5))
 * const params = { w: tensor([1, 2]) }
 * const [step] = optimizer.update({ w: tensor([3, -4]) }, optimizer.init(params), { params, step: 0, value: 0 })
 * toArray(step.w) // => [-1.5811388, 1.5811388]
 * ```
 * @category Optimizers
 */
export const scaleByRms = <P>(
  options: RmsPropOptions = {},
): Transformation<P, Gradient<P>, Gradient<P>, RmsPropState<P>> => {
  checkOptimizer('scaleByRms', options, settings)
  const { decay = 0.9, epsilon = 1e-8, centered = false } = options
  return {
    name: 'scaleByRms',
    hyperParameters: { decay, epsilon, centered },
    init: (params) => ({ squares: zerosOf(params), mean: zerosOf(params) }),
    update: (gradient, state) => {
      const slope: P = bounded(gradient)
      const squares = movingAverage(state.squares, slope, decay, (g) => square(g))
      const mean = centered ? movingAverage(state.mean, slope, decay) : state.mean
      const direction = zipTrees(slope, [squares, mean], ([g, s, m]) => {
        const variance = centered ? maximum(sub(s, square(m)), 0) : s
        return div(g, add(sqrt(variance), epsilon))
      })
      return [direction as Gradient<P>, { squares, mean }]
    },
  }
}

/**
 * RMSProp: {@link scaleByRms}, then {@link descend}.
 *
 * @throws ArgumentError like {@link scaleByRms}, and for a rate that is negative or not finite.
 * @example
 * ```ts
 * import { tensor, toArray, type Tensor } from 'puregrad'
 * import { rmsProp } from 'puregrad/optim'
 * const optimizer = rmsProp<{ readonly w: Tensor }>({ learningRate: 1, decay: 0.75 })
 * const params = { w: tensor([1]) }
 * const [step] = optimizer.update({ w: tensor([3]) }, optimizer.init(params), { params, step: 0, value: 0 })
 * toArray(step.w) // => [-2]
 * ```
 * @category Optimizers
 */
export const rmsProp = <P>(
  options: RmsPropOptions & { readonly learningRate: Schedule },
): Optimizer<P, readonly unknown[]> => {
  checkOptimizer('rmsProp', options, settings, { rate: 'required' })
  const { learningRate, ...scaling } = options
  return chain(scaleByRms<P>(scaling), descend<P>(learningRate))
}

/** {@link rmsProp} as data. */
export const rmsPropKind = /* @__PURE__ */ optimizerKind('rmsProp', settings, rmsProp)
