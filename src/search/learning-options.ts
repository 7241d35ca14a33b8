import { asynchronousParts } from './asynchronous-search.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import { count } from '../core/tensor/setting-ranges.ts'
import type { Direction } from '../criteria/dominance.ts'
import { learningParts, type Learning } from './learning-search.ts'
import { checkPruner, type Pruner } from './pruner.ts'
import type { Search } from './search.ts'
import { checkSearch, keyWords, type SearchOptions } from './search-options.ts'
import type { Space } from './space.ts'
import { axisValue, spaceAxes } from './space-axes.ts'

/**
 * What searches that learn are told.
 *
 * @category Strategies
 */
export interface LearningOptions extends SearchOptions {
  readonly trials: number
  /** How far each trial is run, where no pruner says it; 1 unless told otherwise. */
  readonly budget?: number
  /** What ends trials early. */
  readonly pruner?: Pruner
  /** How many trials may run at a time; 1 unless told otherwise. */
  readonly parallel?: number
  /** Whether a trial is proposed from all that is known when it begins; not unless told otherwise. */
  readonly asynchronous?: boolean
}

/** What a strategy makes of its own options. */
interface Strategy<C> {
  readonly spec: Readonly<Record<string, unknown>>
  readonly propose: Learning<C>['propose']
  readonly sight?: Learning<C>['sight']
}

/** A search that learns: what all of them have in common, with what one proposes. */
export const learningSearch = <C, O extends Omit<LearningOptions, 'parallel' | 'asynchronous'>>(
  name: string,
  space: Space<C>,
  options: O,
  own: Readonly<Record<Exclude<keyof O, 'trials' | 'budget' | 'pruner' | 'key' | 'directions'>, true>>,
  strategyOf: (common: {
    readonly directions: readonly Direction[]
    /** That of a trial that was run to its end. */
    readonly budget: number
  }) => Strategy<C>,
): Search<C> => {
  const common = { trials: true, budget: true, pruner: true, key: true, directions: true } as const
  checkSearch<LearningOptions>(
    name,
    options,
    { ...common, ...own } as Readonly<Record<keyof LearningOptions, true>>,
    ['trials'],
  )
  const {
    trials,
    pruner,
    parallel = 1,
    asynchronous = false,
    key,
    directions = ['min'],
  }: LearningOptions = options
  checkSetting(name, 'parallel', parallel, count)
  checkChoice(name, 'asynchronous', asynchronous, [true, false])
  if (pruner !== undefined) {
    checkPruner(`${name}: pruner`, pruner)
    if (options.budget !== undefined)
      throw new ArgumentError(`${name}: expected a budget or a pruner, which says the budgets; got both`)
  }
  const budget = pruner?.maxBudget ?? options.budget ?? 1
  const { spec, propose, sight } = strategyOf({ directions, budget })
  const axes = spaceAxes(space.spec)
  const learning: Learning<C> = {
    name,
    trials,
    key,
    directions,
    budget,
    pruner,
    sight: sight ?? ((id) => Math.max(0, id - parallel + 1)),
    propose,
    valuesOf: (config) => axes.map((axis) => axisValue(axis, config)),
  }
  return {
    spec: {
      ...spec,
      space: space.spec,
      trials,
      ...(pruner === undefined ? { budget } : { pruner }),
      ...(sight === undefined ? { parallel, asynchronous } : {}),
      key: keyWords(key),
      directions,
    },
    space,
    directions,
    key,
    ...(asynchronous ? asynchronousParts(learning, parallel) : learningParts(learning)),
  }
}
