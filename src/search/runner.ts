import * as E from 'fp-ts/lib/Either.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import type { TrialFailure } from './history.ts'
import type { Task } from './search.ts'
import { reasonOf } from '../core/tensor/reason-of.ts'

/**
 * A trial to run, perhaps from where it was left.
 *
 * @category Layers
 */
export interface TrialTask<C, R> extends Task<C> {
  /** What an earlier evaluation of this trial left, and at which budget. */
  readonly from?: { readonly budget: number; readonly state: R }
}

/**
 * What came of an evaluation.
 *
 * @category Layers
 */
export interface Evaluation<R> {
  /** One number for each direction of the search; one that is not finite makes the trial a diverged one. */
  readonly objectives: readonly number[]
  /** What a later evaluation can go on from. */
  readonly state?: R
}

/**
 * Runs a trial to its budget. It has to be a pure function of its task, and a state only saves time: going on from it
 * gives to the bit what starting anew gives.
 *
 * @category Layers
 */
export type Evaluate<C, R> = (
  task: TrialTask<C, R>,
  signal: AbortSignal,
) => Evaluation<R> | Promise<Evaluation<R>>

/**
 * Where trials are run.
 *
 * @category Layers
 */
export interface TrialRunner<C, R> {
  /** How many trials may run at a time. */
  readonly lanes: number
  readonly run: (task: TrialTask<C, R>, signal: AbortSignal) => TE.TaskEither<TrialFailure, Evaluation<R>>
  /** Gives back what the runner holds. */
  readonly close: () => Promise<void>
}

/**
 * How a runner is limited.
 *
 * @category Layers
 */
export interface RunnerOptions {
  /** How many trials may run at a time. */
  readonly lanes?: number
  /** Milliseconds after which a trial is given up; without limit unless told otherwise. */
  readonly timeout?: number
}

/** @throws ArgumentError for another option, or a number of lanes or milliseconds that is none. */
export const checkRunner = <O extends RunnerOptions>(
  where: string,
  options: O,
  known: Readonly<Record<keyof O, true>>,
): void => {
  checkOptions(where, options, known)
  if (options.lanes !== undefined) checkSetting(where, 'lanes', options.lanes, { min: 1, whole: true })
  if (options.timeout !== undefined)
    checkSetting(where, 'timeout', options.timeout, { above: 0, infinite: true })
}

export const crashed = (error: unknown): TrialFailure => ({
  kind: 'crashed',
  message: reasonOf(error),
})

export const timedOut = (timeout: number): TrialFailure => ({
  kind: 'timeout',
  message: `took longer than ${timeout} ms`,
})

/** An evaluation, or why what an evaluation gave back is none. */
export const checkedEvaluation = <R>(given: unknown): E.Either<TrialFailure, Evaluation<R>> => {
  const objectives =
    typeof given === 'object' && given !== null && 'objectives' in given ? given.objectives : undefined
  return Array.isArray(objectives) && objectives.every((value) => typeof value === 'number')
    ? E.right(given as Evaluation<R>)
    : E.left(crashed('the evaluation gave back no { objectives: numbers }'))
}
