import { foldIn } from 'puregrad'
import { digits16, rowsAt } from 'puregrad/data'
import { activation, dense, network } from 'puregrad/nn'
import { errorGaps, errorRate, evaluate, type ErrorReport, type Interval } from 'puregrad/training'
import { claim } from '../claim.ts'
import { noisyEpochs, noisyNetwork, trainedOnNoise } from './noisy-digits.ts'
import { rowsFrom, trainedByAdam } from './trained-by-adam.ts'

const digitsNetwork = (units: number) =>
  network(256, dense('hidden', units), activation('tanh'), dense('output', 10))

const gaps = ({ train, dev }: Pick<ErrorReport, 'train' | 'dev'>) => {
  const [bias, variance] = errorGaps({ train, dev })
  return { bias, variance }
}

const width = ([lower, upper]: Interval): number => upper - lower

/** Bias and variance are two numbers with intervals, and both are looked at. */
export const b4 = claim({
  id: 'B4',
  lines: '86',
  asWritten: {
    en: 'A correct model has a small bias and a low variance.',
    bg: 'Правилният модел има малко отместване (bias) и малка вариация (variance).',
  },
  corrected: {
    en: 'The same, with both gaps reported together and with intervals: one of them alone calls a network of one unit good (its variance is low) and one that knows its rows by heart (its bias is small). The intervals narrow like 1/√n, so a small dev set cannot tell.',
    bg: 'Същото, като двете разлики се съобщават заедно и с интервали: само едната би обявила за добра и мрежа с един неврон (вариацията ѝ е малка), и мрежа, която знае редовете си наизуст (отместването ѝ е малко). Интервалите се стесняват като 1/√n, затова по малък проверяващ (dev) набор не може да се съди.',
  },
  measures: {
    goodTest: {
      name: { en: '64 units: test error', bg: '64 неврона: грешка върху тестовия набор' },
      corrected: { atMost: 0.1 },
      literal: { atMost: 0.1 },
    },
    goodBias: {
      name: { en: '64 units: upper end of the bias', bg: '64 неврона: горен край на отместването' },
      corrected: { atMost: 0.03 },
      literal: { atMost: 0.03 },
    },
    goodVariance: {
      name: { en: '64 units: upper end of the variance', bg: '64 неврона: горен край на вариацията' },
      corrected: { atMost: 0.1 },
      literal: { atMost: 0.1 },
    },
    tinyTest: {
      name: { en: '1 unit: test error', bg: '1 неврон: грешка върху тестовия набор' },
      corrected: { atLeast: 0.4 },
    },
    tinyBias: {
      name: { en: '1 unit: lower end of the bias', bg: '1 неврон: долен край на отместването' },
      corrected: { atLeast: 0.3 },
    },
    tinyVariance: {
      name: { en: '1 unit: upper end of the variance', bg: '1 неврон: горен край на вариацията' },
      corrected: { atMost: 0.1 },
    },
    heartTest: {
      name: {
        en: 'noisy rows by heart: test error',
        bg: 'шумни редове наизуст: грешка върху тестовия набор',
      },
      corrected: { atLeast: 0.3 },
    },
    heartBias: {
      name: {
        en: 'noisy rows by heart: upper end of the bias',
        bg: 'шумни редове наизуст: горен край на отместването',
      },
      corrected: { atMost: 0.02 },
    },
    heartVariance: {
      name: {
        en: 'noisy rows by heart: lower end of the variance',
        bg: 'шумни редове наизуст: долен край на вариацията',
      },
      corrected: { atLeast: 0.3 },
    },
    narrowing: {
      name: {
        en: 'width of the interval with a quarter of the rows / with all',
        bg: 'ширина на интервала с една четвърт от редовете / с всички',
      },
      corrected: { within: [1.6, 2.4] },
    },
  },
  settings: {
    rows: { name: { en: 'clean training rows', bg: 'чисти обучаващи редове' }, value: 3000, whole: true },
    epochs: { name: { en: 'epochs on them', bg: 'епохи върху тях' }, value: 15, whole: true },
    noisyEpochs: {
      name: { en: 'epochs on noisy rows', bg: 'епохи върху шумните редове' },
      value: noisyEpochs,
      whole: true,
    },
  },
  measure: ({ key, settings: { rows, epochs, noisyEpochs: long }, progress }) => {
    const data = digits16({ key: foldIn(key, 'digits'), n: rows + 4000 })
    const train = rowsAt(data, rowsFrom(0, rows), 'train')
    const dev = rowsAt(data, rowsFrom(rows, rows + 2000), 'dev')
    const few = rowsAt(data, rowsFrom(rows, rows + 500), 'dev')
    const test = rowsAt(data, rowsFrom(rows + 2000, rows + 4000), 'test')
    const trained = (units: number) => {
      const net = digitsNetwork(units)
      const { params, state } = trainedByAdam(net, train, { key: foldIn(key, units), epochs })
      const on = (part: typeof train | typeof dev | typeof test) =>
        errorRate(evaluate(net, params, state, part))
      return { train: on(train), dev: on(dev), few: on(few), test: on(test).value }
    }
    const fitting = trained(64)
    progress(1, 3)
    const tiny = trained(1)
    progress(2, 3)
    const net = noisyNetwork()
    const { data: noisy, params, state } = trainedOnNoise(key, net, { epochs: long })
    const onNoisy = (part: typeof noisy.train | typeof noisy.dev | typeof noisy.test) =>
      errorRate(evaluate(net, params, state, part))
    const byHeart = { train: onNoisy(noisy.train), dev: onNoisy(noisy.dev), test: onNoisy(noisy.test).value }
    progress(3, 3)
    const [good, small, heart] = [gaps(fitting), gaps(tiny), gaps(byHeart)]
    const fewer = gaps({ train: { ...fitting.train, n: fitting.train.n / 4 }, dev: fitting.few })
    const models = [good, small, heart]
    return {
      figures: {
        goodTest: fitting.test,
        goodBias: good.bias.interval[1],
        goodVariance: good.variance.interval[1],
        tinyTest: tiny.test,
        tinyBias: small.bias.interval[0],
        tinyVariance: small.variance.interval[1],
        heartTest: byHeart.test,
        heartBias: heart.bias.interval[1],
        heartVariance: heart.variance.interval[0],
        narrowing: width(fewer.variance.interval) / width(good.variance.interval),
      },
      pictures: [
        {
          kind: 'bars',
          title: {
            en: 'Digits: both gaps of three networks with their 95 % intervals',
            bg: 'Цифри: двете разлики на три мрежи с техните 95 % интервали',
          },
          x: { title: { en: 'network and training rows', bg: 'мрежа и обучаващи редове' } },
          y: { title: { en: 'gap of the error', bg: 'разлика в грешката' } },
          categories: [
            { en: `64 units, ${rows} clean`, bg: `64 неврона, ${rows} чисти` },
            { en: '1 unit, the same', bg: '1 неврон, същите' },
            { en: '128 and 64 units, 300 noisy', bg: '128 и 64 неврона, 300 шумни' },
          ],
          series: [
            {
              name: { en: 'bias (train − floor)', bg: 'отместване (обучаващ − долна граница)' },
              values: models.map(({ bias: { gap, interval } }) => ({ value: gap, interval })),
            },
            {
              name: { en: 'variance (dev − train)', bg: 'вариация (проверяващ − обучаващ)' },
              values: models.map(({ variance: { gap, interval } }) => ({ value: gap, interval })),
            },
          ],
        },
      ],
    }
  },
})
