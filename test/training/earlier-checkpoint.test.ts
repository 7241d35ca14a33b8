import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { backend, key, normal, tensor } from '../../src/index.ts'
import {
  allForTraining,
  dataset,
  minibatches,
  parseSafetensors,
  type Dataset,
  type Minibatch,
} from '../../src/data/index.ts'
import {
  activation,
  batchNorm,
  decodeNetwork,
  dense,
  dropout,
  gaussianNoise,
  layerNorm,
  leaky,
  maxout,
  network,
  prelu,
  softmaxCrossEntropy,
} from '../../src/nn/index.ts'
import { adam, averageParameters, chain, decodeOptimizer } from '../../src/optim/index.ts'
import {
  parseCheckpoint,
  encodeCheckpoint,
  fit,
  outcomeOf,
  restoreTraining,
  startTraining,
  supervisedStep,
  type Plan,
} from '../../src/training/index.ts'
import { leavesWithPaths } from '../../src/core/tensor/tree.ts'
import { toTypedArray } from '../../src/core/autodiff/read.ts'
import { rightOf } from '../data/rows.ts'

/** The network that the saved files are about: a layer of every kind there was. */
const model = network(
  4,
  gaussianNoise('noise', 0.125),
  dense('first', 6, { bias: false }),
  batchNorm('norm'),
  activation('relu'),
  dropout('drop', 0.25),
  dense('second', 5),
  layerNorm('level'),
  leaky(0.125),
  maxout('largest', 4, { pieces: 3 }),
  prelu('bend'),
  dropout('thin', 0.5, { mask: 'per-batch', scaling: 'slide' }),
  batchNorm('slide', { form: 'slide', track: 'sigma', momentum: 0.5 }),
  dense('output', 3),
)
const begin = model.init(key(11))
type Params = typeof begin.params
const optimizer = chain(adam<Params>({ learningRate: 0.02 }), averageParameters<Params>(0.9))
const data: Dataset<'train'> = allForTraining(
  dataset({
    x: normal(key(12), [12, 4]),
    y: tensor(
      Array.from({ length: 12 }, (_, i) => i % 3),
      { dtype: 'int32' },
    ),
  }),
)
type Metrics = { readonly loss: number }
const plan: Plan<Params, typeof begin.state, readonly unknown[], Minibatch, Metrics> = {
  step: supervisedStep({ model, loss: (logits, labels) => softmaxCrossEntropy(logits, labels), optimizer }),
  batches: (order) => minibatches(data, 6, order),
  batchesPerEpoch: 2,
  score: () => ({ loss: 0.5 }),
  monitor: ({ loss }) => loss,
  stopping: { mode: 'min', patience: 9, minDelta: 0 },
  epochs: 2,
}
const start = startTraining({
  params: begin.params,
  layers: begin.state,
  optimizer: optimizer.init(begin.params),
  key: key(13),
})
const setup = { network: model.spec, optimizer: { kind: 'adam', learningRate: 0.02 }, settings: { batch: 6 } }

const saved = async (name: 'start' | 'trained') =>
  new Uint8Array(await readFile(new URL(`fixtures/every-layer-${name}.safetensors`, import.meta.url)))

const manifestOf = (bytes: Uint8Array): string | undefined =>
  rightOf(parseSafetensors(bytes)).metadata['puregrad.checkpoint']

const numbersOf = (tree: unknown) =>
  leavesWithPaths(tree).map(({ path, leaf }) => ({
    path,
    shape: leaf.shape,
    numbers: Array.from(toTypedArray(leaf), Number),
  }))

const expectAlike = (found: unknown, expected: unknown) => {
  const [a, b] = [numbersOf(found), numbersOf(expected)]
  expect(a.map(({ path, shape }) => ({ path, shape }))).toEqual(b.map(({ path, shape }) => ({ path, shape })))
  a.forEach(({ numbers }, i) =>
    numbers.forEach((x, j) => {
      const y = b[i]?.numbers[j] ?? NaN
      expect(Math.abs(x - y)).toBeLessThanOrEqual(1e-4 * Math.max(1, Math.abs(y)))
    }),
  )
}

describe('files that version 0.1 saved', () => {
  test.each(['start', 'trained'] as const)(
    '%s: read, and written again, they are what they were',
    async (name) => {
      const bytes = await saved(name)
      const checkpoint = rightOf(parseCheckpoint(bytes))
      expect(checkpoint.setup).toEqual(setup)
      const state = rightOf(restoreTraining(checkpoint, start, setup))
      const again = rightOf(encodeCheckpoint(state, setup))
      // The one word that may differ is the executor that the writing process has.
      expect(
        manifestOf(again)?.replace(`"backend":"${backend()}"`, `"backend":"${checkpoint.backend}"`),
      ).toBe(manifestOf(bytes))
      if (backend() === checkpoint.backend) expect(Buffer.from(again).equals(Buffer.from(bytes))).toBe(true)
    },
  )

  test('parameters are drawn, and trained, as they were', async () => {
    const [first, last] = [await saved('start'), await saved('trained')].map(async (bytes) =>
      rightOf(restoreTraining(rightOf(parseCheckpoint(bytes)), start, setup)),
    )
    expectAlike(start, await first)
    const resumed = outcomeOf(fit(plan)((await first) ?? start)).last
    expect(resumed.step).toBe(4)
    expectAlike(resumed, await last)
  })

  test('what they say was trained is rebuilt', async () => {
    const checkpoint = rightOf(parseCheckpoint(await saved('trained')))
    expect(rightOf(decodeNetwork(checkpoint.setup.network)).spec).toEqual(model.spec)
    expect(rightOf(decodeOptimizer(checkpoint.setup.optimizer)).name).toBe('scaleByAdam → descend')
  })
})
