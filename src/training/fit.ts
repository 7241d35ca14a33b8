/* eslint-disable functional/no-let, functional/no-loop-statements --
   an event is yielded from inside the loops over epochs and batches, which only a generator's own loops can do */
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { countOrEndless } from '../core/tensor/setting-ranges.ts'
import { answerHere, courseOf, type Answer } from './course.ts'
import { checkStoppingRule, type StoppingRule } from './early-stopping.ts'
import { planOptions, type Outcome, type Plan, type TrainingEvent } from './plan.ts'
import type { TrainingState } from './training-state.ts'

export type { Outcome, Plan, StepInput, StepOutput, StopReason, TrainingEvent, TrainingStep } from './plan.ts'

/**
 * Events in order. `for await` hands control back to the event loop now and then; a plain `for` runs through. Nothing
 * happens until they are consumed, and they can be consumed again.
 *
 * @category Training
 */
export type TrainingEvents<P, S, O, M> = Iterable<TrainingEvent<P, S, O, M>> &
  AsyncIterable<TrainingEvent<P, S, O, M>>

/**
 * What ends {@link fit} early, and how often it reports.
 *
 * @category Training
 */
export interface FitOptions {
  /** Looked at before each batch. */
  readonly signal?: AbortSignal
  /** Whether there is an event after every batch as well; only epochs unless told otherwise. */
  readonly batches?: boolean
  /** After how many milliseconds `for await` lets timers, the screen and an abort have their turn; 30 unless told otherwise. */
  readonly yieldEvery?: number
}

/** What both ways of fitting demand of a plan and its options, with what they are unless told otherwise. */
export const checkFit = (
  where: string,
  plan: { readonly batchesPerEpoch?: number; readonly epochs: number; readonly stopping: StoppingRule },
  options: FitOptions,
): FitOptions & Required<Omit<FitOptions, 'signal'>> => {
  if (plan.batchesPerEpoch !== undefined)
    checkSetting(where, 'batchesPerEpoch', plan.batchesPerEpoch, countOrEndless)
  checkSetting(where, 'epochs', plan.epochs, countOrEndless)
  checkStoppingRule(`${where}: stopping`, plan.stopping)
  checkOptions(where, options, { signal: true, batches: true, yieldEvery: true })
  const { batches = false, yieldEvery = 30 } = options
  checkSetting(where, 'yieldEvery', yieldEvery, { min: 0, infinite: true })
  return { ...options, batches, yieldEvery }
}

/** All events, those of batches included. */
function* eventsOf<P, S, O, B, M>(
  plan: Plan<P, S, O, B, M>,
  signal: AbortSignal | undefined,
  start: TrainingState<P, S, O, M>,
): Generator<TrainingEvent<P, S, O, M>, void> {
  const course = courseOf<P, S, O, B, M>(plan, signal, start)
  let batches: Iterator<B> | undefined
  let answer: Answer<P, S, O, B, M>
  try {
    for (let turn = course.next(); turn.done !== true; turn = course.next(answer)) {
      const { value } = turn
      answer = undefined
      if (value.kind === 'begin') batches = plan.batches(value.key)[Symbol.iterator]()
      else if (value.kind === 'next') {
        const next = batches?.next()
        answer =
          next === undefined || next.done === true ? { kind: 'end' } : { kind: 'batch', batch: next.value }
        if (answer.kind === 'end') batches = undefined
      } else if (value.kind === 'measure') {
        const params = plan.scored?.(value.state) ?? value.state.params
        answer = { kind: 'measured', params, metrics: plan.score(params, value.state.layers) }
      } else if (value.kind === 'step' || value.kind === 'look' || value.kind === 'explain')
        answer = answerHere(plan, value)
      else yield value
    }
  } finally {
    batches?.return?.()
  }
}

/**
 * Training as a lazy sequence of events, one after each epoch (and each batch if asked for); the last one is the
 * {@link Outcome}. Nothing outside is changed by consuming it.
 *
 * The randomness of epoch `e` comes from `foldIn(key, e)`: the order of its batches from the name `order`, batch
 * `i` from the number `i`.
 *
 * Laws: resuming from the state of any event gives what an uninterrupted run gives, bit for bit; `best` is the first
 * arg-min (arg-max) of the monitored values whatever the reason of the end.
 *
 * @throws ArgumentError for another name in the plan or the options, a stopping rule that is none, and a budget of epochs
 * or a number of batches that is no integer ≥ 0 (or Infinity).
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { fit, outcomeOf, startTraining } from 'puregrad/training'
 * // Newton's iteration for the square root of 2, as a "training" of one number.
 * const plan = {
 *   step: ({ params }: { readonly params: number }) =>
 *     ({ params: (params + 2 / params) / 2, layers: {}, optimizer: {}, loss: Math.abs(params ** 2 - 2) }),
 *   batches: () => ['only'],
 *   batchesPerEpoch: 1,
 *   score: (params: number) => Math.abs(params ** 2 - 2),
 *   monitor: (error: number) => error,
 *   stopping: { mode: 'min', patience: 2, minDelta: 0 },
 *   epochs: 100,
 * } as const
 * const start = startTraining({ params: 1, layers: {}, optimizer: {}, key: key(0) })
 * const { why, best } = outcomeOf(fit(plan)(start))
 * why // => 'patience'
 * best.params.toFixed(6) // => '1.414214'
 *
 * const errors: string[] = []
 * for await (const event of fit({ ...plan, epochs: 3 })(start))
 *   if (event.kind === 'epoch') errors.push(`${event.done}/${event.of}: ${event.metrics.toFixed(4)}`)
 * errors // => ['1/3: 0.2500', '2/3: 0.0069', '3/3: 0.0000']
 * ```
 * @category Training
 */
export const fit = <P, S, O, B, M>(
  plan: Plan<P, S, O, B, M>,
  options: FitOptions = {},
): ((start: TrainingState<P, S, O, M>) => TrainingEvents<P, S, O, M>) => {
  checkOptions('fit', plan, planOptions)
  const { signal, batches, yieldEvery } = checkFit('fit', plan, options)
  const wanted = ({ kind }: TrainingEvent<P, S, O, M>): boolean => batches || kind !== 'batch'
  function* inOneGo(start: TrainingState<P, S, O, M>): Generator<TrainingEvent<P, S, O, M>, void> {
    for (const event of eventsOf(plan, signal, start)) if (wanted(event)) yield event
  }
  async function* inTurns(start: TrainingState<P, S, O, M>): AsyncGenerator<TrainingEvent<P, S, O, M>, void> {
    let since = performance.now()
    for (const event of eventsOf(plan, signal, start)) {
      if (wanted(event)) yield event
      if (performance.now() - since >= yieldEvery) {
        await new Promise((resolve) => setTimeout(resolve, 0))
        since = performance.now()
      }
    }
  }
  return (start) => ({
    [Symbol.iterator]: () => inOneGo(start),
    [Symbol.asyncIterator]: () => inTurns(start),
  })
}

/**
 * Runs training to its end in one go and returns the outcome; `watch` sees every event.
 *
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { fit, outcomeOf, startTraining } from 'puregrad/training'
 * const plan = {
 *   step: ({ params }: { readonly params: number }) => ({ params: params / 2, layers: {}, optimizer: {}, loss: params }),
 *   batches: () => ['only'],
 *   batchesPerEpoch: 1,
 *   score: (params: number) => params,
 *   monitor: (size: number) => size,
 *   stopping: { mode: 'min', patience: 2, minDelta: 0 },
 *   epochs: 3,
 * } as const
 * const start = startTraining({ params: 1, layers: {}, optimizer: {}, key: key(0) })
 * outcomeOf(fit(plan)(start)).best?.params // => 0.125
 * ```
 * @category Training
 */
export const outcomeOf = <P, S, O, M>(
  events: Iterable<TrainingEvent<P, S, O, M>>,
  watch: (event: TrainingEvent<P, S, O, M>) => void = () => undefined,
): Outcome<P, S, O, M> => {
  let outcome: Outcome<P, S, O, M> | undefined
  for (const event of events) {
    watch(event)
    if (event.kind === 'done') outcome = event
  }
  if (outcome === undefined) throw new RangeError('outcomeOf: the events end without an outcome')
  return outcome
}
