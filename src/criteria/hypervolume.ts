import { ArgumentError } from '../core/tensor/errors.ts'
import { greatestOf } from '../core/tensor/extremes.ts'
import { oriented, type Direction } from './dominance.ts'
import { compareObjectives } from './objective-order.ts'
import { areaContributions, areaOf, spaceOf } from './plane-volume.ts'

type Point = readonly number[]

/** How far each objective is below the reference, for the points that are below it in all. */
export const depths = (
  where: string,
  directions: readonly Direction[],
  reference: Point,
  points: readonly Point[],
): readonly (Point | undefined)[] => {
  const from = oriented(directions, reference, where)
  if (directions.length === 0) throw new ArgumentError(`${where}: expected at least one objective, got none`)
  if (!from.every(Number.isFinite))
    throw new ArgumentError(`${where}: expected a finite reference point, got [${reference.join(', ')}]`)
  return points.map((point) => {
    const below = oriented(directions, point, where).map((x, i) => (from[i] ?? 0) - x)
    const infinite = below.indexOf(Infinity)
    if (infinite >= 0)
      throw new ArgumentError(
        `${where}: the volume of a point is finite, but objective ${infinite} of [${point.join(', ')}] is infinitely good`,
      )
    return below.every((depth) => depth > 0) ? below : undefined
  })
}

const contains = (outer: Point, inner: Point): boolean => outer.every((depth, k) => depth >= (inner[k] ?? 0))

/** The boxes [0, depth] that lie within no other, each once, in one order whatever the order given. */
const outermost = (boxes: readonly Point[]): readonly Point[] => {
  const sorted = [...boxes].sort(compareObjectives)
  const distinct = sorted.filter((box, i) => i === 0 || compareObjectives(sorted[i - 1] ?? [], box) !== 0)
  return distinct.filter((box) => !distinct.some((other) => other !== box && contains(other, box)))
}

const volumeOf = (box: Point): number => box.reduce((product, side) => product * side, 1)

/** The volume of the union of boxes [0, depth], the same to the bit in any order. */
const union = (boxes: readonly Point[]): number => {
  const width = boxes[0]?.length ?? 0
  if (width === 1) return greatestOf(boxes.map(([depth = 0]) => depth))
  if (width === 2) return areaOf(boxes)
  if (width === 3) return spaceOf(boxes)
  // From the shallowest in the last objective: whatever a box shares with the later ones is as deep as itself there, so
  // the volume it has alone is its depth there times a volume of one dimension less.
  const order = outermost(boxes).toSorted((a, b) => (a[width - 1] ?? 0) - (b[width - 1] ?? 0))
  return order.reduce((total, box, i) => {
    const rest = order.slice(i + 1).map((other) => other.slice(0, -1))
    return total + (box[width - 1] ?? 0) * alone(box.slice(0, -1), rest)
  }, 0)
}

/** The volume of a box outside the union of others. */
export const alone = (box: Point, others: readonly Point[]): number =>
  others.length === 0
    ? volumeOf(box)
    : volumeOf(box) - union(others.map((other) => other.map((depth, k) => Math.min(depth, box[k] ?? 0))))

/**
 * The volume that the points dominate within the reference point, exact in any number of objectives. It grows with
 * every point that nothing dominates and is the same to the bit in any order. Points that are not better than the
 * reference in every objective, or have one that is NaN, add nothing. With two objectives it takes
 * n log n operations, with three n² at worst, and with m about nᵐ⁻¹.
 *
 * Source: L. While, L. Bradstreet, L. Barone, "A fast way of calculating exact hypervolumes", 2012.
 *
 * @throws ArgumentError where the number of objectives is not that of the directions, the reference is not finite, or
 * an objective is infinitely good.
 * @example
 * ```ts
 * import { hypervolume } from 'puregrad/criteria'
 * hypervolume(['min', 'min'], [3, 3], [[1, 2], [2, 1]]) // => 3
 * hypervolume(['min', 'max'], [3, 0], [[1, 1], [2, 2], [5, 9]]) // => 3
 * ```
 * @category Fronts
 */
export const hypervolume = (
  directions: readonly Direction[],
  reference: readonly number[],
  points: readonly (readonly number[])[],
): number => {
  const boxes = depths('hypervolume', directions, reference, points).filter((box) => box !== undefined)
  return boxes.length === 0 ? 0 : union(boxes)
}

/**
 * How much of the {@link hypervolume} each point adds to all the others, in their order: 0 for a point that another
 * dominates or equals. The order in which to drop points when some have to go.
 *
 * @throws ArgumentError like `hypervolume`.
 * @example
 * ```ts
 * import { hypervolumeContributions } from 'puregrad/criteria'
 * hypervolumeContributions(['min', 'min'], [4, 4], [[1, 3], [2, 2], [3, 1], [3, 3]]) // => [1, 1, 1, 0]
 * ```
 * @category Fronts
 */
export const hypervolumeContributions = (
  directions: readonly Direction[],
  reference: readonly number[],
  points: readonly (readonly number[])[],
): readonly number[] => {
  const boxes = depths('hypervolumeContributions', directions, reference, points)
  if (directions.length === 2) return areaContributions(boxes)
  const inside = boxes.filter((box) => box !== undefined)
  return boxes.map((box) =>
    box === undefined
      ? 0
      : Math.max(
          0,
          alone(
            box,
            inside.filter((other) => other !== box),
          ),
        ),
  )
}
