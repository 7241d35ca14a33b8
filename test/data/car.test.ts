import { describe, expect, test } from 'vitest'
import { key } from '../../src/index.ts'
import { car } from '../../src/data/index.ts'
import { numbers } from './rows.ts'

describe('car', () => {
  const { x, y, n } = car({ key: key(0), dtype: 'float64', noise: 0 })
  const children = numbers(x).filter((_, i) => i % 2 === 0)
  const values = numbers(x).filter((_, i) => i % 2 === 1)

  test('1,000 rows of a flag and a price', () => {
    expect([n, x.shape, y.shape]).toEqual([1000, [1000, 2], [1000]])
    expect(new Set(children)).toEqual(new Set([0, 1]))
    expect(Math.min(...values)).toBeGreaterThanOrEqual(500)
    expect(Math.max(...values)).toBeLessThan(1_500_500)
    const mean = (of: readonly number[]) => of.reduce((a, b) => a + b, 0) / n
    // Standard errors: 0.016 and 13,700.
    expect(Math.abs(mean(children) - 0.5)).toBeLessThan(0.064)
    expect(Math.abs(mean(values) - 750_500)).toBeLessThan(55_000)
  })

  test('the target is linear', () => {
    numbers(y).forEach((premium, i) =>
      expect(premium).toBeCloseTo(1 + 0.5 * children[i]! + 2e-6 * values[i]!, 12),
    )
  })

  test('a key fixes every row, and the noise changes the targets only', () => {
    const noisy = car({ key: key(0), dtype: 'float64' })
    expect(numbers(noisy.x)).toEqual(numbers(x))
    const rest = numbers(noisy.y).map((premium, i) => premium - numbers(y)[i]!)
    const deviation = Math.sqrt(rest.reduce((sum, e) => sum + e * e, 0) / n)
    expect(Math.abs(deviation - 0.1)).toBeLessThan(0.01)
    expect(numbers(car({ key: key(1), dtype: 'float64' }).x)).not.toEqual(numbers(x))
  })

  test.each([0, 1.5, NaN])('refuses %s rows', (rows) => {
    expect(() => car({ key: key(0), n: rows })).toThrow('car: the number of rows is a positive integer')
  })

  test('refuses negative noise', () => {
    expect(() => car({ key: key(0), noise: -1 })).toThrow(
      'car: noise: expected a finite number of 0 or more, got -1',
    )
  })
})
