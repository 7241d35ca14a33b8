import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dealGroups } from '../../src/data/split/deal-groups.ts'

const total = (of: readonly number[]) => of.reduce((a, b) => a + b, 0)

const problem = (classes: number) =>
  fc.record({
    groups: fc.array(
      fc
        // Mostly none or one beside many: a part that lacks a rare class may have too many of the others.
        .array(fc.constantFrom(0, 0, 1, 8), { minLength: classes, maxLength: classes })
        .map((counts) => (total(counts) === 0 ? counts.map(() => 1) : counts)),
      { minLength: 1, maxLength: 16 },
    ),
    shares: fc
      .array(fc.integer({ min: 1, max: 16 }), { minLength: 2, maxLength: 5 })
      .map((weights) => weights.map((weight) => weight / weights.reduce((a, b) => a + b, 0))),
  })

/** By how much each part exceeds its share, in units of the largest group. */
const excesses = (groups: readonly (readonly number[])[], shares: readonly number[]) => {
  const part = dealGroups(groups, shares)
  const sizes = groups.map(total)
  return shares.map(
    (share, p) => (total(sizes.filter((_, g) => part[g] === p)) - share * total(sizes)) / Math.max(...sizes),
  )
}

test('by size alone no part is off by as much as the largest group', () => {
  fc.assert(
    fc.property(problem(1), ({ groups, shares }) => {
      excesses(groups, shares).forEach((excess) => {
        expect(excess).toBeLessThan(1)
        expect(-excess).toBeLessThanOrEqual((shares.length - 1) / shares.length + 1e-9)
      })
    }),
    { numRuns: 2000 },
  )
})

test('by classes no part exceeds its share by the largest group, or lacks as many as those of the others', () => {
  fc.assert(
    fc.property(problem(3), ({ groups, shares }) => {
      // A class that nobody has would have no share to keep.
      fc.pre([0, 1, 2].every((c) => groups.some((group) => (group[c] ?? 0) > 0)))
      excesses(groups, shares).forEach((excess) => {
        expect(excess).toBeLessThan(1)
        expect(-excess).toBeLessThan(shares.length - 1)
      })
    }),
    { numRuns: 2000 },
  )
})
