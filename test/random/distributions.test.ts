import { describe, expect, test } from 'vitest'
import {
  add,
  ArgumentError,
  broadcastTo,
  cast,
  DTypeError,
  grad,
  item,
  jit,
  key,
  mean,
  mul,
  sort,
  square,
  sub,
  sum,
  tensor,
  toArray,
  toTypedArray,
  type Key,
  type Tensor,
} from '../../src/index.ts'
import * as random from '../../src/random/index.ts'
import { betaInc, gammaP, gammaQ, ndtr } from '../../src/special/index.ts'

const n = 2000
const float64 = { dtype: 'float64' } as const
type Draw = (from: Key, shape: readonly number[]) => Tensor

const at = (f: (x: Tensor) => Tensor, xs: readonly number[]): readonly number[] => [
  ...toTypedArray(f(tensor(xs, float64))),
]
const each = (f: (x: number) => number) => (xs: readonly number[]) => xs.map(f)
const byTensor = (f: (x: Tensor) => Tensor) => (xs: readonly number[]) => at(f, xs)

/** The distribution function of Student's t by the incomplete beta function. */
const studentCdf = (freedom: number) => (xs: readonly number[]) =>
  at(
    (t) => betaInc(freedom / 2, 0.5, t),
    xs.map((x) => freedom / (freedom + x * x)),
  ).map((tail, i) => (xs[i]! > 0 ? 1 - tail / 2 : tail / 2))

const continuous: Readonly<Record<string, readonly [Draw, (xs: readonly number[]) => readonly number[]]>> = {
  exponential: [
    (k, s) => random.exponential(k, s, { rate: 2, ...float64 }),
    each((x) => 1 - Math.exp(-2 * x)),
  ],
  laplace: [
    (k, s) => random.laplace(k, s, { location: 1, scale: 2, ...float64 }),
    each((x) => (x < 1 ? 0.5 * Math.exp((x - 1) / 2) : 1 - 0.5 * Math.exp((1 - x) / 2))),
  ],
  cauchy: [(k, s) => random.cauchy(k, s, float64), each((x) => 0.5 + Math.atan(x) / Math.PI)],
  logistic: [(k, s) => random.logistic(k, s, float64), each((x) => 1 / (1 + Math.exp(-x)))],
  gumbel: [(k, s) => random.gumbel(k, s, float64), each((x) => Math.exp(-Math.exp(-x)))],
  'gamma of 2.5': [(k, s) => random.gamma(k, 2.5, s, float64), byTensor((x) => gammaP(2.5, x))],
  'gamma of 0.1': [(k, s) => random.gamma(k, 0.1, s, float64), byTensor((x) => gammaP(0.1, x))],
  'gamma of 1000, rate 3': [
    (k, s) => random.gamma(k, 1000, s, { rate: 3, ...float64 }),
    byTensor((x) => gammaP(1000, mul(x, 3))),
  ],
  beta: [(k, s) => random.beta(k, 2, 0.5, s, float64), byTensor((x) => betaInc(2, 0.5, x))],
  'chi-square': [(k, s) => random.chiSquare(k, 3, s, float64), byTensor((x) => gammaP(1.5, mul(x, 0.5)))],
  't of 1': [(k, s) => random.studentT(k, 1, s, float64), studentCdf(1)],
  't of 5': [(k, s) => random.studentT(k, 5, s, float64), studentCdf(5)],
  'truncated normal': [
    (k, s) => random.truncatedNormal(k, s, { low: -1, high: 2, mean: 0.5, std: 2, ...float64 }),
    (xs) => {
      const [low = 0, high = 0] = at(ndtr, [-0.75, 0.75])
      return at((x) => ndtr(mul(sub(x, 0.5), 0.5)), xs).map((p) => (p - low) / (high - low))
    },
  ],
  'far truncated normal': [
    (k, s) => random.truncatedNormal(k, s, { low: 10, ...float64 }),
    (xs) => {
      const [whole = 0] = at(ndtr, [-10])
      return at(
        ndtr,
        xs.map((x) => -x),
      ).map((p) => 1 - p / whole)
    },
  ],
}

/** The greatest distance between the empirical and the true distribution function. */
const kolmogorov = (sorted: readonly number[], cdf: (xs: readonly number[]) => readonly number[]): number =>
  cdf(sorted).reduce((worst, p, i) => Math.max(worst, p - i / sorted.length, (i + 1) / sorted.length - p), 0)

describe('continuous distributions', () => {
  test.each(Object.keys(continuous))('%s: the distance of Kolmogorov is that of chance', (name) => {
    const [draw, cdf] = continuous[name]!
    const sorted = toArray(sort(draw(key(7), [n]))) as readonly number[]
    // A distance above this has a chance of 1 in 1,000; the key is fixed.
    expect(kolmogorov(sorted, cdf)).toBeLessThan(1.95 / Math.sqrt(n))
  })

  test('the test sees a rate that is 15 % off', () => {
    const sorted = toArray(
      sort(random.exponential(key(7), [n], { rate: 2.3, ...float64 })),
    ) as readonly number[]
    expect(kolmogorov(sorted, continuous['exponential']![1])).toBeGreaterThan(1.95 / Math.sqrt(n))
  })

  test.each(Object.keys(continuous))('%s: the same from the same key, compiled too', (name) => {
    const [draw] = continuous[name]!
    const eager = toTypedArray(draw(key(3), [2, 9]))
    expect(toTypedArray(draw(key(3), [2, 9]))).toEqual(eager)
    for (const backend of ['wasm', 'typescript'] as const) {
      const found = toTypedArray(jit((k: Key) => draw(k, [2, 9]), { backend })(key(3)))
      found.forEach((x, i) => {
        expect(Math.abs(x - eager[i]!)).toBeLessThanOrEqual(1e-12 * (1 + Math.abs(eager[i]!)))
      })
    }
  })
})

/** Counts of 0, 1, 2, … against the probabilities: χ² over its degrees of freedom. */
const chiSquareOf = (counts: readonly number[], probabilities: readonly number[]): number =>
  probabilities.reduce((total, p, k) => {
    const seen = counts.filter((c) => c === k).length
    return total + (seen - p * counts.length) ** 2 / (p * counts.length)
  }, 0) / probabilities.length

test('counts have their probabilities', () => {
  const poisson = toArray(random.poisson(key(1), 1.5, [n])) as readonly number[]
  const factorial = [1, 1, 2, 6, 24]
  expect(
    chiSquareOf(
      poisson,
      factorial.map((f, k) => (Math.exp(-1.5) * 1.5 ** k) / f),
    ),
  ).toBeLessThan(3)
  const binomial = toArray(random.binomial(key(1), 4, 0.3, [n])) as readonly number[]
  expect(
    chiSquareOf(
      binomial,
      [1, 4, 6, 4, 1].map((c, k) => c * 0.3 ** k * 0.7 ** (4 - k)),
    ),
  ).toBeLessThan(3)
  expect(random.poisson(key(1), tensor([0, 1e8]), [3, 2]).dtype).toBe('int32')
  const large = toArray(random.poisson(key(1), 1e8, [n])) as readonly number[]
  expect(Math.abs(large.reduce((a, b) => a + b, 0) / n - 1e8)).toBeLessThan((4 * 1e4) / Math.sqrt(n))
  expect(toArray(random.binomial(key(1), 5, tensor([0, 1]), [2]))).toEqual([0, 5])
})

test('the inverse of the Poisson distribution function is one', () => {
  const means = [0.2, 3, 40, 2000]
  for (const m of means) {
    const counts = toArray(random.poisson(key(2), m, [200])) as readonly number[]
    const shares = counts.map((c) => at((x) => gammaQ(c + 1, x), [m])[0]!)
    // The distribution function at a count is not below what it was drawn from: on average half a step above ½.
    expect(shares.reduce((a, b) => a + b, 0) / 200).toBeGreaterThan(0.43)
  }
})

test('float32 is float64 rounded', () => {
  for (const draw of [random.exponential, random.logistic, random.gumbel] as const)
    expect(toTypedArray(draw(key(1), [20]))).toEqual(
      toTypedArray(cast(draw(key(1), [20], float64), 'float32')),
    )
})

test('derivatives are those of the numbers drawn', () => {
  const cases: Readonly<Record<string, (t: Tensor) => Tensor>> = {
    exponential: (t) => random.exponential(key(5), [30], { rate: t }),
    laplace: (t) => random.laplace(key(5), [30], { scale: t }),
    gamma: (t) => random.gamma(key(5), t, [30]),
    'gamma of a small concentration': (t) => random.gamma(key(5), mul(t, 0.1), [30]),
    beta: (t) => random.beta(key(5), t, 0.7, [30]),
    dirichlet: (t) => square(random.dirichlet(key(5), mul(tensor([1, 2, 3], float64), t), [10])),
    chiSquare: (t) => random.chiSquare(key(5), t, [30]),
    studentT: (t) => square(random.studentT(key(5), t, [30], { scale: t })),
    truncatedNormal: (t) => random.truncatedNormal(key(5), [30], { low: 0.5, high: t, std: t, ...float64 }),
    multivariateNormal: (t) =>
      square(
        random.multivariateNormal(
          key(5),
          tensor([0, 1], float64),
          mul(
            tensor(
              [
                [2, 1],
                [1, 2],
              ],
              float64,
            ),
            t,
          ),
          [5],
        ),
      ),
  }
  for (const [name, draw] of Object.entries(cases)) {
    const f = (t: Tensor): Tensor => sum(draw(t))
    const x = tensor(1.3, float64)
    const h = 1e-5
    const difference = (item(f(add(x, h) as Tensor)) - item(f(sub(x, h) as Tensor))) / (2 * h)
    const slope = item(grad(f)(x))
    expect([name, Math.abs(slope - difference) / (1 + Math.abs(slope)) < 1e-7]).toEqual([name, true])
  }
})

test('parameters broadcast, and bad ones are refused by name', () => {
  expect(random.gamma(key(0), tensor([1, 2]), [3, 2]).shape).toEqual([3, 2])
  expect(random.gamma(key(0), tensor([1, 2], float64), [2]).dtype).toBe('float64')
  expect(random.dirichlet(key(0), tensor([1, 2])).shape).toEqual([2])
  expect(
    toArray(sum(random.dirichlet(key(0), broadcastTo(tensor(0.01), [4]), [3], float64), { axis: 1 })),
  ).toEqual([1, 1, 1].map((x) => expect.closeTo(x, 12)))
  expect(() => random.gamma(key(0), 0, [2])).toThrow('gamma: concentration: expected a finite number above 0')
  expect(() => random.exponential(key(0), [2], { rat: 1 } as never)).toThrow(ArgumentError)
  expect(() => random.binomial(key(0), 2.5, 0.5, [2])).toThrow('trials')
  expect(() => random.poisson(key(0), tensor([1], { dtype: 'int32' }), [1])).toThrow(DTypeError)
  const ends = toArray(random.truncatedNormal(key(0), [2], { low: 50, high: 51 })) as readonly number[]
  expect(ends).toEqual([50, 50])
})

describe('choices', () => {
  test('with and without replacement, with and without probabilities', () => {
    const p = tensor([0.5, 0, 0.25, 0.25])
    const drawn = toArray(random.choice(key(1), 4, n, { probabilities: p })) as readonly number[]
    expect(
      chiSquareOf(
        drawn.map((x) => (x > 1 ? x - 1 : x)),
        [0.5, 0.25, 0.25],
      ),
    ).toBeLessThan(3)
    const once = toArray(
      random.choice(key(1), 4, 3, { probabilities: p, replace: false }),
    ) as readonly number[]
    expect([...once].sort()).toEqual([0, 2, 3])
    expect(toArray(sort(random.choice(key(1), 5, 5, { replace: false })))).toEqual([0, 1, 2, 3, 4])
    const equal = toArray(random.choice(key(1), 3, n)) as readonly number[]
    expect(chiSquareOf(equal, [1 / 3, 1 / 3, 1 / 3])).toBeLessThan(3)
    expect(
      random.choice(
        key(1),
        tensor([
          [1, 2, 3],
          [4, 5, 6],
        ]),
        2,
        { axis: 1 },
      ).shape,
    ).toEqual([2, 2])
    expect(() => random.choice(key(1), 3, 4, { replace: false })).toThrow('count')
    expect(() => random.choice(key(1), 3, 1, { probabilities: p })).toThrow('shape [3], got [4]')
  })

  test('without replacement the first has the given chances', () => {
    const p = tensor([0.6, 0.3, 0.1])
    const first = Array.from(
      { length: 400 },
      (_, i) => (toArray(random.choice(key(i), 3, 2, { probabilities: p, replace: false })) as number[])[0]!,
    )
    expect(chiSquareOf(first, [0.6, 0.3, 0.1])).toBeLessThan(3)
  })

  test('a shuffle moves whole rows or columns', () => {
    const x = tensor([
      [1, 2, 3],
      [10, 20, 30],
    ])
    const columns = toArray(random.shuffle(key(2), x, { axis: 1 })) as readonly (readonly number[])[]
    expect(columns[1]).toEqual(columns[0]!.map((v) => 10 * v))
    expect(columns[0]).not.toEqual([1, 2, 3])
    expect(toArray(sort(random.shuffle(key(2), tensor([3, 1, 2]))))).toEqual([1, 2, 3])
  })
})

describe('matrices', () => {
  const rows = (x: Tensor): readonly (readonly number[])[] => toArray(x) as readonly (readonly number[])[]
  const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((s, x, i) => s + x * b[i]!, 0)

  test('orthogonal ones are, and no direction is preferred', () => {
    const q = rows(random.orthogonalMatrix(key(1), 6, float64))
    q.forEach((a, i) => {
      q.forEach((b, j) => {
        expect(Math.abs(dot(a, b) - (i === j ? 1 : 0))).toBeLessThan(1e-14)
      })
    })
    const corners = Array.from({ length: 300 }, (_, i) => rows(random.orthogonalMatrix(key(i), 3, float64)))
    for (const [r, c] of [
      [0, 0],
      [2, 2],
      [0, 2],
      [1, 1],
    ] as const) {
      const values = corners.map((m) => m[r]![c]!)
      // Uniform on [−1, 1] in three dimensions.
      const sorted = [...values].sort((x, y) => x - y)
      expect(
        kolmogorov(
          sorted,
          each((x) => (x + 1) / 2),
        ),
      ).toBeLessThan(1.95 / Math.sqrt(300))
    }
  })

  test('positive definite ones have the condition asked for', () => {
    const a = rows(random.positiveDefiniteMatrix(key(1), 5, { condition: 1000, ...float64 }))
    a.forEach((row, i) => {
      row.forEach((x, j) => {
        expect(x).toBe(a[j]![i])
      })
    })
    // The largest eigenvalue by the power method, the smallest by that of 1 − A.
    const largest = (shift: number): number => {
      const step = (v: readonly number[]): readonly number[] => {
        const w = a.map((row, i) => (shift === 0 ? dot(row, v) : v[i]! - dot(row, v)))
        const size = Math.sqrt(dot(w, w))
        return w.map((x) => x / size)
      }
      const v = Array.from({ length: 6000 }).reduce<readonly number[]>(step, [1, 0.9, -0.3, 0.5, 0.2])
      return dot(
        v,
        a.map((row) => dot(row, v)),
      )
    }
    expect(largest(0)).toBeCloseTo(1, 6)
    expect(largest(1)).toBeCloseTo(1e-3, 6)
  })

  test('normal vectors have their mean and covariance', () => {
    const covariance = tensor(
      [
        [2, 1],
        [1, 3],
      ],
      float64,
    )
    const x = random.multivariateNormal(key(3), tensor([1, -2], float64), covariance, [n])
    const centre = toArray(mean(x, { axis: 0 })) as readonly number[]
    expect(Math.abs(centre[0]! - 1)).toBeLessThan(4 * Math.sqrt(2 / n))
    expect(Math.abs(centre[1]! + 2)).toBeLessThan(4 * Math.sqrt(3 / n))
    const shared = rows(x).reduce((s, [a = 0, b = 0]) => s + (a - 1) * (b + 2), 0) / n
    expect(Math.abs(shared - 1)).toBeLessThan(4 * Math.sqrt(7 / n))
    expect(() => random.multivariateNormal(key(0), tensor([1]), covariance)).toThrow(
      'a mean [n] and a covariance',
    )
  })
})
