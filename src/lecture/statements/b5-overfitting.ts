import fc from 'fast-check'
import { foldIn } from 'puregrad'
import { digits16 } from 'puregrad/data'
import { counterExample } from 'puregrad/testing'
import {
  diagnose,
  errorGaps,
  errorRate,
  evaluate,
  type DiagnosisOptions,
  type ErrorReport,
  type Problem,
} from 'puregrad/training'
import { claim } from '../claim.ts'
import { noisyEpochs, noisyNetwork, trainedOnNoise } from './noisy-digits.ts'

const literal: DiagnosisOptions = { rule: 'slideLiteral' }

const finds = (report: ErrorReport, kind: Problem, options?: DiagnosisOptions): boolean =>
  diagnose(report, options).some((finding) => finding.kind === kind)

/** The lower end of the 95 % interval of a gap. */
const lowerEnd = (report: ErrorReport, problem: Problem): number =>
  errorGaps(report).find((gap) => gap.problem === problem)?.interval[0] ?? NaN

/** Errors in percent, each of so many rows that the intervals are narrow. */
const reports = fc.record({ train: fc.nat(100), dev: fc.nat(100), test: fc.nat(100) })

/** A report from which the rule as written would have to say overfit, as dev is far above train, and does not. */
const missedReport = () =>
  counterExample(reports, ({ train, dev, test }) => {
    const error = (percent: number) => ({ value: percent / 100, n: 100_000 })
    const report = { train: error(train), dev: error(dev), test: error(test) }
    return !finds(report, 'high-variance') || finds(report, 'high-variance', literal)
  })

/** Overfitting is dev ≫ train; dev ≫ test is not its sign. */
export const b5 = claim({
  id: 'B5',
  lines: '87',
  asWritten: {
    en: 'A model is overfitted when its error on dev is much larger than on test.',
    bg: 'Моделът е пренапаснат, когато грешката върху проверяващия (dev) набор е много по-голяма от тази върху тестовия.',
  },
  corrected: {
    en: 'A model is overfitted when its error on dev is much larger than on train. Dev and test are both unseen, so they agree even for a network that knows every training row by heart; test ≫ dev means that dev was used for too many choices or that the two differ in distribution.',
    bg: 'Моделът е пренапаснат, когато грешката върху проверяващия набор е много по-голяма от тази върху обучаващия. Мрежата не е виждала нито проверяващия, нито тестовия набор, затова те съвпадат дори когато тя знае наизуст всеки обучаващ ред; много по-голяма грешка върху тестовия означава, че по проверяващия са правени твърде много избори или че разпределенията им се различават.',
  },
  measures: {
    trainError: {
      name: {
        en: 'train error of a network that knows 300 noisy rows by heart',
        bg: 'обучаваща грешка на мрежа, която знае 300 шумни реда наизуст',
      },
      corrected: { atMost: 0.01 },
    },
    devError: {
      name: { en: 'its dev error', bg: 'грешката ѝ върху проверяващия набор' },
      corrected: { within: [0.4, 0.7] },
    },
    devOverTrain: {
      name: {
        en: 'dev − train, lower end of its 95 % interval',
        bg: 'проверяващ − обучаващ, долен край на 95 % интервал',
      },
      corrected: { atLeast: 0.3 },
    },
    devOverTest: {
      name: { en: 'dev − test', bg: 'проверяващ − тестов' },
      corrected: { within: [-0.06, 0.06] },
      literal: { atLeast: 0.1 },
    },
    literalRule: {
      name: {
        en: 'the rule dev ≫ test finds it overfitted (1 yes, 0 no)',
        bg: 'правилото „проверяващ ≫ тестов“ я намира за пренапасната (1 да, 0 не)',
      },
      corrected: { within: [0, 0] },
      literal: { within: [1, 1] },
    },
    otherTest: {
      name: {
        en: 'test of another distribution − dev, lower end of its interval',
        bg: 'тестов набор с друго разпределение − проверяващ, долен край на интервала',
      },
      corrected: { atLeast: 0.05 },
    },
  },
  settings: {
    epochs: { name: { en: 'epochs', bg: 'епохи' }, value: noisyEpochs, whole: true },
    otherNoise: {
      name: { en: 'noise of a pixel in the other distribution', bg: 'шум на пиксел в другото разпределение' },
      value: 0.6,
      min: 0,
    },
  },
  measure: ({ key, settings: { epochs, otherNoise } }) => {
    const net = noisyNetwork()
    const { data, params, state } = trainedOnNoise(key, net, { epochs })
    const on = (part: Parameters<typeof evaluate<typeof params, typeof state>>[3]) =>
      evaluate(net, params, state, part)
    const other = digits16({ key: foldIn(key, 'elsewhere'), n: 1000, jitter: 1.3, noise: otherNoise })
    const parts = [on(data.train), on(data.dev), on(data.test), on(other)] as const
    const [onTrain, onDev, onTest, elsewhere] = parts
    const report = { train: errorRate(onTrain), dev: errorRate(onDev), test: errorRate(onTest) }
    const missed = missedReport()
    return {
      figures: {
        trainError: report.train.value,
        devError: report.dev.value,
        devOverTrain: lowerEnd(report, 'high-variance'),
        devOverTest: report.dev.value - report.test.value,
        literalRule: finds(report, 'high-variance', literal) ? 1 : 0,
        otherTest: lowerEnd({ ...report, test: errorRate(elsewhere) }, 'dev-overfit'),
      },
      ...(missed === undefined
        ? {}
        : {
            counterExample: {
              en: `errors of train ${missed.train} %, dev ${missed.dev} % and test ${missed.test} %: dev ≫ train, but not dev ≫ test`,
              bg: `грешки ${missed.train} % върху обучаващия, ${missed.dev} % върху проверяващия и ${missed.test} % върху тестовия набор: много по-голяма от обучаващата, но не и от тестовата`,
            },
          }),
      pictures: [
        {
          kind: 'bars',
          title: {
            en: `256-128-64-10 on 300 noisy rows, ${epochs} epochs: errors with their 95 % intervals`,
            bg: `256-128-64-10 върху 300 шумни реда, ${epochs} епохи: грешки с техните 95 % интервали`,
          },
          x: { title: { en: 'part', bg: 'набор' } },
          y: { title: { en: 'error', bg: 'грешка' } },
          categories: [
            { en: 'train', bg: 'обучаващ' },
            { en: 'dev', bg: 'проверяващ (dev)' },
            { en: 'test', bg: 'тестов' },
            { en: 'test of another distribution', bg: 'тестов с друго разпределение' },
          ],
          series: [
            {
              name: { en: 'error', bg: 'грешка' },
              values: parts.map(({ accuracy, accuracyInterval: [lower, upper] }) => ({
                value: 1 - accuracy,
                interval: [1 - upper, 1 - lower] as const,
              })),
            },
          ],
        },
      ],
    }
  },
})
