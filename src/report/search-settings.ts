import type { History } from '../search/history.ts'
import type { Search } from '../search/search.ts'
import { axisValue, spaceAxes, type SpaceAxis } from '../search/space-axes.ts'

/** The settings of a search one by one, in the order of its space. */
export const searchSettings = <C>({ space }: Pick<Search<C>, 'space'>): readonly SpaceAxis[] =>
  spaceAxes(space.spec)

/** A trial that was measured, with its settings as numbers: of a choice its place, NaN for one that is not open. */
export interface MeasuredTrial {
  readonly id: number
  readonly config: unknown
  readonly values: readonly number[]
  readonly objectives: readonly number[]
}

/**
 * The trials that can be compared: those at the one budget to which most were measured, the greatest of such budgets.
 * What was trained for longer is better for that alone.
 */
export const comparableTrials = <C>(
  search: Search<C>,
  history: History,
): { readonly budget: number; readonly trials: readonly MeasuredTrial[] } => {
  const settings = searchSettings(search)
  const measured = history.flatMap(({ id, budget, result }) =>
    result.kind === 'measured' ? [{ id, budget, objectives: result.objectives }] : [],
  )
  const budgets = [...new Set(measured.map(({ budget }) => budget))].toSorted((a, b) => b - a)
  const size = (budget: number): number => measured.filter((each) => each.budget === budget).length
  const budget = budgets.reduce((best, each) => (size(each) > size(best) ? each : best), budgets[0] ?? NaN)
  return {
    budget,
    trials: measured
      .filter((each) => each.budget === budget)
      .map(({ id, objectives }) => {
        const config: unknown = search.configOf(id, history)
        return { id, config, values: settings.map((setting) => axisValue(setting, config)), objectives }
      }),
  }
}
