import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { notNegative, positive } from '../core/tensor/setting-ranges.ts'
import type { Interval } from './confidence.ts'
import type { RegressionEvaluation } from './evaluate-regression.ts'
import { gapsBetween, type ErrorGap, type ErrorsByPart, type MeasuredError } from './gap.ts'

/**
 * A mean squared error, its 95 % interval and the number of rows it was measured on.
 *
 * @category Diagnosis
 */
export interface MeanError {
  readonly value: number
  readonly interval: Interval
  readonly n: number
}

/**
 * Mean squared errors of parts. Gaps are shares of the baseline's, so that they are differences of R².
 *
 * @category Diagnosis
 */
export interface RegressionReport extends ErrorsByPart<MeanError> {
  /** The mean squared error on the dev rows of estimating the mean of the training part. */
  readonly baseline: number
  /** The mean squared error nobody can go below; 0 unless told otherwise. */
  readonly floor?: number
  /** The smallest gap that matters, as a share of the baseline's error; 0.02 unless told otherwise. */
  readonly tolerance?: number
}

/**
 * The mean squared error of an evaluation, for `diagnoseRegression`.
 *
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { activation, network } from 'puregrad/nn'
 * import { evaluateRegression, meanError } from 'puregrad/training'
 * const net = network(1, activation('identity'))
 * const rows = { x: tensor([[1], [2], [4]]), y: tensor([1, 2, 3]) }
 * meanError(evaluateRegression(net, {}, {}, rows)).value // => 0.33333333
 * ```
 * @category Evaluation
 */
export const meanError = ({
  n,
  meanSquaredError,
  meanSquaredErrorInterval,
}: RegressionEvaluation): MeanError => ({
  value: meanSquaredError,
  interval: meanSquaredErrorInterval,
  n,
})

const measured = (
  name: string,
  { value, interval: [lower, upper], n }: MeanError,
  unit: number,
): MeasuredError => {
  checkSetting('diagnoseRegression', `${name}: the mean squared error`, value, notNegative)
  checkSetting('diagnoseRegression', `${name}: n`, n, notNegative)
  return {
    value: value / unit,
    n,
    intervalAt: (times) => [
      (value - (value - lower) / Math.sqrt(times)) / unit,
      (value + (upper - value) / Math.sqrt(times)) / unit,
    ],
  }
}

/**
 * Every gap between the mean squared errors of a report as a share of the baseline's, with its 95 % interval, as
 * `errorGaps` has them of error rates.
 *
 * @throws ArgumentError for an error that is not finite and 0 or more, a baseline that is not positive, and another name.
 * @example
 * ```ts
 * import { regressionGaps } from 'puregrad/training'
 * const error = (value: number) => ({ value, interval: [0.95 * value, 1.05 * value] as const, n: 1000 })
 * const gaps = regressionGaps({ train: error(10), dev: error(40), baseline: 100, floor: 10 })
 * gaps.map(({ problem, gap, present }) => `${problem} ${gap.toFixed(2)}: ${present}`) // => ['high-bias 0.00: no', 'high-variance 0.30: yes', 'no-better-than-baseline -0.60: no']
 * ```
 * @category Diagnosis
 */
export const regressionGaps = (report: RegressionReport): readonly [ErrorGap, ErrorGap, ...ErrorGap[]] => {
  checkOptions('diagnoseRegression', report, {
    train: true,
    dev: true,
    test: true,
    trainDev: true,
    ownStatistics: true,
    baseline: true,
    floor: true,
    tolerance: true,
  })
  const { train, dev, test, trainDev, ownStatistics, baseline, floor = 0, tolerance = 0.02 } = report
  checkSetting('diagnoseRegression', 'baseline', baseline, positive)
  checkSetting('diagnoseRegression', 'floor', floor, notNegative)
  checkSetting('diagnoseRegression', 'tolerance', tolerance, notNegative)
  const of = (name: string, error: MeanError): MeasuredError => measured(name, error, baseline)
  return gapsBetween(
    {
      train: of('train', train),
      dev: of('dev', dev),
      ...(test && { test: of('test', test) }),
      ...(trainDev && { trainDev: of('trainDev', trainDev) }),
      ...(ownStatistics && { ownStatistics: of('ownStatistics', ownStatistics) }),
    },
    { floor: floor / baseline, baseline: 1, tolerance },
  )
}
