import { foldIn, type Key } from '../core/numeric/index.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { count, countOrNone } from '../core/tensor/setting-ranges.ts'
import type { Direction } from '../criteria/dominance.ts'
import { knownCourses, type KnownTrial } from './known-trials.ts'
import { learningSearch, type LearningOptions } from './learning-options.ts'
import { drawnMixture, logDensity, mixtureOf } from './parzen.ts'
import { bestOf } from './promote.ts'
import type { Search } from './search.ts'
import type { Space } from './space.ts'
import { sharesOf } from './shares.ts'
import {
  axisValue,
  configOfValues,
  isOpenAmong,
  spaceAxes,
  type AxisValues,
  type SpaceAxis,
} from './space-axes.ts'
import { outcomeOf, type Outcome } from './trial-outcome.ts'

/**
 * How {@link tpeSearch} goes.
 *
 * @category Strategies
 */
export interface TpeOptions extends LearningOptions {
  /** How many trials are drawn at random before anything is learned; 10 unless told otherwise. */
  readonly startup?: number
  /** How many draws the next trial is the best of; 24 unless told otherwise. */
  readonly candidates?: number
  /** Whether settings are looked at together or each by itself; together unless told otherwise. */
  readonly multivariate?: boolean
  /** Trials of another search, see {@link knownTrials}. */
  readonly known?: readonly KnownTrial[]
}

/** How many of so many trials count as good: of several objectives a whole front does. */
const goodCount = (directions: readonly Direction[], trials: number): number =>
  Math.min(directions.length > 1 ? Infinity : 25, Math.ceil(0.1 * trials))

/** The good ones: those that came farthest first, then by their objectives. */
const goodOf = (
  directions: readonly Direction[],
  outcomes: readonly Outcome[],
  places: number,
): readonly Outcome[] => {
  const reached = [...new Set(outcomes.map((outcome) => outcome.reached))].sort((a, b) => b - a)
  return reached.reduce<readonly Outcome[]>((sofar, budget) => {
    const left = places - sofar.length
    const group = outcomes.filter((outcome) => outcome.reached === budget)
    return left <= 0
      ? sofar
      : [...sofar, ...(budget < 0 ? group.slice(0, left) : bestOf(directions, group, left))]
  }, [])
}

/** The last 25 trials count whole, those before less the older they are. */
const recency = (trials: number): readonly number[] =>
  Array.from({ length: trials }, (_, i) => {
    const old = trials - 25
    return i >= old ? 1 : old === 1 ? 1 / trials : 1 / trials + (i / (old - 1)) * (1 - 1 / trials)
  })

interface Split {
  readonly good: readonly AxisValues[]
  readonly weights: readonly number[]
  readonly other: readonly AxisValues[]
}

const splitOf = (
  directions: readonly Direction[],
  outcomes: readonly Outcome[],
  running: readonly AxisValues[],
): Split => {
  const chosen = new Set(goodOf(directions, outcomes, goodCount(directions, outcomes.length)))
  const good = outcomes.filter((outcome) => chosen.has(outcome))
  return {
    good: good.map(({ values }) => values),
    weights: directions.length > 1 ? good.map(() => 1) : recency(good.length),
    other: [...outcomes.filter((outcome) => !chosen.has(outcome)).map(({ values }) => values), ...running],
  }
}

/** The best of some draws of the good trials' density: where that of the others is least beside it. */
const bestDraw = (
  axes: readonly SpaceAxis[],
  { good, weights, other }: Split,
  shares: readonly (readonly number[])[],
  isOpen: (axis: number, values: AxisValues) => boolean,
): AxisValues => {
  const [likely, unlikely] = [mixtureOf(axes, good, weights), mixtureOf(axes, other, recency(other.length))]
  return shares.reduce<{ readonly values: AxisValues; readonly gain: number }>(
    (best, own) => {
      const values = drawnMixture(likely, own, isOpen)
      const gain = logDensity(likely, values) - logDensity(unlikely, values)
      return gain > best.gain ? { values, gain } : best
    },
    { values: [], gain: -Infinity },
  ).values
}

/** Values of all axes, each by itself: only trials that have a setting say something of it. */
const oneByOne = (axes: readonly SpaceAxis[], split: Split, candidates: number, key: Key): AxisValues => {
  const isOpen = isOpenAmong(axes)
  return axes.reduce<AxisValues>((values, axis, place) => {
    if (!isOpen(place, values)) return [...values, NaN]
    const own = (trials: readonly AxisValues[]): readonly AxisValues[] =>
      trials.map((trial) => [trial[place]!])
    const has = ([value]: AxisValues): boolean => !Number.isNaN(value)
    const good = own(split.good)
    const narrowed = {
      good: good.filter(has),
      weights: split.weights.filter((_, i) => has(good[i]!)),
      other: own(split.other).filter(has),
    }
    const [value = NaN] = bestDraw([axis], narrowed, sharesOf(foldIn(key, place), candidates, 2), () => true)
    return [...values, value]
  }, [])
}

/**
 * Trials that learn from those before them (the tree-structured Parzen estimator): the best tenth of the trials known,
 * and the others, are each a density over the settings, and the next trial is that of some draws of the first which the
 * second expects least. Settings that a choice opens, failures and trials that a pruner ended count too; several
 * objectives are ranked by dominance and by what they add to the hypervolume.
 *
 * Trial i is proposed from the reports of trials 0 … i − `parallel`, which all have ended before it begins, and keeps away
 * from the settings of those between. So the history is the same bit for bit for any number of lanes, and any trial can
 * be replayed; the price is that a trial waits while one that is `parallel` places before it still runs. With
 * `asynchronous: true` nothing waits: a trial is proposed from whatever is known when a lane is free, reports say at how
 * many reports that was, and the history, kept in the order told, replays to the same bits while another run of the same
 * search may differ.
 *
 * Sources: J. Bergstra, R. Bardenet, Y. Bengio, B. Kégl, "Algorithms for hyper-parameter optimization", 2011; Y. Ozaki,
 * Y. Tanigaki, S. Watanabe, M. Nomura, M. Onishi, "Multiobjective tree-structured Parzen estimator", 2022.
 *
 * @throws ArgumentError for another option, a direction that is none, a number outside its range, or both `budget` and
 * `pruner`.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { inProcess, outcomeOfSearch, runSearch, spaces, tpeSearch } from 'puregrad/search'
 * const space = spaces.struct({ x: spaces.uniform(-5, 5), y: spaces.uniform(-5, 5) })
 * const search = tpeSearch(space, { trials: 60, key: key(0) })
 * const runner = inProcess<{ x: number; y: number }>(({ config: { x, y } }) => ({ objectives: [(x - 1) ** 2 + (y + 2) ** 2] }))
 * const { best } = await outcomeOfSearch(search, runSearch(search, runner))
 * Math.abs(best?.objectives[0] ?? 9) < 0.5 // => true
 * ```
 * @category Strategies
 */
export const tpeSearch = <C>(space: Space<C>, options: TpeOptions): Search<C> => {
  const { startup = 10, candidates = 24, multivariate = true, known = [] } = options
  const axes = spaceAxes(space.spec)
  const valuesOf = (config: unknown): AxisValues => axes.map((axis) => axisValue(axis, config))
  return learningSearch(
    'tpeSearch',
    space,
    options,
    { startup: true, candidates: true, multivariate: true, known: true, parallel: true, asynchronous: true },
    ({ directions, budget }) => {
      checkSetting('tpeSearch', 'startup', startup, countOrNone)
      checkSetting('tpeSearch', 'candidates', candidates, count)
      checkChoice('tpeSearch', 'multivariate', multivariate, [true, false])
      const before = knownCourses('tpeSearch', space, known, directions, valuesOf, budget)
      return {
        spec: { kind: 'tpe', startup, candidates, multivariate, known },
        propose: ({ key, learned, running }) => {
          const outcomes = [...before, ...learned].map(outcomeOf)
          if (outcomes.length < Math.max(1, startup)) return space.sample(key)
          const split = splitOf(directions, outcomes, running)
          const values = multivariate
            ? bestDraw(axes, split, sharesOf(key, candidates, axes.length + 1), isOpenAmong(axes))
            : oneByOne(axes, split, candidates, key)
          return configOfValues(space.spec, values) as C
        },
      }
    },
  )
}
