import {
  add,
  cast,
  div,
  greater,
  maximum,
  mul,
  pow,
  sqrt,
  square,
  sub,
  tensor,
  where,
} from '../core/numeric/index.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { zipTrees } from '../core/tensor/tree.ts'
import { adamOptions, scaleByAdam, type AdamOptions, type AdamState } from './adam.ts'
import { descend, type Schedule } from './descend.ts'
import { movingAverage, zerosOf } from './moving-average.ts'
import { checkOptimizer } from './optimizer-settings.ts'
import { chain, type Gradient, type Optimizer, type Transformation } from './transformation.ts'
import { decayWeights, type WeightDecayOptions } from './weight-decay.ts'

type Rate = { readonly learningRate: Schedule }

const withRate = { ...adamOptions, learningRate: true } as const

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
 */
export const adamW = <P>(
  options: AdamOptions & Rate & WeightDecayOptions & { readonly weightDecay?: number },
): Optimizer<P, readonly unknown[]> => {
  checkOptimizer('adamW', options, { ...withRate, weightDecay: true, where: true })
  const { learningRate, weightDecay = 0.01, where: decayed = () => true, ...scaling } = options
  return chain(
    chain(scaleByAdam<P>(scaling), decayWeights<P>(weightDecay, { where: decayed })),
    descend<P>(learningRate),
  )
}

const started = <P>(params: P): AdamState<P> => ({
  mean: zerosOf(params),
  square: zerosOf(params),
  count: tensor(0, { dtype: 'float64' }),
})

const advanced = <P>(state: AdamState<P>, gradient: P, b1: number, b2: number): AdamState<P> => ({
  mean: movingAverage(state.mean, gradient, b1),
  square: movingAverage(state.square, gradient, b2, (g) => square(g)),
  count: add(state.count, 1),
})

/**
 * Adam looking one step ahead: (β₁m/(1 − β₁ᵗ⁺¹) + (1 − β₁)g/(1 − β₁ᵗ)) / (√v̂ + ε).
 *
 * Source: T. Dozat, "Incorporating Nesterov momentum into Adam", 2016, with constant β₁.
 *
 * @throws ArgumentError like {@link scaleByAdam}.
 */
export const scaleByNadam = <P>(
  options: AdamOptions = {},
): Transformation<P, Gradient<P>, Gradient<P>, AdamState<P>> => {
  checkOptimizer('scaleByNadam', options, adamOptions)
  const { b1 = 0.9, b2 = 0.999, epsilon = 1e-8 } = options
  return {
    name: 'scaleByNadam',
    hyperParameters: { b1, b2, epsilon },
    init: started,
    update: (gradient, state) => {
      const next = advanced(state, gradient as P, b1, b2)
      const ahead = div(b1, sub(1, pow(b1, add(next.count, 1))))
      const now = div(1 - b1, sub(1, pow(b1, next.count)))
      const correction = sub(1, pow(b2, next.count))
      const direction = zipTrees(next.mean, [next.square, gradient], ([m, v, g]) => {
        const { dtype } = m as Tensor
        const look = add(mul(m as Tensor, cast(ahead, dtype)), mul(g as Tensor, cast(now, dtype)))
        return div(look, add(sqrt(div(v as Tensor, cast(correction, dtype))), epsilon))
      })
      return [direction as Gradient<P>, next]
    },
  }
}

/** NAdam: {@link scaleByNadam}, then {@link descend}. Throws ArgumentError like {@link adamW}. */
export const nadam = <P>(options: AdamOptions & Rate): Optimizer<P, readonly unknown[]> => {
  checkOptimizer('nadam', options, withRate)
  const { learningRate, ...scaling } = options
  return chain(scaleByNadam<P>(scaling), descend<P>(learningRate))
}

/** Adam's averages with the largest second moment so far. */
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
 */
export const scaleByAmsGrad = <P>(
  options: AdamOptions = {},
): Transformation<P, Gradient<P>, Gradient<P>, AmsGradState<P>> => {
  checkOptimizer('scaleByAmsGrad', options, adamOptions)
  const { b1 = 0.9, b2 = 0.999, epsilon = 1e-8 } = options
  return {
    name: 'scaleByAmsGrad',
    hyperParameters: { b1, b2, epsilon },
    init: (params) => ({ mean: zerosOf(params), square: zerosOf(params), largest: zerosOf(params) }),
    update: (gradient, state) => {
      const mean = movingAverage(state.mean, gradient as P, b1)
      const squares = movingAverage(state.square, gradient as P, b2, (g) => square(g))
      const largest = zipTrees(state.largest, [squares], ([old, v]) => maximum(old as Tensor, v as Tensor))
      const direction = zipTrees(mean, [largest], ([m, v]) =>
        div(m as Tensor, add(sqrt(v as Tensor), epsilon)),
      )
      return [direction as Gradient<P>, { mean, square: squares, largest }]
    },
  }
}

/** AMSGrad: {@link scaleByAmsGrad}, then {@link descend}. Throws ArgumentError like {@link adamW}. */
export const amsGrad = <P>(options: AdamOptions & Rate): Optimizer<P, readonly unknown[]> => {
  checkOptimizer('amsGrad', options, withRate)
  const { learningRate, ...scaling } = options
  return chain(scaleByAmsGrad<P>(scaling), descend<P>(learningRate))
}

/**
 * Adam rectified: while the second moment rests on too few gradients (ρ ≤ 4) the direction is m̂; then it is
 * r·m̂ / (√v̂ + ε), with r for the variance of v̂.
 *
 * Source: L. Liu et al., "On the variance of the adaptive learning rate and beyond", ICLR 2020, algorithm 2.
 *
 * @throws ArgumentError like {@link scaleByAdam}.
 */
export const scaleByRAdam = <P>(
  options: AdamOptions = {},
): Transformation<P, Gradient<P>, Gradient<P>, AdamState<P>> => {
  checkOptimizer('scaleByRAdam', options, adamOptions)
  const { b1 = 0.9, b2 = 0.999, epsilon = 1e-8 } = options
  return {
    name: 'scaleByRAdam',
    hyperParameters: { b1, b2, epsilon },
    init: started,
    update: (gradient, state) => {
      const next = advanced(state, gradient as P, b1, b2)
      const longest = 2 / (1 - b2) - 1
      const power = pow(b2, next.count)
      const length = sub(longest, div(mul(mul(2, next.count), power), sub(1, power)))
      const rectified = greater(length, 4)
      // Where it is not rectified the root is of a number that is not used; 5 keeps it real.
      const safe = where(rectified, length, 5)
      const r = sqrt(
        div(mul(mul(sub(safe, 4), sub(safe, 2)), longest), mul((longest - 4) * (longest - 2), safe)),
      )
      const first = sub(1, pow(b1, next.count))
      const second = sub(1, power)
      const direction = zipTrees(next.mean, [next.square], ([m, v]) => {
        const { dtype } = m as Tensor
        const corrected = div(m as Tensor, cast(first, dtype))
        const adaptive = div(
          mul(corrected, cast(r, dtype)),
          add(sqrt(div(v as Tensor, cast(second, dtype))), epsilon),
        )
        return where(rectified, adaptive, corrected)
      })
      return [direction as Gradient<P>, next]
    },
  }
}

/** RAdam: {@link scaleByRAdam}, then {@link descend}. Throws ArgumentError like {@link adamW}. */
export const rAdam = <P>(options: AdamOptions & Rate): Optimizer<P, readonly unknown[]> => {
  checkOptimizer('rAdam', options, withRate)
  const { learningRate, ...scaling } = options
  return chain(scaleByRAdam<P>(scaling), descend<P>(learningRate))
}
