import type { ClassRate, AveragedRate } from './class-rates.ts'
import type { ConfusionCounts } from './confusion-counts.ts'
import type { Measured } from './measured.ts'
import type { PairedDifference } from './paired-difference.ts'

/**
 * What a classifier is compared with its baseline by.
 *
 * @category Judgement
 */
export type ClassDecider = 'accuracy' | 'balancedAccuracy' | 'logLoss'

/**
 * What a regression is compared with its baseline by.
 *
 * @category Judgement
 */
export type ValueDecider = 'squaredError' | 'absoluteError'

/**
 * A model and its baseline by one measure, row by row.
 *
 * @category Judgement
 */
export interface AgainstBaseline<D extends string = ClassDecider | ValueDecider> extends PairedDifference {
  readonly by: D
  readonly model: number
  readonly baseline: number
  /** Whether the 95 % interval of the difference lies on the good side of 0, on the bad one, or on both. */
  readonly verdict: Verdict
}

/**
 * `better` only where the interval of the difference to the baseline leaves no other: a model that may be as good as the
 * baseline is `not better`.
 *
 * @category Judgement
 */
export type Verdict = 'better' | 'not better' | 'worse'

/**
 * Something about a model that its user should know, each with its figures.
 *
 * @category Judgement
 */
export type JudgementNote =
  /** Rows of a class of which none was taken for it. */
  | { readonly kind: 'class-never-decided'; readonly name: string; readonly rows: number }
  /** Less than half of the rows of a class are found, interval and all. */
  | { readonly kind: 'class-poorly-found'; readonly name: string; readonly recall: Measured }
  /** The class shares are better probabilities than the model's. */
  | { readonly kind: 'probabilities-worse'; readonly difference: PairedDifference }
  /** Probabilities are off by more than 0.05, interval and all. */
  | { readonly kind: 'miscalibrated'; readonly error: Measured }
  /** No better than the baseline at deciding, but it ranks rows: another threshold, or weights of classes, may help. */
  | { readonly kind: 'ranks-without-deciding'; readonly area: Measured }
  /** Estimates of a target are too high or too low on the whole. */
  | { readonly kind: 'biased'; readonly name: string; readonly residual: Measured }
  /** The interval of the difference is wide and has 0 in it: about so many rows would tell. */
  | { readonly kind: 'too-few-rows'; readonly rows: number; readonly needed: number }

/**
 * What probabilities of classes are worth.
 *
 * @category Judgement
 */
export interface ClassJudgement {
  readonly kind: 'classes'
  readonly rows: number
  readonly names: readonly string[]
  readonly confusion: ConfusionCounts
  readonly accuracy: Measured
  readonly balancedAccuracy: Measured
  readonly precision: AveragedRate
  readonly recall: AveragedRate
  readonly f1: AveragedRate
  /** Each class, with the area under its ROC and its average precision against the rest. */
  readonly classes: readonly (ClassRate & {
    readonly rocArea: Measured
    readonly averagePrecision: Measured
  })[]
  /** The share of rows whose class is among the k most probable. */
  readonly top: { readonly k: number; readonly accuracy: Measured }
  readonly matthews: Measured
  readonly cohenKappa: Measured
  /** Over the classes present, each against the rest. */
  readonly rocArea: Measured
  readonly logLoss: Measured
  readonly brierScore: Measured
  readonly calibrationError: Measured
  /** The class that the baseline takes every row for. */
  readonly majority: string
  readonly against: readonly AgainstBaseline<ClassDecider>[]
  /** Which of `against` the verdict is by. */
  readonly decidedBy: ClassDecider
  readonly verdict: Verdict
  readonly notes: readonly JudgementNote[]
}

/**
 * Metrics of one target, or of all together.
 *
 * @category Judgement
 */
export interface ValueMetrics {
  readonly rSquared: Measured
  readonly explainedVariance: Measured
  readonly rootMeanSquaredError: Measured
  readonly meanAbsoluteError: Measured
  readonly medianAbsoluteError: Measured
  /** The mean of y − ŷ: above 0 where estimates are too low. */
  readonly residual: Measured
}

/**
 * What estimates of numbers are worth.
 *
 * @category Judgement
 */
export interface ValueJudgement extends ValueMetrics {
  readonly kind: 'values'
  readonly rows: number
  readonly names: readonly string[]
  /** Each target by itself. */
  readonly targets: readonly (ValueMetrics & { readonly name: string })[]
  /** The mean of the training part, or its median for the absolute error, for each row. */
  readonly baseline: {
    readonly rootMeanSquaredError: Measured
    readonly meanAbsoluteError: Measured
    readonly rSquared: Measured
  }
  readonly against: readonly AgainstBaseline<ValueDecider>[]
  readonly decidedBy: ValueDecider
  readonly verdict: Verdict
  readonly notes: readonly JudgementNote[]
}

/**
 * All that `judge` has to say, as plain data.
 *
 * @category Judgement
 */
export type Judgement = ClassJudgement | ValueJudgement
