import { div, equal, logicalOr, mul, norm, where } from '../core/numeric/index.ts'
import { notNegative } from '../core/tensor/setting-ranges.ts'
import { zipTrees } from '../core/tensor/tree.ts'
import { adamSettings, scaleByAdam, type AdamOptions } from './adam.ts'
import { descend } from './descend.ts'
import type { Schedule } from './learning-rate.ts'
import { optimizerKind } from './optimizer-kind.ts'
import { checkOptimizer } from './optimizer-settings.ts'
import { chain, type Gradient, type Optimizer, type Transformation } from './transformation.ts'
import { decayWeights, type WeightDecayOptions } from './weight-decay.ts'

/**
 * Gives the direction of every parameter tensor the length of the tensor itself: d·‖θ‖ / ‖d‖, and leaves it where
 * either is 0.
 *
 * Source: Y. You et al., "Large batch optimization for deep learning", ICLR 2020.
 *
 * @example
 * ```ts
 * import { tensor, toArray, type Tensor } from 'puregrad'
 * import { chain, descend, scaleByTrustRatio } from 'puregrad/optim'
 * const optimizer = chain(scaleByTrustRatio<{ readonly w: Tensor }>(), descend(0.5))
 * const params = { w: tensor([1, 2]) }
 * const [step] = optimizer.update({ w: tensor([3, -4]) }, optimizer.init(params), { params, step: 0, value: 0 })
 * toArray(step.w) // => [-0.6708204, 0.8944272]
 * ```
 * @category Optimizers
 */
export const scaleByTrustRatio = <P>(): Transformation<
  P,
  Gradient<P>,
  Gradient<P>,
  Readonly<Record<never, never>>
> => ({
  name: 'scaleByTrustRatio',
  hyperParameters: {},
  init: () => ({}),
  update: (gradient, state, { params }) => [
    zipTrees(
      gradient as P,
      [params],
      ([d, p]) => {
        const [length, size] = [norm(d), norm(p)]
        const none = logicalOr(equal(length, 0), equal(size, 0))
        return mul(d, where(none, 1, div(size, where(none, 1, length))))
      },
      'scaleByTrustRatio',
    ) as Gradient<P>,
    state,
  ],
})

const settings = { ...adamSettings, weightDecay: notNegative } as const

/**
 * LAMB: Adam's direction plus λθ, given the length of each parameter tensor.
 *
 * Source: Y. You et al., ICLR 2020, algorithm 2.
 *
 * @throws ArgumentError like `adamW`.
 * @example
 * ```ts
 * import { lamb } from 'puregrad/optim'
 * lamb({ learningRate: 0.01 }).name // => 'scaleByAdam → decayWeights → scaleByTrustRatio → descend'
 * ```
 * @category Optimizers
 */
export const lamb = <P>(
  options: AdamOptions &
    WeightDecayOptions & { readonly learningRate: Schedule; readonly weightDecay?: number },
): Optimizer<P, readonly unknown[]> => {
  checkOptimizer('lamb', options, settings, { rate: 'required', also: ['where'] })
  const { learningRate, weightDecay = 0, where: decayed = () => true, epsilon = 1e-6, ...scaling } = options
  return chain(
    scaleByAdam<P>({ epsilon, ...scaling }),
    decayWeights<P>(weightDecay, { where: decayed }),
    scaleByTrustRatio<P>(),
    descend<P>(learningRate),
  )
}

/** {@link lamb} as data. */
export const lambKind = /* @__PURE__ */ optimizerKind('lamb', settings, lamb)
