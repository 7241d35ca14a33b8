import fc from 'fast-check'
import { expect, test } from 'vitest'
import { betaInc, betaIncRest } from '../../src/core/kernel/special/beta.ts'
import { gammaQ } from '../../src/core/kernel/special/incomplete-gamma.ts'
import { binomialQuantile, poissonQuantile } from '../../src/core/kernel/special/quantiles.ts'
import { dyadic } from '../../src/testing/arbitraries.ts'

/*
 * The generator reaches both ends of u (0 and 1 - 2⁻⁵³), tails where a walk by neighbours would take 10⁹ steps and more, and the
 * greatest counts that are allowed. A distribution function that is computed is right to some 10⁻⁹ where its argument is 10¹⁵.
 * Below a tail is held in its own digits, however small it is; every fifth share is among those that have few or none.
 */
const tail = fc.integer({ min: 0, max: 1074 }).map((bits) => 2 ** -bits)
const leastShare = fc.integer({ min: 0, max: 2 ** 30 }).map((units) => units * 2 ** -1074)
const share = fc.oneof(
  fc.constantFrom(0, 1 - 2 ** -53),
  fc.double({ min: 0, max: 1 - 2 ** -53, noNaN: true }),
  tail.map((u) => u / 2),
  tail.filter((u) => u > 2 ** -54 && u < 1).map((u) => 1 - u),
  leastShare,
)
/** As many of each magnitude. */
const powerOf10 = (min: number, max: number) => dyadic({ min, max }).map((power) => 10 ** power)

/** Of every four means three are such that there are counts to tell apart. */
const mean = fc.oneof(
  { arbitrary: powerOf10(-300, 0), weight: 1 },
  { arbitrary: powerOf10(0, 14.9), weight: 2 },
  { arbitrary: powerOf10(2, 6), weight: 1 },
)

const tolerance = (k: number): number => 1e-12 + 4e-16 * Math.sqrt(k) * 2

/** Of a share below ½ so much of itself, of one above so much of 1. */
const within = (k: number, u: number): number => tolerance(k) * 100 * (u < 0.5 ? u : 0.01)

test('a Poisson quantile is the least count whose share is above u', () => {
  fc.assert(
    fc.property(mean, share, (mean, u) => {
      const k = poissonQuantile(mean, u)
      expect(Number.isInteger(k) && k >= 0).toBe(true)
      expect(gammaQ(k + 1, mean)).toBeGreaterThan(u - within(mean, u))
      if (k > 0) expect(gammaQ(k, mean)).toBeLessThanOrEqual(u + within(mean, u))
    }),
    { numRuns: 2000 },
  )
})

test('a binomial quantile is the least count whose share is above u', () => {
  const shareUpTo = (n: number, p: number, k: number): number => (k >= n ? 1 : betaIncRest(k + 1, n - k, p))
  fc.assert(
    fc.property(powerOf10(0, 8.9).map(Math.floor), powerOf10(-12, 0), share, (n, p, u) => {
      const k = binomialQuantile(n, p, u)
      expect(Number.isInteger(k) && k >= 0 && k <= n).toBe(true)
      expect(shareUpTo(n, p, k)).toBeGreaterThan(u - within(n, u))
      if (k > 0) expect(shareUpTo(n, p, k - 1)).toBeLessThanOrEqual(u + within(n, u))
    }),
    { numRuns: 2000 },
  )
})

test('the shares of a beta distribution are within 0 and 1, and both add up to 1', () => {
  const parameter = powerOf10(-3, 12)
  fc.assert(
    fc.property(parameter, parameter, fc.double({ min: 0, max: 1, noNaN: true }), (a, b, x) => {
      const [share, rest] = [betaInc(a, b, x), betaIncRest(a, b, x)]
      expect(Math.min(share, rest)).toBeGreaterThanOrEqual(0)
      expect(share + rest).toBeCloseTo(1, 14)
    }),
  )
  // By quadrature in forty digits.
  for (const [a, b, x, expected] of [
    [2e9, 3e9, 0.39999307179676975, 0.15865525393142407],
    [1e14, 1e14, 0.5, 0.5],
  ] as const)
    expect(Math.abs(betaInc(a, b, x) / expected - 1)).toBeLessThan(1e-10)
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
