import * as E from 'fp-ts/lib/Either.js'
import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  cast,
  concat,
  jit,
  key,
  normal,
  softmax,
  sub,
  take,
  tensor,
  toArray,
  toTypedArray,
  type Tensor,
} from '../../src/index.ts'
import { sha256 } from '../../src/core/codec/sha256.ts'
import { chooseExecutor } from '../../src/compile/executors/choose-backend.ts'
import { useExecutors } from '../../src/compile/offload/backend.ts'
import type { Predictions } from '../../src/evaluation/index.ts'
import {
  decodePredictor,
  encodeModel,
  networkOf,
  predictor,
  predictParts,
  type TrainedModel,
} from '../../src/model/index.ts'
import {
  activation,
  averagePool,
  convolution,
  dense,
  evalMode,
  flatten,
  gruCell,
  layerNorm,
  maxout,
  maxPool,
  multiHeadAttention,
  recurrent,
  unflatten,
  type LibraryLayerSpec,
} from '../../src/nn/index.ts'
import { leftOf, rightOf } from '../data/rows.ts'
import { inputOf, layerOf } from '../nn/every-layer.ts'
import { crateTable, pricing } from './prepared-model.ts'
import { modelOf } from './sample-models.ts'

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

const elementsOf = (predictions: Predictions): Tensor =>
  predictions.kind === 'classes' ? predictions.probabilities : predictions.estimates

/** A name for the bytes, short enough to be shown. */
const bytesOf = (x: Tensor): string => sha256(new Uint8Array(toTypedArray(x).buffer))

const rowsFrom = (x: Tensor, from: number, to: number): Tensor =>
  take(x, tensor(Int32Array.from({ length: to - from }, (_, i) => from + i)))

async function* asyncParts<A>(parts: readonly A[]): AsyncGenerator<A, void> {
  for (const part of parts) yield await Promise.resolve(part)
}

const gathered = async <A>(parts: AsyncIterable<A>): Promise<readonly A[]> => {
  const found: A[] = []
  for await (const part of parts) found.push(part)
  return found
}

const predictionsOf = (model: TrainedModel, x: Tensor): Tensor =>
  elementsOf(rightOf(predictor(model)).ofFeatures(x))

const rows = normal(key(8), [700, 4])

const backends = (['native', 'wasm', 'typescript'] as const).filter((name) => {
  try {
    chooseExecutor(name)
    return true
  } catch {
    return false
  }
})

/** Wide enough for work to be handed to the executors, and for sums of several blocks. */
const wide = modelOf([
  dense('a', 300),
  layerNorm('b'),
  activation('gelu'),
  dense('c', 64),
  activation('tanh'),
  maxout('d', 32),
  dense('e', 300),
])

/** Images, whose pixels are then read as sequences. */
const ofImages = modelOf(
  [
    convolution('edges', 6, { kernel: 3, padding: 'same', stride: 2 }),
    activation('relu'),
    maxPool({ window: 2, stride: 1 }),
    averagePool({ window: 2, stride: 1, padding: 'same' }),
    unflatten([9, 6]),
    recurrent('forth', gruCell(8)),
    multiHeadAttention('heads', 2),
    flatten(),
    dense('o', 3),
  ],
  { input: [8, 8, 2] },
)

/** A model with a layer of each kind, and one of several. */
const ofLayers = [
  ...Object.entries(layerOf).map(([kind, layer]) => {
    const input = inputOf[kind as LibraryLayerSpec['kind']] ?? [4]
    return [kind, modelOf([layer, flatten(), dense('o', 3)], { input })] as const
  }),
  ['images', ofImages] as const,
]

describe('the same rows give the same bytes', () => {
  const predict = rightOf(predictor(wide))

  test.each([...ofLayers, ['wide', wide] as const])(
    'on every backend, near those of the compiled network, with %s',
    (_, model) => {
      useExecutors()
      const { network, params, state } = rightOf(networkOf(model))
      const given = model === wide ? rows : normal(key(8), [20, ...network.input])
      const expected = predictionsOf(model, given)
      for (const backend of backends) {
        vi.stubEnv('PUREGRAD_BACKEND', backend)
        // The program is written down anew: nothing in it may depend on the backend.
        // Of some five rows: enough for what is made of parameters alone to differ.
        const again = predictionsOf(model, model === wide ? rows : rowsFrom(given, 0, 5))
        expect(bytesOf(again), backend).toBe(bytesOf(rowsFrom(expected, 0, again.shape[0] ?? 0)))
        const compiled = jit(
          (x: Tensor) => softmax(cast(network.apply(evalMode, params, state, x)[0], 'float64')),
          { backend },
        )(given)
        const differences = toTypedArray(sub(compiled, expected))
        expect(
          Array.from(differences).reduce((most, d) => Math.max(most, Math.abs(d)), 0),
          backend,
        ).toBeLessThan(1e-5)
      }
    },
  )

  test('without a function that engines compute differently', () => {
    const expected = bytesOf(predictionsOf(wide, rows))
    const odd = ['exp', 'expm1', 'log', 'log1p', 'log2', 'pow', 'tanh', 'sin', 'cos'] as const
    const model = rightOf(predictor(wide))
    odd.forEach((name) => {
      vi.spyOn(Math, name).mockImplementation(() => {
        throw new Error(`Math.${name} differs from engine to engine`)
      })
    })
    expect(bytesOf(elementsOf(model.ofFeatures(rows)))).toBe(expected)
  })

  test.each([1, 2, 3, 100, 511, 512, 513])('alone or beside others: blocks of %i rows', (size) => {
    const whole = elementsOf(predict.ofFeatures(rows))
    const n = size < 4 ? 12 : 700
    const parts = Array.from({ length: Math.ceil(n / size) }, (_, i) =>
      elementsOf(predict.ofFeatures(rowsFrom(rows, i * size, Math.min(n, (i + 1) * size)))),
    )
    expect(bytesOf(concat(parts))).toBe(bytesOf(rowsFrom(whole, 0, n)))
  })

  test('in whatever order they come, and as a view', () => {
    const order = tensor(Int32Array.from({ length: 50 }, (_, i) => (i * 37) % 700))
    expect(bytesOf(predictionsOf(wide, take(rows, order)))).toBe(
      bytesOf(take(predictionsOf(wide, rows), order)),
    )
  })
})

describe('what is said of features', () => {
  test('is what the network gives, at the temperature', () => {
    const model = modelOf([dense('o', 2)], {
      temperature: 2,
      params: {
        o: {
          weight: tensor([
            [1, 0],
            [0, 1],
            [0, 0],
            [0, 0],
          ]),
          bias: tensor([0, 0]),
        },
      },
    })
    const [row] = toArray(predictionsOf(model, tensor([[3, 1, 9, 9]]))) as readonly (readonly number[])[]
    expect(row?.[0]).toBeCloseTo(1 / (1 + Math.exp(-1)), 15)
  })

  test('with one logit of two classes is both probabilities', () => {
    const model = modelOf([dense('o', 1)], {
      targets: { kind: 'classes', names: ['no', 'yes'] },
      params: { o: { weight: tensor([[1], [0], [0], [0]]), bias: tensor([0]) } },
    })
    const said = toArray(
      predictionsOf(
        model,
        tensor([
          [2, 0, 0, 0],
          [-800, 0, 0, 0],
        ]),
      ),
    )
    const yes = 1 / (1 + Math.exp(-2))
    expect(said).toEqual([
      [expect.closeTo(1 - yes, 14), expect.closeTo(yes, 14)],
      [1, expect.closeTo(0, 14)],
    ])
  })

  test('of no rows is nothing, of another shape or dtype an error', () => {
    const predict = rightOf(predictor(modelOf([dense('o', 2)])))
    expect(elementsOf(predict.ofFeatures(tensor(new Float32Array(0), { shape: [0, 4] }))).shape).toEqual([
      0, 2,
    ])
    expect(() => predict.ofFeatures(tensor([[1, 2, 3]]))).toThrow(
      'predictor: expected features [n, 4], got [1, 3]',
    )
    expect(() => predict.ofFeatures(tensor([[1, 2, 3, 4]], { dtype: 'int32' }))).toThrow(/int32/)
  })
})

describe('a table', () => {
  const predict = rightOf(predictor(pricing))

  test('is prepared, and estimates are in the units of the targets', () => {
    const said = rightOf(
      predict.ofTable(crateTable({ width: [1, 5], wood: ['oak', 'pine'], height: [1, 2] })),
    )
    const prices = toArray(elementsOf(said.predictions)) as readonly (readonly number[])[]
    expect(said.cases).toEqual([])
    // The network has not been trained: its estimates lie about the mean price, 14, within a few deviations, 10.8.
    for (const [price] of prices) expect(Math.abs((price ?? NaN) - 14)).toBeLessThan(50)
    expect(Math.max(...prices.flat().map((price) => Math.abs(price - 14)))).toBeGreaterThan(0.5)
  })

  test('may have what training had not: it is counted, and no row is lost', () => {
    const said = rightOf(
      predict.ofTable(
        crateTable({
          wood: ['teak', 'oak', 'teak'],
          height: [null, 1, 2],
          colour: ['a', 'b', 'c'],
          width: [1, 2, null],
        }),
      ),
    )
    expect(elementsOf(said.predictions).shape).toEqual([3, 1])
    expect(said.cases.map(({ kind, column, count }) => [kind, column, count])).toEqual([
      ['missing', 'height', 1],
      ['unseen', 'wood', 2],
    ])
    expect(said.ignored).toEqual(['colour'])
  })

  test('that lacks columns is an error that lists them', () => {
    const { message } = leftOf(predict.ofTable(crateTable({ wood: ['oak'] })))
    expect(message).toMatch(/width/)
    expect(message).toMatch(/height/)
  })

  test('of numbers needs no preparation', () => {
    const model = modelOf([dense('o', 2)])
    const plain = rightOf(predictor(model))
    const cells = { weight: [4, 8], height: [3, 7], width: [2, 6], length: [1, 5], other: [0, 0] }
    const said = rightOf(plain.ofTable(crateTable(cells)))
    expect(said.ignored).toEqual(['other'])
    expect(bytesOf(elementsOf(said.predictions))).toBe(
      bytesOf(
        predictionsOf(
          model,
          tensor([
            [1, 2, 3, 4],
            [5, 6, 7, 8],
          ]),
        ),
      ),
    )
    expect(
      leftOf(plain.ofTable(crateTable({ weight: ['x', 'y'], width: [1, null], length: [1, 2] }))).problems,
    ).toEqual([
      {
        column: 'width',
        problem: 'expected a number in every cell, but line 3 has none; a model with a preparation fills it',
      },
      { column: 'height', problem: 'there is no such column' },
      { column: 'weight', problem: 'expected numbers, got a column of kind category' },
    ])
  })
})

describe('text, cells and parts', () => {
  const predict = rightOf(predictor(pricing))
  const table = crateTable({ height: [0.5, null, 3], wood: ['oak', 'ash', 'teak'], width: [1.5, 2, null] })
  const expected = rightOf(predict.ofTable(table))
  const text = 'height;wood;note;width\n0,5;oak;a;1,5\nNA;"ash";b;2\n3;teak;c;\n'
  const same = (said: typeof expected) => {
    expect(bytesOf(elementsOf(said.predictions))).toBe(bytesOf(elementsOf(expected.predictions)))
    expect(said.cases.map(({ kind, column, count }) => [kind, column, count])).toEqual(
      expected.cases.map(({ kind, column, count }) => [kind, column, count]),
    )
  }

  test('are read as the table was that the model was trained on', () => {
    same(rightOf(predict.ofText(text)))
    same(rightOf(predict.ofText(new TextEncoder().encode(text))))
    same(
      rightOf(
        predict.ofCells([
          { height: 0.5, wood: 'oak', width: '1,5', price: 3 },
          { height: 'NA', wood: 'ash', width: 2 },
          { height: 3, wood: 'teak', width: null },
        ]),
      ),
    )
  })

  test('that cannot be read are one clear error', () => {
    expect(leftOf(predict.ofText('height;wood\n1;oak\n')).message).toMatch(/width/)
    expect(leftOf(predict.ofText('height;wood;width\n1;oak;tall\n')).message).toMatch(
      /line 2.*tall|tall.*line 2/,
    )
    expect(leftOf(predict.ofText('')).message).toBe('table: expected at least one row, got nothing')
    expect(leftOf(predict.ofCells([{ hight: 1 }])).message).toMatch(/height/)
    expect(leftOf(rightOf(predictor(modelOf([dense('o', 2)]))).ofText('a')).message).toMatch(/no schema/)
  })

  test('parts give what the whole gives, and end with what is wrong', async () => {
    const parts = [
      crateTable({ height: [0.5], wood: ['oak'], width: [1.5] }),
      crateTable({ height: [null, 3], wood: ['ash', 'teak'], width: [2, null] }),
    ]
    const said = await gathered(predictParts(predict, asyncParts(parts.map((part) => E.right(part)))))
    expect(bytesOf(concat(said.map((each) => elementsOf(rightOf(each).predictions))))).toBe(
      bytesOf(elementsOf(expected.predictions)),
    )
    const broken = [E.right(parts[0]!), E.left({ message: 'torn' }), E.right(parts[1]!)]
    const ended = await gathered(predictParts(predict, asyncParts(broken)))
    expect(ended.map(({ _tag }) => _tag)).toEqual(['Right', 'Left'])
  })

  test('the predictor in a file says the same, by kinds of layers it never heard of too', () => {
    same(rightOf(rightOf(decodePredictor(rightOf(encodeModel(pricing)))).ofText(text)))
    for (const [kind, model] of ofLayers) {
      const read = rightOf(decodePredictor(rightOf(encodeModel(model))))
      const x = normal(key(8), [50, ...rightOf(networkOf(model)).network.input])
      expect(bytesOf(elementsOf(read.ofFeatures(x))), kind).toBe(bytesOf(predictionsOf(model, x)))
    }
    expect(leftOf(decodePredictor(new Uint8Array(9))).kind).toBe('corrupt')
  })
})

test('a model whose parts do not go together does not predict', () => {
  const model = modelOf([dense('o', 2)])
  expect(leftOf(predictor({ ...model, params: {} })).message).toMatch(/^params: .*lack the layer 'o'/)
  expect(leftOf(predictor({ ...model, features: ['a'] })).message).toMatch(/^features: /)
})
