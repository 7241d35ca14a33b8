/* eslint-disable functional/no-let, functional/no-loop-statements, functional/immutable-data --
   fronts grow while points are placed into them, and copying them made sorting cubic */
import { compareObjectives, isBetter } from './objective-order.ts'

/**
 * How many fronts lie before each point, where less is better and no number is NaN: points come in the order of their
 * objectives, so what dominates one was placed before it, and the front it belongs to is found by halving, since a
 * point that front k dominates is dominated by all fronts before. With two objectives the last point of a front decides
 * for all of it, so n points take n log n comparisons.
 *
 * Source: X. Zhang, Y. Tian, R. Cheng, Y. Jin, "An efficient approach to nondominated sorting for evolutionary
 * multiobjective optimization", 2015 (ENS-BS).
 */
export const frontRanks = (
  points: readonly (readonly number[])[],
  better: (a: readonly number[], b: readonly number[]) => boolean = isBetter,
): readonly number[] => {
  const order = points.map((_, i) => i).sort((a, b) => compareObjectives(points[a]!, points[b]!))
  const ranks = points.map(() => 0)
  const fronts: (readonly number[])[][] = []
  const lastDecides = (points[0]?.length ?? 0) <= 2
  const isDominatedBy = (front: readonly (readonly number[])[], point: readonly number[]): boolean =>
    lastDecides
      ? better(front.at(-1)!, point)
      : front.findLast((before) => better(before, point)) !== undefined
  for (const i of order) {
    const point = points[i]!
    let [from, to] = [0, fronts.length]
    while (from < to) {
      const middle = (from + to) >> 1
      if (isDominatedBy(fronts[middle]!, point)) from = middle + 1
      else to = middle
    }
    ranks[i] = from
    const front = fronts[from]
    if (front === undefined) fronts.push([point])
    else front.push(point)
  }
  return ranks
}
