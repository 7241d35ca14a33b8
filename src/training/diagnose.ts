import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import { differenceInterval, wilsonInterval, type Interval, type Proportion } from './confidence.ts'

/**
 * Error rates (fractions in [0, 1]) and the numbers of rows they were measured on.
 *
 * @category Diagnosis
 */
export interface ErrorReport {
  /** On the training rows, evaluated like the others. */
  readonly train: Proportion
  readonly dev: Proportion
  readonly test?: Proportion
  /** Rows from the distribution of the training data that were kept out of training. */
  readonly trainDev?: Proportion
  /** The training rows in `calibrateMode`: normalized by statistics of their own instead of the tracked ones. */
  readonly ownStatistics?: Proportion
  /** The error nobody can go below (a human's, or Bayes'); 0 unless told otherwise. */
  readonly floor?: number
  /** The smallest gap that matters; 0.02 unless told otherwise. */
  readonly tolerance?: number
}

/**
 * How to read an error report.
 *
 * @category Diagnosis
 */
export interface DiagnosisOptions {
  /**
   * `corrected` (the default) measures variance from train to dev. `slideLiteral` is the rule of the lecture as it is
   * written: overfit where dev is far above test, underfit where train and dev are both large, whatever the floor.
   */
  readonly rule?: 'corrected' | 'slideLiteral'
}

/**
 * A gap that errors can show.
 *
 * @category Diagnosis
 */
export type Problem = 'high-bias' | 'high-variance' | 'normalization-mismatch' | 'mismatch' | 'dev-overfit'

/**
 * The distance from one error to the next, and whether it is above the tolerance.
 *
 * @category Diagnosis
 */
export interface ErrorGap {
  readonly problem: Problem
  readonly gap: number
  /** The 95 % interval of the gap. */
  readonly interval: Interval
  /** `yes` or `no` where the whole interval is on one side of the tolerance. */
  readonly present: 'yes' | 'no' | 'inconclusive'
  /** About how many rows would bring the interval to one side, were the errors to stay as they are. */
  readonly rowsNeeded: number
}

/**
 * What the errors say. For 'inconclusive', `about` names the problem that more rows would confirm or exclude.
 *
 * @category Diagnosis
 */
export type Finding = {
  readonly gap: number
  readonly interval: Interval
  readonly advice: readonly [string, ...string[]]
} & (
  | { readonly kind: Problem | 'ok' }
  | { readonly kind: 'inconclusive'; readonly about: Problem; readonly rowsNeeded: number }
)

const adviceFor: Readonly<Record<Problem, readonly [string, ...string[]]>> = {
  'high-bias': [
    'use a larger network',
    'train longer, or with another optimizer or learning rate',
    'lessen regularization',
  ],
  'high-variance': [
    'get more training rows',
    'regularize more (L2, dropout, early stopping)',
    'use a smaller network',
  ],
  'normalization-mismatch': [
    'renew the tracked statistics (recalibrate): this gap is not variance',
    'use larger batches, or another momentum of the statistics',
    'normalize over units instead of rows (layerNorm)',
  ],
  mismatch: [
    'compare training and dev rows to see how they differ',
    'make the training rows more like the dev rows',
  ],
  'dev-overfit': [
    'get more dev rows: too many choices were made on these',
    'check that dev and test rows come from one distribution',
  ],
}

const rowsFor: Readonly<Record<Problem, string>> = {
  'high-bias': 'training',
  'high-variance': 'dev',
  'normalization-mismatch': 'training',
  mismatch: 'dev',
  'dev-overfit': 'dev and test',
}

const checked = (name: string, { value, n }: Proportion): Proportion => {
  if (!(value >= 0 && value <= 1) || !(n >= 0))
    throw new ArgumentError(
      `diagnose: ${name} is an error rate in [0, 1] of 0 or more rows, got ${value} of ${n}`,
    )
  return { value, n }
}

const checkedLevel = (name: string, value: number): number => {
  if (!(value >= 0 && value <= 1))
    throw new ArgumentError(`diagnose: the ${name} is a fraction in [0, 1], got ${value}`)
  return value
}

const sideOf = ([lower, upper]: Interval, tolerance: number): ErrorGap['present'] =>
  lower > tolerance ? 'yes' : upper > tolerance ? 'inconclusive' : 'no'

/** How often rows can be doubled before a gap counts as equal to the tolerance. */
const mostDoublings = 40

/** The gap of a problem from its interval at 1, 2, 4 … times as many rows. */
const gapOf = (
  problem: Problem,
  gap: number,
  rows: number,
  tolerance: number,
  intervalAt: (times: number) => Interval,
): ErrorGap => {
  const present = sideOf(intervalAt(1), tolerance)
  const needed = (doublings: number): number =>
    doublings > mostDoublings
      ? Infinity
      : sideOf(intervalAt(2 ** doublings), tolerance) === 'inconclusive'
        ? needed(doublings + 1)
        : rows * 2 ** doublings
  return { problem, gap, interval: intervalAt(1), present, rowsNeeded: rows === 0 ? Infinity : needed(0) }
}

const times = ({ value, n }: Proportion, factor: number): Proportion => ({ value, n: n * factor })

const between = (problem: Problem, higher: Proportion, lower: Proportion, tolerance: number): ErrorGap =>
  gapOf(problem, higher.value - lower.value, higher.n, tolerance, (factor) =>
    differenceInterval(times(higher, factor), times(lower, factor)),
  )

const above = (problem: Problem, { value, n }: Proportion, floor: number, tolerance: number): ErrorGap =>
  gapOf(problem, value - floor, n, tolerance, (factor) => {
    const [lower, upper] = wilsonInterval(value * n * factor, n * factor)
    return [lower - floor, upper - floor]
  })

/**
 * Every gap between the errors of a report with its 95 % interval, bias and variance always first, whether they matter
 * or not: what {@link diagnose} judges.
 *
 * From the floor to the training rows by their own statistics is bias, from there to the training rows in evaluation a
 * mismatch of normalization, to unseen rows variance, to dev rows a mismatch of distributions and to test rows the
 * overuse of dev; what is not in the report is skipped.
 *
 * @throws ArgumentError for an error, floor or tolerance outside [0, 1] (percent, for example), another name or rule, or
 * where the literal rule is asked for without a test error.
 * @example
 * ```ts
 * import { errorGaps } from 'puregrad/training'
 * const gaps = errorGaps({ train: { value: 0.01, n: 10_000 }, dev: { value: 0.11, n: 10_000 } })
 * gaps.map(({ problem, gap, present }) => `${problem} ${gap.toFixed(2)}: ${present}`) // => ['high-bias 0.01: no', 'high-variance 0.10: yes']
 * ```
 * @category Diagnosis
 */
export const errorGaps = (
  report: ErrorReport,
  options: DiagnosisOptions = {},
): readonly [ErrorGap, ErrorGap, ...ErrorGap[]] => {
  checkOptions('diagnose', options, { rule: true })
  const { rule = 'corrected' } = options
  checkChoice('diagnose', 'rule', rule, ['corrected', 'slideLiteral'])
  checkOptions('diagnose', report, {
    train: true,
    dev: true,
    test: true,
    trainDev: true,
    ownStatistics: true,
    floor: true,
    tolerance: true,
  })
  const [train, dev] = [checked('train', report.train), checked('dev', report.dev)]
  const test = report.test && checked('test', report.test)
  const trainDev = report.trainDev && checked('trainDev', report.trainDev)
  const own = report.ownStatistics && checked('ownStatistics', report.ownStatistics)
  const floor = checkedLevel('floor', report.floor ?? 0)
  const tolerance = checkedLevel('tolerance', report.tolerance ?? 0.02)
  if (rule === 'slideLiteral') {
    if (test === undefined)
      throw new ArgumentError(
        'diagnose: the rule of the slide compares dev with test, but there is no test error',
      )
    return [
      above('high-bias', train.value < dev.value ? train : dev, 0, tolerance),
      between('high-variance', dev, test, tolerance),
    ]
  }
  return [
    above('high-bias', own ?? train, floor, tolerance),
    between('high-variance', trainDev ?? dev, train, tolerance),
    ...(own === undefined ? [] : [between('normalization-mismatch', train, own, tolerance)]),
    ...(trainDev === undefined ? [] : [between('mismatch', dev, trainDev, tolerance)]),
    ...(test === undefined ? [] : [between('dev-overfit', test, dev, tolerance)]),
  ]
}

const findingOf = ({ problem, gap, interval, present, rowsNeeded }: ErrorGap): readonly Finding[] =>
  present === 'no'
    ? []
    : present === 'yes'
      ? [{ kind: problem, gap, interval, advice: adviceFor[problem] }]
      : [
          {
            kind: 'inconclusive',
            about: problem,
            gap,
            interval,
            rowsNeeded,
            advice: [
              `too few ${rowsFor[problem]} rows to tell: measure on ${
                Number.isFinite(rowsNeeded) ? `about ${rowsNeeded}` : 'more'
              }`,
            ],
          },
        ]

/**
 * Reads bias and variance off the errors, each with a 95 % interval; several findings at once are possible.
 *
 * A gap is a finding when its interval lies above the tolerance and 'inconclusive' when it straddles it:
 * train − floor is bias, dev − train is variance, test − dev is a dev set used too often. With `trainDev`,
 * variance is trainDev − train and dev − trainDev is a mismatch of distributions. With `ownStatistics` (measured in
 * `calibrateMode`), train − ownStatistics is batch normalization's: its tracked statistics do not fit. No gap at all is
 * 'ok', reported with the widest gap; {@link errorGaps} lists all of them.
 *
 * Source: A. Ng, Machine Learning Yearning, chapters 20–24 and 40–41. Raising the dev error never removes a
 * 'high-variance'.
 *
 * @throws ArgumentError for an error, floor or tolerance outside [0, 1] (percent, for example), another name or rule, or
 * where the literal rule is asked for without a test error.
 * @example
 * ```ts
 * import { diagnose } from 'puregrad/training'
 * const n = 100_000
 * const both = diagnose({ train: { value: 0.15, n }, dev: { value: 0.3, n } })
 * both.map(({ kind }) => kind) // => ['high-bias', 'high-variance']
 * const tooFewRows = diagnose({ train: { value: 0, n }, dev: { value: 0.03, n: 100 } })
 * tooFewRows.map(({ kind, advice }) => `${kind}: ${advice[0]}`) // => ['inconclusive: too few dev rows to tell: measure on about 800']
 * const overfit = { train: { value: 0, n }, dev: { value: 0.49, n }, test: { value: 0.49, n } }
 * diagnose(overfit).map(({ kind }) => kind) // => ['high-variance']
 * diagnose(overfit, { rule: 'slideLiteral' }).map(({ kind }) => kind) // => ['ok']
 * ```
 * @category Diagnosis
 */
export const diagnose = (
  report: ErrorReport,
  options: DiagnosisOptions = {},
): readonly [Finding, ...Finding[]] => {
  const gaps = errorGaps(report, options)
  const [first, ...others] = gaps.flatMap(findingOf)
  if (first !== undefined) return [first, ...others]
  const { gap, interval } = gaps.reduce((a, b) => (b.gap > a.gap ? b : a))
  return [{ kind: 'ok', gap, interval, advice: ['keep these settings'] }]
}
