import { argmax, cast, div, equal, foldIn, item, mean, normal, type Key, type Tensor } from 'puregrad'
import { batchNorm, evalMode, network, recalibrate, trainMode } from 'puregrad/nn'
import { evaluate } from 'puregrad/training'
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'
import type { Progress } from '../claim.ts'
import { digitsParts } from './digits-parts.ts'
import { descendedNetwork, normalizedNetwork } from './normalized-network.ts'

const tracks = ['sigma', 'variance'] as const
const [width, batches] = [1000, 30]

/** What the moving averages of σ and of the variance come to, on average over many units of deviation 1. */
const tracked = (key: Key, rows: number): readonly number[] => {
  const drawn = Array.from({ length: batches }, (_, i) =>
    normal(foldIn(foldIn(key, rows), i), [rows, width], { dtype: 'float64' }),
  )
  return tracks.map((track) => {
    const net = network(width, batchNorm('norm', { track }))
    const { params, state } = net.init(key, { dtype: 'float64' })
    const { norm } = drawn.reduce((seen, z) => net.apply(trainMode(key), params, seen, z)[1], state)
    return item(mean(div(norm.spread, norm.weight)))
  })
}

const measure = (key: Key, progress: Progress): ReturnType<EarlierClaim['measure']> => {
  const { train, test } = digitsParts(key, { train: 4000, test: 2000 })
  const compared = tracks.map((track, done) => {
    const net = normalizedNetwork(2, 'relu', { track })
    const { params, layers } = descendedNetwork(key, net, train, { epochs: 10, rate: 0.05 })
    const whole = recalibrate(net, params, layers, train.x)
    const classes = (state: typeof layers): Tensor =>
      argmax(net.apply(evalMode, params, state, test.x)[0], { axis: 1 })
    progress(done + 1, 2)
    return {
      accuracies: [layers, whole].map((state) => evaluate(net, params, state, test).accuracy),
      agreement: item(mean(cast(equal(classes(layers), classes(whole)), 'float64'))),
    }
  })
  const change = ({ accuracies: [a = NaN, b = NaN] }: (typeof compared)[number]): number => Math.abs(a - b)
  const averages = [2, 4, 8, 16, 32].map((rows) => ({ rows, of: tracked(key, rows) }))
  const at = (rows: number, i: number): number => averages.find((size) => size.rows === rows)?.of[i] ?? NaN
  return {
    figures: {
      'average of σ over batches of 4 / σ': at(4, 0),
      'average of σ over batches of 32 / σ': at(32, 0),
      'average of the unbiased variance over batches of 4 / σ²': at(4, 1),
      'average of the unbiased variance over batches of 32 / σ²': at(32, 1),
      'moving average against the whole set: largest change of accuracy': Math.max(...compared.map(change)),
      'moving average against the whole set: least share of equal classes': Math.min(
        ...compared.map(({ agreement }) => agreement),
      ),
    },
    pictures: [
      {
        title: 'The moving average of σ is too small for small batches',
        x: { title: 'rows of a batch', scale: 'log' },
        y: { title: 'average / true value' },
        mark: 'line',
        series: ['σ', 'unbiased variance'].map((name, i) => ({
          name,
          points: averages.map(({ rows, of }) => [rows, of[i] ?? NaN] as const),
        })),
      },
    ],
  }
}

/** Statistics for the test, where there is no batch. */
export const d8 = earlierClaim({
  id: 'D8',
  lines: '371–384',
  asWritten: {
    en: 'At the test there is no batch. Ideally μ and σ are computed over the whole training set; in practice moving averages of the μ and σ of the batches are kept.',
    bg: 'При тестване няма пакет. В идеалния случай μ и σ се пресмятат по цялото обучаващо множество; на практика се пазят пълзящи средни на μ и σ от пакетите.',
  },
  corrected: {
    en: 'The σ of a batch is too small on average: 0.80 of the true one for 4 rows, 0.98 for 32. Its unbiased variance has the right mean. For batches of 32 either average names nearly the same classes as statistics of the whole set, which have to be taken layer after layer.',
    bg: 'σ на пакета е средно твърде малко: 0.80 от истинското при 4 реда, 0.98 при 32. Неизместената дисперсия има вярно средно. При пакети от 32 и двете средни посочват почти същите класове като статистиките по цялото множество, които се вземат слой след слой.',
  },
  condition: {
    en: 'batches are not small; otherwise the unbiased variance is averaged instead of σ.',
    bg: 'пакетите не са малки; иначе вместо σ се осреднява неизместената дисперсия.',
  },
  marks: {
    'average of σ over batches of 4 / σ': { within: [0.787, 0.807] },
    'average of σ over batches of 32 / σ': { within: [0.966, 0.986] },
    'average of the unbiased variance over batches of 4 / σ²': { within: [0.98, 1.02] },
    'average of the unbiased variance over batches of 32 / σ²': { within: [0.99, 1.01] },
    'moving average against the whole set: largest change of accuracy': { atMost: 0.01 },
    'moving average against the whole set: least share of equal classes': { atLeast: 0.98 },
  },
  literalMarks: { 'average of σ over batches of 4 / σ': { within: [0.98, 1.02] } },
  measure,
})
