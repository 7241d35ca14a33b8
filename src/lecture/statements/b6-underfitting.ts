import { foldIn } from 'puregrad'
import { digits16, noisyLabels, rowsAt, type Classes, type Dataset } from 'puregrad/data'
import { activation, dense, network } from 'puregrad/nn'
import {
  diagnose,
  errorGaps,
  errorRate,
  evaluate,
  type DiagnosisOptions,
  type ErrorReport,
} from 'puregrad/training'
import { claim } from '../claim.ts'
import { rowsFrom, trainedByAdam } from './trained-by-adam.ts'

/** Train error, dev error and floor in percent with what they are a sign of, after Ng. */
const table = [
  { train: 1, dev: 11, floor: 0, expected: ['high-variance'] },
  { train: 15, dev: 16, floor: 0, expected: ['high-bias'] },
  { train: 15, dev: 30, floor: 0, expected: ['high-bias', 'high-variance'] },
  { train: 0.5, dev: 1, floor: 0, expected: ['ok'] },
  { train: 15, dev: 16, floor: 15, expected: ['ok'] },
] as const

const kinds = (report: ErrorReport, options?: DiagnosisOptions): readonly string[] =>
  diagnose(report, options).map(({ kind }) => kind)

const has = (report: ErrorReport, kind: string, options?: DiagnosisOptions): number =>
  kinds(report, options).includes(kind) ? 1 : 0

const rowsAsInTable = table.filter(({ train, dev, floor, expected }) => {
  const error = (percent: number) => ({ value: percent / 100, n: 100_000 })
  return String(kinds({ train: error(train), dev: error(dev), floor: floor / 100 })) === String(expected)
})

const tolerance = 0.1
const unseen = 1000

/** A few rectified units may all be dead from the start, so they are smooth ones. */
const networkOf = (units: number) =>
  network(256, dense('hidden', units), activation(units < 10 ? 'tanh' : 'relu'), dense('output', 10))

/** Large errors on both parts are bias only where somebody could do better. */
export const b6 = claim({
  id: 'B6',
  lines: '88',
  asWritten: {
    en: 'A model is underfitted when its errors on train and on dev are both large.',
    bg: 'Моделът е недонапаснат, когато грешките и върху обучаващия, и върху проверяващия (dev) набор са големи.',
  },
  corrected: {
    en: 'Large means far above the floor, the error that a human or Bayes’ rule makes on the same rows: with three labels in ten redrawn at random a good model has large errors too. Bias (train − floor) and variance (dev − train) can be high at once.',
    bg: 'Голяма означава далеч над долната граница – грешката, която човек или правилото на Бейс прави върху същите редове: ако три от всеки десет етикета са изтеглени наново, и добрият модел има големи грешки. Отместването (bias: обучаващ − долна граница) и вариацията (variance: проверяващ − обучаващ) може да са големи едновременно.',
  },
  condition: {
    en: 'large is measured from the error nobody can go below, which is 0 only for rows that can be told without fail.',
    bg: '„голяма“ се мери от грешката, под която никой не може да слезе; тя е 0 само за редове, които се разпознават безпогрешно.',
  },
  measures: {
    tableRows: {
      name: {
        en: 'rows of Ng’s table that come out right, of 5',
        bg: 'верни редове от таблицата на Ng, от 5',
      },
      corrected: { within: [5, 5] },
    },
    tinyTrain: {
      name: { en: '1 unit: train error', bg: '1 неврон: грешка върху обучаващия набор' },
      corrected: { atLeast: 0.4 },
    },
    tinyDev: {
      name: { en: '1 unit: dev error', bg: '1 неврон: грешка върху проверяващия набор' },
      corrected: { atLeast: 0.4 },
    },
    tinyBias: {
      name: {
        en: '1 unit is found underfitted (1 yes, 0 no)',
        bg: '1 неврон: намерен за недонапаснат (1 да, 0 не)',
      },
      corrected: { within: [1, 1] },
      literal: { within: [1, 1] },
    },
    goodClean: {
      name: {
        en: '64 units, noisy labels: error by the right labels',
        bg: '64 неврона, шумни етикети: грешка спрямо верните етикети',
      },
      corrected: { atMost: 0.2 },
    },
    goodTrain: {
      name: { en: 'the same: train error', bg: 'същото: грешка върху обучаващия набор' },
      corrected: { atLeast: 0.2 },
    },
    goodLiteral: {
      name: {
        en: 'the same: found underfitted as both errors are large (1 yes, 0 no)',
        bg: 'същото: намерен за недонапаснат, защото двете грешки са големи (1 да, 0 не)',
      },
      literal: { within: [0, 0] },
    },
    goodFloor: {
      name: { en: 'the same: train error − floor', bg: 'същото: обучаваща грешка − долна граница' },
      corrected: { atMost: 0.12 },
    },
    bothBias: {
      name: {
        en: '2 units on 200 such rows: bias, lower end of its interval',
        bg: '2 неврона върху 200 такива реда: отместване, долен край на интервала',
      },
      corrected: { atLeast: 0.05 },
    },
    bothVariance: {
      name: {
        en: 'the same: variance, lower end of its interval',
        bg: 'същото: вариация, долен край на интервала',
      },
      corrected: { atLeast: 0.05 },
    },
  },
  settings: {
    rows: { name: { en: 'training rows', bg: 'обучаващи редове' }, value: 3000, min: 200, whole: true },
    share: {
      name: { en: 'share of labels redrawn', bg: 'дял на изтеглените наново етикети' },
      value: 0.3,
      min: 0,
      max: 1,
    },
    epochs: {
      name: { en: 'epochs of the good network', bg: 'епохи на добрата мрежа' },
      value: 4,
      whole: true,
    },
  },
  measure: ({ key, settings: { rows, share, epochs } }) => {
    // Nine tenths of the redrawn labels are wrong, and nobody can do better.
    const floor = 0.9 * share
    const data = digits16({ key: foldIn(key, 'digits'), n: rows + 2 * unseen })
    const noisy = noisyLabels(data, share, foldIn(key, 'labels'))
    const errorsOf = (units: number, passes: number, from: typeof data, few: number) => {
      const net = networkOf(units)
      const train = rowsAt(from, rowsFrom(0, few), 'train')
      const { params, state } = trainedByAdam(net, train, { key: foldIn(key, units), epochs: passes })
      const on = (part: Dataset<'train' | 'dev' | 'test', Classes>) =>
        errorRate(evaluate(net, params, state, part))
      return {
        report: {
          train: on(train),
          dev: on(rowsAt(from, rowsFrom(rows, rows + unseen), 'dev')),
          test: on(rowsAt(from, rowsFrom(rows + unseen, rows + 2 * unseen), 'test')),
          tolerance,
        },
        clean: on(rowsAt(data, rowsFrom(rows, rows + unseen), 'dev')).value,
      }
    }
    const { report: tiny } = errorsOf(1, 8, data, rows)
    const { report: good, clean } = errorsOf(64, epochs, noisy, rows)
    const { report: both } = errorsOf(2, 100, noisy, 200)
    const [bias, variance] = errorGaps({ ...both, floor })
    return {
      figures: {
        tableRows: rowsAsInTable.length,
        tinyTrain: tiny.train.value,
        tinyDev: tiny.dev.value,
        tinyBias: has(tiny, 'high-bias'),
        goodClean: clean,
        goodTrain: good.train.value,
        goodLiteral: has(good, 'high-bias', { rule: 'slideLiteral' }),
        goodFloor: good.train.value - floor,
        bothBias: bias.interval[0],
        bothVariance: variance.interval[0],
      },
      pictures: [
        {
          kind: 'bars',
          title: {
            en: 'Large errors on train and dev, for different reasons',
            bg: 'Големи грешки върху обучаващия и проверяващия набор по различни причини',
          },
          x: { title: { en: 'network and training rows', bg: 'мрежа и обучаващи редове' } },
          y: { title: { en: 'error', bg: 'грешка' } },
          categories: [
            { en: `1 unit, ${rows} clean`, bg: `1 неврон, ${rows} чисти` },
            { en: `64 units, ${rows} noisy`, bg: `64 неврона, ${rows} шумни` },
            { en: '2 units, 200 noisy', bg: '2 неврона, 200 шумни' },
          ],
          series: [
            {
              name: { en: 'floor', bg: 'долна граница' },
              values: [0, floor, floor].map((value) => ({ value })),
            },
            {
              name: { en: 'train', bg: 'обучаващ' },
              values: [tiny, good, both].map(({ train: { value } }) => ({ value })),
            },
            {
              name: { en: 'dev', bg: 'проверяващ (dev)' },
              values: [tiny, good, both].map(({ dev: { value } }) => ({ value })),
            },
          ],
        },
      ],
    }
  },
})
