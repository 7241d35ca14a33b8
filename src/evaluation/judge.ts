import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import { count } from '../core/tensor/setting-ranges.ts'
import { showValue } from '../core/tensor/show-value.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import type { Baseline } from './baseline.ts'
import { deciderOf } from './decider-of.ts'
import { judgeClasses } from './judge-classes.ts'
import { judgeValues } from './judge-values.ts'
import type { ClassDecider, ClassJudgement, Judgement, ValueDecider, ValueJudgement } from './judgement.ts'
import { classDeciders } from './paired-classes.ts'
import { valueDeciders } from './paired-values.ts'
import type { ClassPredictions, Predictions, ValuePredictions } from './predictions.ts'
import type { WeightedRows } from './row-weights.ts'

/**
 * How predictions are judged.
 *
 * @category Judgement
 */
export interface JudgeOptions extends WeightedRows {
  /** What is known of the training part without a look at a row, by `baselineOf`. */
  readonly baseline: Baseline
  /**
   * What the verdict is by: `accuracy` for classes and `squaredError` for numbers unless told otherwise. Where classes
   * are of very different sizes, `balancedAccuracy` or `logLoss` says more.
   */
  readonly by?: ClassDecider | ValueDecider
  /** The k of the share of rows whose class is among the k most probable: 3, or the number of classes if less. */
  readonly top?: number
}

/**
 * How {@link judge} can be called: for either kind of predictions.
 *
 * @category Judgement
 */
export interface Judge {
  (predictions: ClassPredictions, y: Tensor, options: JudgeOptions): ClassJudgement
  (predictions: ValuePredictions, y: Tensor, options: JudgeOptions): ValueJudgement
  (predictions: Predictions, y: Tensor, options: JudgeOptions): Judgement
}

const unlike = (predictions: Predictions, baseline: Baseline): ArgumentError =>
  new ArgumentError(
    `judge: baseline: expected one of the ${predictions.kind} ${showValue(predictions.names)}, got one of the ${baseline.kind} ${showValue(baseline.names)}`,
  )

const sameNames = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((name, i) => name === b[i])

const judgeEither = (predictions: Predictions, y: Tensor, options: JudgeOptions): Judgement => {
  checkOptions('judge', options, { baseline: true, by: true, top: true, weights: true })
  const { baseline, by, top, weights } = options
  const weighted = weights === undefined ? {} : { weights }
  if (!sameNames(predictions.names, baseline.names)) throw unlike(predictions, baseline)
  if (predictions.kind === 'classes' && baseline.kind === 'classes') {
    const most = predictions.names.length
    const k = top === undefined ? Math.min(3, most) : top
    checkSetting('judge', 'top', k, { ...count, max: most })
    return judgeClasses(predictions, y, {
      baseline,
      by: deciderOf('judge', by, classDeciders),
      top: k,
      ...weighted,
    })
  }
  if (predictions.kind === 'values' && baseline.kind === 'values') {
    if (top !== undefined) throw new ArgumentError('judge: top: there is none of numbers, only of classes')
    return judgeValues(predictions, y, { baseline, by: deciderOf('judge', by, valueDeciders), ...weighted })
  }
  throw unlike(predictions, baseline)
}

/**
 * All that predictions are worth on rows whose truth is known, in one plain record: every metric with its 95 % interval,
 * the differences to the baseline row by row, and a verdict, which is `better` only where the interval of the difference
 * leaves nothing else. What its user should know besides is in the notes: a class that is never decided on, probabilities
 * that are off, too few rows to tell.
 *
 * Each metric is also a function of its own, which says its formula, its interval and their source. Accuracies are
 * compared by McNemar's test and the interval of Bonett and Price, recalls class by class, losses and errors by Student's
 * interval of the differences. Several targets are compared in units of their baselines' errors.
 *
 * @throws ShapeError, DTypeError, ArgumentError where predictions, truth, baseline and options do not go together.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { baselineOf, classPredictions, judge } from 'puregrad/evaluation'
 * const names = ['no', 'yes']
 * const train = { y: tensor([0, 0, 0, 1], { dtype: 'int32' }), targets: { kind: 'classes', names } } as const
 * const said = classPredictions(tensor([[0.8, 0.2], [0.6, 0.4], [0.4, 0.6], [0.7, 0.3]]), names)
 * const { accuracy, verdict, notes } = judge(said, tensor([0, 0, 1, 1], { dtype: 'int32' }), { baseline: baselineOf(train) })
 * accuracy.value // => 0.75
 * verdict // => 'not better'
 * notes.map(({ kind }) => kind) // => ['too-few-rows']
 * ```
 * @category Judgement
 */
export const judge = judgeEither as Judge
