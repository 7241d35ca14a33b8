/* eslint-disable functional/no-let, functional/no-loop-statements, functional/immutable-data --
   requests of the course are answered one after another, each when it can be */
import { fromDevice } from '../compile/device/from-device.ts'
import { item } from '../core/autodiff/read.ts'
import type { Key } from '../core/numeric/index.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { courseOf, type Answer, type Request } from './course.ts'
import { checkFit, type FitOptions } from './fit.ts'
import { nextTurn } from './next-turn.ts'
import { firstNonFinite } from './non-finite.ts'
import { planOptions, type Plan, type TrainingEvent } from './plan.ts'
import type { DeviceTrainingStep } from './step-on-device.ts'
import type { TrainingState } from './training-state.ts'

/**
 * How to train on a device: a {@link Plan} whose step is made there. What is measured is read from there before: `score` and
 * `scored` are those of any other training.
 *
 * @category Training
 */
export interface DevicePlan<P, S, O, B, M> extends Omit<Plan<P, S, O, B, M>, 'step' | 'batches' | 'score'> {
  readonly step: DeviceTrainingStep<P, S, O, B>
  /** The batches of one epoch, here or there; the same key gives the same batches in the same order. */
  readonly batches: (key: Key) => Iterable<B> | AsyncIterable<B>
  /** Measures parameters after each epoch. */
  readonly score: (params: P, layers: S) => M | Promise<M>
}

const iteratorOf = <B>(batches: Iterable<B> | AsyncIterable<B>): AsyncIterator<B> | Iterator<B> =>
  Symbol.asyncIterator in batches ? batches[Symbol.asyncIterator]() : batches[Symbol.iterator]()

/** So many losses wait on the device before they are looked at. */
const mostWaiting = 1024

/** Reads a scalar of each step. */
const areFinite = async (losses: readonly Tensor[]): Promise<boolean> =>
  (await fromDevice(losses)).every((loss) => Number.isFinite(item(loss)))

/** Answers what a course asks on a device. Where losses wait, steps tell none: 0 stands for one that is not known yet. */
const answerer = <P, S, O, B, M>(plan: DevicePlan<P, S, O, B, M>, losses: Tensor[] | undefined) => {
  let batches: AsyncIterator<B> | Iterator<B> | undefined
  const answer = async (request: Request<P, S, O, B, M>): Promise<Answer<P, S, O, B, M>> => {
    switch (request.kind) {
      case 'begin':
        batches = iteratorOf(plan.batches(request.key))
        return undefined
      case 'next': {
        const next = await batches?.next()
        if (next !== undefined && next.done !== true) return { kind: 'batch', batch: next.value }
        batches = undefined
        return { kind: 'end' }
      }
      case 'step': {
        const { loss, ...output } = await plan.step(request.state, request.batch, request.key)
        losses?.push(loss)
        return {
          kind: 'stepped',
          output: { ...output, loss: losses === undefined ? item(await fromDevice(loss)) : 0 },
        }
      }
      case 'look':
        return { kind: 'seen', params: await fromDevice(request.state.params) }
      case 'explain': {
        const { state, batch, key } = request.attempt
        const explained = plan.step.explain?.(await fromDevice(state), await fromDevice(batch), key)
        return { kind: 'explained', origin: explained }
      }
      case 'measure': {
        const { state } = request
        const { params: own, layers } = await fromDevice({ params: state.params, layers: state.layers })
        const params = plan.scored?.(await fromDevice(state)) ?? own
        return { kind: 'measured', params, metrics: await plan.score(params, layers) }
      }
    }
  }
  return {
    answer,
    end: async () => {
      await batches?.return?.()
    },
  }
}

const isEvent = <E extends { readonly kind: string }, R extends { readonly kind: string }>(
  value: E | R,
): value is E => value.kind === 'batch' || value.kind === 'epoch' || value.kind === 'done'

/**
 * A course on the device up to its end. One that is hasty ends without an outcome where a number since the last epoch turns
 * out not to be finite: the state at the end of that epoch comes back, from which a course that looks at each loss finds
 * the step, since a device computes the same again.
 */
async function* courseThere<P, S, O, B, M>(
  plan: DevicePlan<P, S, O, B, M>,
  { signal, yieldEvery, batches }: ReturnType<typeof checkFit>,
  start: TrainingState<P, S, O, M>,
  isHasty: boolean,
): AsyncGenerator<TrainingEvent<P, S, O, M>, TrainingState<P, S, O, M> | undefined> {
  const course = courseOf<P, S, O, B, M>(plan, signal, start)
  const losses: Tensor[] | undefined = isHasty ? [] : undefined
  const { answer: answerOf, end } = answerer(plan, losses)
  let known = start
  let answer: Answer<P, S, O, B, M>
  let since = performance.now()
  const isWrong = async (seen: Answer<P, S, O, B, M>): Promise<boolean> =>
    losses !== undefined &&
    (!(await areFinite(losses.splice(0))) ||
      (seen?.kind === 'seen' && firstNonFinite(seen.params) !== undefined))
  try {
    for (let next = course.next(); next.done !== true; next = course.next(answer)) {
      const { value } = next
      if (isEvent<TrainingEvent<P, S, O, M>, Request<P, S, O, B, M>>(value)) {
        answer = undefined
        if (value.kind === 'done' && (await isWrong(undefined))) return known
        if (value.kind === 'epoch') known = value.state
        if (batches || value.kind !== 'batch') yield value
      } else {
        answer = await answerOf(value)
        const isFull = losses !== undefined && losses.length >= mostWaiting
        if ((value.kind === 'look' || isFull) && (await isWrong(answer))) return known
      }
      if (performance.now() - since >= yieldEvery) {
        await nextTurn()
        since = performance.now()
      }
    }
  } finally {
    await end()
  }
  return undefined
}

/**
 * {@link fit} with steps on a device, where the state of training stays: events have it as it is, and `fromDevice(event)` is
 * one that can be looked at and written to a checkpoint. At the end of an epoch parameters, the layers' state and the losses
 * are read, to be measured and looked through; `best` is here. Losses of single batches are read where batches are asked for, which waits
 * for each step.
 *
 * A number that is not finite is found at the end of its epoch at the latest. That epoch is then made again, step by step, so
 * that the outcome is that of `fit`: the step where it arose, explained, and the state before it.
 *
 * Laws: with the same batches the events are those of `fit`, and the numbers those of `fit` within the tolerance of the
 * device; resuming from the state of any event gives, on the same device, what an uninterrupted run gives, bit for bit.
 *
 * @throws ArgumentError as {@link fit}; by a rejected promise: DeviceError where the device is lost.
 * @example
 * ```ts no-run
 * const plan = {
 *   step: deviceStep(gpu, { model: net, loss: softmaxCrossEntropy, optimizer }),
 *   batches: await deviceBatches(gpu, train, 32),
 *   batchesPerEpoch: batchCount(train.n, 32),
 *   score: (p: typeof params, layers: typeof state) => evaluate(net, p, layers, dev),
 *   monitor: ({ loss }: Evaluation) => loss,
 *   stopping: { mode: 'min', patience: 3, minDelta: 0 },
 *   epochs: 20,
 * } as const
 * for await (const event of fitOnDevice(plan)(start)) if (event.kind === 'done') console.log(event.best.value)
 * ```
 * @category Training
 */
export const fitOnDevice = <P, S, O, B, M>(
  plan: DevicePlan<P, S, O, B, M>,
  options: FitOptions = {},
): ((start: TrainingState<P, S, O, M>) => AsyncIterable<TrainingEvent<P, S, O, M>>) => {
  checkOptions('fitOnDevice', plan, planOptions)
  const how = checkFit('fitOnDevice', plan, options)
  const { batches } = how
  async function* wanted(start: TrainingState<P, S, O, M>): AsyncGenerator<TrainingEvent<P, S, O, M>, void> {
    const again: TrainingState<P, S, O, M> | undefined = yield* courseThere(plan, how, start, !batches)
    if (again !== undefined) yield* courseThere(plan, how, again, false)
  }
  return (start) => ({ [Symbol.asyncIterator]: () => wanted(start) })
}
