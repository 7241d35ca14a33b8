/* eslint-disable functional/no-let, functional/no-loop-statements, functional/immutable-data --
   an event is yielded from inside the loop over finished trials, which only a generator's own loop can do */
import * as E from 'fp-ts/lib/Either.js'
import { checkOptions } from '../core/tensor/check-options.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import type { JournalError } from '../data/files/journal.ts'
import { emptyHistory, type History, type Report, type TrialFailure } from './history.ts'
import type { Evaluation, TrialRunner } from './runner.ts'
import type { SavedState, SearchJournal } from './search-journal.ts'
import { searchResult, type SearchResult } from './search-result.ts'
import type { Pending } from './schedule.ts'
import { settled, taskOf, tell, type Search, type Task } from './search.ts'

/**
 * What {@link runSearch} reports.
 *
 * @category Searches
 */
export type SearchEvent<C> =
  | {
      readonly kind: 'trial'
      readonly task: Task<C>
      readonly report: Report
      readonly history: History
      readonly done: number
      /** How many reports there will be, fewer where trials fail. */
      readonly of: number
    }
  | {
      readonly kind: 'done'
      readonly why: 'finished' | 'aborted'
      readonly history: History
    }
  | {
      readonly kind: 'done'
      readonly why: 'journal'
      readonly error: JournalError
      /** Without the report that could not be written. */
      readonly history: History
    }

/**
 * Where {@link runSearch} goes on from, what it writes down, and what ends it.
 *
 * @category Searches
 */
export interface RunSearchOptions<R> {
  /** Where to go on from; the start unless told otherwise, or where the journal is. */
  readonly history?: History
  readonly journal?: SearchJournal<R>
  readonly signal?: AbortSignal
}

interface Finished<C, R> {
  readonly task: Task<C>
  readonly outcome: E.Either<TrialFailure, Evaluation<R>>
}

const reportOf = <C, R>({ task: { id, budget, after }, outcome }: Finished<C, R>): Report =>
  settled({
    id,
    budget,
    ...(after === undefined ? {} : { after }),
    result: E.isLeft(outcome) ? outcome.left : { kind: 'measured', objectives: outcome.right.objectives },
  })

/** The states of trials that another budget may go on from. */
const needed = <C, R>(
  search: Search<C>,
  history: History,
  states: ReadonlyMap<number, SavedState<R>>,
): ReadonlyMap<number, SavedState<R>> => {
  if (states.size === 0) return states
  const alive = new Set(search.schedule.alive(history))
  return new Map([...states].filter(([id]) => alive.has(id)))
}

/**
 * Runs a search as an asynchronous sequence of events, the last one of kind `done`. The history it comes to is the same,
 * bit for bit, for any number of lanes and whichever trial is faster; and it is the same after a pause, if it goes on
 * from a history or a journal. Nothing happens until the sequence is consumed.
 *
 * An abort ends running trials and leaves no report of them.
 *
 * @throws ArgumentError for a runner without lanes, and where an evaluation gives back another number of objectives than the search has directions.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { inProcess, runSearch, searchResult, spaces, successiveHalving } from 'puregrad/search'
 * const search = successiveHalving(spaces.uniform(-1, 1), { trials: 9, eta: 3, key: key(0) })
 * const runner = inProcess<number>(({ config, budget }) => ({ objectives: [config ** 2 + 1 / budget] }))
 * const spent: number[] = []
 * for await (const event of runSearch(search, runner))
 *   if (event.kind === 'done') spent.push(searchResult(search, event.history).spent)
 * spent // => [21]
 * ```
 * @category Searches
 */
export const runSearch = <C, R>(
  search: Search<C>,
  runner: TrialRunner<C, R>,
  options: RunSearchOptions<R> = {},
): AsyncIterable<SearchEvent<C>> => {
  checkOptions('runSearch', options, { journal: true, history: true, signal: true })
  const { journal, history: start = journal?.history ?? emptyHistory, signal } = options
  if (!(runner.lanes >= 1))
    throw new ArgumentError(`runSearch: expected a runner with at least one lane, got ${runner.lanes}`)
  const of = search.brackets.flatMap(({ rungs }) => rungs).reduce((total, { size }) => total + size, 0)
  async function* events(): AsyncGenerator<SearchEvent<C>, void> {
    let history = start
    let states = needed(search, history, journal?.states ?? new Map<number, SavedState<R>>())
    const running = new Map<string, Promise<Finished<C, R> | 'aborted'>>()
    const abandoned = new AbortController()
    const stop = signal === undefined ? abandoned.signal : AbortSignal.any([signal, abandoned.signal])
    const aborted = new Promise<'aborted'>((resolve) =>
      stop.addEventListener('abort', () => resolve('aborted'), { once: true }),
    )
    const nameOf = ({ id, budget }: Pending): string => `${id} ${budget}`
    const begin = (trial: Pending): void => {
      const task = taskOf(search, history, trial)
      const from = states.get(task.id)
      const run = runner.run(from === undefined ? task : { ...task, from }, stop)
      running.set(
        nameOf(task),
        run().then((outcome) => ({ task, outcome })),
      )
    }
    try {
      while (!stop.aborted) {
        // So many at most of the first trials run already: no other has to be looked at.
        search.schedule
          .pending(history)
          .slice(0, runner.lanes)
          .filter((trial) => !running.has(nameOf(trial)))
          .slice(0, Math.max(0, runner.lanes - running.size))
          .forEach(begin)
        if (running.size === 0) {
          yield { kind: 'done', why: 'finished', history }
          return
        }
        const finished = await Promise.race([aborted, ...running.values()])
        if (finished === 'aborted') break
        const { task, outcome } = finished
        running.delete(nameOf(task))
        const report = reportOf(finished)
        const next = tell(search, history, report)
        const state = E.isRight(outcome) ? outcome.right.state : undefined
        const written = await journal?.append(state === undefined ? report : { ...report, state })()
        if (written !== undefined && E.isLeft(written)) {
          yield { kind: 'done', why: 'journal', error: written.left, history }
          return
        }
        history = next
        states = needed(
          search,
          history,
          state === undefined ? states : new Map([...states, [task.id, { budget: task.budget, state }]]),
        )
        yield { kind: 'trial', task, report, history, done: history.length, of }
      }
      yield { kind: 'done', why: 'aborted', history }
    } finally {
      abandoned.abort()
    }
  }
  return { [Symbol.asyncIterator]: events }
}

/**
 * Runs a search to its end and says what it came to; `watch` sees every event.
 *
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { gridSearch, inProcess, outcomeOfSearch, runSearch, spaces } from 'puregrad/search'
 * const search = gridSearch(spaces.oneOf(1, 2, 3), { perAxis: 3, key: key(0) })
 * const runner = inProcess<number>(({ config }) => ({ objectives: [(config - 2) ** 2] }))
 * const { best } = await outcomeOfSearch(search, runSearch(search, runner))
 * best?.config // => 2
 * ```
 * @category Searches
 */
export const outcomeOfSearch = async <C>(
  search: Search<C>,
  events: AsyncIterable<SearchEvent<C>>,
  watch: (event: SearchEvent<C>) => void = () => undefined,
): Promise<SearchResult<C>> => {
  let history = emptyHistory
  for await (const event of events) {
    watch(event)
    history = event.history
  }
  return searchResult(search, history)
}
