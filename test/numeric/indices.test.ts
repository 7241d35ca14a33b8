import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as p from '../../src/index.ts'
import {
  ArgumentError,
  DTypeError,
  ShapeError,
  grad,
  item,
  jvp,
  stack,
  sum,
  tensor,
  toArray,
  toTypedArray,
  vmap,
  type Tensor,
} from '../../src/index.ts'
import { contractionOrder, type Order } from '../../src/core/kernel/contraction-order.ts'
import { checkGrad, dyadic } from '../../src/testing/index.ts'
import { f64 } from '../program/cases.ts'
import { onEveryExecutor } from './on-every-executor.ts'

const int = (values: number | readonly number[]): Tensor => tensor(values as number[], { dtype: 'int32' })

const close = (found: Tensor, expected: readonly number[], digits = 10): void => {
  const elements = [...toTypedArray(found)]
  expect(elements.length).toBe(expected.length)
  elements.forEach((x, i) => {
    if (Number.isFinite(expected[i])) expect(x).toBeCloseTo(expected[i]!, digits)
    else expect(x).toBe(expected[i])
  })
}

const x = f64([
  [0.5, -1.25, 2],
  [3, 0.75, -0.5],
  [1.5, 1, 0.25],
])
const v = f64([3, 1, 4, 1.5, 9, 2.6, 5])
const ids = [1, 0, 1]

/** Every function of floats: a value of one tensor, at which it is smooth. */
const smooth: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  setAt: (y) => p.setAt(y, [2, 0, 2], p.mul(p.slice(y, [0], [1]), 2)),
  'setAt of a box': (y) => p.setAt(y, { starts: [-1, 2], steps: [-1, -2] }, p.mul(p.slice(y, [0, 1]), 3)),
  addAt: (y) => p.addAt(y, [1, 1], p.square(p.slice(y, [0], [2])), { axis: 0 }),
  multiplyAt: (y) => p.multiplyAt(y, [1, 1, 2], p.slice(y, [0], [3]), { axis: 1 }),
  maxAt: (y) => p.maxAt(y, [1, 1, 2], p.mul(y, 0.9), { axis: 1 }),
  minAt: (y) => p.minAt(y, { starts: [1] }, p.mul(p.slice(y, [0], [2]), 0.9)),
  segmentSum: (y) => p.segmentSum(y, ids, { segments: 3 }),
  segmentMean: (y) => p.segmentMean(y, ids, { segments: 3 }),
  segmentMax: (y) => p.segmentMax(y, ids, { segments: 2 }),
  segmentMin: (y) => p.segmentMin(y, ids, { segments: 2 }),
  segmentProd: (y) => p.segmentProd(y, ids, { segments: 3 }),
  swapAxes: (y) => p.square(p.swapAxes(y, 0, 1)),
  ravel: (y) => p.square(p.ravel(y)),
  roll: (y) => p.mul(y, p.roll(y, [1, -1], { axis: [0, 1] })),
  'roll of all': (y) => p.mul(y, p.roll(y, 4)),
  repeat: (y) => p.square(p.repeat(y, [2, 0, 3], { axis: 1 })),
  meshgrid: (y) => {
    const [a, b] = p.meshgrid([p.ravel(y), p.ravel(y)])
    return p.mul(a!, b!)
  },
  diff: (y) => p.square(p.diff(y, { axis: 0, order: 2 })),
  quantile: (y) => p.quantile(y, [0.1, 0.62], { axis: 1 }),
  percentile: (y) => p.percentile(y, 33),
  median: (y) => p.median(y, { axis: 0, keepDims: true }),
  'a weight of histogram': (y) => p.histogram(x, { bins: [-2, 0, 1, 4], weights: p.square(y) }).counts,
  'values of unique': (y) => p.unique(y, { size: 4 }).values,
  cummax: (y) => p.cummax(y, { axis: 1 }),
  cummin: (y) => p.cummin(y, { axis: 0 }),
  cumlogsumexp: (y) => p.cumlogsumexp(y, { axis: 1 }),
  associativeScan: (y) =>
    p.associativeScan(
      ([a, b]: readonly [Tensor, Tensor], [c, d]: readonly [Tensor, Tensor]) =>
        [p.mul(a, c), p.add(p.mul(c, b), d)] as const,
      [y, p.sin(y)] as const,
      { axis: 1, reverse: true },
    )[1],
  remainder: (y) => p.remainder(y, 0.7),
  'remainder by x': (y) => p.remainder(5.3, p.add(p.square(y), 1)),
  variance: (y) => p.variance(y, { axis: 1, ddof: 1 }),
  std: (y) => p.std(y, { ddof: 1 }),
  nanSum: (y) => p.nanSum(p.square(y), { axis: 0 }),
  nanProd: (y) => p.nanProd(y, { axis: 1 }),
  nanMean: (y) => p.nanMean(p.where(p.greater(y, 2.5), NaN, p.square(y)), { axis: 1 }),
  nanVariance: (y) => p.nanVariance(p.where(p.greater(y, 2.5), NaN, y), { axis: 1, ddof: 1 }),
  nanStd: (y) => p.nanStd(p.where(p.greater(y, 2.5), NaN, y)),
  nanMax: (y) => p.nanMax(p.where(p.greater(y, 2.5), NaN, y), { axis: 1 }),
  nanMin: (y) => p.nanMin(y, { axis: 1 }),
  cov: (y) => p.cov(y),
  corrcoef: (y) => p.corrcoef(y),
  trapezoid: (y) =>
    p.trapezoid(y, { at: p.slice(p.square(y), [0], [1]).shape.length === 2 ? f64([0, 1, 3]) : f64([0]) }),
  einsum: (y) => p.einsum('...ij,jk,kl,...->i', y, y, y, p.sum(y)),
  switchCase: (y) =>
    p.switchCase(p.cast(p.greater(sum(y), 0), 'int32'), [p.sin, (z: Tensor) => p.square(z), p.cos], y),
}

const weighted = (value: Tensor): Tensor =>
  sum(p.mul(value, p.reshape(p.linspace(0.5, 1.5, value.size, { dtype: 'float64' }), value.shape)))

describe('functions of indices', () => {
  test.each(Object.entries(smooth))('%s: derivatives, batches, executors', (_, f) => {
    const loss = (y: Tensor): Tensor => weighted(f(y))
    expect(checkGrad(loss)(x)).toMatchObject({ kind: 'agrees' })
    expect(checkGrad((y: Tensor) => jvp(loss, [y], [p.sin(x)])[1])(x)).toMatchObject({ kind: 'agrees' })
    const rows = [x, p.add(p.mul(x, 0.5), 0.03), p.flip(x)]
    close(vmap(f)(stack(rows)), [...toTypedArray(stack(rows.map(f)))])
    close(vmap(grad(loss))(stack(rows)), [...toTypedArray(stack(rows.map((row) => grad(loss)(row))))])
    const both = (y: Tensor): Tensor => p.concat([p.ravel(f(y)), p.ravel(grad(loss)(y))])
    onEveryExecutor(both, [x], 1e-9)
  })

  test('updates are those of a loop over the positions', () => {
    const combine = {
      setAt: (_: number, b: number) => b,
      addAt: (a: number, b: number) => a + b,
      multiplyAt: (a: number, b: number) => a * b,
      maxAt: Math.max,
      minAt: Math.min,
    } as const
    fc.assert(
      fc.property(
        fc.constantFrom(...(Object.keys(combine) as (keyof typeof combine)[])),
        fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 6 }),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: -4, max: 4 })), { maxLength: 9 }),
        fc.constantFrom('float64', 'int32'),
        (name, start, changes, dtype) => {
          const places = changes.map(([at]) => at % start.length)
          const expected = [...start]
          changes.forEach(([, value], i) => {
            expected[places[i]!] = combine[name](expected[places[i]!]!, value)
          })
          const update: p.IndexUpdate = p[name]
          const values = tensor(
            changes.map(([, value]) => value),
            { dtype, shape: [changes.length] },
          )
          const found = update(tensor(start, { dtype: dtype as 'int32' }), places, values)
          expect([...toTypedArray(found)].map((n) => n + 0)).toEqual(expected.map((n) => n + 0))
        },
      ),
      { numRuns: 60 },
    )
    const before = f64([1, 2])
    p.setAt(before, [0], 9)
    expect(toArray(before)).toEqual([1, 2])
    expect(Object.is(item(p.setAt(f64([1]), [0], -0)), -0)).toBe(true)
    expect(toArray(p.addAt(f64([1, NaN]), [0], 1))).toEqual([2, NaN])
  })

  test('boxes are those of slice', () => {
    const box = { starts: [-1, 2], stops: [-9, -9], steps: [-1, -2] }
    const changed = p.setAt(x, box, f64([[1], [2], [3]]))
    expect(toArray(p.slice(changed, box.starts, box.stops, box.steps))).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ])
    expect(toArray(p.slice(changed, [], [], [1, 2]))).toEqual([
      [3, 3],
      [2, 2],
      [1, 1],
    ])
    expect(toArray(p.slice(changed, [0, 1], [3, 2]))).toEqual(toArray(p.slice(x, [0, 1], [3, 2])))
    expect(toArray(p.setAt(x, { starts: [3] }, 7))).toEqual(toArray(x))
  })

  test('segments of random rows are those of a loop', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.constantFrom(-2, -1, 0.5, 1, 3, NaN)), {
          maxLength: 12,
        }),
        (rows) => {
          const numbers = rows.map(([id]) => id)
          const values = tensor(
            rows.map(([, value]) => value),
            { dtype: 'float64', shape: [rows.length] },
          )
          const of = (id: number): readonly number[] =>
            rows.flatMap(([own, value]) => (own === id ? [value] : []))
          const all = [0, 1, 2, 3, 4].map(of)
          const given = int(numbers.length === 0 ? [] : numbers)
          const segments = { segments: 5 }
          expect([...toTypedArray(p.segmentMax(values, given, segments))]).toEqual(
            all.map((list) => Math.max(...list)),
          )
          expect([...toTypedArray(p.segmentMin(values, given, segments))]).toEqual(
            all.map((list) => Math.min(...list)),
          )
          close(
            p.segmentSum(values, given, segments),
            all.map((list) => list.reduce((a, b) => a + b, 0)),
          )
          close(
            p.segmentProd(values, given, segments),
            all.map((list) => list.reduce((a, b) => a * b, 1)),
          )
        },
      ),
      { numRuns: 40 },
    )
    // The first of equals has the derivative.
    expect(
      toArray(grad((y: Tensor) => sum(p.segmentMax(y, [0, 0, 0], { segments: 1 })))(f64([1, 2, 2]))),
    ).toEqual([0, 1, 0])
    expect(toArray(p.segmentMin(int([3, 1, 2]), [1, 0, 1], { segments: 3 }))).toEqual([1, 2, 2 ** 31 - 1])
  })

  // numpy.quantile(…, method=…) of NumPy 2.4 at 0, 0.1, 0.25, 0.5, 1/3, 0.62, 0.9, 1, of all elements and of the first six.
  test.each([
    ['linear', [1, 1.3, 2.05, 3, 2.6, 3.72, 6.6, 9], [1, 1.25, 1.775, 2.8, 2.2333333333, 3.1, 6.5, 9]],
    ['lower', [1, 1, 1.5, 3, 2.6, 3, 5, 9], [1, 1, 1.5, 2.6, 1.5, 3, 4, 9]],
    ['higher', [1, 1.5, 2.6, 3, 2.6, 4, 9, 9], [1, 1.5, 2.6, 3, 2.6, 4, 9, 9]],
    ['midpoint', [1, 1.25, 2.05, 3, 2.6, 3.5, 7, 9], [1, 1.25, 2.05, 2.8, 2.05, 3.5, 6.5, 9]],
    ['nearest', [1, 1.5, 2.6, 3, 2.6, 4, 5, 9], [1, 1, 1.5, 2.6, 2.6, 3, 4, 9]],
    ['invertedCdf', [1, 1, 1.5, 3, 2.6, 4, 9, 9], [1, 1, 1.5, 2.6, 1.5, 3, 9, 9]],
    ['averagedInvertedCdf', [1, 1, 1.5, 3, 2.6, 4, 9, 9], [1, 1, 1.5, 2.8, 2.05, 3, 9, 9]],
    ['closestObservation', [1, 1, 1.5, 3, 1.5, 3, 5, 9], [1, 1, 1.5, 2.6, 1.5, 3, 4, 9]],
    [
      'interpolatedInvertedCdf',
      [1, 1, 1.375, 2.8, 1.8666666667, 3.34, 6.2, 9],
      [1, 1, 1.25, 2.6, 1.5, 2.888, 6, 9],
    ],
    ['hazen', [1, 1.1, 1.775, 3, 2.4166666667, 3.84, 8.2, 9], [1, 1.05, 1.5, 2.8, 2.05, 3.22, 8.5, 9]],
    ['weibull', [1, 1, 1.5, 3, 2.2333333333, 3.96, 9, 9], [1, 1, 1.375, 2.8, 1.8666666667, 3.34, 9, 9]],
    [
      'medianUnbiased',
      [1, 1.0333333333, 1.6833333333, 3, 2.3555555556, 3.88, 8.7333333333, 9],
      [1, 1, 1.4583333333, 2.8, 1.9888888889, 3.26, 9, 9],
    ],
    [
      'normalUnbiased',
      [1, 1.05, 1.70625, 3, 2.3708333333, 3.87, 8.6, 9],
      [1, 1, 1.46875, 2.8, 2.0041666667, 3.25, 9, 9],
    ],
  ] as const)('quantiles by %s are those of NumPy', (method, all, six) => {
    const shares = [0, 0.1, 0.25, 0.5, 1 / 3, 0.62, 0.9, 1]
    close(p.quantile(v, shares, { method }), all, 9)
    close(p.quantile(p.slice(v, [0], [6]), shares, { method }), six, 9)
    expect(item(p.quantile(f64([1, NaN, 3]), 0, { method }))).toBeNaN()
  })

  test('quantiles of infinities and over several axes', () => {
    expect(toArray(p.quantile(f64([-Infinity, -Infinity, 1, Infinity]), [0, 0.2, 1]))).toEqual([
      -Infinity,
      -Infinity,
      Infinity,
    ])
    expect(p.median(p.zeros([2, 3, 4]), { axis: [0, 2], keepDims: true }).shape).toEqual([1, 3, 1])
    expect(item(p.median(x))).toBe(0.75)
    expect(() => p.quantile(v, 1.5)).toThrow(ArgumentError)
    expect(() => p.quantile(p.zeros([0]), 0.5)).toThrow('quantile: no elements along these axes of [0]')
    expect(() => p.median(int([1, 2]))).toThrow(DTypeError)
    expect(() => p.quantile(v, 0.5, { method: 'linaer' as never })).toThrow(/linear/)
  })

  test('search is a count of what lies before', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(-1, 0, 1, 2, 2.5, NaN), { maxLength: 9 }),
        fc.array(fc.constantFrom(-2, -1, 0, 1.5, 2, 3, Infinity, NaN), { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        (list, wanted, right) => {
          const sorted = [...list].sort((a, b) => (Number.isNaN(a) ? 1 : Number.isNaN(b) ? -1 : a - b))
          const before = (a: number, b: number): boolean =>
            Number.isNaN(b) ? right || !Number.isNaN(a) : right ? a <= b : a < b
          const expected = wanted.map((value) => sorted.filter((element) => before(element, value)).length)
          const vector = tensor(sorted, { dtype: 'float64', shape: [sorted.length] })
          expect(toArray(p.searchSorted(vector, f64(wanted), { side: right ? 'right' : 'left' }))).toEqual(
            expected,
          )
        },
      ),
      { numRuns: 60 },
    )
    expect(() => p.searchSorted(x, 1)).toThrow(ShapeError)
    expect(() => p.searchSorted(v, int([1]))).toThrow(DTypeError)
  })

  test('unique and nonZero are those of NumPy, cut or filled', () => {
    const list = [3, 1, 3, NaN, 2, NaN]
    const all = p.unique(f64(list), { size: 5 })
    expect(toArray(all.values)).toEqual([1, 2, 3, NaN, 1])
    expect([all.indices, all.inverse, all.counts, all.count].map(toArray)).toEqual([
      [1, 4, 0, 3, 0],
      [2, 0, 2, 3, 1, 3],
      [1, 1, 2, 2, 0],
      4,
    ])
    expect(toArray(p.unique(f64(list), { size: 2 }).counts)).toEqual([1, 1])
    expect(toArray(p.unique(int([7, 7]), { size: 3, fill: -1 }).values)).toEqual([7, -1, -1])
    expect(toArray(p.unique(p.zeros([0]), { size: 1 }).values)).toEqual([0])
    const holes = tensor([
      [
        [0, 1],
        [2, 0],
      ],
      [
        [0, 0],
        [3, 4],
      ],
    ])
    expect(p.nonZero(holes, { size: 5 }).map(toArray)).toEqual([
      [0, 0, 1, 1, 0],
      [0, 1, 1, 1, 0],
      [1, 0, 0, 1, 0],
    ])
    expect(p.nonZero(holes, { size: 2, fill: -1 }).map(toArray)).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
    ])
    onEveryExecutor((y) => p.unique(y, { size: 4 }).counts, [int([3, 1, 3, 2])])
    onEveryExecutor((y) => p.nonZero(y, { size: 4, fill: -1 })[0]!, [int([0, 1, 3, 0])])
    expect(
      toArray(
        vmap((y: Tensor) => p.unique(y, { size: 2 }).values)(
          int([
            [1, 2],
            [5, 5],
          ] as never),
        ),
      ),
    ).toEqual([
      [1, 2],
      [5, 5],
    ])
  })

  test('histograms are those of NumPy', () => {
    const list = f64([1, 2, 2, 4, 5, 0])
    const even = p.histogram(list, { bins: 4 })
    expect(toArray(even.counts)).toEqual([2, 2, 0, 2])
    expect(toArray(even.edges)).toEqual([0, 1.25, 2.5, 3.75, 5])
    close(p.histogram(list, { bins: 4, density: true }).counts, [4 / 15, 4 / 15, 0, 4 / 15])
    expect(toArray(p.histogram(f64([1, NaN, 9]), { bins: [0, 1, 2] }).counts)).toEqual([0, 1])
    expect(toTypedArray(p.histogram(f64([3, 3])).edges)[0]).toBe(2.5)
    expect(toArray(p.histogram(list, { bins: 2, range: [0, 4], weights: list }).counts)).toEqual([1, 8])
    onEveryExecutor((y) => p.histogram(y, { bins: 3 }).counts, [list])
    expect(() => p.histogram(list, { bins: 0 })).toThrow(ArgumentError)
    expect(() => p.histogram(list, { range: [1, 1] })).toThrow(ArgumentError)
    expect(() => p.histogram(list, { weights: f64([1]) })).toThrow(ShapeError)
  })

  test('integers divide and leave a remainder as in Python', () => {
    const [a, b] = [int([7, -7, 7, -7, 5, -(2 ** 31), 2 ** 31 - 1]), int([3, 3, -3, -3, 0, -1, -(2 ** 31)])]
    expect(onEveryExecutor((m, n) => p.floorDivide(m as never, n as never), [a, b])).toEqual([
      2,
      -3,
      -3,
      2,
      0,
      -(2 ** 31),
      -1,
    ])
    expect(onEveryExecutor((m, n) => p.remainder(m as never, n as never), [a, b])).toEqual([
      1, 2, -2, -1, 0, 0, -1,
    ])
    const unsigned = tensor([2 ** 32 - 1, 5], { dtype: 'uint32' })
    expect(toArray(p.floorDivide(unsigned, 2))).toEqual([2 ** 31 - 1, 2])
    expect(toArray(p.remainder(unsigned, 2))).toEqual([1, 1])
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (m, n) => {
        if (n === 0) return
        const quotient = BigInt(m) / BigInt(n) - (m % n !== 0 && m < 0 !== n < 0 ? 1n : 0n)
        expect(item(p.floorDivide(int(m), int(n)))).toBe(Number(BigInt.asIntN(32, quotient)))
        expect(item(p.remainder(int(m), int(n))) + 0).toBe(Number(BigInt(m) - quotient * BigInt(n)) + 0)
      }),
      { numRuns: 60 },
    )
    expect(() => p.remainder(tensor([true]), tensor([true]))).toThrow(DTypeError)
  })

  test('remainders of floats lie between 0 and the divisor', () => {
    close(
      p.remainder(
        f64([5.5, -5.5, 5.5, -5.5, 6, -6, 3, -3, 0.3]),
        f64([2, 2, -2, -2, 3, 3, Infinity, Infinity, 0.1]),
      ),
      [1.5, 0.5, -0.5, -1.5, 0, 0, 3, Infinity, 0.09999999999999998],
    )
    expect(toTypedArray(p.remainder(f64([1, NaN, Infinity]), f64([0, 1, 2])))).toEqual(
      new Float64Array([NaN, NaN, NaN]),
    )
    fc.assert(
      fc.property(
        fc.oneof(
          dyadic({ min: -1e4, max: 1e4 }),
          fc.float({ min: -1e6, max: 1e6, noNaN: true, noDefaultInfinity: true }),
        ),
        fc.oneof(
          dyadic({ min: 0.1, max: 1e3 }),
          fc.float({ min: Math.fround(0.1), max: 1e3, noNaN: true, noDefaultInfinity: true }),
        ),
        (m, n) => {
          // Of float32 it is exact, rounded once: JavaScript's own is exact too.
          const expected = Math.fround(m % n === 0 ? 0 : ((m % n) + n) % n)
          const found = item(p.remainder(tensor(m), tensor(n)))
          expect(Math.abs(found - expected)).toBeLessThanOrEqual(2 ** -23 * Math.max(1, n))
          expect(found >= 0 && found <= n).toBe(true)
        },
      ),
      { numRuns: 60 },
    )
  })

  test('einsum: ellipses, diagonals, many inputs', () => {
    const m = f64([
      [1, 2],
      [3, 4],
    ])
    expect(p.einsum('...ij,...jk->...ik', p.ones([5, 1, 2, 3]), p.ones([4, 3, 2])).shape).toEqual([
      5, 4, 2, 2,
    ])
    expect(toArray(p.einsum('i...->...', m))).toEqual([4, 6])
    // The axes under an ellipsis come first.
    expect(toArray(p.einsum('i...', m))).toEqual([
      [1, 3],
      [2, 4],
    ])
    expect(toArray(p.einsum('...,...', m, f64(2)))).toEqual([
      [2, 4],
      [6, 8],
    ])
    expect(toArray(p.einsum('ii...->i...', p.reshape(p.arange(12), [2, 2, 3])))).toEqual([
      [0, 1, 2],
      [9, 10, 11],
    ])
    expect(toArray(p.einsum('...i->', m))).toBe(10)
    expect(toArray(p.einsum('ij,jk,kl,lm,m->i', m, m, m, m, f64([1, 1])))).toEqual([489, 1069])
    const many = Array.from({ length: 10 }, (_, i) => `${'abcdefghijk'[i]!}${'abcdefghijk'[i + 1]!}`)
    expect(
      toArray(
        p.einsum(
          `${many.join(',')}->ak`,
          ...many.map(() =>
            f64([
              [0, 1],
              [1, 1],
            ]),
          ),
        ),
      ),
    ).toEqual([
      [34, 55],
      [55, 89],
    ])
    expect(() => p.einsum('...i,...i->...', p.ones([2, 3]), p.ones([4, 3]))).toThrow(
      "einsum: '...' stands for 2 and for 4",
    )
    expect(() => p.einsum('i....->i', m)).toThrow(ArgumentError)
    expect(() => p.einsum('ij', p.ones([2, 2, 2]))).toThrow(ShapeError)
  })

  test('the order of contractions is the best of all', () => {
    const cost = (
      order: Order,
      inputs: readonly (readonly string[])[],
      result: readonly string[],
      size: (l: string) => number,
    ): number => {
      const leaves = (part: Order): readonly number[] =>
        typeof part === 'number' ? [part] : part.flatMap(leaves)
      const labelsOf = (part: Order): readonly string[] => {
        const inside = leaves(part)
        const needed = [...result, ...inputs.flatMap((labels, i) => (inside.includes(i) ? [] : labels))]
        return [...new Set(inside.flatMap((i) => inputs[i]!))].filter(
          (l) => typeof part === 'number' || needed.includes(l),
        )
      }
      if (typeof order === 'number') return 0
      const all = new Set(order.flatMap(labelsOf))
      return order.reduce<number>(
        (total, part) => total + cost(part, inputs, result, size),
        [...all].reduce((n, l) => n * size(l), 1),
      )
    }
    const sizes: Readonly<Record<string, number>> = { a: 2, b: 30, c: 3, d: 20, e: 4 }
    const chain = [
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'd'],
      ['d', 'e'],
    ]
    const size = (l: string): number => sizes[l]!
    const found = cost(contractionOrder(chain, ['a', 'e'], size)!, chain, ['a', 'e'], size)
    const every: readonly Order[] = [
      [[[0, 1], 2], 3],
      [[0, [1, 2]], 3],
      [
        [0, 1],
        [2, 3],
      ],
      [0, [[1, 2], 3]],
      [0, [1, [2, 3]]],
    ]
    expect(found).toBe(Math.min(...every.map((order) => cost(order, chain, ['a', 'e'], size))))
    expect(found).toBeLessThan(cost(every[4]!, chain, ['a', 'e'], size))
    const greedy = Array.from({ length: 12 }, (_, i) => [`x${i}`, `x${i + 1}`])
    expect(contractionOrder(greedy, ['x0', 'x12'], () => 2)).toBeDefined()
    expect(contractionOrder([], [], size)).toBeUndefined()
  })

  test('switchCase takes the branch of the index, the ends beyond', () => {
    const branches = [p.sin, p.cos, (y: Tensor) => p.square(y)]
    const f = (i: Tensor, y: Tensor): Tensor => p.switchCase(i, branches, y)
    const indices = [-3, 0, 1, 2, 7]
    const expected = indices.map((i) => item(branches[Math.min(2, Math.max(0, i))]!(f64(0.5))))
    expect(indices.map((i) => item(f(int(i), f64(0.5))))).toEqual(expected)
    close(vmap(f, { in: [0, null] })(int(indices), f64(0.5)), expected)
    indices.forEach((i) => onEveryExecutor((a, b) => f(a, b), [int(i), f64(0.5)]))
    expect(() => p.switchCase(f64(0), branches, x)).toThrow(DTypeError)
    expect(() => p.switchCase(int([0, 1]), branches, x)).toThrow(ShapeError)
    expect(() => p.switchCase(int(0), [], x)).toThrow(ArgumentError)
    expect(() => p.switchCase(int(0), [3 as never], x)).toThrow('switchCase: expected a function')
  })

  test('associativeScan is the loop, from both ends, of any length', () => {
    for (const n of [0, 1, 2, 3, 5, 8, 13]) {
      const list = Array.from({ length: n }, (_, i) => ((i * 7) % 5) - 2)
      const vector = tensor(list, { dtype: 'float64', shape: [n] })
      const sums = list.map((_, i) => list.slice(0, i + 1).reduce((a, b) => a + b, 0))
      expect(toArray(p.associativeScan((a, b) => p.add(a, b), vector))).toEqual(sums)
      const back = list.map((_, i) => list.slice(i).reduce((a, b) => a + b, 0))
      expect(toArray(p.associativeScan((a, b) => p.add(a, b), vector, { reverse: true }))).toEqual(back)
    }
    expect(() => p.associativeScan((a: Tensor) => sum(a), v)).toThrow(ShapeError)
    expect(() => p.associativeScan((a) => a, [v, x])).toThrow(ShapeError)
  })

  test('runs with infinities and NaN', () => {
    expect(toArray(p.cummax(f64([1, NaN, 3]), { axis: 0 }))).toEqual([1, NaN, NaN])
    close(p.cumlogsumexp(f64([-Infinity, 1, 2, 1000]), { axis: 0 }), [-Infinity, 1, 2.313261687518223, 1000])
    expect(item(p.nanMax(f64([NaN, NaN])))).toBeNaN()
    expect(item(p.nanMean(f64([NaN])))).toBeNaN()
    expect(item(p.nanSum(f64([NaN])))).toBe(0)
    expect(item(p.nanVariance(f64([1, NaN]), { ddof: 1 }))).toBeNaN()
    expect(item(p.nanSum(int([1, 2])))).toBe(3)
    expect(() => p.variance(f64([1]), { ddof: 1 })).toThrow(
      'variance: 1 elements along these axes of [1] are too few for ddof 1',
    )
  })

  test('what does not fit is named', () => {
    expect(() => p.setAt(v, [9], 1)).toThrow(ArgumentError)
    expect(() => p.setAt(v, [0, 1], f64([1, 2, 3]))).toThrow(
      'setAt: values of shape [3] do not stretch to the places [2]',
    )
    expect(() => p.setAt(v, [0], int([1]))).toThrow(DTypeError)
    expect(() => p.setAt(v, { starts: [0] }, 1, { axis: 0 })).toThrow(ArgumentError)
    expect(() => p.segmentSum(v, [0, 1], { segments: 2 })).toThrow(ShapeError)
    expect(() => p.segmentSum(f64([1]), [3], { segments: 2 })).toThrow(ArgumentError)
    expect(() => p.segmentMean(int([1]), [0], { segments: 2 })).toThrow(DTypeError)
    expect(() => p.roll(x, [1, 2])).toThrow(ArgumentError)
    expect(() => p.repeat(v, [1, 2])).toThrow(ShapeError)
    expect(() => p.meshgrid([x])).toThrow(ShapeError)
    expect(() => p.trapezoid(v, { at: f64([1]) })).toThrow(ShapeError)
    expect(() => p.cov(p.zeros([2, 2, 2]))).toThrow(ShapeError)
  })
})

test('to take a little of a long view costs a little: it is read where it lies', () => {
  // As a copy the view would be 4 GB.
  const view = p.broadcastTo(tensor([[1, 2, 3, 4]]), [2 ** 28, 4])
  expect(toArray(p.take(view, int([2 ** 28 - 1, 0])))).toEqual([
    [1, 2, 3, 4],
    [1, 2, 3, 4],
  ])
  expect(toArray(p.take(p.transpose(view), int([5, 7]), { axis: 1 }))).toEqual([
    [1, 1],
    [2, 2],
    [3, 3],
    [4, 4],
  ])
})

test('what is taken of a view is what is taken of its copy', () => {
  const sizes = fc.integer({ min: 1, max: 4 })
  fc.assert(
    fc.property(
      fc.tuple(sizes, sizes, sizes),
      fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
      fc.nat({ max: 2 }),
      fc.boolean(),
      fc.array(fc.nat({ max: 3 }), { maxLength: 5 }),
      (shape, axes, axis, flipped, picks) => {
        const whole = p.reshape(p.arange(shape[0] * shape[1] * shape[2]), shape)
        const turned = p.transpose(whole, axes)
        const view = flipped ? p.flip(turned, { axis: 0 }) : turned
        const rows = int(picks.map((i) => i % view.shape[axis]!))
        const copy = tensor([...toTypedArray(view)], { shape: view.shape })
        expect(toArray(p.take(view, rows, { axis }))).toEqual(toArray(p.take(copy, rows, { axis })))
      },
    ),
  )
})
