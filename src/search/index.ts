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
export { halfBudget, type HalfBudget } from './half-budget.ts'
export { hyperband } from './hyperband.ts'
export { inProcess } from './in-process.ts'
export { bestOf, type Candidate } from './promote.ts'
export { knownTrials, type KnownTrial, type KnownTrials } from './known-trials.ts'
export type { LearningOptions } from './learning-options.ts'
export { asha, medianPruner, percentilePruner, type PercentileOptions, type Pruner } from './pruner.ts'
export { tpeSearch, type TpeOptions } from './tpe-search.ts'
export { nsga2Search, type Nsga2Options } from './nsga2-search.ts'
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
export { readSearchJournal, type SearchOfJournal } from './read-search-journal.ts'
export { searchResult, type SearchResult, type Standing } from './search-result.ts'
export { ask, tell, type Search, type Task } from './search.ts'
export type { Bracket, Rung } from './bracket-schedule.ts'
export type { Pending, Schedule } from './schedule.ts'
export type { Choice, ConfigOf, SettingSpec, Space, SpaceSpec } from './space.ts'
export * as spaces from './spaces.ts'
export { successiveHalving, type HalvingOptions } from './successive-halving.ts'
export type { VariantConfig } from './variant-space.ts'
export { workerThreads } from './worker-threads.ts'
