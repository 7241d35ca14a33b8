/* eslint-disable functional/no-let, functional/no-loop-statements, functional/immutable-data --
   a sweep keeps what it has passed, and these are the inner loops of choosing among several objectives */
import { compareObjectives } from './objective-order.ts'

type Point = readonly number[]

const depth = (box: Point, k: number): number => box[k] ?? 0

/** The deepest in the first objective first, then in the second: one order whatever the order given. */
const fromDeepest = (a: Point, b: Point): number => -compareObjectives(a, b)

/** The area of the union of rectangles [0, depth]. */
export const areaOf = (boxes: readonly Point[]): number => {
  let total = 0
  let reached = 0
  for (const box of boxes.toSorted(fromDeepest)) {
    if (depth(box, 1) <= reached) continue
    total += depth(box, 0) * (depth(box, 1) - reached)
    reached = depth(box, 1)
  }
  return total
}

/**
 * The volume of the union of boxes [0, depth] in three objectives: a sweep from the deepest in the last one, which keeps
 * the rectangles it has met that lie in no other.
 */
export const spaceOf = (boxes: readonly Point[]): number => {
  const order = boxes.toSorted((a, b) => depth(b, 2) - depth(a, 2) || fromDeepest(a, b))
  let met: readonly Point[] = []
  let area = 0
  let total = 0
  for (const [i, box] of order.entries()) {
    if (!met.some((other) => depth(other, 0) >= depth(box, 0) && depth(other, 1) >= depth(box, 1))) {
      met = [
        ...met.filter((other) => depth(other, 0) > depth(box, 0) || depth(other, 1) > depth(box, 1)),
        box,
      ]
      area = areaOf(met)
    }
    total += area * (depth(box, 2) - depth(order[i + 1] ?? [], 2))
  }
  return total
}

/** What each rectangle adds to the area of all the others; 0 for none. */
export const areaContributions = (boxes: readonly (Point | undefined)[]): readonly number[] => {
  const inside = boxes.flatMap((box, i) => (box === undefined ? [] : [{ box, i }]))
  // The first objective falls along this order, and along the outermost the second one rises.
  const steps: { readonly box: Point; readonly i: number }[] = []
  let reached = 0
  for (const each of inside.sort((a, b) => fromDeepest(a.box, b.box))) {
    if (depth(each.box, 1) <= reached) continue
    steps.push(each)
    reached = depth(each.box, 1)
  }
  const all = boxes.map(() => 0)
  const outer = new Set(steps.map(({ i }) => i))
  const within = inside.filter(({ i }) => !outer.has(i))
  steps.forEach(({ box, i }, place) => {
    const [width, height] = [depth(steps[place + 1]?.box ?? [], 0), depth(steps[place - 1]?.box ?? [], 1)]
    const corner = [depth(box, 0) - width, depth(box, 1) - height]
    // What lies within this rectangle alone fills the corner that is its own in part.
    const filled = within
      .filter((other) => depth(other.box, 0) > width && depth(other.box, 1) > height)
      .filter((other) => depth(other.box, 0) <= depth(box, 0) && depth(other.box, 1) <= depth(box, 1))
      .map((other) => [depth(other.box, 0) - width, depth(other.box, 1) - height])
    all[i] = corner[0]! * corner[1]! - areaOf(filled)
  })
  return all
}
