import { add, cast, div, greater, mul, sum, tensor, where } from '../core/numeric/index.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { wilsonInterval } from '../training/confidence.ts'
import type { ConfusionCounts } from './confusion-counts.ts'
import { confusionMetric, ratio, type ConfusionShares } from './confusion-metric.ts'
import { undefinedMeasure, type Measured } from './measured.ts'

/**
 * What becomes of precision where nothing was taken for a class, of recall where a class has no row, and of F1 where
 * both are so: 0 (the usual rule), 1, or NaN, which then spreads to the averages.
 *
 * @category Metrics of classes
 */
export type ZeroDivision = 0 | 1 | 'undefined'

/**
 * How well one class is found.
 *
 * @category Metrics of classes
 */
export interface ClassRate {
  readonly name: string
  /** Rows of this class (sums of weights where rows have them). */
  readonly rows: number
  /** Rows taken for it. */
  readonly taken: number
  /** TP / (TP + FP): how many of the rows taken for it are of it; the interval is Wilson's. */
  readonly precision: Measured
  /** TP / (TP + FN): how many of its rows are taken for it; the interval is Wilson's. */
  readonly recall: Measured
  /** 2 TP / (2 TP + FP + FN); the interval is that of the delta method. */
  readonly f1: Measured
}

/**
 * Precision, recall and F1 of each class and averaged three ways: over the classes that occur among rows or decisions
 * (`macro`), over all rows at once (`micro`; one class a row makes all three the accuracy), and over classes by their
 * rows (`weighted`).
 *
 * @category Metrics of classes
 */
export interface ClassRates {
  readonly classes: readonly ClassRate[]
  readonly precision: AveragedRate
  readonly recall: AveragedRate
  readonly f1: AveragedRate
}

/**
 * A rate averaged over classes.
 *
 * @category Metrics of classes
 */
export interface AveragedRate {
  readonly macro: Measured
  readonly micro: Measured
  readonly weighted: Measured
}

const rates = (otherwise: number) => ({
  precision: ({ right, taken }: ConfusionShares): Tensor => ratio(right, taken, otherwise),
  recall: ({ right, truth }: ConfusionShares): Tensor => ratio(right, truth, otherwise),
  f1: ({ right, truth, taken }: ConfusionShares): Tensor =>
    ratio(mul(right, 2), add(truth, taken), otherwise),
})

/** True at one class. */
const unitAt = (classes: number, at: number): Tensor =>
  tensor(Array.from({ length: classes }, (_, i) => i === at))

const totalOf = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0)

/**
 * Precision, recall and F1 by class and averaged, each with its 95 % interval: Wilson's for shares, the delta method for
 * F1 and averages.
 *
 * Source: M. Sokolova, G. Lapalme, "A systematic analysis of performance measures for classification tasks", Information
 * Processing & Management 45, 2009; the intervals of averages as in K. Takahashi et al., "Confidence interval for
 * micro-averaged F1 and macro-averaged F1 scores", Applied Intelligence 52, 2022.
 *
 * @throws ArgumentError for another option.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { classRates, confusionOfClasses } from 'puregrad/evaluation'
 * const int32 = { dtype: 'int32' } as const
 * const counts = confusionOfClasses(tensor([0, 2, 1, 0, 0, 1], int32), tensor([0, 1, 2, 0, 1, 2], int32), {
 *   names: ['a', 'b', 'c'],
 * })
 * classRates(counts).f1.macro.value // => 0.26666667
 * classRates(counts).classes.map(({ recall }) => recall.value) // => [1, 0, 0]
 * ```
 * @category Metrics of classes
 */
export const classRates = (
  confusion: ConfusionCounts,
  options: { readonly zeroDivision?: ZeroDivision } = {},
): ClassRates => {
  checkOptions<{ readonly zeroDivision?: ZeroDivision }>('classRates', options, { zeroDivision: true })
  const { zeroDivision = 0 } = options
  checkChoice('classRates', 'zeroDivision', zeroDivision, [0, 1, 'undefined'])
  const otherwise = zeroDivision === 'undefined' ? NaN : zeroDivision
  const { counts, names, rows } = confusion
  const all = totalOf(counts.flat())
  const of = rates(otherwise)
  const truths = counts.map(totalOf)
  const takens = counts.map((_, j) => totalOf(counts.map((row) => row[j]!)))
  const proportion = (right: number, among: number): Measured => {
    if (among === 0)
      return zeroDivision === 'undefined' ? undefinedMeasure : { value: otherwise, interval: [0, 1] }
    // As many rows as these weigh among all of them.
    const trials = (among / all) * rows
    return {
      value: right / among,
      interval: wilsonInterval(Math.min(trials, (right / among) * trials), trials),
    }
  }
  const known = (shares: ConfusionShares): Tensor =>
    cast(greater(add(shares.truth, shares.taken), 0), 'float64')
  const averaged = (rate: (shares: ConfusionShares) => Tensor): AveragedRate => ({
    macro: confusionMetric(
      confusion,
      (shares) => {
        const there = known(shares)
        return div(sum(where(greater(there, 0), rate(shares), 0)), sum(there))
      },
      [0, 1],
    ),
    micro: proportion(totalOf(counts.map((row, i) => row[i]!)), all),
    weighted: confusionMetric(
      confusion,
      (shares) => sum(where(greater(shares.truth, 0), mul(rate(shares), shares.truth), 0)),
      [0, 1],
    ),
  })
  const only = (rate: (shares: ConfusionShares) => Tensor, i: number): Measured =>
    confusionMetric(confusion, (shares) => sum(where(unitAt(names.length, i), rate(shares), 0)), [0, 1])
  return {
    classes: names.map((name, i) => ({
      name,
      rows: truths[i]!,
      taken: takens[i]!,
      precision: proportion(counts[i]![i]!, takens[i]!),
      recall: proportion(counts[i]![i]!, truths[i]!),
      f1: truths[i]! + takens[i]! === 0 ? proportion(0, 0) : only(of.f1, i),
    })),
    precision: averaged(of.precision),
    recall: averaged(of.recall),
    f1: averaged(of.f1),
  }
}
