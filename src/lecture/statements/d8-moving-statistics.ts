import { argmax, cast, div, equal, foldIn, item, mean, normal, type Key, type Tensor } from 'puregrad'
import type { Classes, Dataset } from 'puregrad/data'
import { batchNorm, evalMode, network, recalibrate, trainMode, type BatchNormOptions } from 'puregrad/nn'
import { evaluate } from 'puregrad/training'
import { claim } from '../claim.ts'
import { digitsParts } from './digits-parts.ts'
import { descendedNetwork, normalizedNetwork } from './normalized-network.ts'

type Track = Required<BatchNormOptions>['track']

const [width, batches] = [600, 20]
const repeats = 3

/** What the moving averages of σ and of the variance come to, on average over many units of standard deviation 1. */
const tracked = (key: Key, rows: number): Readonly<Record<Track, number>> => {
  const drawn = Array.from({ length: batches }, (_, i) =>
    normal(foldIn(foldIn(key, rows), i), [rows, width], { dtype: 'float64' }),
  )
  const average = (track: Track): number => {
    const net = network(width, batchNorm('norm', { track }))
    const { params, state } = net.init(key, { dtype: 'float64' })
    const { norm } = drawn.reduce((seen, z) => net.apply(trainMode(key), params, seen, z)[1], state)
    return item(mean(div(norm.spread, norm.weight)))
  }
  return { sigma: average('sigma'), variance: average('variance') }
}

/** A network trained on batches of so many rows, judged by its moving averages and by the statistics of the whole set. */
const compared = (
  key: Key,
  { train, test }: { readonly train: Dataset<'train', Classes>; readonly test: Dataset<'test', Classes> },
  { track, ...plan }: { readonly track: Track; readonly batch: number; readonly epochs: number },
): { readonly change: number; readonly agreement: number } => {
  const net = normalizedNetwork({ layers: 2, by: 'relu', norm: { track } })
  const { params, layers } = descendedNetwork(key, net, train, { ...plan, rate: 0.05 })
  const whole = recalibrate(net, params, layers, train.x)
  const accuracy = (state: typeof layers): number => evaluate(net, params, state, test).accuracy
  const classes = (state: typeof layers): Tensor =>
    argmax(net.apply(evalMode, params, state, test.x)[0], { axis: 1 })
  return {
    change: Math.abs(accuracy(layers) - accuracy(whole)),
    agreement: item(mean(cast(equal(classes(layers), classes(whole)), 'float64'))),
  }
}

/** Statistics for the test, where there is no batch. */
export const d8 = claim({
  id: 'D8',
  lines: '371–384',
  asWritten: {
    en: 'At the test there is no batch. Ideally μ and σ are computed over the whole training set; in practice moving averages of the μ and σ of the batches are kept.',
    bg: 'При тестване няма партида. В идеалния случай μ и σ се пресмятат по целия обучаващ набор; на практика се пазят плъзгащи се средни на μ и σ от партидите.',
  },
  corrected: {
    en: 'For batches of 32 the moving averages name nearly the same classes as statistics of the whole set, which have to be taken layer after layer. For batches of 4 they do not: the σ of such a batch is on average only 0.80 of the true one (its unbiased variance has the right mean), and an average over few rows is noisy whatever it is of.',
    bg: 'При партиди от 32 плъзгащите се средни посочват почти същите класове като статистиките по целия набор, които се вземат слой след слой. При партиди от 4 не е така: σ на такава партида е средно само 0,80 от истинското (неизместената ѝ дисперсия има вярно средно), а средната по малко редове е шумна, каквото и да се осреднява.',
  },
  condition: { en: 'batches are not small.', bg: 'партидите не са малки.' },
  measures: {
    largeAgreement: {
      name: {
        en: 'large batches: share of test digits given the same class by both statistics',
        bg: 'големи партиди: дял на тестовите цифри с един и същ клас по двете статистики',
      },
      corrected: { atLeast: 0.96 },
      literal: { atLeast: 0.96 },
    },
    largeChange: {
      name: {
        en: 'large batches: change of the test accuracy',
        bg: 'големи партиди: разлика в точността при тест',
      },
      corrected: { atMost: 0.02 },
    },
    smallAgreement: {
      name: {
        en: 'small batches: share of test digits given the same class by both statistics',
        bg: 'малки партиди: дял на тестовите цифри с един и същ клас по двете статистики',
      },
      corrected: { atMost: 0.96 },
      literal: { atLeast: 0.96 },
    },
    smallVarianceAgreement: {
      name: {
        en: 'the same where variances are averaged instead of σ',
        bg: 'същият, когато вместо σ се осредняват дисперсии',
      },
      corrected: { atMost: 0.965 },
    },
    smallSigma: {
      name: { en: 'small batches: average of σ / true σ', bg: 'малки партиди: средно на σ / истинското σ' },
      corrected: { within: [0.78, 0.815] },
      literal: { within: [0.98, 1.02] },
    },
    largeSigma: {
      name: { en: 'large batches: average of σ / true σ', bg: 'големи партиди: средно на σ / истинското σ' },
      corrected: { within: [0.966, 0.986] },
    },
    smallVariance: {
      name: {
        en: 'small batches: average of the unbiased variance / true variance',
        bg: 'малки партиди: средно на неизместената дисперсия / истинската',
      },
      corrected: { within: [0.96, 1.04] },
    },
  },
  settings: {
    small: {
      name: { en: 'rows of a small batch', bg: 'редове в малка партида' },
      value: 4,
      whole: true,
      min: 2,
      max: 256,
    },
    large: {
      name: { en: 'rows of a large batch', bg: 'редове в голяма партида' },
      value: 32,
      whole: true,
      min: 2,
      max: 256,
    },
    epochs: {
      name: { en: 'epochs of large batches', bg: 'епохи с големи партиди' },
      value: 15,
      whole: true,
      min: 1,
      max: 200,
    },
  },
  measure: ({ key, settings: { small, large, epochs }, progress }) => {
    const data = digitsParts(key, { train: 2000, test: 1000 })
    const ofLarge = compared(key, data, { track: 'sigma', batch: large, epochs })
    progress(1, 1 + 2 * repeats)
    // One such training says little: their moving averages are noise of a few batches.
    const smallAgreementOf = (track: Track, done: number): number =>
      Array.from({ length: repeats }, (_, i) => {
        const { agreement } = compared(foldIn(key, i), data, { track, batch: small, epochs: 1 })
        progress(done + i + 1, 1 + 2 * repeats)
        return agreement / repeats
      }).reduce((total, share) => total + share, 0)
    const sizes = [...new Set([2, 4, 8, 16, 32, small, large])].sort((a, b) => a - b)
    const averages = sizes.map((rows) => ({ rows, ...tracked(key, rows) }))
    const at = (wanted: number, track: Track): number =>
      averages.find(({ rows }) => rows === wanted)?.[track] ?? NaN
    return {
      figures: {
        largeAgreement: ofLarge.agreement,
        largeChange: ofLarge.change,
        smallAgreement: smallAgreementOf('sigma', 1),
        smallVarianceAgreement: smallAgreementOf('variance', 1 + repeats),
        smallSigma: at(small, 'sigma'),
        largeSigma: at(large, 'sigma'),
        smallVariance: at(small, 'variance'),
      },
      pictures: [
        {
          kind: 'curves',
          title: {
            en: 'Normal values: the moving average of σ is too small for small batches',
            bg: 'Нормално разпределени стойности: плъзгащата се средна на σ е твърде малка при малки партиди',
          },
          x: { title: { en: 'rows of a batch', bg: 'редове в партида' }, scale: 'log', whole: true },
          y: { title: { en: 'average / true value', bg: 'средна / истинска стойност' } },
          series: (['sigma', 'variance'] as const).map((track) => ({
            name: track === 'sigma' ? 'σ' : { en: 'unbiased variance', bg: 'неизместена дисперсия' },
            mark: 'both',
            points: averages.map(({ rows, [track]: average }) => [rows, average] as const),
          })),
        },
      ],
    }
  },
})
