import { add, div, maximum, sqrt, square } from '../core/numeric/index.ts'
import { zipTrees } from '../core/tensor/tree.ts'
import { adamSettings, type AdamOptions } from './adam.ts'
import { bounded } from './bounded.ts'
import { descend } from './descend.ts'
import type { Schedule } from './learning-rate.ts'
import { movingAverage, zerosOf } from './moving-average.ts'
import { optimizerKind } from './optimizer-kind.ts'
import { checkOptimizer } from './optimizer-settings.ts'
import { chain, type Gradient, type Optimizer, type Transformation } from './transformation.ts'

/**
 * Adam's averages with the largest second moment so far.
 *
 * @category Optimizers
 */
export interface AmsGradState<P> {
  readonly mean: P
  readonly square: P
  readonly largest: P
}

/**
 * m / (√max v + ε): Adam whose denominator never shrinks, without bias correction, as published.
 *
 * Source: S. J. Reddi, S. Kale, S. Kumar, "On the convergence of Adam and beyond", ICLR 2018, algorithm 2.
 *
 * @throws ArgumentError like {@link scaleByAdam}.
 * @example
 * ```ts
 * import { tensor, toArray, type Tensor } from 'puregrad'
 * import { chain, descend, scaleByAmsGrad } from 'puregrad/optim'
 * const optimizer = chain(scaleByAmsGrad<{ readonly w: Tensor }>(), descend(0.5))
 * const params = { w: tensor([1, 2]) }
 * const [step] = optimizer.update({ w: tensor([3, -4]) }, optimizer.init(params), { params, step: 0, value: 0 })
 * toArray(step.w) // => [-1.5811388, 1.5811388]
 * ```
 * @category Optimizers
 */
export const scaleByAmsGrad = <P>(
  options: AdamOptions = {},
): Transformation<P, Gradient<P>, Gradient<P>, AmsGradState<P>> => {
  checkOptimizer('scaleByAmsGrad', options, adamSettings)
  const { b1 = 0.9, b2 = 0.999, epsilon = 1e-8 } = options
  return {
    name: 'scaleByAmsGrad',
    hyperParameters: { b1, b2, epsilon },
    init: (params) => ({ mean: zerosOf(params), square: zerosOf(params), largest: zerosOf(params) }),
    update: (gradient, state) => {
      const slope = bounded(gradient)
      const mean = movingAverage<P>(state.mean, slope, b1)
      const squares = movingAverage<P>(state.square, slope, b2, (g) => square(g))
      const largest = zipTrees(state.largest, [squares], ([old, v]) => maximum(old, v))
      const direction = zipTrees(mean, [largest], ([m, v]) => div(m, add(sqrt(v), epsilon)))
      return [direction as Gradient<P>, { mean, square: squares, largest }]
    },
  }
}

/**
 * AMSGrad: {@link scaleByAmsGrad}, then {@link descend}. Throws ArgumentError like `adamW`.
 *
 * @example
 * ```ts
 * import { tensor, toArray, type Tensor } from 'puregrad'
 * import { amsGrad } from 'puregrad/optim'
 * const optimizer = amsGrad<{ readonly w: Tensor }>({ learningRate: 0.5 })
 * const params = { w: tensor([1]) }
 * const [step] = optimizer.update({ w: tensor([3]) }, optimizer.init(params), { params, step: 0, value: 0 })
 * toArray(step.w) // => [-1.5811388]
 * ```
 * @category Optimizers
 */
export const amsGrad = <P>(
  options: AdamOptions & { readonly learningRate: Schedule },
): Optimizer<P, readonly unknown[]> => {
  checkOptimizer('amsGrad', options, adamSettings, { rate: 'required' })
  const { learningRate, ...scaling } = options
  return chain(scaleByAmsGrad<P>(scaling), descend<P>(learningRate))
}

/** {@link amsGrad} as data. */
export const amsGradKind = /* @__PURE__ */ optimizerKind('amsGrad', adamSettings, amsGrad)
