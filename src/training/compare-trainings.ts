/* eslint-disable functional/no-let, functional/no-loop-statements --
   two sequences of events are consumed side by side, as they come */
import { toTypedArray } from '../core/autodiff/read.ts'
import { leavesOf, zipTrees } from '../core/tensor/tree.ts'
import type { Outcome, TrainingEvent } from './fit.ts'
import type { TrainingState } from './training-state.ts'

/**
 * How two trainings differ after the same number of epochs.
 *
 * @category Evaluation
 */
export interface EpochDifference<M> {
  readonly epoch: number
  /** Each measured number of the second less that of the first. */
  readonly difference: { readonly [K in keyof M]: number }
  /** ‖θ₂ − θ₁‖ over all parameters. */
  readonly distance: number
}

/**
 * Two trainings side by side.
 *
 * @category Evaluation
 */
export interface TrainingComparison<P, S, O, M> {
  readonly first: Outcome<P, S, O, M>
  readonly second: Outcome<P, S, O, M>
  /** For every epoch that both finished. */
  readonly epochs: readonly EpochDifference<M>[]
}

const distanceOf = <P>(first: P, second: P): number => {
  let squares = 0
  zipTrees(
    first,
    [second],
    ([a, b]) => {
      const [x, y] = [a, b].map((leaf) => toTypedArray(leaf))
      x?.forEach((value: number, i: number) => {
        squares += (value - (y?.[i] ?? NaN)) ** 2
      })
      return a
    },
    'compareTrainings',
  )
  return leavesOf(first).length === 0 ? 0 : Math.sqrt(squares)
}

/** The next epoch or the outcome. */
const advance = async <P, S, O, M>(
  events: AsyncIterator<TrainingEvent<P, S, O, M>>,
): Promise<Exclude<TrainingEvent<P, S, O, M>, { readonly kind: 'batch' }>> => {
  for (;;) {
    const next = await events.next()
    if (next.done === true) throw new RangeError('compareTrainings: the events end without an outcome')
    if (next.value.kind !== 'batch') return next.value
  }
}

/**
 * Two futures side by side, epoch by epoch. A training state is a value, so two of them fork from one by using it
 * twice; as the randomness is that of the state's key, what differs is due to the plans alone.
 *
 * @throws TreeError where the parameters of the two differ in structure; RangeError for events without an outcome.
 * @example
 * ```ts
 * import { key, mul, sum, square, sub, tensor, type Tensor } from 'puregrad'
 * import { sgd } from 'puregrad/optim'
 * import { compareTrainings, fit, startTraining, supervisedStep } from 'puregrad/training'
 * const model = { apply: (_: unknown, w: Tensor, layers: object, x: Tensor) => [mul(x, w), layers] as const }
 * const at = (learningRate: number) =>
 *   fit({
 *     step: supervisedStep({ model, loss: (a, b) => sum(square(sub(a, b))), optimizer: sgd({ learningRate }) }),
 *     batches: () => [{ x: tensor([1]), y: tensor([1]) }],
 *     batchesPerEpoch: 1,
 *     score: () => ({ loss: 0 }),
 *     monitor: ({ loss }) => loss,
 *     stopping: { mode: 'min', patience: 9, minDelta: 0 },
 *     epochs: 1,
 *   })
 * const state = startTraining({ params: tensor(0) as Tensor, layers: {}, optimizer: sgd({ learningRate: 0 }).init(tensor(0)), key: key(0) })
 * const { epochs } = await compareTrainings(at(0.25)(state), at(0.5)(state))
 * epochs // => [{ epoch: 1, difference: { loss: 0 }, distance: 0.5 }]
 * ```
 * @category Evaluation
 */
export const compareTrainings = async <P, S, O, M extends { readonly [K in keyof M]: number }>(
  first: AsyncIterable<TrainingEvent<P, S, O, M>>,
  second: AsyncIterable<TrainingEvent<P, S, O, M>>,
): Promise<TrainingComparison<P, S, O, M>> => {
  const [one, other] = [first[Symbol.asyncIterator](), second[Symbol.asyncIterator]()]
  const epochs: EpochDifference<M>[] = []
  const compared = (a: M, b: M, from: TrainingState<P, S, O, M>, to: TrainingState<P, S, O, M>) => ({
    epoch: to.epoch,
    difference: Object.fromEntries(
      Object.keys(a).map((name) => [name, b[name as keyof M] - a[name as keyof M]]),
    ) as EpochDifference<M>['difference'],
    distance: distanceOf(from.params, to.params),
  })
  let [a, b] = [await advance(one), await advance(other)]
  while (a.kind !== 'done' || b.kind !== 'done') {
    if (a.kind === 'epoch' && b.kind === 'epoch')
      // eslint-disable-next-line functional/immutable-data -- the list is not handed out before it is whole
      epochs.push(compared(a.metrics, b.metrics, a.state, b.state))
    a = a.kind === 'done' ? a : await advance(one)
    b = b.kind === 'done' ? b : await advance(other)
  }
  return { first: a, second: b, epochs }
}
