import type { Key } from '../core/numeric/index.ts'
import type { StoppingRule } from './early-stopping.ts'
import type { NonFiniteLoss, NonFiniteOrigin } from './non-finite.ts'
import type { Snapshot, TrainingState } from './training-state.ts'

/**
 * What a step reads of the training state.
 *
 * @category Training
 */
export interface StepInput<P, S, O> {
  readonly params: P
  readonly layers: S
  readonly optimizer: O
  /** The number of steps before this one. */
  readonly step: number
}

/**
 * What a step gives back. `loss` is the value at the parameters the step started from.
 *
 * @category Training
 */
export interface StepOutput<P, S, O> {
  readonly params: P
  readonly layers: S
  readonly optimizer: O
  readonly loss: number
}

/**
 * One update on one batch: a pure function; `key` is the only source of randomness.
 *
 * @category Training
 */
export interface TrainingStep<P, S, O, B> {
  (current: StepInput<P, S, O>, batch: B, key: Key): StepOutput<P, S, O>
  /** Where this step first meets a number that is not finite; asked only when there is one. */
  readonly explain?: (current: StepInput<P, S, O>, batch: B, key: Key) => NonFiniteOrigin | undefined
}

/**
 * How to train. `B` is a batch, `M` what an evaluation reports.
 *
 * @category Training
 */
export interface Plan<P, S, O, B, M> {
  readonly step: TrainingStep<P, S, O, B>
  /** The batches of one epoch; the same key gives the same batches in the same order. */
  readonly batches: (key: Key) => Iterable<B>
  readonly batchesPerEpoch: number
  /** Measures parameters after each epoch. */
  readonly score: (params: P, layers: S) => M
  /**
   * Which parameters are measured, and kept as the best; the current ones unless told otherwise. With
   * `averageParameters` in the optimizer, `({ optimizer, params }) => averagedParameters(optimizer, params)`.
   */
  readonly scored?: (state: TrainingState<P, S, O, M>) => P
  /** The measured number that decides which epoch is best. */
  readonly monitor: (metrics: M) => number
  readonly stopping: StoppingRule
  /** The budget: after so many epochs training ends. */
  readonly epochs: number
}

/** The names of a plan, whoever carries it out. */
export const planOptions: Readonly<Record<keyof Plan<unknown, unknown, unknown, unknown, unknown>, true>> = {
  step: true,
  batches: true,
  batchesPerEpoch: true,
  score: true,
  scored: true,
  monitor: true,
  stopping: true,
  epochs: true,
}

/**
 * Why training ended: no improvement for `patience` epochs, the budget of epochs is spent, it was aborted, or a
 * step met a number that is not finite.
 *
 * @category Training
 */
export type StopReason = 'patience' | 'budget' | 'aborted' | 'non-finite'

/**
 * The end of training. Best and last are there whatever the reason.
 *
 * @category Training
 */
export type Outcome<P, S, O, M = unknown> = {
  readonly kind: 'done'
  /** The epoch with the best monitored value, the first one among equals; the start when none was a number. */
  readonly best: Snapshot<P, S>
  /** The state after the last good step: for 'non-finite' the one before the step that went wrong. */
  readonly last: TrainingState<P, S, O, M>
} & (
  | { readonly why: Exclude<StopReason, 'non-finite'> }
  | { readonly why: 'non-finite'; readonly problem: NonFiniteLoss }
)

/**
 * What {@link fit} reports on the way. `done` batches of the epoch, or epochs of the budget, `of` so many.
 *
 * @category Training
 */
export type TrainingEvent<P, S, O, M> =
  | {
      readonly kind: 'batch'
      readonly loss: number
      readonly done: number
      readonly of: number
      readonly state: TrainingState<P, S, O, M>
    }
  | {
      readonly kind: 'epoch'
      readonly metrics: M
      readonly improved: boolean
      readonly done: number
      readonly of: number
      readonly state: TrainingState<P, S, O, M>
    }
  | Outcome<P, S, O, M>
