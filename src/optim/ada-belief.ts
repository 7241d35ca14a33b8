import { add, cast, div, pow, sqrt, square, sub } from '../core/numeric/index.ts'
import { notNegative } from '../core/tensor/setting-ranges.ts'
import { zipTrees } from '../core/tensor/tree.ts'
import { adamSettings, adamStart, type AdamOptions, type AdamState } from './adam.ts'
import { bounded } from './bounded.ts'
import { descend } from './descend.ts'
import type { Schedule } from './learning-rate.ts'
import { movingAverage } from './moving-average.ts'
import { optimizerKind } from './optimizer-kind.ts'
import { checkOptimizer } from './optimizer-settings.ts'
import { chain, type Gradient, type Optimizer, type Transformation } from './transformation.ts'
import { decayWeights, type WeightDecayOptions } from './weight-decay.ts'

/**
 * AdaBelief's direction: m̂ / (√ŝ + ε) with s ← β₂s + (1 − β₂)(g − m)² + ε, so that a gradient which is as expected
 * makes long steps. ε is 1e-16 unless told otherwise.
 *
 * Source: J. Zhuang et al., "AdaBelief optimizer", NeurIPS 2020, algorithm 2.
 *
 * @throws ArgumentError for another option, β₁ or β₂ outside [0, 1), or an ε that is not positive.
 * @example
 * ```ts
 * import { tensor, toArray, type Tensor } from 'puregrad'
 * import { chain, descend, scaleByAdaBelief } from 'puregrad/optim'
 * const optimizer = chain(scaleByAdaBelief<{ readonly w: Tensor }>({ b1: 0.5 }), descend(0.5))
 * const params = { w: tensor([1, 2]) }
 * const [step] = optimizer.update({ w: tensor([3, -4]) }, optimizer.init(params), { params, step: 0, value: 0 })
 * toArray(step.w) // => [-1, 1]
 * ```
 * @category Optimizers
 */
export const scaleByAdaBelief = <P>(
  options: AdamOptions = {},
): Transformation<P, Gradient<P>, Gradient<P>, AdamState<P>> => {
  checkOptimizer('scaleByAdaBelief', options, adamSettings)
  const { b1 = 0.9, b2 = 0.999, epsilon = 1e-16 } = options
  return {
    name: 'scaleByAdaBelief',
    hyperParameters: { b1, b2, epsilon },
    init: adamStart,
    update: (gradient, state) => {
      const slope: P = bounded(gradient)
      const count = add(state.count, 1)
      const mean = movingAverage(state.mean, slope, b1)
      const surprise = zipTrees(slope, [mean], ([g, m]) => square(sub(g, m)))
      const spread = zipTrees(movingAverage(state.square, surprise, b2), [], ([s]) => add(s, epsilon))
      const [first, second] = [sub(1, pow(b1, count)), sub(1, pow(b2, count))]
      const direction = zipTrees(mean, [spread], ([m, s]) =>
        div(div(m, cast(first, m.dtype)), add(sqrt(div(s, cast(second, m.dtype))), epsilon)),
      )
      return [direction as Gradient<P>, { mean, square: spread, count }]
    },
  }
}

const settings = { ...adamSettings, weightDecay: notNegative } as const

/**
 * AdaBelief: {@link scaleByAdaBelief}, decoupled weight decay (none unless told otherwise), then {@link descend}.
 *
 * @throws ArgumentError like {@link scaleByAdaBelief}, and for a rate or a decay that is negative or not finite.
 * @example
 * ```ts
 * import { adaBelief } from 'puregrad/optim'
 * adaBelief({ learningRate: 0.001 }).name // => 'scaleByAdaBelief → decayWeights → descend'
 * ```
 * @category Optimizers
 */
export const adaBelief = <P>(
  options: AdamOptions &
    WeightDecayOptions & { readonly learningRate: Schedule; readonly weightDecay?: number },
): Optimizer<P, readonly unknown[]> => {
  checkOptimizer('adaBelief', options, settings, { rate: 'required', also: ['where'] })
  const { learningRate, weightDecay = 0, where = () => true, ...scaling } = options
  return chain(
    scaleByAdaBelief<P>(scaling),
    decayWeights<P>(weightDecay, { where }),
    descend<P>(learningRate),
  )
}

/** {@link adaBelief} as data. */
export const adaBeliefKind = /* @__PURE__ */ optimizerKind('adaBelief', settings, adaBelief)
