/* eslint-disable functional/no-let, functional/no-loop-statements, functional/immutable-data --
   groups are dealt one after another into tables of counts that nobody else sees; all indices are within them */

/**
 * The part of every group, so that parts come near their shares of each class. `groups[g][c]` counts the members of
 * class c in group g; with one class only sizes matter.
 *
 * Groups go from large to small (equal ones in the order given), each to a part that still lacks members: to the one
 * that misses most of what the group holds, Σ over classes of missing · held / class size.
 *
 * With g the largest group, no part exceeds its share by g or more, as only a part that lacks members is given a group.
 * With one class no part falls short by g or more either: each part j above its share got its last group, of at most g
 * members, when it lacked at least what any part i lacks at the end, so j exceeds by at most g − lack of i; and what i
 * lacks the k − 1 others have too much, so lack of i ≤ (k − 1)/k · g. With several classes it is below (k − 1) · g.
 *
 * This is the rule of R. L. Graham, "Bounds on multiprocessing timing anomalies", SIAM J. Appl. Math. 17, 1969, with
 * unequal parts.
 */
export const dealGroups = (groups: readonly (readonly number[])[], shares: readonly number[]): Int32Array => {
  const classes = groups[0]?.length ?? 0
  const held = Array.from({ length: classes }, (_, c) => groups.reduce((sum, group) => sum + group[c]!, 0))
  const sizes = groups.map((group) => group.reduce((a, b) => a + b, 0))
  const missing = shares.map((share) => held.map((size) => share * size))
  const missingRows = missing.map((of) => of.reduce((a, b) => a + b, 0))
  const part = new Int32Array(groups.length)
  const largestFirst = groups.map((_, g) => g).sort((a, b) => sizes[b]! - sizes[a]!)
  for (const g of largestFirst) {
    const group = groups[g]!
    let [best, most] = [0, -Infinity]
    shares.forEach((_, p) => {
      const need = group.reduce((sum, count, c) => sum + (missing[p]![c]! * count) / held[c]!, 0)
      if (missingRows[p]! > 1e-9 && need > most) [best, most] = [p, need]
    })
    part[g] = best
    missingRows[best]! -= sizes[g]!
    group.forEach((count, c) => {
      missing[best]![c]! -= count
    })
  }
  return part
}
