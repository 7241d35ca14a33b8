import { add, div, mul, pow, sqrt, square, sub, tensor } from '../core/numeric/index.ts'
import { fraction, positive } from '../core/tensor/setting-ranges.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { zipTrees } from '../core/tensor/tree.ts'
import { chain, type Gradient, type Optimizer, type Transformation } from './transformation.ts'
import { movingAverage, zerosOf } from './moving-average.ts'
import { bounded } from './bounded.ts'
import { descend } from './descend.ts'
import type { Schedule } from './learning-rate.ts'
import { optimizerKind } from './optimizer-kind.ts'
import { checkOptimizer } from './optimizer-settings.ts'
import { scalarByDType } from './scalar-by-dtype.ts'

/**
 * Moving averages of the gradient and of its square, and how many steps they hold.
 *
 * @category Optimizers
 */
export interface AdamState<P> {
  readonly mean: P
  readonly square: P
  /** A float64 scalar: in float32, 1 − β₂ᵗ would lose its first digits. */
  readonly count: Tensor
}

/**
 * How long the averages of Adam and its relatives remember, and their ε.
 *
 * @category Optimizers
 */
export interface AdamOptions {
  readonly b1?: number
  readonly b2?: number
  readonly epsilon?: number
}

/** What {@link AdamOptions} may be. */
export const adamSettings = { b1: fraction, b2: fraction, epsilon: positive } as const

/** No steps yet. */
export const adamStart = <P>(params: P): AdamState<P> => ({
  mean: zerosOf(params),
  square: zerosOf(params),
  count: tensor(0, { dtype: 'float64' }),
})

/** Both averages with one gradient more. */
export const adamStep = <P>(
  state: AdamState<P>,
  gradient: P,
  { b1, b2 }: { readonly b1: number; readonly b2: number },
): AdamState<P> => ({
  mean: movingAverage(state.mean, gradient, b1),
  square: movingAverage(state.square, gradient, b2, (g) => square(g)),
  count: add(state.count, 1),
})

/**
 * Adam's direction: m̂ / (√v̂ + ε) with bias-corrected moving averages m̂ of the gradient and v̂ of its square.
 *
 * Source: D. P. Kingma, J. Ba, "Adam: a method for stochastic optimization", ICLR 2015.
 *
 * @throws ArgumentError for another option, β₁ or β₂ outside [0, 1), or an ε that is not positive.
 * @example
 * ```ts
 * import { tensor, toArray, type Tensor } from 'puregrad'
 * import { chain, descend, scaleByAdam } from 'puregrad/optim'
 * const optimizer = chain(scaleByAdam<{ readonly w: Tensor }>(), descend(0.5))
 * const params = { w: tensor([1, 2]) }
 * const [step] = optimizer.update({ w: tensor([3, -4]) }, optimizer.init(params), { params, step: 0, value: 0 })
 * toArray(step.w) // => [-0.5, 0.5]
 * ```
 * @category Optimizers
 */
export const scaleByAdam = <P>(
  options: AdamOptions = {},
): Transformation<P, Gradient<P>, Gradient<P>, AdamState<P>> => {
  checkOptimizer('scaleByAdam', options, adamSettings)
  const { b1 = 0.9, b2 = 0.999, epsilon = 1e-8 } = options
  return {
    name: 'scaleByAdam',
    hyperParameters: { b1, b2, epsilon },
    init: adamStart,
    update: (gradient, state) => {
      const next = adamStep(state, bounded(gradient), { b1, b2 })
      // m̂ / (√v̂ + ε) with both corrections moved to the denominator, where they are scalars: m / (s√v + cε).
      const c = sub(1, pow(b1, next.count))
      const s = div(c, sqrt(sub(1, pow(b2, next.count))))
      const floor = mul(c, epsilon)
      const [stretch, least] = [scalarByDType(s, next.mean), scalarByDType(floor, next.mean)]
      const direction = zipTrees(next.mean, [next.square], ([m, v]) =>
        div(m, add(mul(sqrt(v), stretch(m.dtype)), least(m.dtype))),
      )
      return [direction as Gradient<P>, next]
    },
  }
}

/**
 * Adam: {@link scaleByAdam}, then {@link descend}.
 *
 * @throws ArgumentError like {@link scaleByAdam}, and for a rate that is negative or not finite.
 * @example
 * ```ts
 * import { tensor, toArray, type Tensor } from 'puregrad'
 * import { adam } from 'puregrad/optim'
 * const optimizer = adam<{ readonly w: Tensor }>({ learningRate: 0.1 })
 * const params = { w: tensor([1, 1]) }
 * const [step] = optimizer.update({ w: tensor([3, -5]) }, optimizer.init(params), { params, step: 0, value: 0 })
 * toArray(step.w) // => [-0.1, 0.1]
 * ```
 * @category Optimizers
 */
export const adam = <P>(
  options: AdamOptions & { readonly learningRate: Schedule },
): Optimizer<P, readonly unknown[]> => {
  checkOptimizer('adam', options, adamSettings, { rate: 'required' })
  const { learningRate, ...scaling } = options
  return chain(scaleByAdam<P>(scaling), descend<P>(learningRate))
}

/** {@link adam} as data. */
export const adamKind = /* @__PURE__ */ optimizerKind('adam', adamSettings, adam)
