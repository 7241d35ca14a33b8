import { add, cast, div, greater, mul, pow, sqrt, sub, where } from '../core/numeric/index.ts'
import { zipTrees } from '../core/tensor/tree.ts'
import { adamSettings, adamStart, adamStep, type AdamOptions, type AdamState } from './adam.ts'
import { bounded } from './bounded.ts'
import { descend } from './descend.ts'
import type { Schedule } from './learning-rate.ts'
import { optimizerKind } from './optimizer-kind.ts'
import { checkOptimizer } from './optimizer-settings.ts'
import { chain, type Gradient, type Optimizer, type Transformation } from './transformation.ts'

/**
 * Adam rectified: while the second moment rests on too few gradients (ρ ≤ 4) the direction is m̂; then it is
 * r·m̂ / (√v̂ + ε), with r for the variance of v̂.
 *
 * Source: L. Liu et al., "On the variance of the adaptive learning rate and beyond", ICLR 2020, algorithm 2.
 *
 * @throws ArgumentError like {@link scaleByAdam}.
 * @example
 * ```ts
 * import { tensor, toArray, type Tensor } from 'puregrad'
 * import { chain, descend, scaleByRAdam } from 'puregrad/optim'
 * const optimizer = chain(scaleByRAdam<{ readonly w: Tensor }>(), descend(0.5))
 * const params = { w: tensor([1, 2]) }
 * const [step] = optimizer.update({ w: tensor([3, -4]) }, optimizer.init(params), { params, step: 0, value: 0 })
 * toArray(step.w) // => [-1.5, 2]
 * ```
 * @category Optimizers
 */
export const scaleByRAdam = <P>(
  options: AdamOptions = {},
): Transformation<P, Gradient<P>, Gradient<P>, AdamState<P>> => {
  checkOptimizer('scaleByRAdam', options, adamSettings)
  const { b1 = 0.9, b2 = 0.999, epsilon = 1e-8 } = options
  return {
    name: 'scaleByRAdam',
    hyperParameters: { b1, b2, epsilon },
    init: adamStart,
    update: (gradient, state) => {
      const next = adamStep(state, bounded(gradient), { b1, b2 })
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
        const { dtype } = m
        const corrected = div(m, cast(first, dtype))
        const adaptive = div(mul(corrected, cast(r, dtype)), add(sqrt(div(v, cast(second, dtype))), epsilon))
        return where(rectified, adaptive, corrected)
      })
      return [direction as Gradient<P>, next]
    },
  }
}

/**
 * RAdam: {@link scaleByRAdam}, then {@link descend}. Throws ArgumentError like `adamW`.
 *
 * @example
 * ```ts
 * import { tensor, toArray, type Tensor } from 'puregrad'
 * import { rAdam } from 'puregrad/optim'
 * const optimizer = rAdam<{ readonly w: Tensor }>({ learningRate: 0.5 })
 * const params = { w: tensor([1]) }
 * const [step] = optimizer.update({ w: tensor([3]) }, optimizer.init(params), { params, step: 0, value: 0 })
 * toArray(step.w) // => [-1.5]
 * ```
 * @category Optimizers
 */
export const rAdam = <P>(
  options: AdamOptions & { readonly learningRate: Schedule },
): Optimizer<P, readonly unknown[]> => {
  checkOptimizer('rAdam', options, adamSettings, { rate: 'required' })
  const { learningRate, ...scaling } = options
  return chain(scaleByRAdam<P>(scaling), descend<P>(learningRate))
}

/** {@link rAdam} as data. */
export const rAdamKind = /* @__PURE__ */ optimizerKind('rAdam', adamSettings, rAdam)
