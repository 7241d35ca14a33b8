import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import { wilsonInterval, type Proportion } from './confidence.ts'
import { gapsBetween, gapsOfSlide, type ErrorGap, type ErrorsByPart, type MeasuredError } from './gap.ts'

/**
 * Error rates (fractions in [0, 1]) and the numbers of rows they were measured on.
 *
 * @category Diagnosis
 */
export interface ErrorReport extends ErrorsByPart<Proportion> {
  /** The error nobody can go below (a human's, or Bayes'); 0 unless told otherwise. */
  readonly floor?: number
  /** The error on the dev rows of taking them all for the greatest class of the training part. */
  readonly baseline?: number
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

const measured = (name: string, { value, n }: Proportion): MeasuredError => {
  if (!(value >= 0 && value <= 1) || !(n >= 0))
    throw new ArgumentError(
      `diagnose: ${name} is an error rate in [0, 1] of 0 or more rows, got ${value} of ${n}`,
    )
  return { value, n, intervalAt: (times) => wilsonInterval(value * n * times, n * times) }
}

const checkedLevel = (name: string, value: number): number => {
  if (!(value >= 0 && value <= 1))
    throw new ArgumentError(`diagnose: the ${name} is a fraction in [0, 1], got ${value}`)
  return value
}

/**
 * Every gap between the errors of a report with its 95 % interval, bias and variance always first, whether they matter
 * or not: what {@link diagnose} judges.
 *
 * From the floor to the training rows by their own statistics is bias, from there to the training rows in evaluation a
 * mismatch of normalization, to unseen rows variance, to dev rows a mismatch of distributions and to test rows the
 * overuse of dev; from the baseline to dev it must be downwards. What is not in the report is skipped.
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
    baseline: true,
    tolerance: true,
  })
  const { test, trainDev, ownStatistics } = report
  const [train, dev] = [measured('train', report.train), measured('dev', report.dev)]
  const rest: Omit<ErrorsByPart<MeasuredError>, 'train' | 'dev'> = {
    ...(test && { test: measured('test', test) }),
    ...(trainDev && { trainDev: measured('trainDev', trainDev) }),
    ...(ownStatistics && { ownStatistics: measured('ownStatistics', ownStatistics) }),
  }
  const floor = checkedLevel('floor', report.floor ?? 0)
  const baseline = report.baseline === undefined ? undefined : checkedLevel('baseline', report.baseline)
  const tolerance = checkedLevel('tolerance', report.tolerance ?? 0.02)
  if (rule === 'corrected') return gapsBetween({ train, dev, ...rest }, { floor, baseline, tolerance })
  if (rest.test === undefined)
    throw new ArgumentError(
      'diagnose: the rule of the slide compares dev with test, but there is no test error',
    )
  return gapsOfSlide(train, dev, rest.test, tolerance)
}
