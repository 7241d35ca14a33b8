import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import {
  concat,
  add,
  equal,
  key,
  mean,
  mul,
  normal,
  ones,
  reshape,
  sum,
  toArray,
  toTypedArray,
  type Tensor,
} from '../../src/index.ts'
import {
  activation,
  batchNorm,
  block,
  constant,
  decodeNetwork,
  dense,
  dropConnect,
  dropout,
  evalMode,
  groupNorm,
  innerLayer,
  layerKind,
  layerNorm,
  network,
  parallel,
  places,
  prelu,
  residual,
  stateless,
  stochasticDepth,
  trainMode,
  weightNorm,
  type AnyLayer,
} from '../../src/nn/index.ts'
import { probe } from '../../src/study/index.ts'
import { ArgumentError, ShapeError } from '../../src/core/tensor/errors.ts'
import { rightOf } from '../data/rows.ts'
import { waves } from './waves.ts'

const values = (x: Tensor): readonly number[] => [...toTypedArray(x)].map(Number)
const close = (found: Tensor, expected: readonly number[]): void => {
  expect(found.size).toBe(expected.length)
  values(found).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 10))
}
const x = normal(key(1), [4, 3], { dtype: 'float64' })

describe('layers of vectors on any shape', () => {
  const deep = normal(key(2), [2, 5, 3], { dtype: 'float64' })
  const rows = 10
  test.each([
    dense('a', 4),
    layerNorm('a'),
    batchNorm('a'),
    prelu('a'),
    weightNorm(dense('a', 2)),
  ] as readonly AnyLayer[])('$spec.kind treats every place alike', (layer) => {
    const start = layer.init(key(3), [5, 3], 'float64') as { params: unknown; state: unknown }
    const flat = network([3], layer)
    const [y, after] = layer.apply(trainMode(key(4)), start.params, start.state, deep) as [Tensor, unknown]
    const [z] = flat.apply(
      trainMode(key(4)),
      { a: start.params } as never,
      { a: start.state } as never,
      reshape(deep, [rows, 3]),
    )
    expect(y.shape).toEqual([2, ...layer.shape([5, 3])])
    close(y, values(z))
    expect(layer.apply(evalMode, start.params, after, deep)[0].shape).toEqual(y.shape)
  })
})

test('group normalization is that of PyTorch', () => {
  const params = { gamma: waves([4], 0.3), beta: waves([4], 0.4) }
  const [y] = groupNorm('a', 2).apply(evalMode, params, {}, waves([2, 3, 4], 1.3))
  close(
    y,
    [
      0.473773456073, 0.5853037823, 0.23694517193, 0.0205557476168, 0.210417496398, 0.910060720622,
      1.03601135791, 0.0730845739348, -0.13339986865, 0.521208965607, 1.56588939728, 0.956538245106,
      0.0782613095188, 0.340095936576, 1.03891814946, 1.46003344902, 0.355349032118, 0.093554947351,
      0.238269676929, 1.30551574016, 0.671434648015, 0.52392462364, -0.214147621083, 0.397566289859,
    ],
  )
  expect(() => network(3, groupNorm('a', 2))).toThrow(
    "groupNorm 'a': 2 groups do not divide the 3 channels of an input",
  )
})

describe('residual and parallel', () => {
  test('add and join what their layers make', () => {
    const inner = dense('inner', 3)
    const { params, state } = network(3, residual('r', [inner, activation('tanh')])).init(key(0), {
      dtype: 'float64',
    })
    const [change] = network(3, inner, activation('tanh')).apply(evalMode, params.r, state.r, x)
    const net = network(3, residual('r', [inner, activation('tanh')]))
    close(net.apply(evalMode, params, state, x)[0], values(add(x, change)))
    const branches = [dense('a', 2), block('same'), block('b', dense('c', 2), activation('relu'))] as const
    const wide = network(3, parallel('p', branches))
    const begun = wide.init(key(1), { dtype: 'float64' })
    const outputs = branches.map(
      (branch) =>
        (branch as AnyLayer).apply(evalMode, begun.params.p[branch.name], begun.state.p[branch.name], x)[0],
    )
    close(wide.apply(evalMode, begun.params, begun.state, x)[0], values(concat(outputs, { axis: 1 })))
    const total = network(3, parallel('p', [branches[0], branches[2]], { join: 'sum' }))
    close(
      total.apply(evalMode, begun.params, begun.state, x)[0],
      values(add(outputs[0] as Tensor, outputs[2] as Tensor)),
    )
  })

  const net = network(
    3,
    residual('r', [dense('inner', 4), batchNorm('norm')], { projection: [dense('match', 4)] }),
    parallel('p', [dense('a', 2), block('b', dense('c', 5), dense('d', 3))]),
  )
  test('show every layer to a tap, with the shape of its input', () => {
    expect(places(net).map(({ label, input }) => `${label} [${input.join()}]`)).toEqual([
      'r.inner [3]',
      'r.norm [4]',
      'r.match [3]',
      'p.a [4]',
      'p.b.c [4]',
      'p.b.d [5]',
    ])
    const { params, state } = net.init(key(0), { dtype: 'float64' })
    const probes = probe(net, params, state, x, (output) => sum(mul(output, output)))
    expect(probes.map(({ layer }) => layer)).toEqual(places(net).map(({ label }) => label))
    const [, after] = net.apply(trainMode(key(1)), params, state, x)
    expect(values(after.r.norm.mean)).not.toEqual([0, 0, 0, 0])
  })

  test('say which shapes do not go together', () => {
    expect(() => network(3, residual('r', [dense('a', 4)]))).toThrow(ShapeError)
    expect(() => network(3, residual('r', [dense('a', 4)]))).toThrow(
      "residual 'r': what is inside makes [4] of [3], which is added to [3]; expected the same shape, by a projection of x where it changes",
    )
    expect(() => network(3, parallel('p', [dense('a', 4), dense('b', 3)], { join: 'sum' }))).toThrow(
      "parallel 'p': the branches make [4], [3]; expected one shape",
    )
    expect(() => parallel('p', [])).toThrow(ArgumentError)
    expect(() => residual('r', dense('a', 4) as unknown as readonly AnyLayer[])).toThrow(
      /^residual 'r': layers: expected a list of layers/,
    )
    const same: readonly string[] = ['a', 'a']
    expect(() =>
      residual(
        'r',
        same.map((name) => dense(name, 3)),
      ),
    ).toThrow("two layers are named 'a'")
  })
})

describe('layers around another', () => {
  test('weight normalization begins as the layer inside, whose lengths it then knows', () => {
    const inner = block('a', dense('b', 4), dense('c', 2))
    const plain = network(3, inner)
    const net = network(3, weightNorm(inner))
    const [begun, start] = [plain.init(key(5), { dtype: 'float64' }), net.init(key(5), { dtype: 'float64' })]
    close(
      net.apply(evalMode, start.params, start.state, x)[0],
      values(plain.apply(evalMode, begun.params, begun.state, x)[0]),
    )
    const { direction, gain } = start.params.a
    const longer = {
      a: { direction: { ...direction, b: { ...direction.b, weight: mul(direction.b.weight, 9) } }, gain },
    }
    close(
      net.apply(evalMode, longer, start.state, x)[0],
      values(plain.apply(evalMode, begun.params, begun.state, x)[0]),
    )
    expect(Object.keys(gain['b'] as object)).toEqual(['weight'])
  })

  test('drop-connect drops weights in training, keeps the mean and no bias', () => {
    const net = network(50, dropConnect(dense('a', 40, { weight: constant(1), bias: constant(3) }), 0.25))
    const { params, state } = net.init(key(0))
    expect(values(net.apply(evalMode, params, state, ones([1, 50]))[0])).toEqual(Array(40).fill(53))
    const [y] = net.apply(trainMode(key(1)), params, state, ones([2, 50]))
    const [first, second] = [values(y).slice(0, 40), values(y).slice(40)]
    expect(first).toEqual(second)
    expect(
      first.every((value) => Math.abs(((value - 3) * 3) / 4 - Math.round(((value - 3) * 3) / 4)) < 1e-3),
    ).toBe(true)
    expect(Math.abs(Number(toArray(mean(y))) - 53)).toBeLessThan(3)
  })

  test('stochastic depth leaves out whole rows', () => {
    const net = network([3, 2], stochasticDepth('skip', 0.25))
    const [y] = net.apply(trainMode(key(1)), { skip: {} }, { skip: {} }, ones([400, 3, 2]))
    const rows = Array.from({ length: 400 }, (_, i) => values(y).slice(6 * i, 6 * i + 6))
    expect(rows.every((row) => new Set(row).size === 1)).toBe(true)
    expect(new Set(rows.map(([value]) => value?.toFixed(4)))).toEqual(new Set(['0.0000', '1.3333']))
    expect(Math.abs(Number(toArray(mean(y))) - 1)).toBeLessThan(0.08)
    const whole = network([3, 2], stochasticDepth('skip', 0.25, { mask: 'per-batch' }))
    const [one] = whole.apply(trainMode(key(1)), { skip: {} }, { skip: {} }, ones([40, 3, 2]))
    expect(new Set(values(one)).size).toBe(1)
  })

  test('of one’s own are saved and restored, in ours as well', () => {
    const doubled = (inner: AnyLayer): AnyLayer => ({
      ...inner,
      spec: { kind: 'doubled', layer: inner.spec },
      apply: (mode, params, state, z, tap) => {
        const [y, after] = inner.apply(mode, params, state, z, tap)
        return [mul(y, 2), after]
      },
    })
    const doubledKind = layerKind('doubled', { layer: innerLayer }, ({ layer }, inside) =>
      doubled(inside(layer)),
    )
    const mine = (name: string) => doubled(weightNorm(block(name, dense('b', 3), dropout('c', 0.5))))
    const net = network(
      3,
      residual('r', [mine('a')]),
      parallel('p', [mine('left'), dropConnect(mine('right'), 0.5)]),
    )
    const text = JSON.stringify(net.spec)
    const restored = rightOf(decodeNetwork(JSON.parse(text), { kinds: [doubledKind] }))
    expect(restored.spec).toEqual(net.spec)
    const [one, other] = [net.init(key(2)), restored.init(key(2))]
    const at = ones([2, 3])
    const [y] = net.apply(trainMode(key(3)), one.params as never, one.state as never, at)
    const [z] = restored.apply(trainMode(key(3)), other.params, other.state, at)
    expect(values(equal(y, z)).every((same) => same === 1)).toBe(true)
    const unknown = decodeNetwork(JSON.parse(text))
    expect(E.isLeft(unknown) ? unknown.left.problems.map(({ path }) => path) : []).toEqual([
      'layers[0].layers[0].kind',
      'layers[1].layers[0].kind',
      'layers[1].layers[1].layer.kind',
    ])
  })
})

test('a network without state needs none, and one with a state says where', () => {
  const net = network(3, dense('a', 2), block('b', dropout('c', 0.5)))
  const { params, state } = net.init(key(0))
  const plain = stateless(net)
  expect(values(plain.apply(trainMode(key(1)), plain.init(key(0)), ones([2, 3])))).toEqual(
    values(net.apply(trainMode(key(1)), params, state, ones([2, 3]))[0]),
  )
  expect(() => stateless(network(3, block('b', batchNorm('norm'))))).toThrow(
    'stateless: expected a network without state, got one that keeps b.norm.mean',
  )
})
