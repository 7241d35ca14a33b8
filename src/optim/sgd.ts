import { descend, type Schedule } from './descend.ts'
import { trace, type TraceOptions } from './trace.ts'
import { chain, identity, type Gradient, type Optimizer } from './transformation.ts'

/**
 * Gradient descent: θ ← θ − ηg.
 *
 * @example
 * ```ts
 * import { tensor, toArray, type Tensor } from 'puregrad'
 * import { applyStep, sgd } from 'puregrad/optim'
 * const optimizer = sgd<{ readonly w: Tensor }>({ learningRate: 0.5 })
 * const params = { w: tensor([1]) }
 * const [step] = optimizer.update({ w: tensor([1]) }, optimizer.init(params), { params, step: 0, value: 0 })
 * toArray(applyStep(params, step).w) // => [0.5]
 * ```
 */
export const sgd = <P>({
  learningRate,
}: {
  readonly learningRate: Schedule
}): Optimizer<P, readonly unknown[]> => chain(identity<P, Gradient<P>>(), descend<P>(learningRate))

/**
 * Gradient descent along the velocity of {@link trace}: v ← βv + g, θ ← θ − ηv.
 *
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
 */
export const momentum = <P>({
  learningRate,
  beta = 0.9,
  ...options
}: TraceOptions & { readonly learningRate: Schedule; readonly beta?: number }): Optimizer<
  P,
  readonly unknown[]
> => chain(trace<P>(beta, options), descend<P>(learningRate))
