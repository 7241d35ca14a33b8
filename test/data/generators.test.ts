import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  blobs,
  moons,
  regression,
  rings,
  spirals,
  xor,
  type Classes,
  type Dataset,
} from '../../src/data/index.ts'
import { key, type Key } from '../../src/index.ts'
import { numbers } from './rows.ts'

type Generator = (options: {
  readonly key: Key
  readonly n: number
  readonly noise?: number
  readonly dtype?: 'float32' | 'float64'
}) => Dataset<'raw', Classes>

const generators: Readonly<Record<string, readonly [Generator, number]>> = {
  moons: [moons, 2],
  'spirals of 2': [spirals, 2],
  'spirals of 5': [(options) => spirals({ ...options, classes: 5, turns: 3 }), 5],
  'rings of 2': [rings, 2],
  'rings of 4': [(options) => rings({ ...options, classes: 4 }), 4],
  xor: [xor, 2],
  blobs: [({ noise = 1, ...options }) => blobs({ ...options, spread: noise }), 3],
}

const points = (data: Dataset): readonly (readonly [number, number])[] => {
  const x = numbers(data.x)
  return Array.from({ length: data.n }, (_, i) => [x[2 * i]!, x[2 * i + 1]!])
}
const seeds = fc.nat(1000)
const counts = fc.integer({ min: 1, max: 60 })

describe.each(Object.entries(generators))('%s', (_, [generate, classes]) => {
  test('same key, same bytes; another key, others; more points only add to the end', () => {
    fc.assert(
      fc.property(
        seeds,
        counts,
        counts,
        fc.constantFrom('float32' as const, 'float64' as const),
        (seed, n, more, dtype) => {
          const data = generate({ key: key(seed), n, dtype })
          expect(numbers(generate({ key: key(seed), n, dtype }).x)).toEqual(numbers(data.x))
          expect(numbers(generate({ key: key(seed + 1), n, dtype }).x)).not.toEqual(numbers(data.x))
          expect(numbers(generate({ key: key(seed), n: n + more, dtype }).x).slice(0, 2 * n)).toEqual(
            numbers(data.x),
          )
          expect([data.x.dtype, data.x.shape, data.y.shape]).toEqual([dtype, [n, 2], [n]])
        },
      ),
      { numRuns: 25 },
    )
  })

  test('the classes come in turn, so that their numbers differ by at most 1', () => {
    fc.assert(
      fc.property(seeds, counts, (seed, n) => {
        const { y, targets } = generate({ key: key(seed), n })
        expect(numbers(y)).toEqual(Array.from({ length: n }, (_i, i) => i % classes))
        expect(targets.names).toEqual(Array.from({ length: classes }, (_i, i) => String(i)))
      }),
      { numRuns: 25 },
    )
  })

  test('the noise has the deviation asked for, in both coordinates', () => {
    const n = 4000
    const [clean, noisy] = [0, 0.25].map((noise) =>
      points(generate({ key: key(3), n, noise, dtype: 'float64' })),
    )
    ;[0, 1].forEach((axis) => {
      const strayed = noisy!.map((point, i) => point[axis]! - clean![i]![axis]!)
      const mean = strayed.reduce((a, b) => a + b, 0) / n
      const deviation = Math.sqrt(strayed.reduce((a, b) => a + (b - mean) ** 2, 0) / n)
      // Four standard errors of each.
      expect(Math.abs(mean)).toBeLessThan((4 * 0.25) / Math.sqrt(n))
      expect(Math.abs(deviation - 0.25)).toBeLessThan((4 * 0.25) / Math.sqrt(2 * n))
    })
  })

  test.each([0, -1, 1.5, NaN])('%s points are refused', (n) => {
    expect(() => generate({ key: key(0), n })).toThrow(`the number of points is a positive integer, got ${n}`)
  })
  test.each([-1, NaN, Infinity])('noise of %s is refused', (noise) => {
    expect(() => generate({ key: key(0), n: 3, noise })).toThrow(`a finite number of 0 or more, got ${noise}`)
  })
})

describe('without noise', () => {
  const clean = (generate: Generator, n = 300) => {
    const data = generate({ key: key(1), n, noise: 0, dtype: 'float64' })
    return points(data).map((point, i) => ({ point, label: numbers(data.y)[i]! }))
  }
  test('moons lie on their half circles', () => {
    clean(moons).forEach(({ point: [x, y], label }) => {
      expect(label === 0 ? Math.hypot(x, y) : Math.hypot(x - 1, y - 0.5)).toBeCloseTo(1, 12)
      expect(label === 0 ? y : 0.5 - y).toBeGreaterThanOrEqual(0)
    })
  })
  test('rings lie on their circles', () => {
    clean((options) => rings({ ...options, classes: 4 })).forEach(({ point, label }) =>
      expect(Math.hypot(...point)).toBeCloseTo((label + 1) / 4, 12),
    )
  })
  test('on a spiral the angle follows from the distance and the class', () => {
    clean((options) => spirals({ ...options, classes: 3, turns: 2 })).forEach(({ point: [x, y], label }) => {
      const radius = Math.hypot(x, y)
      expect(radius).toBeLessThan(1)
      const angle = 2 * Math.PI * (2 * radius + label / 3)
      expect(radius * Math.cos(angle)).toBeCloseTo(x, 10)
      expect(radius * Math.sin(angle)).toBeCloseTo(y, 10)
    })
  })
  test('xor fills all four quarters of the square, and the signs give the class', () => {
    const rows = clean(xor)
    rows.forEach(({ point: [x, y], label }) => {
      expect(Math.max(Math.abs(x), Math.abs(y))).toBeLessThanOrEqual(1)
      expect(x * y > 0 ? 0 : 1).toBe(label)
    })
    const quarters = [0, 1, 2, 3].map(
      (quarter) => rows.filter(({ point: [x, y] }) => (x > 0 ? 1 : 0) + (y > 0 ? 2 : 0) === quarter).length,
    )
    // 75 each in the mean; four standard deviations of a fair coin over 150.
    quarters.forEach((count) => expect(Math.abs(count - 75)).toBeLessThan(25))
  })
})

describe('blobs', () => {
  test('lie around the planted centres, in any number of dimensions', () => {
    const centres = [
      [0, 1, 2, 3],
      [-5, 100, 0, 0],
      [7, 7, 7, -7],
    ]
    const n = 3000
    const data = blobs({ key: key(5), n, centres, spread: 2, dtype: 'float64' })
    const x = numbers(data.x)
    centres.forEach((centre, label) =>
      centre.forEach((expected, j) => {
        const own = Array.from({ length: n / 3 }, (_, i) => x[4 * (3 * i + label) + j]!)
        const mean = own.reduce((a, b) => a + b, 0) / own.length
        expect(Math.abs(mean - expected)).toBeLessThan((4 * 2) / Math.sqrt(n / 3))
      }),
    )
  })
  test('centres that are drawn lie in the box', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        numbers(blobs({ key: key(seed), n: 3, spread: 0 }).x).forEach((value) =>
          expect(Math.abs(value)).toBeLessThanOrEqual(10),
        )
      }),
    )
  })
  test.each<readonly [readonly (readonly number[])[], string]>([
    [[[1, 2]], 'at least two centres of at least one coordinate, got 1 of 2'],
    [[[], []], 'got 2 of 0'],
    [[[1, 2], [3]], 'the same number of finite coordinates, got [1, 2], [3]'],
    [
      [
        [1, 2],
        [3, NaN],
      ],
      'got [1, 2], [3, NaN]',
    ],
  ])('centres %j are refused', (centres, message) => {
    expect(() => blobs({ key: key(0), n: 4, centres })).toThrow(message)
  })
})

describe('regression', () => {
  /** Solves the normal equations by elimination: small, dense, positive definite. */
  const leastSquares = (x: readonly (readonly number[])[], y: readonly number[]): readonly number[] => {
    const d = x[0]!.length
    const rows = Array.from({ length: d }, (_, i) => [
      ...Array.from({ length: d }, (_j, j) => x.reduce((s, row) => s + row[i]! * row[j]!, 0)),
      x.reduce((s, row, k) => s + row[i]! * y[k]!, 0),
    ])
    for (let i = 0; i < d; i++)
      for (let k = 0; k < d; k++)
        if (k !== i) {
          const factor = rows[k]![i]! / rows[i]![i]!
          for (let j = i; j <= d; j++) rows[k]![j]! -= factor * rows[i]![j]!
        }
    return rows.map((row, i) => row[d]! / row[i]!)
  }
  const fitted = (noise: number, seed: number, n: number) => {
    const { data, coefficients, intercept } = regression({
      key: key(seed),
      n,
      features: 6,
      informative: 3,
      intercept: 2,
      noise,
      dtype: 'float64',
    })
    const x = numbers(data.x)
    const rows = Array.from({ length: n }, (_, i) => [...x.slice(6 * i, 6 * i + 6), 1])
    return { found: leastSquares(rows, numbers(data.y)), planted: [...numbers(coefficients), intercept] }
  }
  test('without noise least squares finds the planted truth', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { found, planted } = fitted(0, seed, 40)
        found.forEach((value, i) => expect(value).toBeCloseTo(planted[i]!, 9))
      }),
      { numRuns: 20 },
    )
  })
  test('with noise it misses by about σ/√n', () => {
    const { found, planted } = fitted(0.5, 7, 4000)
    found.forEach((value, i) =>
      expect(Math.abs(value - planted[i]!)).toBeLessThan((5 * 0.5) / Math.sqrt(4000)),
    )
  })
  test('exactly the informative features have a coefficient, of size 1 to 3; more rows leave the truth alone', () => {
    fc.assert(
      fc.property(
        seeds,
        fc
          .integer({ min: 1, max: 30 })
          .chain((features) => fc.tuple(fc.constant(features), fc.nat(features))),
        (seed, [features, informative]) => {
          const make = (n: number) =>
            regression({ key: key(seed), n, features, informative, dtype: 'float64' })
          const { data, coefficients } = make(5)
          const sizes = numbers(coefficients).map(Math.abs)
          const real = sizes.filter((size) => size !== 0)
          expect(real.length).toBe(informative)
          real.forEach((size) => expect(size >= 1 && size <= 3).toBe(true))
          const longer = make(9)
          expect(numbers(longer.coefficients)).toEqual(numbers(coefficients))
          expect(numbers(longer.data.x).slice(0, 5 * features)).toEqual(numbers(data.x))
          expect(numbers(longer.data.y).slice(0, 5)).toEqual(numbers(data.y))
          expect(numbers(make(5).data.y)).toEqual(numbers(data.y))
        },
      ),
      { numRuns: 30 },
    )
  })
  test('both signs and all places occur', () => {
    const all = Array.from({ length: 200 }, (_, seed) =>
      numbers(regression({ key: key(seed), n: 1, features: 4, informative: 1 }).coefficients),
    )
    ;[0, 1, 2, 3].forEach((place) => {
      expect(all.filter((w) => w[place]! > 0).length).toBeGreaterThan(5)
      expect(all.filter((w) => w[place]! < 0).length).toBeGreaterThan(5)
    })
  })
  test.each([
    [{ n: 0 }, 'positive integers, got 0 and 3'],
    [{ features: 1.5 }, 'positive integers, got 5 and 1.5'],
    [{ informative: 4 }, 'of 3 features 0 to 3 are informative, got 4'],
    [{ noise: -1 }, 'noise: expected a finite number of 0 or more, got -1'],
    [{ intercept: NaN }, 'intercept: expected a finite number, got NaN'],
  ])('%j is refused', (wrong, message) => {
    expect(() => regression({ key: key(0), n: 5, features: 3, ...wrong })).toThrow(message)
  })
})
