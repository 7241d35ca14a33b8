import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { strictRecord } from '../core/codec/strict-record.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { openJournal, type Journal, type JournalError } from '../data/files/journal.ts'
import { emptyHistory, reportFields, someReportFields, type History, type Report } from './history.ts'
import { tell, type Search } from './search.ts'
import { reasonOf } from '../core/tensor/reason-of.ts'

/**
 * What a trial left at a budget.
 *
 * @category Searches
 */
export interface SavedState<R> {
  readonly budget: number
  readonly state: R
}

/**
 * A line of the journal of a search.
 *
 * @category Searches
 */
export interface SearchRecord<R> extends Report {
  readonly state?: R
}

/**
 * The journal of a search, opened, with the search as far as it tells.
 *
 * @category Searches
 */
export interface SearchJournal<R> extends Pick<Journal<SearchRecord<R>>, 'file' | 'append' | 'close'> {
  readonly history: History
  /** By trial, where states are written. */
  readonly states: ReadonlyMap<number, SavedState<R>>
}

const recordCodec = <R>(state: t.Type<R, unknown> | undefined): t.Type<SearchRecord<R>, unknown> => {
  const without = strictRecord('a report', reportFields, someReportFields)
  if (state === undefined) return without
  const written = strictRecord('a report', { ...reportFields, state }, someReportFields)
  const has = (u: unknown): boolean => typeof u === 'object' && u !== null && 'state' in u
  return new t.Type<SearchRecord<R>, unknown>(
    'a report',
    (u): u is SearchRecord<R> => (has(u) ? written.is(u) : without.is(u)),
    (u, context) => (has(u) ? written.validate(u, context) : without.validate(u, context)),
    (record) =>
      'state' in record && record.state !== undefined
        ? written.encode({ ...record, state: record.state })
        : without.encode(record),
  )
}

export interface SearchJournalOptions<R = never> {
  /**
   * Plain data that the search does not know and its trials depend on: the data, the version of the code. A journal
   * about something else is refused.
   */
  readonly about?: unknown
  /** How the states of trials are written. */
  readonly state?: t.Type<R, unknown>
}

/**
 * Opens the journal of a search, or begins one: every report is on the disk before the next one is awaited, and a search
 * that goes on from its journal comes to exactly what it would have come to uninterrupted. States of trials are written
 * where a codec is given; without one a trial that is promoted after a restart is run anew, to the same bits.
 *
 * A left value where the file is the journal of another search, is no journal, or holds what this search cannot have
 * asked for. See {@link openJournal}.
 *
 * @throws ArgumentError for another option.
 * @example
 * ```ts no-run
 * import * as E from 'fp-ts/lib/Either.js'
 * import { openSearchJournal, runSearch } from 'puregrad/search'
 * const journal = await openSearchJournal('search.jsonl', search, { about: { data: 'digits' } })()
 * if (E.isRight(journal))
 *   for await (const event of runSearch(search, runner, { journal: journal.right })) console.log(event)
 * ```
 * @category Searches
 */
export const openSearchJournal = <C, R = never>(
  file: string,
  search: Search<C>,
  options: SearchJournalOptions<R> = {},
): TE.TaskEither<JournalError, SearchJournal<R>> => {
  checkOptions<SearchJournalOptions<R>>('openSearchJournal', options, { about: true, state: true })
  const { about = null, state } = options
  return pipe(
    openJournal(file, {
      header: { kind: 'search', format: 1, search: search.spec, about },
      record: recordCodec(state),
    }),
    TE.flatMap(({ records, append, close }) =>
      pipe(
        E.tryCatch(
          () =>
            records.reduce<History>(
              (sofar, { state: _, ...report }) => tell(search, sofar, report),
              emptyHistory,
            ),
          (error): JournalError => ({
            kind: 'corrupt',
            file,
            message: `${file}: ${reasonOf(error)}`,
          }),
        ),
        E.match(
          (error) =>
            pipe(
              close,
              TE.flatMap(() => TE.left(error)),
            ),
          (history) =>
            TE.right({
              file,
              append,
              close,
              history,
              states: new Map(
                records.flatMap((record) =>
                  record.state === undefined
                    ? []
                    : [[record.id, { budget: record.budget, state: record.state }] as const],
                ),
              ),
            }),
        ),
      ),
    ),
  )
}
