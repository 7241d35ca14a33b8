import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  grad,
  item,
  key,
  max,
  mul,
  norm,
  normal,
  sigmoid,
  sum,
  take,
  tensor,
  toArray,
  transpose,
  zeros,
} from '../../src/index.ts'
import { activation, constant, dense, evalMode, heNormal, network } from '../../src/nn/index.ts'
import {
  adadelta,
  adagrad,
  adam,
  applyStep,
  lion,
  momentum,
  rmsProp,
  sgd,
  type Optimizer,
} from '../../src/optim/index.ts'
import { dyadic } from '../../src/testing/index.ts'
import { gainReport, layerOutputs, probe, signalReport } from '../../src/study/index.ts'

const net = network(3, dense('first', 5), activation('tanh'), dense('last', 2))

describe('a probe', () => {
  test('sees the outputs that apply computes, and changes nothing', () => {
    const { params, state } = net.init(key(0), { dtype: 'float64' })
    const x = normal(key(1), [4, 3], { dtype: 'float64' })
    const outputs = layerOutputs(net, params, state, x)
    expect(outputs.map(({ shape }) => shape)).toEqual([
      [4, 5],
      [4, 5],
      [4, 2],
    ])
    expect(toArray(outputs[2]!)).toEqual(toArray(net.apply(evalMode, params, state, x)[0]))
  })
  test('reports as signal of the last layers what the bias gradients say', () => {
    fc.assert(
      fc.property(fc.nat(1000), (seed) => {
        const { params, state } = net.init(key(seed), { dtype: 'float64' })
        const x = normal(key(seed + 1), [1, 3], { dtype: 'float64' })
        const loss = (y: Parameters<typeof mul>[0]) => sum(mul(y, y))
        const gradient = grad((p: typeof params) => loss(net.apply(evalMode, p, state, x)[0]))(params)
        const [first, , last] = probe(net, params, state, x, (y) => loss(y))
        // For one row ∂loss/∂bias is the signal at the layer's output.
        expect(first?.signal).toBeCloseTo(item(norm(gradient.first.bias)), 12)
        expect(last?.signal).toBeCloseTo(item(norm(gradient.last.bias)), 12)
      }),
      { numRuns: 20 },
    )
  })
  test('counts dead and saturated units', () => {
    const deep = network(1, dense('only', 2, { weight: constant(1) }), activation('sigmoid'))
    const { params, state } = deep.init(key(0))
    const [, at10] = probe(deep, params, state, tensor([[10], [0]]), (y) => sum(y))
    expect(at10?.saturated).toBe(0.5)
    const dead = network(1, dense('only', 2, { weight: constant(-1) }), activation('relu'))
    const start = dead.init(key(0))
    expect(probe(dead, start.params, start.state, tensor([[1], [2]]), (y) => sum(y))[1]?.zeros).toBe(1)
  })
  test('refuses a saturation threshold that nothing can be under', () => {
    const { params, state } = net.init(key(0))
    expect(() => probe(net, params, state, zeros([1, 3]), (y) => sum(y), { saturation: 0 })).toThrow(
      /above 0, got 0/,
    )
  })
})

describe('the trend of probes', () => {
  const probes = (signals: readonly number[]) =>
    signals.map((signal, position) => ({
      position,
      layer: 'x',
      mean: 0,
      deviation: 2 ** position,
      zeros: 0,
      saturated: 0,
      signal,
    }))
  test('recovers a planted factor and predicts the depth at which it reaches the tolerance', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 0.9, noNaN: true }),
        fc.integer({ min: 2, max: 30 }),
        (factor, depth) => {
          const report = signalReport(probes(Array.from({ length: depth }, (_, i) => factor ** (depth - i))))
          expect(report.signalFactor).toBeCloseTo(factor, 10)
          expect(report.activationFactor).toBeCloseTo(2, 10)
          expect(factor ** report.stallDepth).toBeCloseTo(1e-7, 12)
        },
      ),
    )
  })
  test('does not stall at factor 1, at once where nothing comes back, and needs two layers', () => {
    expect(signalReport(probes([1, 1, 1])).stallDepth).toBe(Infinity)
    expect(signalReport(probes([0, 0, 1])).stallDepth).toBeLessThanOrEqual(0)
    expect(() => signalReport(probes([1]))).toThrow(/at least 2 probes, got 1/)
    expect(() => signalReport(probes([1, 1]), { tolerance: 2 })).toThrow(/above 0 and below 1, got 2/)
  })
  test('of He’s initializer stays near 1 whatever the width', () => {
    for (const width of [16, 48])
      expect(gainReport(heNormal, 'relu', { key: key(3), depth: 12, width }).signalFactor).toBeGreaterThan(
        0.7,
      )
  })
})

describe('symmetry', () => {
  test('equal hidden units stay bit-equal under any element-wise optimizer', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<Optimizer<never>>(
          ...([
            sgd<never>({ learningRate: 0.1 }),
            momentum<never>({ learningRate: 0.1 }),
            momentum<never>({ learningRate: 0.1, nesterov: true }),
            adagrad<never>({ learningRate: 0.1 }),
            adadelta<never>(),
            rmsProp<never>({ learningRate: 0.1 }),
            adam<never>({ learningRate: 0.1 }),
            lion<never>({ learningRate: 0.1 }),
          ] as readonly Optimizer<never>[]),
        ),
        dyadic({ min: -1, max: 1 }),
        fc.nat(100),
        (optimizer, value, seed) => {
          const own = network(
            3,
            dense('first', 4, { weight: constant(value) }),
            activation('tanh'),
            dense('last', 2, { weight: constant(value) }),
          )
          const { params, state } = own.init(key(seed), { dtype: 'float64' })
          const x = normal(key(seed), [6, 3], { dtype: 'float64' })
          const target = normal(key(seed + 1), [6, 2], { dtype: 'float64' })
          const loss = (p: typeof params) => sum(mul(own.apply(evalMode, p, state, x)[0], target))
          const end = Array.from({ length: 3 }).reduce<{ params: typeof params; state: unknown }>(
            (at, _, step) => {
              const [move, next] = optimizer.update(grad(loss)(at.params) as never, at.state, {
                params: at.params as never,
                step,
                value: 0,
              })
              return { params: applyStep(at.params, move), state: next }
            },
            { params, state: optimizer.init(params as never) },
          )
          for (const row of toArray(end.params.first.weight) as number[][]) expect(new Set(row).size).toBe(1)
          for (const column of toArray(transpose(end.params.last.weight)) as number[][])
            expect(new Set(column).size).toBe(1)
          expect(new Set(toArray(end.params.first.bias) as number[]).size).toBe(1)
        },
      ),
      { numRuns: 60 },
    )
  })
  test('permuting hidden units leaves outputs unchanged', () => {
    const { params, state } = net.init(key(5), { dtype: 'float64' })
    const x = normal(key(6), [4, 3], { dtype: 'float64' })
    const order = tensor([3, 0, 4, 1, 2], { dtype: 'int32' })
    const permuted = {
      first: {
        weight: take(params.first.weight, order, { axis: 1 }),
        bias: take(params.first.bias, order),
      },
      last: { ...params.last, weight: take(params.last.weight, order) },
    }
    const outputs = (p: unknown) =>
      toArray(net.apply(evalMode, p as typeof params, state, x)[0]) as number[][]
    outputs(permuted).forEach((row, i) =>
      row.forEach((value, j) => expect(value).toBeCloseTo(outputs(params)[i]![j]!, 12)),
    )
  })
})

test('the slope of a sigmoid is at most ¼, and at most 4.6e-5 from |z| = 10 on', () => {
  const slope = grad((z: ReturnType<typeof tensor>) => sum(sigmoid(z)))
  const values = tensor(
    Array.from({ length: 401 }, (_, i) => (i - 200) / 10),
    { dtype: 'float64' },
  )
  expect(item(max(slope(values)))).toBe(0.25)
  const far = tensor([-20, -10, 10, 20], { dtype: 'float64' })
  expect(item(max(slope(far)))).toBeLessThanOrEqual(4.6e-5)
})
