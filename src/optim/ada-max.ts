import { abs, add, cast, div, maximum, mul, pow, sub, tensor } from '../core/numeric/index.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { zipTrees } from '../core/tensor/tree.ts'
import { adamSettings, type AdamOptions } from './adam.ts'
import { descend } from './descend.ts'
import type { Schedule } from './learning-rate.ts'
import { movingAverage, zerosOf } from './moving-average.ts'
import { optimizerKind } from './optimizer-kind.ts'
import { checkOptimizer } from './optimizer-settings.ts'
import { chain, type Gradient, type Optimizer, type Transformation } from './transformation.ts'

/**
 * A moving average of the gradient, the largest faded size of each element, and how many steps they hold.
 *
 * @category Optimizers
 */
export interface AdaMaxState<P> {
  readonly mean: P
  readonly largest: P
  readonly count: Tensor
}

/**
 * AdaMax's direction: m̂ / u with u ← max(β₂u, |g| + ε), the limit of Adam for ever higher powers of the gradient.
 *
 * Source: D. P. Kingma, J. Ba, ICLR 2015, algorithm 2.
 *
 * @throws ArgumentError for another option, β₁ or β₂ outside [0, 1), or an ε that is not positive.
 * @example
 * ```ts
 * import { tensor, toArray, type Tensor } from 'puregrad'
 * import { chain, descend, scaleByAdaMax } from 'puregrad/optim'
 * const optimizer = chain(scaleByAdaMax<{ readonly w: Tensor }>(), descend(0.5))
 * const params = { w: tensor([1, 2]) }
 * const [step] = optimizer.update({ w: tensor([3, -4]) }, optimizer.init(params), { params, step: 0, value: 0 })
 * toArray(step.w) // => [-0.5, 0.5]
 * ```
 * @category Optimizers
 */
export const scaleByAdaMax = <P>(
  options: AdamOptions = {},
): Transformation<P, Gradient<P>, Gradient<P>, AdaMaxState<P>> => {
  checkOptimizer('scaleByAdaMax', options, adamSettings)
  const { b1 = 0.9, b2 = 0.999, epsilon = 1e-8 } = options
  return {
    name: 'scaleByAdaMax',
    hyperParameters: { b1, b2, epsilon },
    init: (params) => ({
      mean: zerosOf(params),
      largest: zerosOf(params),
      count: tensor(0, { dtype: 'float64' }),
    }),
    update: (gradient, state) => {
      const count = add(state.count, 1)
      const mean = movingAverage(state.mean, gradient as P, b1)
      const largest = zipTrees(state.largest, [gradient], ([u, g]) =>
        maximum(mul(u, b2), add(abs(g), epsilon)),
      )
      const correction = sub(1, pow(b1, count))
      const direction = zipTrees(mean, [largest], ([m, u]) => div(div(m, cast(correction, m.dtype)), u))
      return [direction as Gradient<P>, { mean, largest, count }]
    },
  }
}

/**
 * AdaMax: {@link scaleByAdaMax}, then {@link descend}.
 *
 * @throws ArgumentError like {@link scaleByAdaMax}, and for a rate that is negative or not finite.
 * @example
 * ```ts
 * import { adaMax } from 'puregrad/optim'
 * adaMax({ learningRate: 0.002 }).name // => 'scaleByAdaMax → descend'
 * ```
 * @category Optimizers
 */
export const adaMax = <P>(
  options: AdamOptions & { readonly learningRate: Schedule },
): Optimizer<P, readonly unknown[]> => {
  checkOptimizer('adaMax', options, adamSettings, { rate: 'required' })
  const { learningRate, ...scaling } = options
  return chain(scaleByAdaMax<P>(scaling), descend<P>(learningRate))
}

/** {@link adaMax} as data. */
export const adaMaxKind = /* @__PURE__ */ optimizerKind('adaMax', adamSettings, adaMax)
