import { foldIn, tensor, type Key } from 'puregrad'
import { digits16, minibatches, rowsAt, type Dataset } from 'puregrad/data'
import { activation, dense, network, softmaxCrossEntropy } from 'puregrad/nn'
import { sgd } from 'puregrad/optim'
import { evaluate, supervisedStep } from 'puregrad/training'
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'
import type { Progress } from '../claim.ts'

const trainRows = 4000
const target = 0.25

/** Batch sizes, the rates tried for each, and after how many updates dev is looked at. */
const plans = [
  { size: 1, rates: [0.005, 0.01, 0.02], look: 250 },
  { size: 8, rates: [0.03, 0.06, 0.12], look: 50 },
  { size: 32, rates: [0.1, 0.2, 0.4], look: 10 },
  { size: 128, rates: [0.2, 0.4, 0.8], look: 4 },
  { size: 512, rates: [0.3, 0.6, 1.2], look: 2 },
  { size: trainRows, rates: [0.3, 0.6, 1.2], look: 1 },
] as const

const rowsBetween = <R extends 'train' | 'dev'>(
  data: Dataset,
  from: number,
  to: number,
  role: R,
): Dataset<R> =>
  rowsAt(
    data,
    tensor(
      Array.from({ length: to - from }, (_, i) => from + i),
      { dtype: 'int32' },
    ),
    role,
  )

const measure = (key: Key, progress: Progress): ReturnType<EarlierClaim['measure']> => {
  const data = digits16({ key: foldIn(key, 'digits'), n: trainRows + 1000 })
  const train = rowsBetween(data, 0, trainRows, 'train')
  const dev = rowsBetween(data, trainRows, data.n, 'dev')
  const net = network(256, dense('hidden', 32), activation('relu'), dense('output', 10))
  const { params, state } = net.init(foldIn(key, 'parameters'))
  type Params = typeof params
  const runs = plans.map(({ size, rates, look }, i) => {
    const updates = rates.map((learningRate) => {
      const optimizer = sgd<Params>({ learningRate })
      const step = supervisedStep({
        model: net,
        loss: (logits, labels) => softmaxCrossEntropy(logits, labels),
        optimizer,
      })
      const most = 60 * Math.ceil(trainRows / size)
      /* eslint-disable functional/no-let, functional/no-loop-statements -- thousands of updates, until one is good enough */
      let place = { params, layers: state, optimizer: optimizer.init(params) }
      let done = 0
      for (let epoch = 0; done < most; epoch++)
        for (const batch of minibatches(train, size, foldIn(foldIn(key, 'order'), epoch))) {
          const { loss, ...next } = step({ ...place, step: done }, batch, key)
          if (!Number.isFinite(loss)) return Infinity
          place = next
          done += 1
          if (done % look === 0 && evaluate(net, place.params, place.layers, dev).loss <= target) return done
          // A size of 1 settles within three epochs or not at all.
          if (size === 1 && done >= 3 * trainRows) return Infinity
        }
      /* eslint-enable functional/no-let, functional/no-loop-statements */
      return Infinity
    })
    progress(i + 1, plans.length)
    return { size, updates: Math.min(...updates) }
  })
  const reached = runs.filter(({ size }) => size < trainRows)
  // Neighbouring sizes may tie: dev is looked at every few updates only.
  const falls = (values: readonly number[]): number =>
    values.slice(2).filter((value, i) => !(value < (values[i] ?? 0))).length
  const samples = reached.map(({ size, updates }) => size * updates)
  return {
    figures: {
      'sizes that need no fewer updates than the next but one below': falls(
        reached.map(({ updates }) => updates),
      ),
      'samples at 512 / samples at 8': (samples[4] ?? NaN) / (samples[1] ?? NaN),
      'samples at 512 / samples at 32': (samples[4] ?? NaN) / (samples[2] ?? NaN),
      'updates of the whole set in 60 epochs (Infinity: never)': runs.at(-1)?.updates ?? NaN,
    },
    pictures: [
      {
        title: `To a dev cross-entropy of ${target}, the best of three rates each`,
        x: { title: 'batch size', scale: 'log' },
        y: { title: 'number', scale: 'log' },
        mark: 'line',
        series: [
          { name: 'updates', points: reached.map(({ size, updates }) => [size, updates] as const) },
          { name: 'samples', points: reached.map(({ size, updates }) => [size, size * updates] as const) },
        ],
      },
    ],
  }
}

/** Larger batches need fewer updates and more samples. */
export const f8 = earlierClaim({
  id: 'F8',
  lines: '648–662',
  asWritten: {
    en: 'A batch of all m examples takes too long per iteration; a batch of one is noisy and takes longer; a size between, neither too small nor too large, is best.',
    bg: 'Пакет от всички m примера отнема твърде много време на итерация; пакет от един е шумен и отнема повече време; най-добра е големина помежду им, нито твърде малка, нито твърде голяма.',
  },
  corrected: {
    en: 'Measured in updates and samples to the same dev loss, each size with its best rate: updates fall with the size, samples do not; the whole set does not get there in 60 epochs.',
    bg: 'Измерено в обновявания и примери до една и съща загуба върху dev, всяка големина с най-добрата си скорост: обновяванията намаляват с големината, примерите не; цялото множество не стига дотам за 60 епохи.',
  },
  condition: {
    en: 'an update costs more the larger the batch, and each size is given a rate that suits it; at a constant rate a size of one may never settle.',
    bg: 'обновяването струва повече при по-голям пакет и всяка големина получава подходяща скорост; при постоянна скорост големина едно може никога да не се установи.',
  },
  marks: {
    'sizes that need no fewer updates than the next but one below': { within: [0, 0] },
    'samples at 512 / samples at 8': { atLeast: 1 },
    'samples at 512 / samples at 32': { atLeast: 1 },
    'updates of the whole set in 60 epochs (Infinity: never)': { atLeast: Infinity },
  },
  measure,
})
