import { cast, equal, mul, neg, where, zerosLike } from '../core/numeric/index.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { mapTree } from '../core/tensor/tree.ts'
import { checkSchedule, rateAt, type Schedule } from './learning-rate.ts'
import type { Gradient, Optimizer, Step, Transformation } from './transformation.ts'

/**
 * From the gradient to the step: times minus the rate. The only place where sign and rate are applied. Where the rate is
 * 0 the step is 0, whatever the gradient.
 *
 * @throws ArgumentError for a rate that is negative or not finite.
 * @example
 * ```ts
 * import { pow, tensor, toArray, type Tensor } from 'puregrad'
 * import { descend } from 'puregrad/optim'
 * const halving = descend<{ readonly w: Tensor }>((step) => pow(0.5, step))
 * const params = { w: tensor([0]) }
 * toArray(halving.update({ w: tensor([4]) }, {}, { params, step: 1, value: 0 })[0].w) // => [-2]
 * ```
 * @category Learning rates
 */
export const descend = <P>(
  rate: Schedule,
): Transformation<P, Gradient<P>, Step<P>, Readonly<Record<never, never>>> => {
  checkSchedule('descend', 'rate', rate)
  const moved = (step: Tensor | number): ((leaf: Tensor) => Tensor) => {
    if (rate === 0) return (leaf) => zerosLike(leaf)
    const at = rateAt(rate, step)
    const by = neg(at)
    const scaled = (leaf: Tensor): Tensor => mul(leaf, cast(by, leaf.dtype))
    return typeof rate === 'number' ? scaled : (leaf) => where(equal(at, 0), 0, scaled(leaf))
  }
  return {
    name: 'descend',
    hyperParameters: { rate },
    init: () => ({}),
    update: (gradient, state, { step }) => [mapTree(gradient, moved(step)) as P as Step<P>, state],
  }
}

/**
 * The rate of an optimizer that is a chain with exactly one {@link descend}; undefined for any other.
 *
 * @example
 * ```ts
 * import { adam, learningRateOf } from 'puregrad/optim'
 * learningRateOf(adam({ learningRate: 0.1 })) // => 0.1
 * ```
 * @category Learning rates
 */
export const learningRateOf = <P, S>(optimizer: Optimizer<P, S>): Schedule | undefined => {
  const found = (optimizer.parts ?? [optimizer]).filter(({ name }) => name === 'descend')
  return found.length === 1 ? (found[0]?.hyperParameters?.['rate'] as Schedule | undefined) : undefined
}
