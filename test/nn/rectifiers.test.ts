import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  abs,
  grad,
  item,
  key,
  max,
  mul,
  normal,
  relu,
  sub,
  sum,
  tensor,
  toArray,
  type Tensor,
} from '../../src/index.ts'
import {
  batchNorm,
  decodeNetwork,
  dense,
  dropout,
  evalMode,
  gaussianNoise,
  layerNorm,
  leaky,
  maxout,
  network,
  prelu,
  trainMode,
} from '../../src/nn/index.ts'

const distance = (a: Tensor, b: Tensor): number => item(max(abs(sub(a, b) as Tensor)))
const seeds = fc.nat(1000)
const rows = (seed: number, n: number, width: number): Tensor =>
  normal(key(seed), [n, width], { dtype: 'float64' })

describe('leaky rectifiers', () => {
  test('are ReLU at slope 0 and the identity at slope 1', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const x = rows(seed, 4, 3)
        expect(distance(network(3, leaky(0)).apply(evalMode, {}, {}, x)[0], relu(x))).toBe(0)
        expect(distance(network(3, leaky(1)).apply(evalMode, {}, {}, x)[0], x)).toBe(0)
      }),
      { numRuns: 20 },
    )
  })
  test('have derivative 0 at 0, as ReLU has', () => {
    const slopeAt0 = (f: (x: Tensor) => Tensor): number =>
      item(grad((x: Tensor) => sum(f(x)) as Tensor)(tensor([[0]])))
    expect(slopeAt0((x) => relu(x))).toBe(0)
    expect(slopeAt0((x) => network(1, leaky(0.3)).apply(evalMode, {}, {}, x)[0])).toBe(0)
  })
  test('with learned slopes: the slope’s gradient is Σ min(0, z)·ḡ', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const net = network(3, prelu('bend', 0.3))
        const { params, state } = net.init(key(0), { dtype: 'float64' })
        const [z, back] = [rows(seed, 5, 3), rows(seed + 1, 5, 3)]
        const gradient = grad(
          (p: typeof params) => sum(mul(back, net.apply(evalMode, p, state, z)[0])) as Tensor,
        )(params)
        const [zs, gs] = [toArray(z) as number[][], toArray(back) as number[][]]
        ;(toArray(gradient.bend.slope) as number[]).forEach((value, j) =>
          expect(value).toBeCloseTo(
            zs.reduce((total, row, i) => total + Math.min(0, row[j]!) * gs[i]![j]!, 0),
            12,
          ),
        )
      }),
      { numRuns: 20 },
    )
  })
})

test('maxout is the largest of its pieces, and ReLU where one piece is 0', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const net = network(3, maxout('max', 2, { pieces: 3 }))
      const { params, state } = net.init(key(seed), { dtype: 'float64' })
      const x = rows(seed, 4, 3)
      const affine = toArray(network(3, dense('max', 6)).apply(evalMode, params, state, x)[0]) as number[][]
      const expected = affine.map((row) =>
        [0, 1].map((unit) => Math.max(...row.slice(3 * unit, 3 * unit + 3))),
      )
      expect(toArray(net.apply(evalMode, params, state, x)[0])).toEqual(expected)
    }),
    { numRuns: 20 },
  )
  expect(() => maxout('max', 2, { pieces: 0 })).toThrow(/pieces: expected a whole number of 1 or more, got 0/)
})

test('dense without biases is dense without its bias', () => {
  const net = network(3, dense('only', 2, { bias: false }))
  const { params, state } = net.init(key(1), { dtype: 'float64' })
  const x = rows(1, 4, 3)
  const withBias = { only: { ...params.only, bias: tensor([0, 0], { dtype: 'float64' }) } }
  expect(
    distance(
      net.apply(evalMode, params, state, x)[0],
      network(3, dense('only', 2)).apply(evalMode, withBias, state, x)[0],
    ),
  ).toBe(0)
})

describe('networks of these layers as data', () => {
  const net = network(
    4,
    gaussianNoise('noise', 0.1),
    dense('a', 5, { bias: false }),
    batchNorm('n1', { form: 'slide', track: 'sigma' }),
    prelu('bend'),
    dropout('drop', 0.2, { mask: 'per-batch', scaling: 'slide' }),
    maxout('b', 3),
    layerNorm('n2'),
    leaky(0.2),
  )
  test('come back from JSON as the same function', () => {
    const decoded = decodeNetwork(JSON.parse(JSON.stringify(net.spec)))
    if (E.isLeft(decoded)) throw new Error(decoded.left.message)
    expect(decoded.right.spec).toEqual(net.spec)
    const { params, state } = net.init(key(0))
    const x = normal(key(1), [6, 4])
    for (const mode of [evalMode, trainMode(key(2))])
      expect(toArray(decoded.right.apply(mode, params as never, state as never, x)[0])).toEqual(
        toArray(net.apply(mode, params, state, x)[0]),
      )
  })
  test.each([
    [
      { kind: 'dropout', name: 'd', rate: 1, mask: 'per-batch', scaling: 'slide' },
      /rate: expected a finite number of 0 or more and below 1, got 1/,
    ],
    [
      { kind: 'batchNorm', name: 'd', form: 'new', track: 'sigma', momentum: 0.9, epsilon: 1 },
      /form: expected one of standard, slide, got "new"/,
    ],
    [
      { kind: 'linear', name: 'a', width: 2.5, weight: { kind: 'zeros' } },
      /width: expected a whole number of 1 or more, got 2.5/,
    ],
  ])('%o is refused with the path', (layer, message) => {
    const decoded = decodeNetwork({ input: 2, layers: [layer] })
    expect(E.isLeft(decoded) ? decoded.left.message : '').toMatch(message)
  })
  test('need names that differ', () => {
    const decoded = decodeNetwork({ input: 2, layers: [prelu('a').spec, layerNorm('a').spec] })
    expect(E.isLeft(decoded) ? decoded.left.message : '').toMatch(/two layers are named 'a'/)
  })
})
