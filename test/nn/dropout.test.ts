import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  abs,
  grad,
  item,
  jit,
  key,
  max,
  mul,
  normal,
  ones,
  sub,
  sum,
  tensor,
  toArray,
  type Tensor,
} from '../../src/index.ts'
import {
  activation,
  convertDropout,
  decodeNetwork,
  dense,
  dropout,
  evalMode,
  gaussianNoise,
  network,
  trainMode,
} from '../../src/nn/index.ts'

const distance = (a: Tensor, b: Tensor): number => item(max(abs(sub(a, b) as Tensor)))
const rates = fc.integer({ min: 1, max: 9 }).map((i) => i / 10)
const settings = fc.record({
  mask: fc.constantFrom<'per-example' | 'per-batch'>('per-example', 'per-batch'),
  scaling: fc.constantFrom<'inverted' | 'slide'>('inverted', 'slide'),
})
const seeds = fc.nat(1000)
const matrix = (x: Tensor): number[][] => toArray(x) as number[][]

describe('dropout', () => {
  test('drops the share it says, within four standard errors', () => {
    fc.assert(
      fc.property(seeds, rates, (seed, rate) => {
        const net = network(50, dropout('drop', rate))
        const { params, state } = net.init(key(0))
        const [out] = net.apply(trainMode(key(seed)), params, state, ones([40, 50]))
        const dropped =
          matrix(out)
            .flat()
            .filter((value) => value === 0).length / 2000
        expect(Math.abs(dropped - rate)).toBeLessThan(4 * Math.sqrt((rate * (1 - rate)) / 2000))
      }),
      { numRuns: 40 },
    )
  })
  test('has one mask for a batch or one per example, the same for the same key', () => {
    fc.assert(
      fc.property(seeds, settings, (seed, options) => {
        const net = network(30, dropout('drop', 0.5, options))
        const { params, state } = net.init(key(0))
        const run = (): number[][] => matrix(net.apply(trainMode(key(seed)), params, state, ones([6, 30]))[0])
        const patterns = new Set(run().map((row) => row.map((value) => Number(value !== 0)).join('')))
        expect(patterns.size).toBe(options.mask === 'per-batch' ? 1 : 6)
        expect(run()).toEqual(run())
      }),
      { numRuns: 30 },
    )
  })
  test('draws by its name: another layer before it changes no mask', () => {
    const x = ones([4, 30]) as Tensor
    const short = network(30, dropout('drop', 0.5))
    const long = network(30, dropout('other', 0), activation('identity'), dropout('drop', 0.5))
    const a = short.init(key(0))
    const b = long.init(key(0))
    expect(matrix(long.apply(trainMode(key(5)), b.params, b.state, x)[0])).toEqual(
      matrix(short.apply(trainMode(key(5)), a.params, a.state, x)[0]),
    )
  })
  test('sends gradients through the mask of the forward pass, compiled or not', () => {
    fc.assert(
      fc.property(seeds, settings, (seed, options) => {
        const net = network(8, dropout('drop', 0.5, options))
        const { params, state } = net.init(key(0), { dtype: 'float64' })
        const f = (x: Tensor): Tensor => sum(net.apply(trainMode(key(seed)), params, state, x)[0])
        const x = ones([3, 8], { dtype: 'float64' }) as Tensor
        const [out] = net.apply(trainMode(key(seed)), params, state, x)
        expect(matrix(grad(f)(x))).toEqual(matrix(out))
        expect(matrix(jit(grad(f))(x))).toEqual(matrix(out))
      }),
      { numRuns: 20 },
    )
  })
  test('at rate 0 is the identity; rates outside [0, 1) are refused', () => {
    const net = network(2, dropout('drop', 0))
    const { params, state } = net.init(key(0))
    const x = tensor([[1, 2]]) as Tensor
    expect(net.apply(trainMode(key(0)), params, state, x)[0]).toBe(x)
    for (const rate of [1, -0.1, NaN, 50])
      expect(() => dropout('drop', rate)).toThrow(/of 0 or more and below 1, got/)
  })
})

describe('the scalings', () => {
  test('are one function each way, in training and evaluation', () => {
    fc.assert(
      fc.property(seeds, rates, settings, (seed, rate, options) => {
        const net = network(
          5,
          dropout('d1', rate, options),
          dense('a', 6),
          activation('relu'),
          dropout('d2', rate, options),
          dense('b', 3),
        )
        const { params, state } = net.init(key(seed), { dtype: 'float64' })
        const x = normal(key(seed + 1), [4, 5], { dtype: 'float64' })
        const to = options.scaling === 'slide' ? 'inverted' : 'slide'
        const converted = convertDropout(net.spec, params, to)
        const decoded = decodeNetwork(converted.spec)
        if (decoded._tag === 'Left') throw new Error(decoded.left.message)
        for (const mode of [evalMode, trainMode(key(seed))])
          expect(
            distance(
              decoded.right.apply(mode, converted.params as never, state as never, x)[0],
              net.apply(mode, params, state, x)[0],
            ),
          ).toBeLessThan(1e-11)
        expect(
          distance(
            convertDropout(converted.spec, converted.params, options.scaling).params.b.weight,
            params.b.weight,
          ),
        ).toBeLessThan(1e-13)
        expect(converted.params.b.bias).toBe(params.b.bias)
      }),
      { numRuns: 30 },
    )
  })
  test('cannot be exchanged where no weight follows', () => {
    const net = network(2, dropout('drop', 0.5), activation('tanh'))
    expect(() => convertDropout(net.spec, {}, 'slide')).toThrow(
      /'drop' has to be followed by a dense layer, got activation/,
    )
  })
})

test('noise has the deviation it says in training and is not there in evaluation', () => {
  const net = network(50, gaussianNoise('noise', 0.5))
  const { params, state } = net.init(key(0), { dtype: 'float64' })
  const x = ones([40, 50], { dtype: 'float64' }) as Tensor
  const values = matrix(net.apply(trainMode(key(3)), params, state, x)[0]).flat()
  const deviation = Math.sqrt(values.reduce((total, value) => total + (value - 1) ** 2, 0) / values.length)
  expect(Math.abs(deviation - 0.5)).toBeLessThan(4 * 0.5 * Math.sqrt(1 / 4000))
  expect(net.apply(evalMode, params, state, x)[0]).toBe(x)
  expect(() => gaussianNoise('noise', -1)).toThrow(/of 0 or more, got -1/)
})

test('noise on the inputs of a linear model costs deviation²·Σw² on average, whatever the row', () => {
  const [weight, deviation, rows] = [[1.5, -2, 0.5], 0.3, 20000]
  const net = network(3, gaussianNoise('noise', deviation), dense('out', 1))
  const { params, state } = net.init(key(0), { dtype: 'float64' })
  const planted = {
    ...params,
    out: {
      ...params.out,
      weight: tensor(
        weight.map((w) => [w]),
        { dtype: 'float64' },
      ),
    },
  }
  const x = mul(ones([rows, 3], { dtype: 'float64' }), tensor([1, 2, 3], { dtype: 'float64' })) as Tensor
  const clean = 1.5 - 4 + 1.5
  fc.assert(
    fc.property(seeds, fc.integer({ min: -4, max: 4 }), (seed, target) => {
      const values = matrix(net.apply(trainMode(key(seed)), planted, state, x)[0]).flat()
      const squares = values.map((value) => (value - target) ** 2)
      const average = squares.reduce((total, value) => total + value, 0) / rows
      const spread = Math.sqrt(squares.reduce((total, value) => total + (value - average) ** 2, 0) / rows)
      const expected = (clean - target) ** 2 + deviation ** 2 * weight.reduce((total, w) => total + w * w, 0)
      expect(Math.abs(average - expected)).toBeLessThan((4.5 * spread) / Math.sqrt(rows))
    }),
    { numRuns: 10, seed: 1 },
  )
})
