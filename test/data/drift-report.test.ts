import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { add, foldIn, key, mul, normal, tensor, type Tensor } from '../../src/index.ts'
import {
  areaUnderCurve,
  car,
  dataset,
  driftReport,
  kolmogorovSmirnov,
  totalVariation,
  withFeatures,
  withTargets,
} from '../../src/data/index.ts'
import { dyadic } from '../../src/testing/index.ts'

const sample = fc.array(dyadic(), { minLength: 1, maxLength: 12 })
const distribution = fc
  .array(fc.integer({ min: 0, max: 16 }), { minLength: 4, maxLength: 4 })
  .filter((counts) => counts.some((count) => count > 0))
  .map((counts) => counts.map((count) => count / counts.reduce((a, b) => a + b, 0)))

describe('totalVariation', () => {
  test('is a distance, and the largest difference of an event', () => {
    fc.assert(
      fc.property(distribution, distribution, distribution, (p, q, r) => {
        const d = totalVariation(p, q)
        expect(d).toBe(totalVariation(q, p))
        expect(totalVariation(p, p)).toBe(0)
        expect(d).toBeLessThanOrEqual(totalVariation(p, r) + totalVariation(r, q) + 1e-12)
        const events = Array.from({ length: 16 }, (_, event) =>
          p.reduce((sum, share, i) => sum + ((event >> i) & 1) * (share - q[i]!), 0),
        )
        expect(d).toBeCloseTo(Math.max(...events), 12)
      }),
    )
  })
  test('needs the same cases', () => {
    expect(() => totalVariation([1], [0.5, 0.5])).toThrow('1 cases on one side, 2 on the other')
  })
})

describe('kolmogorovSmirnov', () => {
  test('is the largest distance of the distribution functions, at any point', () => {
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const below = (of: readonly number[], at: number) => of.filter((x) => x <= at).length / of.length
        const direct = Math.max(...[...a, ...b].map((at) => Math.abs(below(a, at) - below(b, at))))
        expect(kolmogorovSmirnov(a, b)).toBeCloseTo(direct, 12)
      }),
    )
  })
  test('is symmetric, 0 for a sample and itself, and the same in other units', () => {
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        expect(kolmogorovSmirnov(a, b)).toBe(kolmogorovSmirnov(b, a))
        expect(kolmogorovSmirnov(a, [...a, ...a])).toBe(0)
        const cubed = (of: readonly number[]) => of.map((x) => x ** 3 + x)
        expect(kolmogorovSmirnov(cubed(a), cubed(b))).toBe(kolmogorovSmirnov(a, b))
      }),
    )
  })
  test('refuses nothing and NaN', () => {
    expect(() => kolmogorovSmirnov([], [1])).toThrow('expected two samples of numbers')
    expect(() => areaUnderCurve([NaN], [1])).toThrow('expected two samples of numbers')
  })
})

describe('areaUnderCurve', () => {
  test('is the share of pairs in the right order, and of the samples exchanged the rest', () => {
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const wins = b.flatMap((y) => a.map((x) => (y > x ? 1 : y === x ? 0.5 : 0)))
        const area = areaUnderCurve(a, b)
        expect(area).toBeCloseTo(wins.reduce<number>((sum, win) => sum + win, 0) / wins.length, 12)
        expect(area + areaUnderCurve(b, a)).toBeCloseTo(1, 12)
      }),
    )
  })
})

describe('driftReport', () => {
  const gaussian = (seed: number, n: number, spread = 1, move = 0) =>
    dataset({
      x: add(mul(normal(key(seed), [n, 3], { dtype: 'float64' }), spread), move),
      y: tensor(Int32Array.from({ length: n }, (_, i) => i % 2)) as Tensor,
    })

  test('samples of one distribution cannot be told apart', () => {
    const deviations = Array.from({ length: 6 }, (_, seed) => {
      const { auc, aucDeviation, targets } = driftReport(gaussian(seed, 150), gaussian(100 + seed, 100), {
        key: key(0),
      })
      expect(targets).toEqual({ kind: 'classes', totalVariation: 0 })
      return (auc - 0.5) / aucDeviation
    })
    deviations.forEach((z) => expect(Math.abs(z)).toBeLessThan(3.5))
  })

  test.each([
    ['a shift', gaussian(1, 150, 1, 1)],
    ['another spread', gaussian(1, 150, 2)],
  ])('%s shows in every feature and in all together', (_, other) => {
    const { auc, features, critical } = driftReport(gaussian(0, 150), other, { key: key(0) })
    expect(auc).toBeGreaterThan(0.75)
    features.forEach(({ statistic }) => expect(statistic).toBeGreaterThan(critical * 0.8))
    expect(features.map(({ name }) => name)).toEqual(['x0', 'x1', 'x2'])
  })

  test('statistics exceed the critical value about once in twenty', () => {
    const exceeded = Array.from({ length: 200 }, (_, seed) => {
      const [a, b] = [0, 1].map((side) =>
        Array.from(
          { length: 80 },
          (_cell, i) => (((seed * 160 + side * 80 + i + 1) * 0.6180339887498949) ** 2 * 977) % 1,
        ),
      )
      return kolmogorovSmirnov(a!, b!) > 1.358 * Math.sqrt(2 / 80)
    }).filter((over) => over).length
    expect(exceeded).toBeLessThanOrEqual(24)
  })

  test('classes are compared by name, and values column by column', () => {
    const labels = (...of: readonly number[]) => tensor(Int32Array.from(of)) as Tensor
    const x = normal(key(0), [6, 1], { dtype: 'float64' })
    const one = dataset({ x, y: labels(0, 0, 0, 1, 1, 1), classNames: ['cat', 'dog'] })
    const other = dataset({ x, y: labels(0, 0, 0, 1, 1, 1), classNames: ['dog', 'cow'] })
    expect(driftReport(one, other, { key: key(0) }).targets).toEqual({ kind: 'classes', totalVariation: 0.5 })
    const cars = [0, 1].map((i) => car({ key: foldIn(key(0), i), n: 60 }))
    const { targets } = driftReport(cars[0]!, withTargets(cars[1]!, { y: add(cars[1]!.y, 100) }), {
      key: key(0),
    })
    expect(targets).toEqual({ kind: 'values', columns: [{ name: 'premium', statistic: 1 }] })
  })

  test('each feature has the statistic of its own column', () => {
    const rows = tensor([
      [0, 0, 1],
      [1, 1, 2],
      [2, 2, 3],
      [3, 3, 4],
      [4, 4, 5],
    ])
    const y = tensor([0, 1, 0, 1, 0], { dtype: 'int32' })
    const moved = add(rows, tensor([0, 10, 2])) as Tensor
    const { features } = driftReport(dataset({ x: rows, y }), dataset({ x: moved, y }), {
      key: key(0),
    })
    expect(features.map(({ name }) => name)).toEqual(['x0', 'x1', 'x2'])
    ;[0, 1, 0.4].forEach((statistic, i) => expect(features[i]?.statistic).toBeCloseTo(statistic, 12))
  })
  test('the same key gives the same report', () => {
    const report = () => driftReport(gaussian(0, 40), gaussian(1, 40, 1.2), { key: key(3) })
    expect(report()).toEqual(report())
  })

  test('says what is wrong', () => {
    const a = gaussian(0, 20)
    expect(() =>
      driftReport(a, withFeatures(a, { x: a.x, featureNames: ['a', 'b', 'c'] }), { key: key(0) }),
    ).toThrow('driftReport: expected the same features and kind of targets')
    expect(() => driftReport(a, gaussian(0, 4), { key: key(0) })).toThrow(
      '5 rows or more of each, got 20 and 4',
    )
  })
})
