import { expect, test } from 'vitest'
import { argmax, averagePool as shrunk, cast, div, equal, foldIn, item, key, mean, reshape } from 'puregrad'
import { dataset, digits16, minibatches, parseCsv, splitData, withFeatures } from 'puregrad/data'
import type { Classes, Dataset, Minibatch } from 'puregrad/data'
import {
  activation,
  convolution,
  dense,
  evalMode,
  flatten,
  maxPool,
  network,
  softmaxCrossEntropy,
  stateless,
  unflatten,
} from 'puregrad/nn'
import { adam } from 'puregrad/optim'
import { descendStep } from 'puregrad/training'
import { realData, rightOf } from '../data/rows.ts'

/** The share of right answers on a fifth of the digits, kept out. */
const accuracyOn = (data: Dataset<'raw', Classes>): number => {
  const { train, dev } = rightOf(splitData({ train: 0.8, dev: 0.2 }, { key: key(0), stratify: true })(data))
  const net = stateless(
    network(
      64,
      unflatten([8, 8, 1]),
      convolution('edges', 16, { kernel: 3, padding: 'same' }),
      activation('relu'),
      convolution('parts', 32, { kernel: 3, padding: 'same' }),
      activation('relu'),
      maxPool({ window: 2 }),
      flatten(),
      dense('digit', 10),
    ),
  )
  type Params = ReturnType<typeof net.init>
  const step = descendStep(adam<Params>({ learningRate: 4e-3 }))((params: Params, { x, y }: Minibatch) =>
    softmaxCrossEntropy(net.apply(evalMode, params, x), y),
  )
  const { params } = Array.from({ length: 8 }, (_, i) => minibatches(train, 32, foldIn(key(2), i)))
    .flat()
    .reduce((at, batch) => step(at, batch), step.start(net.init(key(1))))
  const right = equal(argmax(net.apply(evalMode, params, dev.x), { axis: -1 }), dev.y)
  return item(mean(cast(right, 'float32')))
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
