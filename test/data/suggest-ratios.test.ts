import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { halfWidthFor, rowsFor, suggestRatios } from '../../src/data/index.ts'

const error = fc.integer({ min: 1, max: 63 }).map((i) => i / 64)

describe('precision', () => {
  test('rowsFor is the inverse of halfWidthFor: the fewest rows that are enough', () => {
    fc.assert(
      fc.property(error, fc.integer({ min: 1, max: 64 }), (p, i) => {
        const halfWidth = i / 512
        const rows = rowsFor({ halfWidth, error: p })
        expect(halfWidthFor({ rows, error: p })).toBeLessThanOrEqual(halfWidth * (1 + 1e-12))
        if (rows > 1) expect(halfWidthFor({ rows: rows - 1, error: p })).toBeGreaterThan(halfWidth)
      }),
    )
  })

  test('four times the rows halve the width', () => {
    fc.assert(
      fc.property(error, fc.integer({ min: 1, max: 1e6 }), (p, rows) => {
        expect(halfWidthFor({ rows: 4 * rows, error: p }) * 2).toBeCloseTo(
          halfWidthFor({ rows, error: p }),
          12,
        )
      }),
    )
  })

  test('refuses what is no error rate and no precision', () => {
    expect(() => halfWidthFor({ rows: 10, error: 2 })).toThrow(
      'error: expected a finite number of 0 or more and of at most 1, got 2',
    )
    expect(() => halfWidthFor({ rows: 0, error: 0.1 })).toThrow('expected at least one row, got 0')
    expect(() => rowsFor({ halfWidth: 0, error: 0.1 })).toThrow('the half width is positive, got 0')
  })
})

describe('suggestRatios', () => {
  test('shares add up to 1, rows to n, and dev grows with n up to what the precision takes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 1e7 }), (n) => {
        const { ratios, rows, halfWidth } = suggestRatios(n)
        expect(ratios.train + ratios.dev + ratios.test).toBeCloseTo(1, 12)
        expect(rows.train + rows.dev + rows.test).toBe(n)
        expect(rows.train).toBeGreaterThanOrEqual(0.6 * n - 1)
        expect(halfWidth).toBe(halfWidthFor({ rows: rows.dev, error: 0.1 }))
        if (n >= 50_000) {
          expect(Math.abs(rows.dev - 10_000)).toBeLessThanOrEqual(1)
          expect(halfWidth).toBeLessThan(0.006)
        }
      }),
    )
  })

  test('the lecture: 60/20/20 for small data, 98/1/1 and 99.5/0.25/0.25 for large', () => {
    const percent = (n: number) => {
      const { rows } = suggestRatios(n)
      return [rows.train, rows.dev, rows.test].map((part) => (100 * part) / n)
    }
    expect(percent(1000)).toEqual([60, 20, 20])
    expect(percent(1_000_000)).toEqual([98, 1, 1])
    expect(percent(4_000_000)).toEqual([99.5, 0.25, 0.25])
  })

  test('refuses fewer rows than can be shared', () => {
    expect(() => suggestRatios(4)).toThrow('suggestRatios: expected at least 5 rows, got 4')
  })
})
