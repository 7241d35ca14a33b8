import { foldIn, slice, type Key, type Tensor } from 'puregrad'
import { minibatches } from 'puregrad/data'
import { calibrateMode, softmaxCrossEntropy, type BatchNormOptions } from 'puregrad/nn'
import { sgd } from 'puregrad/optim'
import { layerDrift, layerOutputs } from 'puregrad/study'
import { supervisedStep } from 'puregrad/training'
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'
import type { Progress } from '../claim.ts'
import { digitsParts } from './digits-parts.ts'
import { normalizedNetwork, type Layers } from './normalized-network.ts'

const [depth, steps, rate] = [4, 60, 0.1]

const measure = (key: Key, progress: Progress): ReturnType<EarlierClaim['measure']> => {
  const { train } = digitsParts(key, { train: 2000, test: 1 })
  const rows = slice(train.x, [0, 0], [500, 256])
  const batches = minibatches(train, 32, foldIn(key, 'order')).slice(0, steps)
  /** Drift of what the second layer is given, step by step; each on the same rows with their own statistics. */
  const drifts = (norm: BatchNormOptions | undefined, done: number): readonly number[] => {
    const net = normalizedNetwork(depth, 'relu', norm)
    const { params, state } = net.init(foldIn(key, 'parameters'))
    const optimizer = sgd<Layers>({ learningRate: rate })
    const step = supervisedStep({
      model: net,
      loss: (logits, labels) => softmaxCrossEntropy(logits, labels),
      optimizer,
    })
    const entering = norm === undefined ? 1 : 2
    const inputs = (at: Layers, layers: Layers): readonly Tensor[] =>
      layerOutputs(net, at, layers, rows, calibrateMode).slice(entering, entering + 1)
    const { seen } = batches.reduce(
      (sofar, batch, i) => {
        const place = step({ ...sofar.place, step: i }, batch, key)
        const now = inputs(place.params, place.layers)
        return { place, now, seen: [...sofar.seen, layerDrift(sofar.now, now)[0]?.mean ?? NaN] }
      },
      {
        place: { params, layers: state, optimizer: optimizer.init(params) },
        now: inputs(params, state),
        seen: [] as readonly number[],
      },
    )
    progress(done, 2)
    return seen
  }
  const [plain, normalized] = [drifts(undefined, 1), drifts({}, 2)]
  const average = (values: readonly number[]): number =>
    values.reduce((total, value) => total + value, 0) / values.length
  return {
    figures: {
      'change per step of a mean that enters the second layer, without': average(plain),
      'the same with batch normalization': average(normalized),
      'ratio of the two': average(plain) / average(normalized),
    },
    pictures: [
      {
        title: 'How far the inputs of the second layer move in one step',
        x: { title: 'step' },
        y: { title: 'mean |change of a unit’s mean|', scale: 'log' },
        mark: 'line',
        series: [
          { name: 'without', points: plain.map((value, i) => [i + 1, value] as const) },
          { name: 'with batch normalization', points: normalized.map((value, i) => [i + 1, value] as const) },
        ],
      },
    ],
  }
}

/** What enters a layer moves while the layers before it learn. */
export const d4 = earlierClaim({
  id: 'D4',
  lines: '317–331',
  asWritten: {
    en: 'Internal covariate shift: as the parameters of the first layer change, so does the distribution the second layer learns on, like a telephone of faulty cups; that slows training, and batch normalization removes it.',
    bg: 'Вътрешно ковариатно отместване: като се менят параметрите на първия слой, се мени и разпределението, върху което учи вторият, като развален телефон от чаши; това бави обучението, а нормализацията по пакети го премахва.',
  },
  corrected: {
    en: 'The drift is real, and batch normalization makes it smaller by far. That this is why batch normalization helps is disputed and not shown by it.',
    bg: 'Отместването е действително и нормализацията по пакети го намалява многократно. Че тъкмо затова тя помага, е спорно и не следва от това.',
  },
  condition: {
    en: 'it is read as a statement about the drift, not about the reason for faster training.',
    bg: 'чете се като твърдение за отместването, а не за причината за по-бързото обучение.',
  },
  marks: {
    'change per step of a mean that enters the second layer, without': { atLeast: 0.01 },
    'the same with batch normalization': { atMost: 0.005 },
    'ratio of the two': { atLeast: 10 },
  },
  measure,
})
