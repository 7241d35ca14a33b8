/**
 * Search over hyper-parameters: spaces, strategies that are asked and told, runners and journals.
 *
 * @packageDocumentation
 */
export { gridSearch } from './grid-search.ts'
export {
  emptyHistory,
  historyCodec,
  type History,
  type Report,
  type TrialFailure,
  type TrialResult,
} from './history.ts'
export { hyperband } from './hyperband.ts'
export { inProcess } from './in-process.ts'
export { bestOf, type Candidate } from './promote.ts'
export { randomSearch } from './random-search.ts'
export { outcomeOfSearch, runSearch, type RunSearchOptions, type SearchEvent } from './run-search.ts'
export type { Evaluate, Evaluation, RunnerOptions, TrialRunner, TrialTask } from './runner.ts'
export {
  openSearchJournal,
  type SavedState,
  type SearchJournal,
  type SearchRecord,
} from './search-journal.ts'
export type { SearchOptions } from './search-options.ts'
export { searchResult, type SearchResult, type Standing } from './search-result.ts'
export { ask, tell, type Bracket, type Rung, type Search, type Task } from './search.ts'
export * as spaces from './space.ts'
export type { Choice, ConfigOf, Space, SpaceSpec } from './space.ts'
export { successiveHalving, type HalvingOptions } from './successive-halving.ts'
export { workerThreads } from './worker-threads.ts'
