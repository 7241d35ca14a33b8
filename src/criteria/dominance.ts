import { directions, type Direction } from '../optim/improvement.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import { frontRanks } from './front-ranks.ts'
import { isBetter } from './objective-order.ts'
import { showValue } from '../core/tensor/show-value.ts'

/** Whether less or more of an objective is better. */
export type { Direction }

/** @throws ArgumentError unless there is a direction and each is 'min' or 'max'. */
export const checkDirections = (where: string, given: readonly Direction[]): void => {
  if (!Array.isArray(given) || given.length === 0)
    throw new ArgumentError(
      `${where}: expected at least one direction, 'min' or 'max', got ${showValue(given)}`,
    )
  given.forEach((direction, i) => checkChoice(where, `directions[${i}]`, direction, directions))
}

/**
 * Objectives turned so that less is better, with one zero instead of two.
 *
 * @throws ArgumentError where the number of objectives is not that of the directions.
 */
export const oriented = (
  given: readonly Direction[],
  objectives: readonly number[],
  where: string,
): readonly number[] => {
  if (objectives.length !== given.length)
    throw new ArgumentError(
      `${where}: expected ${given.length} objectives, one for each direction, got ${objectives.length}`,
    )
  return objectives.map((x, i) => (given[i] === 'max' ? -x : x) + 0)
}

/**
 * Whether `a` dominates `b`: nowhere worse, somewhere better. A strict partial order: nothing dominates itself, two
 * never dominate each other, and it is transitive. Where an objective is NaN neither dominates.
 *
 * @throws ArgumentError where the number of objectives is not that of the directions.
 * @example
 * ```ts
 * import { dominates } from 'puregrad/criteria'
 * dominates(['min', 'max'], [0.1, 5], [0.2, 5]) // => true
 * dominates(['min', 'max'], [0.1, 5], [0.2, 6]) // => false
 * ```
 * @category Fronts
 */
export const dominates = (
  given: readonly Direction[],
  a: readonly number[],
  b: readonly number[],
): boolean => {
  checkDirections('dominates', given)
  return isBetter(oriented(given, a, 'dominates'), oriented(given, b, 'dominates'))
}

/**
 * How many fronts lie before each point: 0 for points that nothing dominates, 1 for those that only points of rank 0
 * dominate, and so on (non-dominated sorting). Points with an objective that is NaN come after all others, so a
 * diverged run is never among the first.
 *
 * Source: K. Deb, A. Pratap, S. Agarwal, T. Meyarivan, "A fast and elitist multiobjective genetic algorithm: NSGA-II",
 * 2002.
 *
 * @param points the objectives of each point.
 * @throws ArgumentError where the number of objectives is not that of the directions.
 * @example
 * ```ts
 * import { paretoRanks } from 'puregrad/criteria'
 * paretoRanks(['min', 'min'], [[1, 3], [2, 4], [3, 1], [2, NaN]]) // => [0, 1, 0, 2]
 * ```
 * @category Fronts
 */
export const paretoRanks = (
  given: readonly Direction[],
  points: readonly (readonly number[])[],
): readonly number[] => {
  checkDirections('paretoRanks', given)
  const all = points.map((objectives) => oriented(given, objectives, 'paretoRanks'))
  const known = all.flatMap((objectives, i) => (objectives.some(Number.isNaN) ? [] : [{ objectives, i }]))
  const ranks = frontRanks(known.map(({ objectives }) => objectives))
  const rankOf = new Map(known.map(({ i }, place) => [i, ranks[place]!]))
  const last = ranks.reduce((most, rank) => Math.max(most, rank + 1), 0)
  return points.map((_, i) => rankOf.get(i) ?? last)
}
