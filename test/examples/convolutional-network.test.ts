import { expect, test } from 'vitest'
import { averagePool as shrunk, div, key, reshape } from 'puregrad'
import { batchCount, dataset, digits16, minibatches, parseCsv, splitData, withFeatures } from 'puregrad/data'
import type { Classes, Dataset } from 'puregrad/data'
import {
  activation,
  batchNorm,
  convolution,
  dense,
  flatten,
  maxPool,
  network,
  softmaxCrossEntropy,
  unflatten,
} from 'puregrad/nn'
import { adam } from 'puregrad/optim'
import { evaluate, fit, outcomeOf, startTraining, supervisedStep } from 'puregrad/training'
import { realData, rightOf } from '../data/rows.ts'

/** The share of right answers on a fifth of the digits, kept out. */
const accuracyOn = (data: Dataset<'raw', Classes>): number => {
  const { train, dev } = rightOf(splitData({ train: 0.8, dev: 0.2 }, { key: key(0), stratify: true })(data))
  const model = network(
    64,
    unflatten([8, 8, 1]),
    convolution('edges', 16, { kernel: 3, padding: 'same', bias: false }),
    batchNorm('scaled'),
    activation('relu'),
    convolution('parts', 32, { kernel: 3, padding: 'same' }),
    activation('relu'),
    maxPool({ window: 2 }),
    flatten(),
    dense('digit', 10),
  )
  const { params, state } = model.init(key(1))
  const optimizer = adam<typeof params>({ learningRate: 3e-3 })
  const step = supervisedStep({
    model,
    loss: (logits, labels) => softmaxCrossEntropy(logits, labels),
    optimizer,
  })
  const { last } = outcomeOf(
    fit({
      step,
      batches: (each) => minibatches(train, 32, each),
      batchesPerEpoch: batchCount(train.n, 32),
      score: () => 0,
      monitor: (value) => value,
      stopping: { mode: 'min', patience: Infinity, minDelta: 0 },
      epochs: 6,
    })(startTraining({ params, layers: state, optimizer: optimizer.init(params), key: key(2) })),
  )
  return evaluate(model, last.params, last.layers, dev).accuracy
}

test('drawn digits', () => {
  const drawn = digits16({ key: key(3), n: 1500, jitter: 0.5 })
  const x = shrunk(reshape(drawn.x, [drawn.n, 16, 16, 1]), { window: 2 })
  const data = dataset({ x: reshape(x, [drawn.n, 64]), y: drawn.y, classNames: drawn.targets.names })
  expect(accuracyOn(data)).toBeGreaterThan(0.98)
})

const scanned = realData('digits.csv')
test.skipIf(scanned === undefined)('scanned digits (if ../shared/data/digits.csv is there)', () => {
  const raw = rightOf(parseCsv(scanned!, { label: 'label' }))
  expect(accuracyOn(withFeatures(raw, { x: div(raw.x, 16) }))).toBeGreaterThan(0.98)
})
