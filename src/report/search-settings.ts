import { isRecord } from '../core/tensor/tree.ts'
import type { History } from '../search/history.ts'
import type { Search } from '../search/search.ts'
import type { SpaceSpec } from '../search/space.ts'

/** One setting of a search and what its values are. */
export interface SearchSetting {
  /** Its name, after those of the records it is inside of. */
  readonly name: string
  readonly spec: Exclude<SpaceSpec, { readonly kind: 'struct' }>
  /** As a number: of a choice its place in the list. */
  readonly valueIn: (config: unknown) => number
}

/** The settings of a space one by one, in its order. */
export const searchSettings = (
  spec: SpaceSpec,
  name = '',
  read: (config: unknown) => unknown = (config) => config,
): readonly SearchSetting[] =>
  spec.kind === 'struct'
    ? Object.entries(spec.fields).flatMap(([field, inner]) =>
        searchSettings(inner, name === '' ? field : `${name}.${field}`, (config) => {
          const record = read(config)
          return isRecord(record) ? record[field] : undefined
        }),
      )
    : [
        {
          name: name === '' ? 'value' : name,
          spec,
          valueIn: (config) => {
            const value = read(config)
            if (spec.kind !== 'oneOf') return typeof value === 'number' ? value : NaN
            const place = spec.choices.findIndex((choice) => choice === value)
            return place < 0 ? NaN : place
          },
        },
      ]

/** A trial that was measured, with its settings as numbers. */
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
  const settings = searchSettings(search.space.spec)
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
        return { id, config, values: settings.map(({ valueIn }) => valueIn(config)), objectives }
      }),
  }
}
