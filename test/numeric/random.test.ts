import { expect, test } from 'vitest'
import {
  argmax,
  bernoulli,
  cast,
  categorical,
  foldIn,
  item,
  key,
  log,
  mean,
  normal,
  oneHot,
  permutation,
  randomBits,
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
  expect(() => foldIn(key(0), 0.5)).toThrow(/an address is an integer/)
  expect(item(argmax(tensor([1, 3, 2])))).toBe(1)
})
