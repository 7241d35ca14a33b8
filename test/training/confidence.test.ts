import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { differenceInterval, meanInterval, wilsonInterval } from '../../src/training/confidence.ts'

const trials = fc
  .integer({ min: 1, max: 5000 })
  .chain((n) => fc.record({ n: fc.constant(n), successes: fc.integer({ min: 0, max: n }) }))

describe('confidence intervals', () => {
  test('Wilson bounds solve the score equation |p̂ − p| = z √(p(1−p)/n)', () => {
    fc.assert(
      fc.property(trials, ({ n, successes }) => {
        const interval = wilsonInterval(successes, n)
        interval
          .filter((p) => p > 1e-9 && p < 1 - 1e-9)
          .forEach((p) => {
            expect(Math.abs(successes / n - p)).toBeCloseTo(
              1.959963984540054 * Math.sqrt((p * (1 - p)) / n),
              9,
            )
          })
        expect(interval[0]).toBeLessThanOrEqual(successes / n)
        expect(interval[1]).toBeGreaterThanOrEqual(successes / n)
        expect(interval[0]).toBeGreaterThanOrEqual(0)
        expect(interval[1]).toBeLessThanOrEqual(1)
        expect(interval[1] - interval[0]).toBeGreaterThan(0)
      }),
    )
  })

  test('the width falls as 1/√n', () => {
    const width = ([lower, upper]: readonly [number, number]) => upper - lower
    expect(width(wilsonInterval(1e5, 1e6)) / width(wilsonInterval(4e5, 4e6))).toBeCloseTo(2, 3)
    const mean = { mean: 3, deviation: 1.5 }
    expect(width(meanInterval({ ...mean, n: 50 })) / width(meanInterval({ ...mean, n: 200 }))).toBeCloseTo(
      2,
      12,
    )
    // B1 of the lecture: the half-width at 10 % error for dev sets of 100, 1,000 and 10,000 rows.
    const errorRate = { mean: 0.1, deviation: Math.sqrt(0.1 * 0.9) }
    const halfWidths = [100, 1000, 10_000].map((n) => width(meanInterval({ ...errorRate, n })) / 2)
    expect(halfWidths.map((half) => half.toPrecision(2))).toEqual(['0.059', '0.019', '0.0059'])
  })

  test('nothing is known without rows', () => {
    expect(wilsonInterval(0, 0)).toEqual([0, 1])
    expect(meanInterval({ mean: NaN, deviation: NaN, n: 0 })).toEqual([-Infinity, Infinity])
  })

  test('the interval of a difference contains it and turns round with its arguments', () => {
    fc.assert(
      fc.property(trials, trials, (one, other) => {
        const a = { value: one.successes / one.n, n: one.n }
        const b = { value: other.successes / other.n, n: other.n }
        const [lower, upper] = differenceInterval(a, b)
        expect(lower).toBeLessThanOrEqual(a.value - b.value)
        expect(upper).toBeGreaterThanOrEqual(a.value - b.value)
        const [backLower, backUpper] = differenceInterval(b, a)
        expect(backLower).toBeCloseTo(-upper, 12)
        expect(backUpper).toBeCloseTo(-lower, 12)
      }),
    )
  })
})
