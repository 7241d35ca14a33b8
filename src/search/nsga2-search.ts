import type { Key } from '../core/numeric/index.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { notNegative, share } from '../core/tensor/setting-ranges.ts'
import { oriented, paretoRanks, type Direction } from '../criteria/dominance.ts'
import { knownCourses, type KnownTrial } from './known-trials.ts'
import type { TrialCourse } from './learning-search.ts'
import { learningSearch, type LearningOptions } from './learning-options.ts'
import type { Search } from './search.ts'
import { sharesOf } from './shares.ts'
import type { Space } from './space.ts'
import {
  axisLine,
  axisValue,
  configOfValues,
  isOpenAmong,
  spaceAxes,
  type AxisValues,
  type SpaceAxis,
} from './space-axes.ts'
import { outcomeOf, type Outcome } from './trial-outcome.ts'

/**
 * How {@link nsga2Search} goes.
 *
 * @category Strategies
 */
export interface Nsga2Options extends Omit<LearningOptions, 'parallel' | 'asynchronous'> {
  /** How many trials a generation has; 20 unless told otherwise. */
  readonly population?: number
  /** The chance that a setting is crossed; 0.9 unless told otherwise. */
  readonly crossover?: number
  /** The chance that a setting is mutated; one of each trial, on average, unless told otherwise. */
  readonly mutation?: number
  /** How near to its parents a crossed number stays; 15 unless told otherwise. */
  readonly crossoverIndex?: number
  /** How near to itself a mutated number stays; 20 unless told otherwise. */
  readonly mutationIndex?: number
  /** Trials of another search, see {@link knownTrials}. */
  readonly known?: readonly KnownTrial[]
}

/** How far apart the neighbours of each point of a front are, each objective as a share of its range. */
const crowding = (directions: readonly Direction[], front: readonly Outcome[]): readonly number[] => {
  const points = front.map(({ objectives }) => oriented(directions, objectives, 'nsga2Search'))
  const parts = directions.map((_, k) => {
    const value = (i: number): number => points[i]![k]!
    const order = points.map((_point, i) => i).sort((a, b) => value(a) - value(b) || a - b)
    const range = value(order.at(-1)!) - value(order[0]!)
    return new Map(
      order.map((i, place) => {
        const [before, after] = [order[place - 1], order[place + 1]]
        return [
          i,
          before === undefined || after === undefined
            ? Infinity
            : range === 0
              ? 0
              : (value(after) - value(before)) / range,
        ]
      }),
    )
  })
  return front.map((_, i) => parts.reduce((sum, part) => sum + part.get(i)!, 0))
}

/** The best first: what came farthest, then by fronts, in a front the least crowded, then the earlier. */
const ranked = (directions: readonly Direction[], outcomes: readonly Outcome[]): readonly Outcome[] => {
  const groups = [...new Set(outcomes.map(({ reached }) => reached))].sort((a, b) => b - a)
  return groups.flatMap((reached) => {
    const group = outcomes.filter((outcome) => outcome.reached === reached)
    if (reached < 0) return group
    const ranks = paretoRanks(
      directions,
      group.map(({ objectives }) => objectives),
    )
    return [...new Set(ranks)]
      .sort((a, b) => a - b)
      .flatMap((rank) => {
        const front = group.filter((_, i) => ranks[i] === rank)
        const distances = crowding(directions, front)
        return front
          .map((outcome, i) => ({ outcome, distance: distances[i]! }))
          .sort((a, b) => (a.distance === b.distance ? a.outcome.id - b.outcome.id : b.distance - a.distance))
          .map(({ outcome }) => outcome)
      })
  })
}

/** The parents of the next generation, the best first: of the last ones and their offspring as many as there were. */
const parentsOf = (
  directions: readonly Direction[],
  start: readonly Outcome[],
  outcomes: readonly Outcome[],
  population: number,
): readonly Outcome[] =>
  Array.from({ length: Math.ceil(outcomes.length / population) }, (_, g) =>
    outcomes.slice(g * population, (g + 1) * population),
  ).reduce((parents, offspring) => ranked(directions, [...parents, ...offspring]).slice(0, population), start)

/** Simulated binary crossover: a child as far from its nearer parent as `spread` says. */
const crossed = (own: number, other: number, chance: number, index: number): number => {
  const spread = chance < 0.5 ? (2 * chance) ** (1 / (index + 1)) : (2 * (1 - chance)) ** (-1 / (index + 1))
  return ((1 + spread) * own + (1 - spread) * other) / 2
}

/** Polynomial mutation of a number of [0, 1]. */
const mutated = (own: number, chance: number, index: number): number =>
  chance < 0.5
    ? own + ((2 * chance + (1 - 2 * chance) * (1 - own) ** (index + 1)) ** (1 / (index + 1)) - 1)
    : own + (1 - (2 * (1 - chance) + (2 * chance - 1) * own ** (index + 1)) ** (1 / (index + 1)))

interface Breeding {
  readonly crossover: number
  readonly mutation: number
  readonly crossoverIndex: number
  readonly mutationIndex: number
}

/** What a child has of a setting, from what its parents have (NaN for nothing), by five numbers of [0, 1). */
const inherited = (
  { spec }: SpaceAxis,
  [mother, father]: readonly [number, number],
  { crossover, mutation, crossoverIndex, mutationIndex }: Breeding,
  [whose = 0, whether = 0, spread = 0, change = 0, to = 0]: readonly number[],
): number => {
  const first = whose < 0.5 ? mother : father
  const own = Number.isNaN(first) ? (whose < 0.5 ? father : mother) : first
  const other = Number.isNaN(mother) || Number.isNaN(father) ? own : mother + father - own
  if (spec.kind === 'oneOf') {
    const { length } = spec.choices
    return Number.isNaN(own) || change < mutation ? Math.min(length - 1, Math.floor(to * length)) : own
  }
  const line = axisLine(spec)
  const range = line.high - line.low
  const unit = (value: number): number => (line.at(value) - line.low) / range
  const within = (x: number): number => Math.min(1, Math.max(0, x))
  if (Number.isNaN(own)) return line.valueAt(line.low + to * range)
  const child =
    whether < crossover ? within(crossed(unit(own), unit(other), spread, crossoverIndex)) : unit(own)
  return line.valueAt(
    line.low + within(change < mutation ? mutated(child, to, mutationIndex) : child) * range,
  )
}

/** A child of two parents that each won over another one. */
const childOf = (
  axes: readonly SpaceAxis[],
  parents: readonly Outcome[],
  breeding: Breeding,
  key: Key,
): AxisValues => {
  const [tournament = [], ...genes] = sharesOf(key, axes.length + 1, 5)
  // Parents come the best first, so the winner is the one with the smaller place.
  const winner = (a: number, b: number): AxisValues =>
    parents[Math.min(Math.floor(a * parents.length), Math.floor(b * parents.length))]!.values
  const [mother, father] = [winner(tournament[0]!, tournament[1]!), winner(tournament[2]!, tournament[3]!)]
  const isOpen = isOpenAmong(axes)
  return axes.reduce<AxisValues>(
    (values, axis, place) => [
      ...values,
      isOpen(place, values)
        ? inherited(axis, [mother[place]!, father[place]!], breeding, genes[place]!)
        : NaN,
    ],
    [],
  )
}

/**
 * Generations of trials for several objectives: the best of each generation and the one before, by dominance and then by
 * how far from others they lie, are the parents of the next, whose settings are crossed (numbers by simulated binary
 * crossover on the line where they are all alike, choices as one parent has them) and mutated. A generation depends on
 * all trials of those before it, so the history is the same for any number of lanes.
 *
 * Source: K. Deb, A. Pratap, S. Agarwal, T. Meyarivan, "A fast and elitist multiobjective genetic algorithm: NSGA-II",
 * 2002; crossover and mutation: K. Deb, R. B. Agrawal, "Simulated binary crossover for continuous search space", 1995.
 *
 * @throws ArgumentError for another option, a direction that is none, a number outside its range, or both `budget` and
 * `pruner`.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { inProcess, nsga2Search, outcomeOfSearch, runSearch, spaces } from 'puregrad/search'
 * const space = spaces.struct({ x: spaces.uniform(-2, 4) })
 * const search = nsga2Search(space, { trials: 100, population: 20, directions: ['min', 'min'], key: key(0) })
 * const runner = inProcess<{ x: number }>(({ config: { x } }) => ({ objectives: [x ** 2, (x - 2) ** 2] }))
 * const { front } = await outcomeOfSearch(search, runSearch(search, runner))
 * front.length > 20 && front.every(({ config: { x } }) => x > -0.1 && x < 2.1) // => true
 * ```
 * @category Strategies
 */
export const nsga2Search = <C>(space: Space<C>, options: Nsga2Options): Search<C> => {
  const axes = spaceAxes(space.spec)
  const valuesOf = (config: unknown): AxisValues => axes.map((axis) => axisValue(axis, config))
  const {
    population = 20,
    crossover = 0.9,
    mutation = 1 / axes.length,
    crossoverIndex = 15,
    mutationIndex = 20,
    known = [],
  } = options
  const breeding = { crossover, mutation, crossoverIndex, mutationIndex }
  const names = {
    population: true,
    crossover: true,
    mutation: true,
    crossoverIndex: true,
    mutationIndex: true,
    known: true,
  } as const
  return learningSearch('nsga2Search', space, options, names, ({ directions, budget }) => {
    checkSetting('nsga2Search', 'population', population, { min: 2, whole: true })
    checkSetting('nsga2Search', 'crossover', crossover, share)
    checkSetting('nsga2Search', 'mutation', mutation, share)
    checkSetting('nsga2Search', 'crossoverIndex', crossoverIndex, notNegative)
    checkSetting('nsga2Search', 'mutationIndex', mutationIndex, notNegative)
    const start = knownCourses('nsga2Search', space, known, directions, valuesOf, budget).map(outcomeOf)
    const parents = new WeakMap<readonly TrialCourse<C>[], readonly Outcome[]>()
    return {
      spec: { kind: 'nsga2', population, ...breeding, known },
      sight: (id) => Math.floor(id / population) * population,
      propose: ({ key, learned }) => {
        const chosen =
          parents.get(learned) ??
          parentsOf(
            directions,
            ranked(directions, start).slice(0, population),
            learned.map(outcomeOf),
            population,
          )
        parents.set(learned, chosen)
        return chosen.length < 2
          ? space.sample(key)
          : (configOfValues(space.spec, childOf(axes, chosen, breeding, key)) as C)
      },
    }
  })
}
