import { add, div, mul, sqrt, square } from '../core/numeric/index.ts'
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
 * Moving averages of the squares of gradients and of directions.
 *
 * @category Optimizers
 */
export interface AdadeltaState<P> {
  readonly gradients: P
  readonly directions: P
}

/**
 * The memory of Adadelta and its ε.
 *
 * @category Optimizers
 */
export interface AdadeltaOptions {
  readonly decay?: number
  readonly epsilon?: number
}

const settings = { decay: fraction, epsilon: positive } as const

/**
 * Adadelta's direction d = √(E[d²] + ε) / √(E[g²] + ε) · g, in the units of the parameters.
 *
 * Source: M. D. Zeiler, arXiv:1212.5701, 2012.
 *
 * @throws ArgumentError for another option, a decay outside [0, 1) or an ε that is not positive.
 * @example
 * ```ts
 * import { tensor, toArray, type Tensor } from 'puregrad'
 * import { chain, descend, scaleByAdadelta } from 'puregrad/optim'
 * const optimizer = chain(scaleByAdadelta<{ readonly w: Tensor }>(), descend(0.5))
 * const params = { w: tensor([1, 2]) }
 * const [step] = optimizer.update({ w: tensor([3, -4]) }, optimizer.init(params), { params, step: 0, value: 0 })
 * toArray(step.w) // => [-0.0022361, 0.0022361]
 * ```
 * @category Optimizers
 */
export const scaleByAdadelta = <P>(
  options: AdadeltaOptions = {},
): Transformation<P, Gradient<P>, Gradient<P>, AdadeltaState<P>> => {
  checkOptimizer('scaleByAdadelta', options, settings)
  const { decay = 0.95, epsilon = 1e-6 } = options
  return {
    name: 'scaleByAdadelta',
    hyperParameters: { decay, epsilon },
    init: (params) => ({ gradients: zerosOf(params), directions: zerosOf(params) }),
    update: (gradient, state) => {
      const slope: P = bounded(gradient)
      const gradients = movingAverage(state.gradients, slope, decay, (g) => square(g))
      const direction = zipTrees(slope, [gradients, state.directions], ([g, gg, dd]) =>
        mul(div(sqrt(add(dd, epsilon)), sqrt(add(gg, epsilon))), g),
      )
      const directions = movingAverage(state.directions, direction, decay, (d) => square(d))
      return [direction as Gradient<P>, { gradients, directions }]
    },
  }
}

/**
 * Adadelta: {@link scaleByAdadelta}, then {@link descend}, at rate 1 unless told otherwise.
 *
 * @throws ArgumentError like {@link scaleByAdadelta}, and for a rate that is negative or not finite.
 * @example
 * ```ts
 * import { adadelta } from 'puregrad/optim'
 * adadelta().name // => 'scaleByAdadelta → descend'
 * ```
 * @category Optimizers
 */
export const adadelta = <P>(
  options: AdadeltaOptions & { readonly learningRate?: Schedule } = {},
): Optimizer<P, readonly unknown[]> => {
  checkOptimizer('adadelta', options, settings, { rate: 'optional' })
  const { learningRate = 1, ...scaling } = options
  return chain(scaleByAdadelta<P>(scaling), descend<P>(learningRate))
}

/** {@link adadelta} as data. */
export const adadeltaKind = /* @__PURE__ */ optimizerKind('adadelta', settings, adadelta)
