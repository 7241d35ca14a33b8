import { bracketSchedule } from './bracket-schedule.ts'
import type { Search } from './search.ts'
import { learningSearch, type LearningOptions } from './learning-options.ts'
import { checkSearch, drawn, keyWords } from './search-options.ts'
import type { Space } from './space.ts'

/**
 * Configurations drawn at random, each run to the same budget. Trial i depends on the key and on i alone, so a longer
 * search only adds to the end. With a `pruner` trials end early, each compared with those that have ended before it
 * begins: `parallel` says how many may run at a time, and see {@link tpeSearch} for `asynchronous`.
 *
 * Source: J. Bergstra, Y. Bengio, "Random search for hyper-parameter optimization", 2012.
 *
 * @throws ArgumentError for another option, a direction that is none, or a number of trials or a budget that is not positive.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { ask, emptyHistory, randomSearch, spaces } from 'puregrad/search'
 * ask(randomSearch(spaces.logUniform(1e-4, 1), { trials: 27, key: key(0) }), emptyHistory).length // => 27
 * ```
 * @category Strategies
 */
export const randomSearch = <C>(space: Space<C>, options: LearningOptions): Search<C> => {
  if (options.pruner !== undefined || options.parallel !== undefined || options.asynchronous !== undefined)
    return learningSearch('randomSearch', space, options, { parallel: true, asynchronous: true }, () => ({
      spec: { kind: 'random' },
      propose: ({ key }) => space.sample(key),
    }))
  checkSearch(
    'randomSearch',
    options,
    {
      trials: true,
      budget: true,
      key: true,
      directions: true,
      pruner: true,
      parallel: true,
      asynchronous: true,
    },
    ['trials'],
  )
  const { trials, budget = 1, key, directions = ['min'] } = options
  const brackets = [{ first: 0, rungs: [{ size: trials, budget }] }]
  return {
    spec: { kind: 'random', space: space.spec, trials, budget, key: keyWords(key), directions },
    space,
    directions,
    brackets,
    schedule: bracketSchedule(brackets, directions),
    configOf: drawn(space, key),
    key,
  }
}
