import fc from 'fast-check'
import { foldIn, type Key } from 'puregrad'
import { digits16 } from 'puregrad/data'
import { counterExample } from 'puregrad/testing'
import { diagnose, errorRate, evaluate, type DiagnosisOptions, type ErrorReport } from 'puregrad/training'
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'
import { noisyNetwork, trainedOnNoise } from './noisy-digits.ts'

const literal: DiagnosisOptions = { rule: 'slideLiteral' }

const finds = (report: ErrorReport, kind: string, options?: DiagnosisOptions): boolean =>
  diagnose(report, options).some((finding) => finding.kind === kind)

/** Errors in percent, each of so many rows that the intervals are narrow. */
const reports = fc.record({
  train: fc.nat(100),
  dev: fc.nat(100),
  test: fc.nat(100),
})
const reportOf = ({
  train,
  dev,
  test,
}: {
  readonly train: number
  readonly dev: number
  readonly test: number
}) => {
  const error = (percent: number) => ({ value: percent / 100, n: 100_000 })
  return { train: error(train), dev: error(dev), test: error(test) }
}

const yes = (value: boolean): number => (value ? 1 : 0)

const measure = (key: Key): ReturnType<EarlierClaim['measure']> => {
  const net = noisyNetwork()
  const { data, params, state } = trainedOnNoise(key, net)
  const on = (part: Parameters<typeof evaluate<typeof params, typeof state>>[3]) =>
    evaluate(net, params, state, part)
  const parts = [on(data.train), on(data.dev), on(data.test)] as const
  const [train, dev, test] = parts.map(errorRate) as [
    ErrorReport['train'],
    ErrorReport['dev'],
    ErrorReport['dev'],
  ]
  const report = { train, dev, test }
  // The same digits with more noise than the network was made for.
  const elsewhere = errorRate(
    on(digits16({ key: foldIn(key, 'elsewhere'), n: 1000, jitter: 1.3, noise: 0.6 })),
  )
  // The rule as written would have to say overfit wherever dev is far above train.
  const found = counterExample(
    reports,
    (drawn) => !finds(reportOf(drawn), 'high-variance') || finds(reportOf(drawn), 'high-variance', literal),
  )
  const variance = diagnose(report).find(({ kind }) => kind === 'high-variance')
  return {
    figures: {
      'train error': train.value,
      'dev error': dev.value,
      'test error': test.value,
      'dev − train, lower end of its 95 % interval': variance?.interval[0] ?? NaN,
      'overfit by dev ≫ train (1 yes, 0 no)': yes(finds(report, 'high-variance')),
      'overfit by dev ≫ test (1 yes, 0 no)': yes(finds(report, 'high-variance', literal)),
      'test of another distribution: test ≫ dev (1 yes, 0 no)': yes(
        finds({ ...report, test: elsewhere }, 'dev-overfit'),
      ),
    },
    ...(found === undefined
      ? {}
      : {
          counterExample: `errors of train ${found.train} %, dev ${found.dev} % and test ${found.test} %: dev ≫ train, but not dev ≫ test`,
        }),
    pictures: [
      {
        title: 'A network that has learned 300 noisy rows by heart',
        x: { title: '1: train, 2: dev, 3: test' },
        y: { title: 'error' },
        mark: 'line',
        series: [
          {
            name: 'error',
            points: [train, dev, test].map(({ value }, i) => [i + 1, value] as const),
            intervals: parts.map(
              ({ accuracyInterval: [lower, upper] }, i) => [i + 1, 1 - upper, 1 - lower] as const,
            ),
          },
        ],
      },
    ],
  }
}

/** Overfitting is dev ≫ train; dev ≫ test is not its sign. */
export const b5 = earlierClaim({
  id: 'B5',
  lines: '87',
  asWritten: {
    en: 'A model is overfitted when its error on dev is much larger than on test.',
    bg: 'Моделът е преобучен, когато грешката върху dev е много по-голяма от тази върху test.',
  },
  corrected: {
    en: 'A model is overfitted when its error on dev is much larger than on train. Dev and test are both unseen, so they agree even for a network that knows every training row by heart; test ≫ dev means that dev was used for too many choices or that the two differ in distribution.',
    bg: 'Моделът е преобучен, когато грешката върху dev е много по-голяма от тази върху train. Мрежата не е виждала нито dev, нито test, затова те съвпадат дори когато тя знае наизуст всеки обучаващ ред; test ≫ dev означава, че по dev са правени твърде много избори или че разпределенията им се различават.',
  },
  marks: {
    'train error': { atMost: 0.01 },
    'dev error': { within: [0.4, 0.7] },
    'test error': { within: [0.4, 0.7] },
    'dev − train, lower end of its 95 % interval': { atLeast: 0.3 },
    'overfit by dev ≫ train (1 yes, 0 no)': { within: [1, 1] },
    'overfit by dev ≫ test (1 yes, 0 no)': { within: [0, 0] },
    'test of another distribution: test ≫ dev (1 yes, 0 no)': { within: [1, 1] },
  },
  literalMarks: { 'overfit by dev ≫ test (1 yes, 0 no)': { within: [1, 1] } },
  measure,
})
