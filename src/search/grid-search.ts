import { bracketSchedule } from './bracket-schedule.ts'
import type { Search } from './search.ts'
import { checkSearch, keyWords, type SearchOptions } from './search-options.ts'
import type { Space } from './space.ts'

/**
 * Every point of a grid, each run to the same budget.
 *
 * @throws ArgumentError for another option, a direction that is none, or a number of values or a budget that is not positive.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { ask, emptyHistory, gridSearch, spaces } from 'puregrad/search'
 * const space = spaces.struct({ x: spaces.uniform(0, 1), y: spaces.oneOf('a', 'b') })
 * ask(gridSearch(space, { perAxis: 2, key: key(0) }), emptyHistory).map(({ config }) => config) // => [{ x: 0, y: 'a' }, { x: 0, y: 'b' }, { x: 1, y: 'a' }, { x: 1, y: 'b' }]
 * ```
 * @category Strategies
 */
export const gridSearch = <C>(
  space: Space<C>,
  options: SearchOptions & { readonly perAxis: number; readonly budget?: number },
): Search<C> => {
  checkSearch('gridSearch', options, { perAxis: true, budget: true, key: true, directions: true }, [
    'perAxis',
  ])
  const { perAxis, budget = 1, key, directions = ['min'] } = options
  const points = space.grid(perAxis)
  const brackets = [{ first: 0, rungs: [{ size: points.length, budget }] }]
  return {
    spec: { kind: 'grid', space: space.spec, perAxis, budget, key: keyWords(key), directions },
    space,
    directions,
    brackets,
    schedule: bracketSchedule(brackets, directions),
    configOf: (id) => points[id] as C,
    key,
  }
}
