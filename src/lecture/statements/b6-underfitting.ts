import { foldIn, type Key } from 'puregrad'
import { digits16, noisyLabels, rowsAt, type Classes, type Dataset } from 'puregrad/data'
import { activation, dense, network } from 'puregrad/nn'
import { diagnose, errorRate, evaluate, type DiagnosisOptions, type ErrorReport } from 'puregrad/training'
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'
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

const tolerance = 0.1
/** With this share of labels redrawn nine tenths of them are wrong, and nobody can do better. */
const share = 0.3
const floor = 0.9 * share

const measure = (key: Key): ReturnType<EarlierClaim['measure']> => {
  const right = table.filter(({ train, dev, floor: own, expected }) => {
    const error = (percent: number) => ({ value: percent / 100, n: 100_000 })
    return String(kinds({ train: error(train), dev: error(dev), floor: own / 100 })) === String(expected)
  })
  const data = digits16({ key: foldIn(key, 'digits'), n: 5000 })
  const noisy = noisyLabels(data, share, foldIn(key, 'labels'))
  const errorsOf = (units: number, epochs: number, from: typeof data, rows: number): ErrorReport => {
    // A few rectified units may all be dead from the start.
    const net = network(
      256,
      dense('hidden', units),
      activation(units < 10 ? 'tanh' : 'relu'),
      dense('output', 10),
    )
    const train = rowsAt(from, rowsFrom(0, rows), 'train')
    const { params, state } = trainedByAdam(net, train, { key: foldIn(key, units), epochs })
    const on = (part: Dataset<'train' | 'dev' | 'test', Classes>) =>
      errorRate(evaluate(net, params, state, part))
    return {
      train: on(train),
      dev: on(rowsAt(from, rowsFrom(3000, 4000), 'dev')),
      test: on(rowsAt(from, rowsFrom(4000, 5000), 'test')),
      tolerance,
    }
  }
  const oneUnit = errorsOf(1, 8, data, 3000)
  const good = errorsOf(64, 4, noisy, 3000)
  const both = errorsOf(2, 100, noisy, 200)
  const literal = { rule: 'slideLiteral' } as const
  const has = (report: ErrorReport, kind: string, options?: DiagnosisOptions): number =>
    kinds(report, options).includes(kind) ? 1 : 0
  const reports = [
    ['1 unit', oneUnit],
    ['64 units, 30 % of labels redrawn', good],
    ['2 units, 200 such rows', both],
  ] as const
  return {
    figures: {
      'rows of the table that come out right, of 5': right.length,
      'one unit: train error': oneUnit.train.value,
      'one unit: dev error': oneUnit.dev.value,
      'one unit: high bias (1 yes, 0 no)': has(oneUnit, 'high-bias'),
      'noisy labels: train error − floor': good.train.value - floor,
      'noisy labels: underfit without a floor (1 yes, 0 no)': has(good, 'high-bias', literal),
      'noisy labels: underfit with their floor (1 yes, 0 no)': has({ ...good, floor }, 'high-bias'),
      '2 units on 200 rows: bias and variance found':
        has({ ...both, floor }, 'high-bias') + has({ ...both, floor }, 'high-variance'),
    },
    pictures: [
      {
        title: 'Large errors on train and dev, for different reasons',
        x: { title: '0: floor, 1: train, 2: dev, 3: test' },
        y: { title: 'error' },
        mark: 'line',
        series: reports.map(([name, { train, dev, test }], i) => ({
          name,
          points: [i === 0 ? 0 : floor, train.value, dev.value, test?.value ?? NaN].map(
            (value, at) => [at, value] as const,
          ),
        })),
      },
    ],
  }
}

/** Large errors on both parts are bias only where somebody could do better. */
export const b6 = earlierClaim({
  id: 'B6',
  lines: '88',
  asWritten: {
    en: 'A model is underfitted when its errors on train and on dev are both large.',
    bg: 'Моделът е недообучен, когато грешките и върху train, и върху dev са големи.',
  },
  corrected: {
    en: 'Large means far above the floor, the error that a human or Bayes’ rule makes on the same rows: with three labels in ten redrawn at random a good model has large errors too. Bias (train − floor) and variance (dev − train) can be high at once.',
    bg: 'Голяма означава далеч над долната граница – грешката, която човек или правилото на Бейс прави върху същите редове: ако три от всеки десет етикета са изтеглени наново, и добрият модел има големи грешки. Отклонението (train − граница) и дисперсията (dev − train) може да са големи едновременно.',
  },
  condition: {
    en: 'large is measured from the error nobody can go below, which is 0 only for rows that can be told without fail.',
    bg: '„голяма“ се мери от грешката, под която никой не може да слезе; тя е 0 само за редове, които се разпознават безпогрешно.',
  },
  marks: {
    'rows of the table that come out right, of 5': { within: [5, 5] },
    'one unit: train error': { atLeast: 0.4 },
    'one unit: dev error': { atLeast: 0.4 },
    'one unit: high bias (1 yes, 0 no)': { within: [1, 1] },
    'noisy labels: train error − floor': { atMost: 0.1 },
    'noisy labels: underfit without a floor (1 yes, 0 no)': { within: [1, 1] },
    'noisy labels: underfit with their floor (1 yes, 0 no)': { within: [0, 0] },
    '2 units on 200 rows: bias and variance found': { within: [2, 2] },
  },
  literalMarks: { 'noisy labels: underfit without a floor (1 yes, 0 no)': { within: [0, 0] } },
  measure,
})
