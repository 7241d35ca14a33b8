import { add, cast, div, mul, pow, sqrt, sub } from '../core/numeric/index.ts'
import { zipTrees } from '../core/tensor/tree.ts'
import { adamSettings, adamStart, adamStep, type AdamOptions, type AdamState } from './adam.ts'
import { bounded } from './bounded.ts'
import { descend } from './descend.ts'
import type { Schedule } from './learning-rate.ts'
import { optimizerKind } from './optimizer-kind.ts'
import { checkOptimizer } from './optimizer-settings.ts'
import { chain, type Gradient, type Optimizer, type Transformation } from './transformation.ts'

/**
 * Adam looking one step ahead: (β₁m/(1 − β₁ᵗ⁺¹) + (1 − β₁)g/(1 − β₁ᵗ)) / (√v̂ + ε).
 *
 * Source: T. Dozat, "Incorporating Nesterov momentum into Adam", 2016, with constant β₁.
 *
 * @throws ArgumentError like {@link scaleByAdam}.
 * @example
 * ```ts
 * import { tensor, toArray, type Tensor } from 'puregrad'
 * import { chain, descend, scaleByNAdam } from 'puregrad/optim'
 * const optimizer = chain(scaleByNAdam<{ readonly w: Tensor }>(), descend(0.5))
 * const params = { w: tensor([1, 2]) }
 * const [step] = optimizer.update({ w: tensor([3, -4]) }, optimizer.init(params), { params, step: 0, value: 0 })
 * toArray(step.w) // => [-0.7368421, 0.7368421]
 * ```
 * @category Optimizers
 */
export const scaleByNAdam = <P>(
  options: AdamOptions = {},
): Transformation<P, Gradient<P>, Gradient<P>, AdamState<P>> => {
  checkOptimizer('scaleByNAdam', options, adamSettings)
  const { b1 = 0.9, b2 = 0.999, epsilon = 1e-8 } = options
  return {
    name: 'scaleByNAdam',
    hyperParameters: { b1, b2, epsilon },
    init: adamStart,
    update: (gradient, state) => {
      const slope = bounded(gradient)
      const next = adamStep(state, slope, { b1, b2 })
      const ahead = div(b1, sub(1, pow(b1, add(next.count, 1))))
      const now = div(1 - b1, sub(1, pow(b1, next.count)))
      const correction = sub(1, pow(b2, next.count))
      const direction = zipTrees(next.mean, [next.square, slope], ([m, v, g]) => {
        const { dtype } = m
        const look = add(mul(m, cast(ahead, dtype)), mul(g, cast(now, dtype)))
        return div(look, add(sqrt(div(v, cast(correction, dtype))), epsilon))
      })
      return [direction as Gradient<P>, next]
    },
  }
}

/**
 * NAdam: {@link scaleByNAdam}, then {@link descend}. Throws ArgumentError like `adamW`.
 *
 * @example
 * ```ts
 * import { tensor, toArray, type Tensor } from 'puregrad'
 * import { nAdam } from 'puregrad/optim'
 * const optimizer = nAdam<{ readonly w: Tensor }>({ learningRate: 0.5 })
 * const params = { w: tensor([1]) }
 * const [step] = optimizer.update({ w: tensor([3]) }, optimizer.init(params), { params, step: 0, value: 0 })
 * toArray(step.w) // => [-0.7368421]
 * ```
 * @category Optimizers
 */
export const nAdam = <P>(
  options: AdamOptions & { readonly learningRate: Schedule },
): Optimizer<P, readonly unknown[]> => {
  checkOptimizer('nAdam', options, adamSettings, { rate: 'required' })
  const { learningRate, ...scaling } = options
  return chain(scaleByNAdam<P>(scaling), descend<P>(learningRate))
}

/** {@link nAdam} as data. */
export const nAdamKind = /* @__PURE__ */ optimizerKind('nAdam', adamSettings, nAdam, ['nadam'])
