import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isolineLevels } from '../../src/report/isoline-levels.ts'
import { isolinesOf } from '../../src/report/isolines.ts'

const along = (low: number, high: number, n: number): readonly number[] =>
  Array.from({ length: n }, (_, i) => low + ((high - low) * i) / (n - 1))

const gridOf = (f: (x: number, y: number) => number, xs = along(-2, 2, 31), ys = along(-1, 3, 27)) => ({
  xs,
  ys,
  values: ys.map((y) => xs.map((x) => f(x, y))),
})

const coefficient = fc.integer({ min: -20, max: 20 }).map((i) => i / 10)

/** The value at a point of an edge of the grid, by linear interpolation between its ends. */
const interpolated = (
  { xs, ys, values }: ReturnType<typeof gridOf>,
  [x, y]: readonly [number, number],
  of = (value: number) => value,
): number => {
  const place = (list: readonly number[], at: number) => {
    const after = Math.min(
      list.length - 1,
      Math.max(
        1,
        list.findIndex((each) => each >= at - 1e-12),
      ),
    )
    return [after - 1, (at - list[after - 1]!) / (list[after]! - list[after - 1]!)] as const
  }
  const [[i, s], [j, t]] = [place(xs, x), place(ys, y)]
  const at = (a: number, b: number) => of(values[b]![a]!)
  return (
    (1 - t) * ((1 - s) * at(i, j) + s * at(i + 1, j)) + t * ((1 - s) * at(i, j + 1) + s * at(i + 1, j + 1))
  )
}

describe('isolines', () => {
  test('of a plane are straight: the function has the level at every point', () => {
    fc.assert(
      fc.property(coefficient, coefficient, coefficient, coefficient, (a, b, c, level) => {
        fc.pre(Math.abs(a) + Math.abs(b) > 0.05)
        const f = (x: number, y: number) => a * x + b * y + c
        for (const line of isolinesOf(gridOf(f), level))
          for (const [x, y] of line) expect(f(x, y)).toBeCloseTo(level, 9)
      }),
      { numRuns: 60 },
    )
  })
  test('lie at their level: interpolation between the ends of the edge they cross gives it', () => {
    fc.assert(
      fc.property(coefficient, coefficient, coefficient, (a, b, level) => {
        const grid = gridOf((x, y) => a * x * x + b * Math.sin(3 * y) + x * y)
        for (const line of isolinesOf(grid, level))
          for (const point of line) expect(interpolated(grid, point)).toBeCloseTo(level, 8)
      }),
      { numRuns: 40 },
    )
  })
  test('of a logarithmic scale do so for the logarithm', () => {
    const grid = gridOf((x, y) => Math.exp(3 * x + y * y))
    const lines = isolinesOf(grid, 10, 'log')
    expect(lines.length).toBeGreaterThan(0)
    for (const line of lines)
      for (const point of line) expect(interpolated(grid, point, Math.log)).toBeCloseTo(Math.log(10), 8)
  })
  test('of a bowl are one closed line around its minimum', () => {
    const [line, ...rest] = isolinesOf(
      gridOf((x, y) => x * x + (y - 1) ** 2),
      1,
    )
    expect(rest).toEqual([])
    expect(line![0]).toEqual(line!.at(-1))
    for (const [x, y] of line!) expect(Math.abs(Math.hypot(x, y - 1) - 1)).toBeLessThan(0.01)
  })
  test('end at the border and at holes', () => {
    const grid = gridOf((x, y) => (Math.hypot(x, y - 1) < 0.5 ? NaN : y))
    const lines = isolinesOf(grid, 1.02)
    expect(
      lines
        .map((line) => line.map(([, y]) => y))
        .flat()
        .every((y) => Math.abs(y - 1.02) < 1e-9),
    ).toBe(true)
    const xs = lines
      .map((line) => [line[0]![0], line.at(-1)![0]].sort((a, b) => a - b))
      .sort((a, b) => a[0]! - b[0]!)
    expect(xs.length).toBe(2)
    expect([xs[0]![0], xs[1]![1]]).toEqual([-2, 2])
    expect(xs[0]![1]).toBeLessThan(-0.4)
    expect(xs[1]![0]).toBeGreaterThan(0.4)
  })
})

describe('levels', () => {
  test('lie between the least and the greatest value, in order, about a dozen', () => {
    fc.assert(
      fc.property(
        coefficient,
        coefficient,
        fc.constantFrom(undefined, 'linear' as const, 'log' as const),
        (a, b, asked) => {
          const { values } = gridOf((x, y) => Math.exp(a * x + b * y))
          const { levels } = isolineLevels(values, asked)
          const all = values.flat()
          const [low, high] = [Math.min(...all), Math.max(...all)]
          expect(levels.every((level) => level > low && level < high)).toBe(true)
          expect(levels.every((level, i) => i === 0 || level > levels[i - 1]!)).toBe(true)
          expect(levels.length).toBeLessThanOrEqual(18)
          if (asked === 'linear' && high / low > 1.001) expect(levels.length).toBeGreaterThanOrEqual(4)
        },
      ),
      { numRuns: 60 },
    )
  })
  test('are logarithmic where that cuts the values apart more evenly, and those that are asked for', () => {
    expect(isolineLevels(gridOf((x, y) => Math.exp(4 * (x + y))).values, undefined).scale).toBe('log')
    expect(isolineLevels(gridOf((x, y) => x + y + 5).values, undefined).scale).toBe('linear')
    expect(isolineLevels(gridOf((x, y) => x + y).values, undefined).scale).toBe('linear')
    expect(isolineLevels(gridOf((x, y) => x + y).values, [2, 0, 1]).levels).toEqual([0, 1, 2])
  })
  test('do not follow one point at a minimum of 0 down all powers of ten', () => {
    const { levels } = isolineLevels(gridOf((x, y) => x ** 2 + (y - 1) ** 2 + 1e-30).values, 'log')
    expect(levels[0]).toBeGreaterThan(1e-4)
  })
})
