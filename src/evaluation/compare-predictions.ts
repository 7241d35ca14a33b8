import { checkOptions } from '../core/tensor/check-options.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { classRows } from './class-rows.ts'
import { verdictOf } from './compared.ts'
import { deciderOf } from './decider-of.ts'
import type { ClassDecider, ValueDecider, Verdict } from './judgement.ts'
import { classDeciders, pairedClasses } from './paired-classes.ts'
import type { PairedDifference } from './paired-difference.ts'
import { pairedValues, valueDeciders } from './paired-values.ts'
import type { Predictions } from './predictions.ts'
import type { WeightedRows } from './row-weights.ts'
import { valueRows } from './value-rows.ts'

/**
 * Two models on the same rows.
 *
 * @category Comparisons
 */
export interface ComparedPredictions extends PairedDifference {
  readonly by: ClassDecider | ValueDecider
  readonly first: number
  readonly second: number
  /** What the first is beside the second. */
  readonly verdict: Verdict
}

/**
 * How far two models are apart on the same rows, row by row, with interval and test: accuracies by McNemar's, recalls
 * class by class, losses and errors by Student's. Several targets count in units of the second model's errors.
 *
 * @throws ShapeError, DTypeError, ArgumentError where both and the truth do not go together.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { comparePredictions, valuePredictions } from 'puregrad/evaluation'
 * const y = tensor([1, 2, 3, 4])
 * const near = valuePredictions(tensor([1.1, 2.1, 2.9, 4]), ['y'])
 * const far = valuePredictions(tensor([3, 0.5, 5, 2.5]), ['y'])
 * comparePredictions(near, far, y).verdict // => 'better'
 * ```
 * @category Comparisons
 */
export const comparePredictions = (
  first: Predictions,
  second: Predictions,
  y: Tensor,
  options: WeightedRows & { readonly by?: ClassDecider | ValueDecider } = {},
): ComparedPredictions => {
  checkOptions<WeightedRows & { readonly by?: ClassDecider | ValueDecider }>('comparePredictions', options, {
    by: true,
    weights: true,
  })
  const weighted = options.weights === undefined ? {} : { weights: options.weights }
  const where = 'comparePredictions'
  if (first.kind === 'classes' && second.kind === 'classes') {
    const by = deciderOf(where, options.by, classDeciders)
    const [one, other] = [classRows(where, first, y, weighted), classRows(where, second, y, weighted)]
    const pair = pairedClasses(one, other, by)
    return { by, ...pair, verdict: verdictOf(pair.interval, by !== 'logLoss') }
  }
  if (first.kind === 'values' && second.kind === 'values') {
    const by = deciderOf(where, options.by, valueDeciders)
    const [one, other] = [valueRows(where, first, y, weighted), valueRows(where, second, y, weighted)]
    const pair = pairedValues(one, other, by)
    return { by, ...pair, verdict: verdictOf(pair.interval, false) }
  }
  throw new ArgumentError(
    `comparePredictions: expected predictions of one kind, got ${first.kind} and ${second.kind}`,
  )
}
