import { describe, expect } from 'vitest'
import { flip, key, normal, sort, type Tensor } from '../../src/index.ts'
import {
  activation,
  activationNames,
  adaptiveAveragePool,
  adaptiveMaxPool,
  averagePool,
  batchNorm,
  block,
  convolution,
  dense,
  dropout,
  evalMode,
  flatten,
  layerKinds,
  layerNorm,
  maxPool,
  network,
  parametricActivation,
  prelu,
  resize,
  trainMode,
  transposedConvolution,
  type AnyLayer,
} from '../../src/nn/index.ts'
import { networkToOnnx, onnxToFunction } from '../../src/onnx/index.ts'
import { rightOf } from '../data/rows.ts'
import { inputOf, layerOf } from '../nn/every-layer.ts'
import { farthest } from './farthest.ts'
import { ortTest as test, runSession, sessionOf } from './run-onnx.ts'

/** The largest difference between a trained network and its file, over batches of several sizes. */
const differenceOf = async (
  layers: readonly AnyLayer[],
  dtype: 'float32' | 'float64',
  input: readonly number[] = [4],
): Promise<number> => {
  const net = network(input, ...layers)
  const { params, state } = net.init(key(2), { dtype })
  const batch = (rows: number): Tensor => normal(key(rows), [rows, ...input], { dtype, std: 2 })
  const [, trained] = net.apply(trainMode(key(3)), params as never, state as never, batch(30))
  const bytes = rightOf(networkToOnnx(net, params, trained, { dtype }))
  const session = await sessionOf(bytes)
  const read = rightOf(onnxToFunction(bytes))
  const differences: number[] = []
  for (const rows of [1, 2, 17]) {
    const { output } = await runSession(session, { x: batch(rows) })
    const [expected] = net.apply(evalMode, params as never, trained as never, batch(rows))
    expect((output as Tensor).shape).toEqual(expected.shape)
    expect((output as Tensor).dtype).toBe(dtype)
    differences.push(farthest(output as Tensor, expected))
    differences.push(farthest(read.apply({ x: batch(rows) })['output']!, expected))
  }
  await session.release()
  return Math.max(...differences)
}

describe.each(['float32', 'float64'] as const)('%s, free batch of 1, 2 and 17 rows', (dtype) => {
  test.each(layerKinds.map(({ kind }) => kind))('a layer of kind %s', async (kind) => {
    expect(await differenceOf([layerOf[kind]], dtype, inputOf[kind])).toBeLessThan(1e-5)
  })

  test('layers of vectors on sequences', async () => {
    const layers = [dense('a', 3), dense('b', 3, { bias: false }), batchNorm('c'), layerNorm('d'), prelu('e')]
    expect(await differenceOf(layers, dtype, [5, 4])).toBeLessThan(1e-5)
  })

  test('every activation function, alone and with shares', async () => {
    for (const name of activationNames) {
      expect(await differenceOf([activation(name)], dtype), name).toBeLessThan(1e-5)
      expect(await differenceOf([parametricActivation('p', name)], dtype), name).toBeLessThan(1e-5)
    }
  })

  test('batch normalization of each form and statistics, dropout of the slides', async () => {
    for (const form of ['standard', 'slide'] as const)
      for (const track of ['variance', 'sigma'] as const)
        expect(await differenceOf([batchNorm('norm', { form, track })], dtype)).toBeLessThan(1e-5)
    expect(await differenceOf([dropout('drop', 0.4, { scaling: 'slide' })], dtype)).toBeLessThan(1e-5)
  })

  test('images: pooling of each form, and convolutions over one, two and three axes', async () => {
    const image = [5, 6, 4]
    for (const layer of [
      maxPool({ window: 2 }),
      maxPool({ window: [3, 2], stride: 1, padding: [[1, 0], 1], dilation: [2, 1] }),
      averagePool({ window: 3, padding: 1, countPadding: true }),
      averagePool({ window: 3, stride: [2, 1], padding: 'same' }),
      adaptiveAveragePool(),
      adaptiveMaxPool([3, 1]),
      resize([10, 3], { method: 'nearest' }),
      transposedConvolution('c', 6, { kernel: [2, 3], stride: [3, 2], groups: 2, outputPadding: [1, 0] }),
      convolution('c', 8, { kernel: 2, dilation: [2, 3], stride: 2, groups: 4 }),
    ])
      expect(await differenceOf([layer], dtype, image), JSON.stringify(layer.spec)).toBeLessThan(1e-5)
    expect(await differenceOf([convolution('c', 3, { kernel: 3 })], dtype, [7, 2])).toBeLessThan(1e-5)
    const deep = [convolution('c', 3, { kernel: 2, padding: 'same' }), maxPool({ window: 2 }), flatten()]
    expect(await differenceOf([...deep, dense('d', 2)], dtype, [4, 3, 4, 2])).toBeLessThan(1e-5)
  })

  test('blocks inside of blocks', async () => {
    const inner = block('inner', dense('a', 3), activation('tanh'))
    const outer = block('outer', inner, batchNorm('norm'), dense('a', 5, { bias: false }))
    expect(await differenceOf([outer, activation('gelu'), dense('a', 2)], dtype)).toBeLessThan(1e-5)
  })
})

test('a layer of one’s own is written primitive by primitive', async () => {
  const own: AnyLayer = {
    name: 'rotated',
    spec: { kind: 'rotated' },
    shape: (input) => input,
    init: () => ({ params: {}, state: {} }),
    apply: (_, __, state, x: Tensor) => [sort(flip(x, { axis: 1 })), state],
  }
  expect(await differenceOf([dense('a', 4), own], 'float32')).toBeLessThan(1e-5)
})
