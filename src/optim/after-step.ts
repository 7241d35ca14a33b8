import { ArgumentError } from '../core/tensor/errors.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { mapTree } from '../core/tensor/tree.ts'
import type { Where } from '../core/tensor/weights-only.ts'
import { learningRateOf } from './descend.ts'
import { rateAt } from './learning-rate.ts'
import { checkTransformation, type Optimizer } from './transformation.ts'

/**
 * The proximal step of a function h: x ↦ arg min over y of ½‖y − x‖² + ηh(y), with η the rate of the step before it.
 *
 * Source: N. Parikh, S. Boyd, "Proximal algorithms", 2014.
 *
 * @category After the step
 */
export interface ProximalStep<P> {
  readonly kind: 'proximal'
  readonly name: string
  /** The settings it was made with, for reading. */
  readonly hyperParameters: Readonly<Record<string, unknown>>
  readonly apply: (params: P, rate: Tensor | number) => P
}

/**
 * The nearest point of a set, which no rate changes.
 *
 * @category After the step
 */
export interface Projection<P> {
  readonly kind: 'projection'
  readonly name: string
  /** The settings it was made with, for reading. */
  readonly hyperParameters: Readonly<Record<string, unknown>>
  readonly apply: (params: P) => P
}

/**
 * A map of the parameters that follows the step of an optimizer. Such maps are no monoid like penalties: one after the
 * other is in general neither the proximal step of the sum nor the projection onto the intersection, and their order
 * matters.
 *
 * @category After the step
 */
export type AfterStep<P> = ProximalStep<P> | Projection<P>

/** A map of single tensors, on the chosen ones of a tree. */
export const onLeaves =
  <P>(where: Where, map: (leaf: Tensor) => Tensor): ((params: P) => P) =>
  (params) =>
    mapTree(params, (leaf, path) => (where(path) ? map(leaf) : leaf))

/**
 * The maps that follow an optimizer's steps as one function of the parameters after the step and the number of steps
 * before it. Proximal steps are given the rate of the optimizer's {@link descend}.
 *
 * @throws ArgumentError for a proximal step after an optimizer that is not a chain with exactly one `descend`.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { afterSteps, box, sgd, softThreshold } from 'puregrad/optim'
 * const after = afterSteps(sgd({ learningRate: 0.5 }), [softThreshold(1), box(0, 2)])
 * toArray(after({ weight: tensor([-3, 0.25, 1, 9]) }, 0).weight) // => [0, 0, 0.5, 2]
 * ```
 * @category After the step
 */
export const afterSteps = <P, S>(
  optimizer: Optimizer<P, S>,
  maps: readonly AfterStep<P>[],
): ((params: P, step: Tensor | number) => P) => {
  checkTransformation('afterSteps', 'the optimizer', optimizer)
  const schedule = learningRateOf(optimizer)
  const proximal = maps.find(({ kind }) => kind === 'proximal')
  if (proximal !== undefined && schedule === undefined)
    throw new ArgumentError(
      `afterSteps: ${proximal.name} needs the rate of the optimizer's descend; ${optimizer.name} is not a chain with exactly one`,
    )
  return (params, step) =>
    maps.reduce(
      (current, map) =>
        map.kind === 'projection' ? map.apply(current) : map.apply(current, rateAt(schedule ?? 0, step)),
      params,
    )
}
