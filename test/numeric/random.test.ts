import { expect, test } from 'vitest'
import {
  argmax,
  ArgumentError,
  bernoulli,
  cast,
  categorical,
  DTypeError,
  foldIn,
  item,
  jit,
  key,
  log,
  max,
  mean,
  normal,
  oneHot,
  permutation,
  randomBits,
  ShapeError,
  splitKey,
  tensor,
  toArray,
  toTypedArray,
  uniform,
  variance,
  broadcastTo,
  type Tensor,
} from '../../src/index.ts'

const n = 40_000

/** The mean lies within four standard errors. */
const expectMean = (x: Tensor, expected: number, deviation: number): void => {
  expect(Math.abs(item(mean(cast(x, 'float64'))) - expected)).toBeLessThan(
    (4 * deviation) / Math.sqrt(x.size),
  )
}

test.each(['float32', 'float64'] as const)('moments in %s', (dtype) => {
  const u = uniform(key(1), [n], { dtype })
  expectMean(u, 0.5, Math.sqrt(1 / 12))
  expect(Math.min(...toTypedArray(u))).toBeGreaterThanOrEqual(0)
  expect(Math.max(...toTypedArray(u))).toBeLessThan(1)
  const z = normal(key(2), [n], { dtype })
  expectMean(z, 0, 1)
  expect(Math.abs(item(variance(z)) - 1)).toBeLessThan(4 * Math.sqrt(2 / n))
  expectMean(cast(bernoulli(key(3), 0.3, [n]), 'float64'), 0.3, Math.sqrt(0.21))
})

test('categorical draws with the probabilities of softmax', () => {
  const p = [0.1, 0.2, 0.7]
  const logits = broadcastTo(log(tensor(p, { dtype: 'float64' })), [n, 3]) as Tensor
  const counts = mean(oneHot(categorical(key(4), logits), 3, { dtype: 'float64' }), { axis: 0 }) as Tensor
  toTypedArray(counts).forEach((share, i) => {
    const expected = p[i] ?? NaN
    expect(Math.abs(share - expected)).toBeLessThan(4 * Math.sqrt((expected * (1 - expected)) / n))
  })
})

test('permutations hold every number once and move them', () => {
  const order = [...toTypedArray(permutation(key(5), 100))]
  expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i))
  expect(order.filter((x, i) => x === i).length).toBeLessThan(10)
})

test('the same key gives the same bytes; keys at different addresses differ', () => {
  expect(toArray(randomBits(key(6), [4]))).toEqual(toArray(randomBits(key(6), [4])))
  const derived = [
    key(6),
    ...splitKey(key(6), 3),
    foldIn(key(6), 0),
    foldIn(key(6), 1),
    foldIn(key(6), 'a'),
    foldIn(key(6), 'b'),
    foldIn(key(6), ''),
  ]
  expect(new Set(derived.map((k) => String(toArray(k)))).size).toBe(derived.length)
  expect(toArray(foldIn(key(6), tensor(1, { dtype: 'int32' })))).toEqual(toArray(foldIn(key(6), 1)))
  expect(() => key(-1)).toThrow(/a seed is an integer/)
  expect(() => foldIn(key(0), 0.5)).toThrow(/address: expected a whole number/)
  expect(item(argmax(tensor([1, 3, 2])))).toBe(1)
})

const bounds: readonly (readonly [low: number, high: number])[] = [
  [1000, 1001],
  [-1, 0],
  [-1e-3, 1e-3],
  [0, 1e-44],
  [-3e38, 3e38],
  [1, 1 + 2 ** -23],
  [16777215, 16777217],
  [-1000.1, -1000],
]
test.each(bounds)('uniform numbers from %d lie below %d', (low, high) => {
  for (const dtype of ['float32', 'float64'] as const) {
    const rounded = (x: number): number => (dtype === 'float32' ? Math.fround(x) : x)
    const x = toTypedArray(uniform(key(3), [200_000], { low, high, dtype }))
    expect(x.every((u) => u >= rounded(low) && u < rounded(high) && Number.isFinite(u))).toBe(true)
  }
})

test('a share of one million numbers would round up to the bound', () => {
  const x = uniform(key(3), [2e6], { low: 1000, high: 1001 })
  expect(item(max(x))).toBeLessThan(1001)
  expect(item(max(x))).toBe(1001 - 2 ** -14)
  for (const backend of ['native', 'wasm', 'typescript'] as const)
    expect(
      item(
        jit((k: Tensor) => max(uniform(k as never, [2e6], { low: 1000, high: 1001 })), { backend })(key(3)),
      ),
    ).toBeLessThan(1001)
})

test('equal bounds give that number; others than finite ones in order are refused', () => {
  expect(toArray(uniform(key(0), [2], { low: 0.5, high: 0.5 }))).toEqual([0.5, 0.5])
  for (const [low, high] of [
    [-Infinity, 0],
    [0, Infinity],
    [NaN, 1],
    [0, NaN],
    [1, 0],
    [0, 1e39],
  ] as const)
    expect(() => uniform(key(0), [2], { low, high })).toThrow(ArgumentError)
  for (const p of [1.5, -0.1, NaN, Infinity]) expect(() => bernoulli(key(0), p, [2])).toThrow(ArgumentError)
  for (const options of [{ std: -1 }, { std: NaN }, { std: Infinity }, { mean: NaN }, { mean: Infinity }])
    expect(() => normal(key(0), [2], options)).toThrow(ArgumentError)
  for (const n of [-1, 1.5, NaN, Infinity]) {
    expect(() => permutation(key(0), n)).toThrow(ArgumentError)
    expect(() => splitKey(key(0), n)).toThrow(ArgumentError)
    expect(() => key(n)).toThrow(ArgumentError)
    expect(() => foldIn(key(0), n)).toThrow(ArgumentError)
  }
  // So many keys would fill the memory.
  for (const count of [2 ** 25, 2 ** 32]) expect(() => splitKey(key(0), count)).toThrow(ArgumentError)
  expect(() => key(2 ** 53)).toThrow(ArgumentError)
  expect(() => foldIn(key(0), 2 ** 32)).toThrow(ArgumentError)
  expect(() => foldIn(key(0), tensor(1.5))).toThrow(DTypeError)
  expect(() => foldIn(key(0), tensor([1, 2], { dtype: 'int32' }))).toThrow(ShapeError)
  expect(toArray(foldIn(key(0), tensor(3, { dtype: 'int32' })))).toEqual(toArray(foldIn(key(0), 3)))
  expect(() => categorical(key(0), tensor([1, 2], { dtype: 'int32' }))).toThrow(DTypeError)
  expect(() => bernoulli(key(0), tensor([1], { dtype: 'int32' }), [2])).toThrow(DTypeError)
})

test('names lead to keys of their own', () => {
  expect(toArray(foldIn(key(0), 'costarring'))).not.toEqual(toArray(foldIn(key(0), 'liquid')))
  const letters = 'etaoinshrdlu'
  const words = Array.from(
    { length: 120_000 },
    (_, i) =>
      Array.from({ length: 1 + (i % 9) }, (__, j) => letters[(i * (j * j + 7) + j) % 12]).join('') +
      String(i),
  )
  const names = [...words, '', 'a', 'A', 'á', 'layer1.weight', 'layer1.bias', '\ud800', '\ud801', 'ab', 'ba']
  const keys = new Set(names.map((name) => toTypedArray(foldIn(key(0), name)).join()))
  expect(keys.size).toBe(new Set(names).size)
})

test('names and numbers do not meet', () => {
  const keys = [
    ...['0', '1', '2', ''].map((name) => foldIn(key(0), name)),
    ...[0, 1, 2, 0xfffffffe, 0xffffffff].map((n) => foldIn(key(0), n)),
    ...splitKey(key(0), 4),
    key(0),
  ].map((k) => toTypedArray(k).join())
  expect(new Set(keys).size).toBe(keys.length)
})

test('a class of logit −∞ is never drawn', () => {
  const rows = 100_000
  const logits = broadcastTo(tensor([-Infinity, 0, -Infinity, -30]), [rows, 4])
  const drawn = toTypedArray(categorical(key(8), logits))
  expect(drawn.every((c) => c === 1 || c === 3)).toBe(true)
  // e⁻³⁰ is too rare to be drawn, also where a random number is exactly 0.
  expect(drawn.every((c) => c === 1)).toBe(true)
})
