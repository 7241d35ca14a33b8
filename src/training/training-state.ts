import { checkOptions } from '../core/tensor/check-options.ts'
import type { Key } from '../core/numeric/index.ts'
import { notStarted, type StoppingState } from './early-stopping.ts'

/**
 * Parameters `P` and layer state `S` as they were after an epoch.
 *
 * @category Training
 */
export interface Snapshot<P, S> {
  readonly params: P
  readonly layers: S
  /** After how many epochs; 0 for the parameters training started from. */
  readonly epoch: number
  /** The monitored value; NaN while nothing was measured. */
  readonly value: number
}

/**
 * Everything that decides how training goes on, as a value: keep it to resume, use it twice to compare two futures.
 * Randomness is addressed by key, epoch and batch, so a resumed run continues exactly as an uninterrupted one.
 *
 * @category Training
 */
export interface TrainingState<P, S, O, M = unknown> {
  readonly params: P
  readonly layers: S
  readonly optimizer: O
  readonly key: Key
  /** Finished epochs. */
  readonly epoch: number
  /** Finished batches of the running epoch. */
  readonly cursor: number
  /** Finished steps of all epochs. */
  readonly step: number
  readonly stopping: StoppingState
  readonly best: Snapshot<P, S>
  /** What was measured after each finished epoch, in order. */
  readonly history: readonly M[]
}

/**
 * The state training starts from.
 *
 * @throws ArgumentError for another name in the record.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { startTraining } from 'puregrad/training'
 * startTraining({ params: {}, layers: {}, optimizer: [], key: key(0) }).step // => 0
 * ```
 * @category Training
 */
export const startTraining = <P, S, O>(start: {
  readonly params: P
  readonly layers: S
  readonly optimizer: O
  readonly key: Key
}): TrainingState<P, S, O, never> => {
  checkOptions('startTraining', start, { params: true, layers: true, optimizer: true, key: true })
  return {
    ...start,
    epoch: 0,
    cursor: 0,
    step: 0,
    stopping: notStarted,
    best: { params: start.params, layers: start.layers, epoch: 0, value: NaN },
    history: [],
  }
}
