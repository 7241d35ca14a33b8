import { cast, mul, neg, tensor } from '../numeric/index.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { mapTree } from '../tensor/tree.ts'
import type { Gradient, Optimizer, Step, Transformation } from './transformation.ts'

/** A learning rate, or how it depends on the number of steps taken, a float64 scalar. */
export type Schedule = number | ((step: Tensor) => Tensor | number)

/**
 * The rate of a schedule at a step.
 *
 * @example
 * ```ts
 * import { add, div, item } from 'puregrad'
 * import { rateAt } from 'puregrad/optim'
 * item(rateAt((step) => div(1, add(1, step)), 3)) // => 0.25
 * ```
 */
export const rateAt = (schedule: Schedule, step: Tensor | number): Tensor => {
  const at = typeof step === 'number' ? tensor(step, { dtype: 'float64' }) : step
  const rate = typeof schedule === 'number' ? schedule : schedule(at)
  return typeof rate === 'number' ? tensor(rate, { dtype: 'float64' }) : rate
}

/**
 * From the gradient to the step: times minus the rate. The only place where sign and rate are applied.
 *
 * @example
 * ```ts
 * import { pow, tensor, toArray, type Tensor } from 'puregrad'
 * import { descend } from 'puregrad/optim'
 * const halving = descend<{ readonly w: Tensor }>((step) => pow(0.5, step))
 * const params = { w: tensor([0]) }
 * toArray(halving.update({ w: tensor([4]) }, {}, { params, step: 1, value: 0 })[0].w) // => [-2]
 * ```
 */
export const descend = <P>(
  rate: Schedule,
): Transformation<P, Gradient<P>, Step<P>, Readonly<Record<never, never>>> => ({
  name: 'descend',
  hyperParameters: { rate },
  init: () => ({}),
  update: (gradient, state, { step }) => {
    const by = neg(rateAt(rate, step))
    return [mapTree(gradient, (leaf) => mul(leaf, cast(by, leaf.dtype))) as P as Step<P>, state]
  },
})

/**
 * The rate of an optimizer that is a chain with exactly one {@link descend}; undefined for any other.
 *
 * @example
 * ```ts
 * import { adam, learningRateOf } from 'puregrad/optim'
 * learningRateOf(adam({ learningRate: 0.1 })) // => 0.1
 * ```
 */
export const learningRateOf = <P, S>(optimizer: Optimizer<P, S>): Schedule | undefined => {
  const found = (optimizer.parts ?? [optimizer]).filter(({ name }) => name === 'descend')
  return found.length === 1 ? (found[0]?.hyperParameters?.['rate'] as Schedule | undefined) : undefined
}
