import type { Monoid } from 'fp-ts/lib/Monoid.js'
import type { Ord } from 'fp-ts/lib/Ord.js'
import { firstBest } from '../optim/improvement.ts'
import { greatestOf, leastOf } from '../core/tensor/extremes.ts'
import { checkDirections, oriented, type Direction } from './dominance.ts'
import { frontRanks } from './front-ranks.ts'
import { compareObjectives } from './objective-order.ts'

declare const front: unique symbol

/**
 * Something tried, and what it came to in each objective.
 *
 * @category Fronts
 */
export interface FrontPoint<C> {
  readonly config: C
  readonly objectives: readonly number[]
}

/**
 * Points of which none dominates another, in the order of their objectives (the better first) and then of what was
 * tried. Only {@link frontOf} and {@link frontMonoid} make one.
 *
 * @category Fronts
 */
export type Front<C> = readonly FrontPoint<C>[] & { readonly [front]: true }

/**
 * The points that none of the others dominates; points with an objective that is NaN are left out. The order says when
 * two configurations are the same: of the same one with the same objectives one point is kept, of different ones with
 * the same objectives all.
 *
 * @throws ArgumentError where the number of objectives is not that of the directions.
 * @example
 * ```ts
 * import * as S from 'fp-ts/lib/string.js'
 * import { frontOf } from 'puregrad/criteria'
 * const tried = [
 *   { config: 'wide', objectives: [0.1, 900] },
 *   { config: 'slow', objectives: [0.2, 950] },
 *   { config: 'small', objectives: [0.3, 40] },
 * ]
 * frontOf(['min', 'min'], S.Ord)(tried).map(({ config }) => config) // => ['wide', 'small']
 * ```
 * @category Fronts
 */
export const frontOf = <C>(
  directions: readonly Direction[],
  order: Ord<C>,
): ((points: readonly FrontPoint<C>[]) => Front<C>) => {
  checkDirections('frontOf', directions)
  return (points) => {
    const all = points
      .map((point) => ({ point, turned: oriented(directions, point.objectives, 'frontOf') }))
      .filter(({ turned }) => !turned.some(Number.isNaN))
      .sort((a, b) => compareObjectives(a.turned, b.turned) || order.compare(a.point.config, b.point.config))
    const ranks = frontRanks(all.map(({ turned }) => turned))
    return all
      .filter(({ turned, point }, i) => {
        const before = all[i - 1]
        const again =
          before !== undefined &&
          compareObjectives(before.turned, turned) === 0 &&
          order.equals(before.point.config, point.config)
        return !again && ranks[i] === 0
      })
      .map(({ point: { config, objectives } }) => ({
        config,
        objectives: objectives.map((x) => x + 0),
      })) as readonly FrontPoint<C>[] as Front<C>
  }
}

/**
 * Fronts under merging: the front of the points of both. Commutative and idempotent besides, so workers may report in
 * any order and more than once.
 *
 * @example
 * ```ts
 * import * as N from 'fp-ts/lib/number.js'
 * import { frontMonoid, frontOf } from 'puregrad/criteria'
 * const { concat } = frontMonoid(['min', 'max'], N.Ord)
 * const of = frontOf(['min', 'max'], N.Ord)
 * const merged = concat(of([{ config: 1, objectives: [3, 3] }]), of([{ config: 2, objectives: [2, 3] }]))
 * merged.map(({ config }) => config) // => [2]
 * ```
 * @category Fronts
 */
export const frontMonoid = <C>(directions: readonly Direction[], order: Ord<C>): Monoid<Front<C>> => {
  const of = frontOf(directions, order)
  return { empty: of([]), concat: (a, b) => of([...a, ...b]) }
}

/**
 * The point of a front where giving up a little of one objective stops buying much of another: the one farthest from
 * the plane through the ends, each objective scaled to [0, 1] over the front. The first among equals; `undefined` for
 * an empty front. Units and origins of the objectives do not matter. An infinite objective is the farthest end of its axis.
 *
 * Source: I. Das, "On characterizing the 'knee' of the Pareto curve based on normal-boundary intersection", 1999.
 *
 * @example
 * ```ts
 * import * as S from 'fp-ts/lib/string.js'
 * import { frontOf, knee } from 'puregrad/criteria'
 * const front = frontOf(['min', 'min'], S.Ord)([
 *   { config: 'left', objectives: [0, 10] },
 *   { config: 'bend', objectives: [1, 2] },
 *   { config: 'right', objectives: [9, 0] },
 * ])
 * knee(['min', 'min'], front)?.config // => 'bend'
 * ```
 * @category Fronts
 */
export const knee = <C>(directions: readonly Direction[], points: Front<C>): FrontPoint<C> | undefined => {
  checkDirections('knee', directions)
  const all = points.map(({ objectives }) => oriented(directions, objectives, 'knee'))
  const scales = directions.map((_, i) => {
    const column = all.map((objectives) => objectives[i] ?? 0)
    const [low, high] = [leastOf(column), greatestOf(column)]
    return (x: number): number => (x === low ? 0 : x === high ? 1 : (x - low) / (high - low))
  })
  const heights = all.map((objectives) =>
    scales.reduce((total, scaled, i) => total + scaled(objectives[i] ?? 0), 0),
  )
  return points[firstBest('min', heights)]
}
