import { byValue } from '../optim/improvement.ts'
import { greatestOf, leastOf } from '../core/tensor/extremes.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { countOrNone } from '../core/tensor/setting-ranges.ts'
import { checkDirections } from '../criteria/dominance.ts'
import { paretoRanks, type Direction } from '../criteria/dominance.ts'
import { depths } from '../criteria/hypervolume.ts'
import { thinnedFront } from '../criteria/thinned-front.ts'

/**
 * A trial with what was measured of it.
 *
 * @category Searches
 */
export interface Candidate {
  readonly id: number
  readonly objectives: readonly number[]
}

/** A point beyond the worst of every objective by a tenth of its range, so that the scale of an objective is no matter. */
export const beyondWorst = (
  directions: readonly Direction[],
  candidates: readonly Candidate[],
): readonly number[] =>
  directions.map((direction, k) => {
    const values = candidates.map(({ objectives }) => objectives[k] ?? NaN).filter(Number.isFinite)
    const [least, most] = values.length === 0 ? [0, 0] : [leastOf(values), greatestOf(values)]
    const margin = least === most ? 1 : (most - least) / 10
    return direction === 'min' ? most + margin : least - margin
  })

/** Some of the candidates of a front: those that contribute least volume are dropped one by one, of equals the later. */
const thinned = <A extends Candidate>(
  directions: readonly Direction[],
  reference: readonly number[],
  front: readonly A[],
  count: number,
): readonly A[] => {
  if (front.length <= count) return front
  const isUnbounded = ({ objectives }: A): boolean =>
    objectives.some((x, k) => x === (directions[k] === 'max' ? Infinity : -Infinity))
  // One that is infinitely good in something adds without bound, one that is not better than the reference nothing.
  const unbounded = front.filter(isUnbounded)
  const bounded = front.filter((candidate) => !isUnbounded(candidate))
  const boxes = depths(
    'bestOf',
    directions,
    reference,
    bounded.map(({ objectives }) => objectives),
  )
  const inside = bounded.filter((_, i) => boxes[i] !== undefined)
  const outside = bounded.filter((_, i) => boxes[i] === undefined)
  const kept = thinnedFront(
    boxes.filter((box) => box !== undefined),
    Math.max(0, count - unbounded.length),
  ).map((i) => inside[i]!)
  return [...unbounded, ...kept, ...outside].slice(0, count).toSorted((a, b) => a.id - b.id)
}

/**
 * The best `count` of some candidates: those that the fewest others dominate in a chain come first, and where a front
 * does not fit whole, those stay that contribute most to its hypervolume. With one objective this is the order of its
 * values. Ties go to the smaller id, and what has an objective that is NaN comes after all others. The order of the
 * candidates makes no difference.
 *
 * Source: N. Beume, B. Naujoks, M. Emmerich, "SMS-EMOA: multiobjective selection based on dominated hypervolume", 2007.
 *
 * @throws ArgumentError for a direction that is none, or a count that is no integer ≥ 0.
 * @example
 * ```ts
 * import { bestOf } from 'puregrad/search'
 * const trials = [[1, 9], [2, 2], [9, 1], [9, 9]].map((objectives, id) => ({ id, objectives }))
 * bestOf(['min', 'min'], trials, 2).map(({ id }) => id) // => [0, 1]
 * bestOf(['max'], [{ id: 0, objectives: [1] }, { id: 1, objectives: [2] }], 1)[0]?.id // => 1
 * ```
 * @category Searches
 */
export const bestOf = <A extends Candidate>(
  directions: readonly Direction[],
  candidates: readonly A[],
  count: number,
): readonly A[] => {
  checkDirections('bestOf', directions)
  checkSetting('bestOf', 'count', count, countOrNone)
  const sorted = [...candidates].sort((a, b) => a.id - b.id)
  const [direction, ...others] = directions
  if (direction !== undefined && others.length === 0) {
    const compare = byValue(direction)
    const value = ({ objectives: [x = NaN] }: A): number => x
    return [...sorted].sort((a, b) => compare(value(a), value(b))).slice(0, count)
  }
  const ranks = paretoRanks(
    directions,
    sorted.map(({ objectives }) => objectives),
  )
  const reference = beyondWorst(directions, sorted)
  const fill = (chosen: readonly A[], rank: number): readonly A[] => {
    const front = sorted.filter((_, i) => ranks[i] === rank)
    return front.length === 0 || chosen.length >= count
      ? chosen
      : fill([...chosen, ...thinned(directions, reference, front, count - chosen.length)], rank + 1)
  }
  return fill([], 0)
}
