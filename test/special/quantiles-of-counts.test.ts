import fc from 'fast-check'
import { expect, test } from 'vitest'
import { betaInc } from '../../src/core/kernel/special/beta.ts'
import { gammaQ } from '../../src/core/kernel/special/incomplete-gamma.ts'
import { binomialQuantile, poissonQuantile } from '../../src/core/kernel/special/quantiles.ts'

/*
 * The generator reaches both ends of u (0 and 1 - 2⁻⁵³), tails where a walk by neighbours would take 10⁹ steps and more, and the
 * greatest counts that are allowed. A distribution function that is computed is right to some 10⁻⁹ where its argument is 10¹⁵.
 */
const tail = fc.integer({ min: 0, max: 1074 }).map((bits) => 2 ** -bits)
const share = fc.oneof(
  fc.constantFrom(0, 1 - 2 ** -53),
  fc.double({ min: 0, max: 1 - 2 ** -53, noNaN: true }),
  tail.map((u) => u / 2),
  tail.filter((u) => u > 2 ** -54 && u < 1).map((u) => 1 - u),
)
const powerOf10 = (least: number, most: number) =>
  fc.double({ min: least, max: most, noNaN: true }).map((power) => 10 ** power)

const tolerance = (k: number): number => 1e-12 + 4e-16 * Math.sqrt(k) * 2

test('a Poisson quantile is the least count whose share is above u', () => {
  fc.assert(
    fc.property(powerOf10(-300, 14.9), share, (mean, u) => {
      const k = poissonQuantile(mean, u)
      expect(Number.isInteger(k) && k >= 0).toBe(true)
      expect(gammaQ(k + 1, mean)).toBeGreaterThan(u - tolerance(mean))
      if (k > 0) expect(gammaQ(k, mean)).toBeLessThanOrEqual(u + tolerance(mean))
    }),
    { numRuns: 2000 },
  )
})

test('a binomial quantile is the least count whose share is above u', () => {
  const shareUpTo = (n: number, p: number, k: number): number => (k >= n ? 1 : 1 - betaInc(k + 1, n - k, p))
  fc.assert(
    fc.property(powerOf10(0, 8.9).map(Math.floor), powerOf10(-12, 0), share, (n, p, u) => {
      const k = binomialQuantile(n, p, u)
      expect(Number.isInteger(k) && k >= 0 && k <= n).toBe(true)
      expect(shareUpTo(n, p, k)).toBeGreaterThan(u - tolerance(n))
      if (k > 0) expect(shareUpTo(n, p, k - 1)).toBeLessThanOrEqual(u + tolerance(n))
    }),
    { numRuns: 2000 },
  )
})

test('what has no quantile is not a number', () => {
  for (const [mean, u] of [
    [-1, 0.5],
    [1e15, 0.5],
    [1, 1],
    [1, -0.1],
    [NaN, 0.5],
    [1, NaN],
  ] as const)
    expect(poissonQuantile(mean, u)).toBeNaN()
  expect(binomialQuantile(2.5, 0.5, 0.5)).toBeNaN()
  expect(binomialQuantile(2, 1.5, 0.5)).toBeNaN()
  expect([poissonQuantile(0, 0.5), binomialQuantile(7, 1, 0.5), binomialQuantile(7, 0, 0.5)]).toEqual([
    0, 7, 0,
  ])
})
