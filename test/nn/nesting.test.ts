import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { describe, expect, expectTypeOf, test } from 'vitest'
import {
  exp,
  item,
  key,
  mul,
  normal,
  sum,
  tensor,
  toArray,
  toTypedArray,
  type Tensor,
} from '../../src/index.ts'
import {
  activation,
  batchNorm,
  block,
  convertDropout,
  decodeNetwork,
  dense,
  dropout,
  evalMode,
  l2,
  layerNorm,
  network,
  penaltyValue,
  places,
  recalibrate,
  softmaxCrossEntropy,
  trainMode,
  type AnyLayer,
  type DenseParams,
  type NoState,
} from '../../src/nn/index.ts'
import { adam } from '../../src/optim/index.ts'
import { layerOutputs, probe, submodels } from '../../src/study/index.ts'
import {
  encodeCheckpoint,
  fit,
  outcomeOf,
  parseCheckpoint,
  restoreTraining,
  startTraining,
  supervisedStep,
} from '../../src/training/index.ts'
import { leavesWithPaths } from '../../src/core/tensor/tree.ts'
import { ArgumentError, ShapeError, TreeError } from '../../src/core/tensor/errors.ts'
import { rightOf } from '../data/rows.ts'

const inner = [
  dense('hidden', 5),
  batchNorm('norm'),
  activation('relu'),
  dropout('drop', 0.25),
  block('code', dense('narrow', 3), layerNorm('level')),
] as const
const encoder = block('encoder', ...inner)
const net = network(4, dense('first', 6), encoder, dense('output', 2))
const { params, state } = net.init(key(1), { dtype: 'float64' })
const x = normal(key(2), [8, 4], { dtype: 'float64' })
const y = tensor([0, 1, 0, 1, 1, 0, 0, 1], { dtype: 'int32' })

const bytesOf = (tree: unknown): readonly string[] =>
  leavesWithPaths(tree).map(
    ({ path, leaf }) => `${path} ${Buffer.from(toTypedArray(leaf).buffer).toString('hex')}`,
  )

describe('a network inside a network', () => {
  test('keeps its parameters and its state under its name', () => {
    expectTypeOf(params.encoder.code.narrow).toEqualTypeOf<DenseParams>()
    expectTypeOf(state.encoder.drop).toEqualTypeOf<NoState>()
    expect(leavesWithPaths(params).map(({ path, leaf }) => `${path} [${leaf.shape.join()}]`)).toEqual([
      'first.weight [4,6]',
      'first.bias [6]',
      'encoder.hidden.weight [6,5]',
      'encoder.hidden.bias [5]',
      'encoder.norm.gamma [5]',
      'encoder.norm.beta [5]',
      'encoder.code.narrow.weight [5,3]',
      'encoder.code.narrow.bias [3]',
      'encoder.code.level.gamma [3]',
      'encoder.code.level.beta [3]',
      'output.weight [3,2]',
      'output.bias [2]',
    ])
    expect(leavesWithPaths(state).map(({ path }) => path)).toEqual([
      'encoder.norm.mean',
      'encoder.norm.spread',
      'encoder.norm.weight',
    ])
    expect([net.input, net.output]).toEqual([[4], [2]])
  })

  test('is the same function as its layers in a row, in every mode, for the parameters it has', () => {
    const flat = network(6, ...inner.slice(0, 4), ...(inner[4].layers as readonly AnyLayer[]))
    const nested = network(6, encoder)
    const input = normal(key(3), [8, 6], { dtype: 'float64' })
    const { code, ...rest } = params.encoder
    const { code: _, ...states } = state.encoder
    const flatParams = { ...rest, ...code }
    const flatState = { ...states, narrow: {}, level: {} }
    // Without dropout: what is drawn in training depends on the names that lead to a layer.
    const quiet = { kind: 'calibrate' } as const
    for (const mode of [evalMode, quiet]) {
      const [one, after] = nested.apply(mode, { encoder: params.encoder }, { encoder: state.encoder }, input)
      const [other, flatAfter] = flat.apply(mode, flatParams as never, flatState as never, input)
      expect(bytesOf(one)).toEqual(bytesOf(other))
      expect(bytesOf(after.encoder.norm)).toEqual(bytesOf((flatAfter as typeof after.encoder).norm))
    }
  })

  test('draws like a network of its own whose key is the one at its name', () => {
    const again = network(4, dense('first', 6), block('encoder', ...inner), dense('other', 9))
    expect(bytesOf(again.init(key(1), { dtype: 'float64' }).params.encoder)).toEqual(bytesOf(params.encoder))
    const renamed = network(6, block('renamed', ...inner)).init(key(1), { dtype: 'float64' }).params
    expect(bytesOf(renamed.renamed.hidden)).not.toEqual(bytesOf(params.encoder.hidden))
    const drawn = (seed: number) => bytesOf(net.apply(trainMode(key(seed)), params, state, x)[0])
    expect(drawn(5)).toEqual(drawn(5))
    expect(drawn(5)).not.toEqual(drawn(6))
  })

  test('comes back from JSON as the same function', () => {
    const restored = rightOf(decodeNetwork(JSON.parse(JSON.stringify(net.spec))))
    expect(restored.spec).toEqual(net.spec)
    const start = restored.init(key(1), { dtype: 'float64' })
    expect(bytesOf(start)).toEqual(bytesOf({ params, state }))
    expect(bytesOf(restored.apply(trainMode(key(4)), start.params, start.state, x))).toEqual(
      bytesOf(net.apply(trainMode(key(4)), params, state, x)),
    )
  })

  const layers = [{ kind: 'block', name: 'a', layers: [{ kind: 'leaky', slope: 'steep' }] }]
  test.each([
    [{ input: 2, layers }, 'layers[0].layers[0].slope', /got "steep"/],
    [
      { input: 2, layers: [{ kind: 'block', name: 'a', layers: [{ kind: 'blok' }] }] },
      'layers[0].layers[0].kind',
      /got "blok"/,
    ],
    [
      {
        input: 2,
        layers: [
          { ...encoder.spec, layers: [...encoder.layers, dense('hidden', 5)].map(({ spec }) => spec) },
        ],
      },
      'layers[0]',
      /block 'encoder': two layers are named 'hidden'/,
    ],
    [{ input: [], layers: [dense('a', 3).spec] }, 'layers', /dense 'a': expected inputs of a shape/],
    [{ input: [2, 0], layers: [] }, 'input[1]', /expected a whole number of 1 or more, got 0/],
  ])('described wrongly (%#) is refused with the path', (spec, path, message) => {
    const decoded = decodeNetwork(spec)
    if (E.isRight(decoded)) throw new Error('decoded')
    expect(decoded.left.problems.map((problem) => problem.path)).toEqual([path])
    expect(decoded.left.message).toMatch(message)
  })

  test('shows every layer to a tap, at its place', () => {
    expect(places(net).map(({ label, input }) => `${label} [${input.join()}]`)).toEqual([
      'first [4]',
      'encoder.hidden [6]',
      'encoder.norm [5]',
      'encoder.relu [5]',
      'encoder.drop [5]',
      'encoder.code.narrow [5]',
      'encoder.code.level [3]',
      'output [3]',
    ])
    const outputs = layerOutputs(net, params, state, x)
    expect(outputs.map(({ shape }) => shape[1])).toEqual([6, 5, 5, 5, 5, 3, 3, 2])
    const [changed] = net.apply(evalMode, params, state, x, (output, position) =>
      position === 6 ? mul(output, 0) : output,
    )
    expect(new Set(toTypedArray(changed)).size).toBeLessThanOrEqual(2)
    const probes = probe(net, params, state, x, (output) => sum(mul(output, output)))
    expect(probes.map(({ position, layer }) => `${position} ${layer}`)).toEqual(
      places(net).map(({ label }, i) => `${i} ${label}`),
    )
    expect(probes.every(({ signal }) => signal > 0)).toBe(true)
  })

  test('is penalized, recalibrated, converted and thinned like any other', () => {
    const weights = leavesWithPaths(params).filter(({ path }) => path.endsWith('.weight'))
    expect(weights).toHaveLength(4)
    expect(item(penaltyValue(l2(1), params))).toBeCloseTo(
      weights.reduce((total, { leaf }) => total + item(sum(mul(leaf, leaf))), 0),
      10,
    )
    const renewed = recalibrate(net, params, state, x)
    expect(item(renewed.encoder.norm.weight)).toBeCloseTo(0.1, 12)
    const converted = convertDropout(net.spec, params, 'slide')
    const restored = rightOf(decodeNetwork(converted.spec))
    const [a, b] = [
      net.apply(evalMode, params, state, x)[0],
      restored.apply(evalMode, converted.params as never, state as never, x)[0],
    ]
    toTypedArray(a).forEach((value, i) => expect(toTypedArray(b)[i]).toBeCloseTo(value, 10))
    expect(bytesOf(converted.params.encoder.code.narrow.weight)).not.toEqual(
      bytesOf(params.encoder.code.narrow.weight),
    )
    expect(submodels(net).units).toBe(5)
  })

  test('trains, stops where a number is not finite with the place, and goes on from a checkpoint', () => {
    const batch = { x, y }
    const optimizer = adam<typeof params>({ learningRate: 0.05 })
    const plan = {
      step: supervisedStep({
        model: net,
        loss: (logits, labels) => softmaxCrossEntropy(logits, labels),
        optimizer,
      }),
      batches: () => [batch],
      batchesPerEpoch: 1,
      score: (p: typeof params, s: typeof state) =>
        item(softmaxCrossEntropy(net.apply(evalMode, p, s, x)[0], y)),
      monitor: (loss: number) => loss,
      stopping: { mode: 'min', patience: 99, minDelta: 0 },
      epochs: 12,
    } as const
    const start = startTraining({
      params,
      layers: state,
      optimizer: optimizer.init(params),
      key: key(9),
    })
    const whole = outcomeOf(fit(plan)(start))
    expect(whole.best.value).toBeLessThan(plan.score(params, state))
    const half = outcomeOf(fit({ ...plan, epochs: 5 })(start)).last
    const bytes = rightOf(encodeCheckpoint(half, { network: net.spec }))
    const restored = rightOf(restoreTraining(rightOf(parseCheckpoint(bytes)), start, { network: net.spec }))
    expect(bytesOf(outcomeOf(fit(plan)(restored)).last)).toEqual(bytesOf(whole.last))

    const odd = network(
      4,
      block('outer', block('deep', { ...activation('tanh'), apply: (_, __, s, z) => [exp(mul(z, 1e5)), s] })),
      dense('last', 2),
    )
    const begin = odd.init(key(0), { dtype: 'float64' })
    const sgd = adam<typeof begin.params>({ learningRate: 0.1 })
    const outcome = outcomeOf(
      fit({
        ...plan,
        score: () => 0,
        step: supervisedStep({
          model: odd,
          loss: (logits: Tensor, labels: Tensor) => softmaxCrossEntropy(logits, labels),
          optimizer: sgd,
        }),
      })(
        startTraining({
          params: begin.params,
          layers: begin.state,
          optimizer: sgd.init(begin.params),
          key: key(1),
        }),
      ),
    )
    expect(outcome.why).toBe('non-finite')
    expect(outcome.why === 'non-finite' ? outcome.problem.path : '').toBe('outer.deep.tanh (layer 0)')
  })

  test('refuses what it cannot hold, in words', () => {
    expect(() => block('', dense('a', 1))).toThrow(ArgumentError)
    const same: readonly string[] = ['a', 'a']
    expect(() => block('b', ...same.map((name) => dense(name, 1)))).toThrow(
      "block 'b': two layers are named 'a'",
    )
    // @ts-expect-error -- layer name is taken: 'a'
    expect(() => block('b', dense('a', 1), dense('a', 1))).toThrow(ArgumentError)
    for (const odd of [undefined, null, 3, 'dense', {}, dense, net]) {
      expect(() => network(2, odd as never)).toThrow(ArgumentError)
      expect(() => network(2, odd as never)).toThrow(/^network: layer 0: expected a layer such as .*, got /)
      expect(() => block('b', dense('a', 1), odd as never)).toThrow(/^block 'b': layer 1: expected a layer/)
    }
    expect(() => network([], dense('a', 1))).toThrow(ShapeError)
    expect(() => network([], dense('a', 1))).toThrow(
      "dense 'a': expected inputs of a shape […, width], got inputs of shape []",
    )
    expect(() => network([2, 0])).toThrow(
      'network: axis 1 of the input: expected a whole number of 1 or more',
    )
    const { encoder: _, ...lacking } = params
    expect(() => net.apply(evalMode, lacking as never, state, x)).toThrow(TreeError)
    const { code: __, ...rest } = params.encoder
    expect(() => net.apply(evalMode, { ...params, encoder: rest } as never, state, x)).toThrow(
      "block 'encoder': the parameters lack the layer 'code'",
    )
  })
})

describe('shapes that are no vectors', () => {
  test('go through layers of elements, and through description and back', () => {
    const deep = network([2, 3], activation('tanh'), dropout('drop', 0.5))
    expect(deep.output).toEqual([2, 3])
    expect(deep.spec.input).toEqual([2, 3])
    const start = deep.init(key(0))
    const image = normal(key(1), [4, 2, 3])
    expect(deep.apply(trainMode(key(2)), start.params, start.state, image)[0].shape).toEqual([4, 2, 3])
    const restored = rightOf(decodeNetwork(JSON.parse(JSON.stringify(deep.spec))))
    expect(bytesOf(restored.apply(trainMode(key(2)), { drop: {} }, { drop: {} }, image)[0])).toEqual(
      bytesOf(deep.apply(trainMode(key(2)), start.params, start.state, image)[0]),
    )
    const models = submodels(network([2, 2], dropout('drop', 0.5, { scaling: 'slide' })))
    expect(models.count).toBe(16n)
    expect(
      toArray(
        models.apply(
          6n,
          { drop: {} },
          { drop: {} },
          tensor([
            [
              [1, 2],
              [3, 4],
            ],
          ]),
        ),
      ),
    ).toEqual([
      [
        [0, 2],
        [3, 0],
      ],
    ])
    expect(network([5], dense('a', 1)).spec.input).toBe(5)
  })

  test('any tree of blocks is the row of its leaves', () => {
    type Shape = number | readonly Shape[]
    const tree = fc.letrec<{ tree: Shape }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 3 },
        fc.integer({ min: 1, max: 4 }),
        fc.array(tie('tree'), { maxLength: 3 }),
      ),
    })).tree
    const built = (shape: Shape, name: string): AnyLayer =>
      typeof shape === 'number'
        ? dense(name, shape)
        : block(name, ...shape.map((part, i) => built(part, `${name}_${i}`)))
    const widths = (shape: Shape): readonly number[] =>
      typeof shape === 'number' ? [shape] : shape.flatMap(widths)
    fc.assert(
      fc.property(tree, (shape) => {
        const whole = network(3, built(shape, 'root'))
        const { params: p, state: s } = whole.init(key(0), { dtype: 'float64' })
        const input = normal(key(1), [2, 3], { dtype: 'float64' })
        const positions: number[] = []
        const [out] = whole.apply(evalMode, p, s, input, (output, position) => {
          positions.push(position)
          return output
        })
        const found = places(whole)
        expect(positions).toEqual(found.map((_, i) => i))
        expect(found.map(({ layer, input: sizes }) => layer.shape(sizes)[0])).toEqual(widths(shape))
        expect(whole.output).toEqual([widths(shape).at(-1) ?? 3])
        expect(out.shape).toEqual([2, ...whole.output])
        expect(rightOf(decodeNetwork(whole.spec)).spec).toEqual(whole.spec)
      }),
      { numRuns: 40 },
    )
  })
})
