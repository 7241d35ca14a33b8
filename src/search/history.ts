import * as t from 'io-ts'
import { oneKindOf } from '../core/codec/one-kind-of.ts'
import { strictRecord } from '../core/codec/strict-record.ts'
import { numberCodec, textCodec } from '../core/codec/refined-codec.ts'

/**
 * Why a trial has no objectives.
 *
 * @category Searches
 */
export interface TrialFailure {
  /** An objective was not finite, the evaluation threw, or it took too long. */
  readonly kind: 'diverged' | 'crashed' | 'timeout'
  readonly message: string
}

/**
 * What came of a trial.
 *
 * @category Searches
 */
export type TrialResult = { readonly kind: 'measured'; readonly objectives: readonly number[] } | TrialFailure

/**
 * What came of a trial at a budget.
 *
 * @category Searches
 */
export interface Report {
  readonly id: number
  readonly budget: number
  readonly result: TrialResult
  /** Of an asynchronous search: at how many reports the trial was asked for. */
  readonly after?: number
}

/**
 * What is known of a search, in order of budget and id, whatever the order in which it became known; of an asynchronous
 * search in that very order. Plain data: keep it to pause a search and to resume it.
 *
 * @category Searches
 */
export type History = readonly Report[]

/**
 * Nothing known yet.
 *
 * @category Searches
 */
export const emptyHistory: History = []

const finite = numberCodec('a finite number', Number.isFinite)
const count = numberCodec('an integer ≥ 0', (x) => Number.isSafeInteger(x) && x >= 0)
const positive = numberCodec('a finite number > 0', (x) => Number.isFinite(x) && x > 0)

/** The fields of a report, each with its codec. */
export const reportFields = {
  id: count,
  budget: positive,
  result: oneKindOf('a result', {
    measured: { objectives: t.readonlyArray(finite, 'a list of finite numbers') },
    diverged: { message: textCodec },
    crashed: { message: textCodec },
    timeout: { message: textCodec },
  }),
}

/** Those that only some searches have. */
export const someReportFields = { after: count }

/**
 * A codec of histories.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { historyCodec } from 'puregrad/search'
 * E.isRight(historyCodec.decode([{ id: 0, budget: 1, result: { kind: 'measured', objectives: [0.5] } }])) // => true
 * E.isRight(historyCodec.decode([{ id: 0, budget: 1, result: { kind: 'measured', objectives: [NaN] } }])) // => false
 * ```
 * @category Searches
 */
export const historyCodec: t.Type<History, unknown> = t.readonlyArray(
  strictRecord('a report', reportFields, someReportFields),
  'a list of reports',
)
