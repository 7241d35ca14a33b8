import { mul } from '../numeric/index.ts'
import { mapTree } from '../tensor/tree.ts'
import type { Gradient, Step, Transformation } from './transformation.ts'

/** A learning rate, or how it depends on the number of steps taken. */
export type Schedule = number | ((step: number) => number)

/** The rate of a schedule at a step. */
export const rateAt = (schedule: Schedule, step: number): number =>
  typeof schedule === 'number' ? schedule : schedule(step)

/**
 * From the gradient to the step: times minus the rate. The only place where sign and rate are applied.
 *
 * @example
 * ```ts
 * import { tensor, toArray, type Tensor } from 'puregrad'
 * import { descend } from 'puregrad/optim'
 * const halving = descend<{ readonly w: Tensor }>((step) => 0.5 ** step)
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
    const by = -rateAt(rate, step)
    return [mapTree(gradient, (leaf) => mul(leaf, by)) as P as Step<P>, state]
  },
})
