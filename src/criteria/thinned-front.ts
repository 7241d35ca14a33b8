/* eslint-disable functional/no-let, functional/no-loop-statements, functional/immutable-data --
   what a point contributes is kept between drops; computing it anew for all after each made thinning n⁴ */
import { alone } from './hypervolume.ts'

type Box = readonly number[]

/** The position of the least, of equals one that is not known exactly before others, then the last. */
const leastAt = (bounds: readonly number[], fresh: readonly boolean[], left: readonly boolean[]): number => {
  let least = -1
  for (let i = 0; i < bounds.length; i++) {
    if (left[i] !== true) continue
    const [bound, other] = [bounds[i]!, bounds[least] ?? Infinity]
    if (least < 0 || bound < other || (bound === other && (fresh[i] !== true || fresh[least] === true)))
      least = i
  }
  return least
}

/** Neighbours along the first objective, between which a rectangle of a front has what is its own. */
const planeContribution = (boxes: readonly Box[]) => {
  const order = boxes
    .map((_, i) => i)
    .sort((a, b) => boxes[b]![0]! - boxes[a]![0]! || boxes[a]![1]! - boxes[b]![1]!)
  const before = boxes.map(() => -1)
  const after = boxes.map(() => -1)
  order.forEach((i, place) => {
    before[i] = order[place - 1] ?? -1
    after[i] = order[place + 1] ?? -1
  })
  return {
    of: (i: number): number =>
      (boxes[i]![0]! - (boxes[after[i]!]?.[0] ?? 0)) * (boxes[i]![1]! - (boxes[before[i]!]?.[1] ?? 0)),
    drop: (i: number): readonly number[] => {
      const [previous, next] = [before[i]!, after[i]!]
      if (previous >= 0) after[previous] = next
      if (next >= 0) before[next] = previous
      return [previous, next].filter((other) => other >= 0)
    },
  }
}

/**
 * Which `count` boxes [0, depth] of a front remain when those that contribute least volume are dropped one by one, of
 * equals the later. With two objectives a drop concerns its two neighbours only; with more, contributions grow when
 * others go, so what was known of one is a bound from below and is computed anew only where it is the least.
 */
export const thinnedFront = (boxes: readonly Box[], count: number): readonly number[] => {
  const left = boxes.map(() => true)
  const kept = (): readonly number[] => boxes.flatMap((_, i) => (left[i] === true ? [i] : []))
  const plane = boxes[0]?.length === 2 ? planeContribution(boxes) : undefined
  const contribution = (i: number): number =>
    plane?.of(i) ??
    alone(
      boxes[i]!,
      boxes.filter((_, j) => j !== i && left[j] === true),
    )
  const bounds = boxes.map((_, i) => (boxes.length > count ? contribution(i) : 0))
  const fresh = boxes.map(() => true)
  for (let size = boxes.length; size > count;) {
    const least = leastAt(bounds, fresh, left)
    if (fresh[least] === true) {
      left[least] = false
      size -= 1
      if (plane === undefined) fresh.fill(false)
      else
        for (const i of plane.drop(least)) {
          bounds[i] = contribution(i)
        }
    } else {
      bounds[least] = contribution(least)
      fresh[least] = true
    }
  }
  return kept()
}
