import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  abs,
  add,
  item,
  key,
  matmul,
  max,
  mul,
  normal,
  reshape,
  sub,
  toArray,
  zeros,
  type Tensor,
} from '../../src/index.ts'
import { activation, dense, evalMode, leaky, network } from '../../src/nn/index.ts'
import { activeAffine, layerOutputs } from '../../src/study/index.ts'

const seeds = fc.nat(1000)
const distance = (a: Tensor, b: Tensor): number => item(max(abs(sub(a, b) as Tensor)))
const pointOf = (seed: number, width: number): Tensor => normal(key(seed), [width], { dtype: 'float64' })
const net = network(4, dense('a', 6), activation('relu'), dense('b', 5), leaky(0.1), dense('c', 2))

/** The network's output at one input, and which units are above 0 there. */
const at = (params: ReturnType<typeof net.init>['params'], x: Tensor) => {
  const { state } = net.init(key(0), { dtype: 'float64' })
  const row = reshape(x, [1, 4]) as Tensor
  const outputs = layerOutputs(net, params, state, row, evalMode)
  return {
    y: reshape(net.apply(evalMode, params, state, row)[0], [2]) as Tensor,
    pattern: [0, 2].map((position) =>
      (toArray(outputs[position]!) as number[][])[0]!.map((value) => value > 0),
    ),
  }
}

test('Mx + c is the network at x to 1e-12, and at every point where the same units are active', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const { params, state } = net.init(key(seed), { dtype: 'float64' })
      const x = pointOf(seed + 1, 4)
      const { matrix, offset } = activeAffine(net, params, state, x)
      const mapped = (of: Tensor): Tensor => add(matmul(matrix, of) as Tensor, offset) as Tensor
      expect(distance(mapped(x), at(params, x).y)).toBeLessThan(1e-12)
      const near = add(x, mul(pointOf(seed + 2, 4), 1e-3)) as Tensor
      fc.pre(JSON.stringify(at(params, near).pattern) === JSON.stringify(at(params, x).pattern))
      expect(distance(mapped(near), at(params, near).y)).toBeLessThan(1e-12)
    }),
    { numRuns: 30 },
  )
})

test('c is what biases add: with the matrix alone the map misses the network', () => {
  const { params, state } = net.init(key(1), { dtype: 'float64' })
  const biased = {
    ...params,
    a: { ...params.a, bias: pointOf(2, 6) },
    b: { ...params.b, bias: pointOf(3, 5) },
    c: { ...params.c, bias: pointOf(4, 2) },
  }
  const x = pointOf(5, 4)
  const { matrix, offset } = activeAffine(net, biased, state, x)
  const { y } = at(biased, x)
  expect(distance(add(matmul(matrix, x) as Tensor, offset) as Tensor, y)).toBeLessThan(1e-12)
  expect(item(max(abs(offset)))).toBeGreaterThan(0.1)
})

test('without biases the network is positively homogeneous, and the offset is 0', () => {
  const plain = network(3, dense('a', 5, { bias: false }), activation('relu'), dense('b', 2, { bias: false }))
  fc.assert(
    fc.property(seeds, fc.integer({ min: 1, max: 64 }), (seed, sixteenths) => {
      const { params, state } = plain.init(key(seed), { dtype: 'float64' })
      const x = pointOf(seed + 1, 3)
      const here = activeAffine(plain, params, state, x)
      const there = activeAffine(plain, params, state, mul(x, sixteenths / 16) as Tensor)
      expect(distance(here.offset, zeros([2], { dtype: 'float64' }))).toBeLessThan(1e-12)
      expect(distance(here.matrix, there.matrix)).toBe(0)
    }),
    { numRuns: 30 },
  )
})

test('an input of another shape is refused', () => {
  const { params, state } = net.init(key(0))
  expect(() => activeAffine(net, params, state, zeros([3]))).toThrow(/one input \[4\], got \[3\]/)
  expect(() => activeAffine(net, params, state, zeros([1, 4]))).toThrow(/got \[1, 4\]/)
})
