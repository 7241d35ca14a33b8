import { foldIn, type Key } from 'puregrad'
import { digits16, rowsAt } from 'puregrad/data'
import { activation, dense, network } from 'puregrad/nn'
import { errorGaps, errorRate, evaluate, type ErrorReport, type Interval } from 'puregrad/training'
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'
import type { EarlierPicture } from '../earlier-claim.ts'
import { noisyNetwork, trainedOnNoise } from './noisy-digits.ts'
import { rowsFrom, trainedByAdam } from './trained-by-adam.ts'

const tolerance = 0.1

const digitsNetwork = (units: number) =>
  network(256, dense('hidden', units), activation('tanh'), dense('output', 10))

const measure = (
  key: Key,
  progress: (done: number, of: number) => void,
): ReturnType<EarlierClaim['measure']> => {
  const data = digits16({ key: foldIn(key, 'digits'), n: 5000 })
  const train = rowsAt(data, rowsFrom(0, 3000), 'train')
  const dev = rowsAt(data, rowsFrom(3000, 5000), 'dev')
  const few = rowsAt(data, rowsFrom(3000, 3500), 'dev')
  const trained = (units: number, epochs: number) => {
    const net = digitsNetwork(units)
    const { params, state } = trainedByAdam(net, train, { key: foldIn(key, units), epochs })
    const on = (part: typeof train | typeof dev) => errorRate(evaluate(net, params, state, part))
    return { train: on(train), dev: on(dev), few: on(few) }
  }
  const fitting = trained(64, 15)
  progress(1, 3)
  const small = trained(1, 10)
  progress(2, 3)
  const net = noisyNetwork()
  const { data: noisy, params, state } = trainedOnNoise(key, net)
  const noisyOn = (part: typeof noisy.train | typeof noisy.dev) =>
    errorRate(evaluate(net, params, state, part))
  const memorizing = { train: noisyOn(noisy.train), dev: noisyOn(noisy.dev) }
  progress(3, 3)
  const gaps = (report: Pick<ErrorReport, 'train' | 'dev'>) => {
    const [bias, variance] = errorGaps({ train: report.train, dev: report.dev, tolerance })
    return { bias, variance }
  }
  const [good, tooSmall, byHeart] = [gaps(fitting), gaps(small), gaps(memorizing)]
  const width = ([lower, upper]: Interval): number => upper - lower
  const fewer = gaps({ train: { ...fitting.train, n: fitting.train.n / 4 }, dev: fitting.few })
  const models = [
    ['64 units, 3,000 clean rows', good],
    ['1 unit', tooSmall],
    ['300 noisy rows', byHeart],
  ] as const
  const series: EarlierPicture['series'] = models.map(([name, { bias, variance }]) => ({
    name,
    points: [
      [1, bias.gap],
      [2, variance.gap],
    ],
    intervals: [
      [1, ...bias.interval],
      [2, ...variance.interval],
    ],
  }))
  return {
    figures: {
      'fitting network: upper end of the bias': good.bias.interval[1],
      'fitting network: upper end of the variance': good.variance.interval[1],
      'one unit: lower end of the bias': tooSmall.bias.interval[0],
      'one unit: upper end of the variance': tooSmall.variance.interval[1],
      'noisy rows learned by heart: upper end of the bias': byHeart.bias.interval[1],
      'noisy rows learned by heart: lower end of the variance': byHeart.variance.interval[0],
      'width of the interval with a quarter of the rows / with all':
        width(fewer.variance.interval) / width(good.variance.interval),
    },
    pictures: [
      {
        title: 'Both gaps of three networks with their 95 % intervals',
        x: { title: '1: bias (train − floor), 2: variance (dev − train)' },
        y: { title: 'gap' },
        mark: 'line',
        series,
      },
    ],
  }
}

/** Bias and variance are two numbers with intervals, and both are looked at. */
export const b4 = earlierClaim({
  id: 'B4',
  lines: '86',
  asWritten: {
    en: 'A correct model has a small bias and a low variance.',
    bg: 'Правилният модел има малко отклонение (bias) и малка дисперсия (variance).',
  },
  corrected: {
    en: 'The same, with both gaps reported together and with intervals: one of them alone calls a network of one unit good (its variance is low) and one that knows its rows by heart (its bias is small). The intervals narrow like 1/√n, so a small dev set cannot tell.',
    bg: 'Същото, като двете разлики се съобщават заедно и с интервали: само едната би обявила за добра и мрежа с един неврон (дисперсията ѝ е малка), и мрежа, която знае редовете си наизуст (отклонението ѝ е малко). Интервалите се стесняват като 1/√n, затова по малко множество dev не може да се съди.',
  },
  marks: {
    'fitting network: upper end of the bias': { atMost: 0.02 },
    'fitting network: upper end of the variance': { atMost: 0.1 },
    'one unit: lower end of the bias': { atLeast: 0.3 },
    'one unit: upper end of the variance': { atMost: 0.1 },
    'noisy rows learned by heart: upper end of the bias': { atMost: 0.02 },
    'noisy rows learned by heart: lower end of the variance': { atLeast: 0.3 },
    'width of the interval with a quarter of the rows / with all': { within: [1.6, 2.4] },
  },
  measure,
})
