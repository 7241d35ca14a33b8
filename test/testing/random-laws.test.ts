import { expect, test } from 'vitest'
import { randomLaws } from '../laws/random-laws.ts'

/** Drawn anew for each run of the tests; a failure tells it. */
const drawn = Math.floor(Math.random() * 2 ** 31)

test.each(randomLaws.map((law) => [law.name, law] as const))(
  '%s',
  (_, { run, share }) => {
    for (const [seed, runs] of [
      [1, Math.round(share * 0.8)],
      [drawn, Math.round(share * 0.4)],
    ] as const) {
      const { failure, runs: made, skipped, comparisons, nonFinite, illConditioned } = run(seed, runs)
      expect(failure, `seed ${String(seed)}, ${String(runs)} cases`).toBeUndefined()
      // A law that says nothing, or only what is not a number, would hold of anything.
      expect(made).toBe(runs)
      expect(skipped).toBeLessThan(0.3 * made)
      expect(comparisons).toBeGreaterThan(0.5 * made)
      expect(nonFinite + illConditioned).toBeLessThan(0.2 * comparisons)
    }
  },
  60_000,
)
