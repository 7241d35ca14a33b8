/* eslint-disable functional/no-let, functional/no-loop-statements --
   events are passed on as they come, which only a generator's own loop can do */
import * as E from 'fp-ts/lib/Either.js'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { notNegative, positive } from '../core/tensor/setting-ranges.ts'
import type { CheckpointError, TrainingSetup } from './checkpoint.ts'
import { writeCheckpoint } from './checkpoint-file.ts'
import type { TrainingState } from './training-state.ts'

/**
 * A checkpoint was written, or could not be; training goes on either way.
 *
 * @category Checkpoints
 */
export type CheckpointEvent =
  | { readonly kind: 'saved'; readonly file: string; readonly step: number }
  | {
      readonly kind: 'not-saved'
      readonly file: string
      readonly step: number
      readonly error: CheckpointError
    }

/**
 * How often to save: whichever comes first. Within an epoch the events of batches are needed.
 *
 * @category Checkpoints
 */
export interface CheckpointInterval {
  readonly epochs?: number
  readonly batches?: number
  readonly seconds?: number
}

/** Any event of training: it has the state reached, the last one the state at the end. */
type StatefulEvent =
  | { readonly kind: 'batch' | 'epoch'; readonly state: TrainingState<unknown, unknown, unknown> }
  | { readonly kind: 'done'; readonly last: TrainingState<unknown, unknown, unknown> }

const stateOf = (event: StatefulEvent): TrainingState<unknown, unknown, unknown> =>
  event.kind === 'done' ? event.last : event.state

/**
 * Passes events on, of `fit` or `fitStream`, and saves their state every so often, and always the last one. The event of a checkpoint comes
 * right before the one whose state it holds, so that the outcome stays last.
 *
 * @throws ArgumentError for another option or interval, or one that is not above 0; 0 seconds save at every event.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { fit, startTraining, withCheckpoints } from 'puregrad/training'
 * const plan = {
 *   step: ({ params }: { readonly params: number }) => ({ params: params / 2, layers: {}, optimizer: {}, loss: params }),
 *   batches: () => ['only'],
 *   batchesPerEpoch: 1,
 *   score: (params: number) => params,
 *   monitor: (value: number) => value,
 *   stopping: { mode: 'min', patience: 9, minDelta: 0 },
 *   epochs: 2,
 * } as const
 * const start = startTraining({ params: 1, layers: {}, optimizer: {}, key: key(0) })
 * const kinds: string[] = []
 * for await (const { kind } of withCheckpoints({ file: 'no-such-folder/it' })(fit(plan)(start))) kinds.push(kind)
 * kinds // => ['not-saved', 'epoch', 'not-saved', 'epoch', 'not-saved', 'done']
 * ```
 * @category Checkpoints
 */
export const withCheckpoints = (options: {
  readonly file: string
  /** After every epoch unless told otherwise. */
  readonly every?: CheckpointInterval
  readonly setup?: TrainingSetup
}): (<V extends StatefulEvent>(events: AsyncIterable<V>) => AsyncIterable<V | CheckpointEvent>) => {
  checkOptions('withCheckpoints', options, { file: true, every: true, setup: true })
  const { file, every = { epochs: 1 }, setup = {} } = options
  checkOptions('withCheckpoints: every', every, { epochs: true, batches: true, seconds: true })
  Object.entries(every).forEach(([name, value]: readonly [string, unknown]) => {
    const range = name === 'seconds' ? notNegative : positive
    if (value !== undefined) checkSetting('withCheckpoints', name, value, { ...range, infinite: true })
  })
  return <V extends StatefulEvent>(events: AsyncIterable<V>) => {
    async function* passed(): AsyncGenerator<V | CheckpointEvent, void> {
      let saved: TrainingState<unknown, unknown, unknown> | undefined
      let since: { readonly epoch: number; readonly step: number; readonly time: number } | undefined
      for await (const event of events) {
        const state = stateOf(event)
        since ??= {
          epoch: event.kind === 'epoch' ? state.epoch - 1 : state.epoch,
          step: event.kind === 'batch' ? state.step - 1 : state.step,
          time: performance.now(),
        }
        const due =
          event.kind === 'done' ||
          state.epoch - since.epoch >= (every.epochs ?? Infinity) ||
          state.step - since.step >= (every.batches ?? Infinity) ||
          performance.now() - since.time >= 1000 * (every.seconds ?? Infinity)
        if (due && state !== saved) {
          const { step, epoch } = state
          const written = await writeCheckpoint(file, state, setup)()
          if (E.isRight(written)) saved = state
          since = { epoch, step, time: performance.now() }
          yield E.isRight(written)
            ? { kind: 'saved', file, step }
            : { kind: 'not-saved', file, step, error: written.left }
        }
        yield event
      }
    }
    return { [Symbol.asyncIterator]: passed }
  }
}
