import { add, mul, sign } from '../core/numeric/index.ts'
import { fraction, notNegative } from '../core/tensor/setting-ranges.ts'
import { zipTrees } from '../core/tensor/tree.ts'
import { descend } from './descend.ts'
import type { Schedule } from './learning-rate.ts'
import { movingAverage, zerosOf } from './moving-average.ts'
import { optimizerKind } from './optimizer-kind.ts'
import { checkOptimizer } from './optimizer-settings.ts'
import { chain, type Gradient, type Optimizer, type Transformation } from './transformation.ts'
import { decayWeights, type WeightDecayOptions } from './weight-decay.ts'

/**
 * A moving average of the gradient.
 *
 * @category Optimizers
 */
export interface LionState<P> {
  readonly mean: P
}

/**
 * How long the average of Lion remembers.
 *
 * @category Optimizers
 */
export interface LionOptions {
  /** How much of the old average is in the direction. */
  readonly b1?: number
  /** How much of the old average is kept. */
  readonly b2?: number
}

const settings = { b1: fraction, b2: fraction } as const

const allSettings = { ...settings, weightDecay: notNegative } as const

/**
 * Lion's direction: sign(β₁m + (1 − β₁)g); every element moves by the same amount.
 *
 * Source: X. Chen et al., "Symbolic discovery of optimization algorithms", NeurIPS 2023, algorithm 2.
 *
 * @throws ArgumentError for another option, or β₁ or β₂ outside [0, 1).
 * @example
 * ```ts
 * import { tensor, toArray, type Tensor } from 'puregrad'
 * import { chain, descend, scaleByLion } from 'puregrad/optim'
 * const optimizer = chain(scaleByLion<{ readonly w: Tensor }>(), descend(0.5))
 * const params = { w: tensor([1, 2]) }
 * const [step] = optimizer.update({ w: tensor([3, -4]) }, optimizer.init(params), { params, step: 0, value: 0 })
 * toArray(step.w) // => [-0.5, 0.5]
 * ```
 * @category Optimizers
 */
export const scaleByLion = <P>(
  options: LionOptions = {},
): Transformation<P, Gradient<P>, Gradient<P>, LionState<P>> => {
  checkOptimizer('scaleByLion', options, settings)
  const { b1 = 0.9, b2 = 0.99 } = options
  return {
    name: 'scaleByLion',
    hyperParameters: { b1, b2 },
    init: (params) => ({ mean: zerosOf(params) }),
    update: (gradient, state) => {
      const direction = zipTrees(
        state.mean,
        [gradient],
        ([m, g]) => sign(add(mul(m, b1), mul(g, 1 - b1))),
        'scaleByLion',
      )
      return [direction as Gradient<P>, { mean: movingAverage(state.mean, gradient as P, b2) }]
    },
  }
}

/**
 * Lion: {@link scaleByLion}, decoupled weight decay (none unless told otherwise), then {@link descend}.
 *
 * @throws ArgumentError like {@link scaleByLion}, and for a rate or a decay that is negative or not finite.
 * @example
 * ```ts
 * import { tensor, toArray, type Tensor } from 'puregrad'
 * import { lion } from 'puregrad/optim'
 * const optimizer = lion<{ readonly w: Tensor }>({ learningRate: 0.5 })
 * const params = { w: tensor([1, 1]) }
 * const [step] = optimizer.update({ w: tensor([3, -7]) }, optimizer.init(params), { params, step: 0, value: 0 })
 * toArray(step.w) // => [-0.5, 0.5]
 * ```
 * @category Optimizers
 */
export const lion = <P>(
  options: LionOptions &
    WeightDecayOptions & { readonly learningRate: Schedule; readonly weightDecay?: number },
): Optimizer<P, readonly unknown[]> => {
  checkOptimizer('lion', options, allSettings, { rate: 'required', also: ['where'] })
  const { learningRate, weightDecay = 0, where = () => true, ...scaling } = options
  return chain(scaleByLion<P>(scaling), decayWeights<P>(weightDecay, { where }), descend<P>(learningRate))
}

/** {@link lion} as data. */
export const lionKind = /* @__PURE__ */ optimizerKind('lion', allSettings, lion)
