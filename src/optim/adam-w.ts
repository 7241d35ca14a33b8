import { notNegative } from '../core/tensor/setting-ranges.ts'
import { adamSettings, scaleByAdam, type AdamOptions } from './adam.ts'
import { descend } from './descend.ts'
import type { Schedule } from './learning-rate.ts'
import { optimizerKind } from './optimizer-kind.ts'
import { checkOptimizer } from './optimizer-settings.ts'
import { chain, type Optimizer } from './transformation.ts'
import { decayWeights, type WeightDecayOptions } from './weight-decay.ts'

const settings = { ...adamSettings, weightDecay: notNegative } as const

/**
 * AdamW: Adam's direction plus λθ, so that the decay is not divided by the gradient's size. λ is 0.01 and all
 * parameters decay unless told otherwise.
 *
 * Source: I. Loshchilov, F. Hutter, ICLR 2019.
 *
 * @throws ArgumentError like {@link scaleByAdam}, and for a rate or a decay that is negative or not finite.
 * @example
 * ```ts
 * import { adamW } from 'puregrad/optim'
 * adamW({ learningRate: 0.001, weightDecay: 0.1 }).name // => 'scaleByAdam → decayWeights → descend'
 * ```
 * @category Optimizers
 */
export const adamW = <P>(
  options: AdamOptions &
    WeightDecayOptions & { readonly learningRate: Schedule; readonly weightDecay?: number },
): Optimizer<P, readonly unknown[]> => {
  checkOptimizer('adamW', options, settings, { rate: 'required', also: ['where'] })
  const { learningRate, weightDecay = 0.01, where: decayed = () => true, ...scaling } = options
  return chain(
    scaleByAdam<P>(scaling),
    decayWeights<P>(weightDecay, { where: decayed }),
    descend<P>(learningRate),
  )
}

/** {@link adamW} as data. */
export const adamWKind = /* @__PURE__ */ optimizerKind('adamW', settings, adamW)
