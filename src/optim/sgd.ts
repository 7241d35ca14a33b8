import { fraction } from '../core/tensor/setting-ranges.ts'
import { descend } from './descend.ts'
import type { Schedule } from './learning-rate.ts'
import { optimizerKind } from './optimizer-kind.ts'
import { checkOptimizer } from './optimizer-settings.ts'
import { trace, type TraceOptions } from './trace.ts'
import { chain, identity, type Gradient, type Optimizer } from './transformation.ts'

/**
 * Gradient descent: θ ← θ − ηg.
 *
 * @throws ArgumentError for another option, or a rate that is negative or not finite.
 * @example
 * ```ts
 * import { tensor, toArray, type Tensor } from 'puregrad'
 * import { applyStep, sgd } from 'puregrad/optim'
 * const optimizer = sgd<{ readonly w: Tensor }>({ learningRate: 0.5 })
 * const params = { w: tensor([1]) }
 * const [step] = optimizer.update({ w: tensor([1]) }, optimizer.init(params), { params, step: 0, value: 0 })
 * toArray(applyStep(params, step).w) // => [0.5]
 * ```
 * @category Optimizers
 */
export const sgd = <P>(options: { readonly learningRate: Schedule }): Optimizer<P, readonly unknown[]> => {
  checkOptimizer('sgd', options, {}, { rate: 'required' })
  return chain(identity<P, Gradient<P>>(), descend<P>(options.learningRate))
}

const settings = { beta: fraction, nesterov: [true, false] } as const

/**
 * Gradient descent along the velocity of {@link trace}: v ← βv + g, θ ← θ − ηv.
 *
 * @throws ArgumentError for another option, a rate that is negative or not finite, or β outside [0, 1).
 * @example
 * ```ts
 * import { tensor, toArray, type Tensor } from 'puregrad'
 * import { momentum } from 'puregrad/optim'
 * const optimizer = momentum<{ readonly w: Tensor }>({ learningRate: 1, beta: 0.5 })
 * const params = { w: tensor([0]) }
 * const context = { params, step: 0, value: 0 }
 * const gradient = { w: tensor([1]) }
 * const [, state] = optimizer.update(gradient, optimizer.init(params), context)
 * toArray(optimizer.update(gradient, state, context)[0].w) // => [-1.5]
 * ```
 * @category Optimizers
 */
export const momentum = <P>(
  options: TraceOptions & { readonly learningRate: Schedule; readonly beta?: number },
): Optimizer<P, readonly unknown[]> => {
  checkOptimizer('momentum', options, settings, { rate: 'required' })
  const { learningRate, beta = 0.9, ...rest } = options
  return chain(trace<P>(beta, rest), descend<P>(learningRate))
}

/** {@link sgd} as data. */
export const sgdKind = /* @__PURE__ */ optimizerKind('sgd', {}, sgd)

/** {@link momentum} as data. */
export const momentumKind = /* @__PURE__ */ optimizerKind('momentum', settings, momentum)
