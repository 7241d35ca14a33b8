/* eslint-disable functional/no-let, functional/no-loop-statements --
   requests of the course are answered one after another, each when it can be */
import * as E from 'fp-ts/lib/Either.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import type { Key } from '../core/numeric/index.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { answerHere, courseOf, type Answer } from './course.ts'
import { checkFit, type FitOptions, type Plan, type TrainingEvent } from './fit.ts'
import { nextTurn } from './next-turn.ts'
import { planOptions } from './plan.ts'
import type { Snapshot, TrainingState } from './training-state.ts'

/**
 * How to train on batches that have to be waited for, such as those of files larger than memory. `X` is why a stream
 * cannot go on.
 *
 * @category Training
 */
export interface StreamPlan<P, S, O, B, M, X> extends Omit<
  Plan<P, S, O, B, M>,
  'batches' | 'score' | 'batchesPerEpoch'
> {
  /** The batches of one epoch, read anew; the same key gives the same batches in the same order. */
  readonly batches: (key: Key) => AsyncIterable<E.Either<X, B>>
  /** How many batches there are, for progress only; unknown (Infinity in events) unless told otherwise. */
  readonly batchesPerEpoch?: number
  /** Measures parameters after each epoch, on what is at hand or by another stream. */
  readonly score: (params: P, layers: S) => TE.TaskEither<X, M>
}

/**
 * The end of training that a stream brought about: why it cannot go on, and all that was reached.
 *
 * @category Training
 */
export interface StreamFailure<P, S, O, M, X> {
  readonly kind: 'done'
  readonly why: 'stream'
  readonly error: X
  readonly best: Snapshot<P, S>
  /** The state after the last step; training resumes from it as if nothing had happened. */
  readonly last: TrainingState<P, S, O, M>
}

/**
 * What {@link fitStream} reports on the way: the events of `fit`, and the end that a stream may bring.
 *
 * @category Training
 */
export type StreamTrainingEvent<P, S, O, M, X> = TrainingEvent<P, S, O, M> | StreamFailure<P, S, O, M, X>

async function* eventsOf<P, S, O, B, M, X>(
  { batches: batchesOf, score, scored, batchesPerEpoch = Infinity, ...plan }: StreamPlan<P, S, O, B, M, X>,
  signal: AbortSignal | undefined,
  yieldEvery: number,
  start: TrainingState<P, S, O, M>,
): AsyncGenerator<StreamTrainingEvent<P, S, O, M, X>, void> {
  const course = courseOf<P, S, O, B, M>({ ...plan, batchesPerEpoch }, signal, start)
  let last = start
  let batches: AsyncIterator<E.Either<X, B>> | undefined
  let answer: Answer<P, S, O, B, M>
  let since = performance.now()
  /** A stream that was called off by the signal of this training is an abort. */
  const ended = (error: X): StreamTrainingEvent<P, S, O, M, X> =>
    signal?.aborted === true
      ? { kind: 'done', why: 'aborted', best: last.best, last }
      : { kind: 'done', why: 'stream', error, best: last.best, last }
  try {
    for (let step = course.next(); step.done !== true; step = course.next(answer)) {
      const { value } = step
      answer = undefined
      if (value.kind === 'begin') batches = batchesOf(value.key)[Symbol.asyncIterator]()
      else if (value.kind === 'next') {
        const next = await batches?.next()
        if (next === undefined || next.done === true) {
          answer = { kind: 'end' }
          batches = undefined
        } else if (E.isLeft(next.value)) {
          yield ended(next.value.left)
          return
        } else answer = { kind: 'batch', batch: next.value.right }
      } else if (value.kind === 'measure') {
        const params = scored?.(value.state) ?? value.state.params
        const measured = await score(params, value.state.layers)()
        if (E.isLeft(measured)) {
          yield ended(measured.left)
          return
        }
        answer = { kind: 'measured', params, metrics: measured.right }
      } else if (value.kind === 'step' || value.kind === 'look' || value.kind === 'explain')
        answer = answerHere(plan, value)
      else {
        last = value.kind === 'done' ? value.last : value.state
        yield value
      }
      if (performance.now() - since >= yieldEvery) {
        await nextTurn()
        since = performance.now()
      }
    }
  } finally {
    await batches?.return?.()
  }
}

/**
 * {@link fit} on batches that come as a stream: files larger than memory train with progress, early stopping, checkpoints
 * (`withCheckpoints` takes these events too) and resuming. One batch is held at a time, beside what the stream reads ahead.
 *
 * What a stream cannot go on with ends training as a value: the outcome `stream` has the error, the best parameters and the
 * state after the last step. Training on from it, or from a checkpoint, reads the running epoch again and leaves out the
 * batches it has seen.
 *
 * Laws: with the same batches it is `fit`, bit for bit; resuming from the state of any event gives what an uninterrupted
 * run gives, bit for bit.
 *
 * @throws ArgumentError as {@link fit}.
 * @example
 * ```ts
 * import * as TE from 'fp-ts/lib/TaskEither.js'
 * import { key } from 'puregrad'
 * import { allForTraining, digits16, inParts, streamMinibatches } from 'puregrad/data'
 * import { dense, network, softmaxCrossEntropy } from 'puregrad/nn'
 * import { adam } from 'puregrad/optim'
 * import { evaluateStream, fitStream, startTraining, supervisedStep } from 'puregrad/training'
 * // Parts of 100 rows, as a file gives them; here they are made.
 * const train = inParts(allForTraining(digits16({ key: key(0), n: 300 })), 100)
 * const dev = inParts(digits16({ key: key(1), n: 100 }), 50)
 * const net = network(256, dense('output', 10))
 * const { params, state } = net.init(key(2))
 * const optimizer = adam<typeof params>({ learningRate: 0.01 })
 * const plan = {
 *   step: supervisedStep({ model: net, loss: softmaxCrossEntropy, optimizer }),
 *   batches: (order: ReturnType<typeof key>) => streamMinibatches(train, { size: 32, prefetch: 200, shuffle: order }),
 *   score: (p: typeof params, layers: typeof state) => evaluateStream(net, p, layers, dev),
 *   monitor: ({ loss }: { readonly loss: number }) => loss,
 *   stopping: { mode: 'min', patience: 3, minDelta: 0 },
 *   epochs: 5,
 * } as const
 * const start = startTraining({ params, layers: state, optimizer: optimizer.init(params), key: key(3) })
 * const losses: number[] = []
 * for await (const event of fitStream(plan)(start)) if (event.kind === 'epoch') losses.push(event.metrics.loss)
 * const [first = 0, last = 9] = [losses[0], losses[4]]
 * last < first // => true
 * ```
 * @category Training
 */
export const fitStream = <P, S, O, B, M, X>(
  plan: StreamPlan<P, S, O, B, M, X>,
  options: FitOptions = {},
): ((start: TrainingState<P, S, O, M>) => AsyncIterable<StreamTrainingEvent<P, S, O, M, X>>) => {
  checkOptions('fitStream', plan, planOptions)
  const { signal, batches, yieldEvery } = checkFit('fitStream', plan, options)
  async function* wanted(
    start: TrainingState<P, S, O, M>,
  ): AsyncGenerator<StreamTrainingEvent<P, S, O, M, X>, void> {
    for await (const event of eventsOf(plan, signal, yieldEvery, start))
      if (batches || event.kind !== 'batch') yield event
  }
  return (start) => ({ [Symbol.asyncIterator]: () => wanted(start) })
}
