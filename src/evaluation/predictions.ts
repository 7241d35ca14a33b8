import { argmax, cast, reshape, toTypedArray } from '../core/numeric/index.ts'
import { isFloat } from '../core/tensor/dtype.ts'
import { ArgumentError, DTypeError, ShapeError } from '../core/tensor/errors.ts'
import { showShape } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'

/**
 * How probable each class is in each row.
 *
 * @category Predictions
 */
export interface ClassPredictions {
  readonly kind: 'classes'
  /** The name of each class number. */
  readonly names: readonly string[]
  /** float64 `[n, classes]`; each row adds up to 1. */
  readonly probabilities: Tensor
}

/**
 * An estimate of each target in each row, in the units of the targets.
 *
 * @category Predictions
 */
export interface ValuePredictions {
  readonly kind: 'values'
  /** The name of each column. */
  readonly names: readonly string[]
  /** float64 `[n, columns]` */
  readonly estimates: Tensor
}

/**
 * What a model says of rows.
 *
 * @category Predictions
 */
export type Predictions = ClassPredictions | ValuePredictions

/** How far the sum of a row of probabilities may be from 1: rows that a network computed in float32 are off by this. */
const roundingOfSums = 1e-4

/**
 * Probabilities as predictions, whatever floating type they have.
 *
 * @param probabilities `[n, classes]`
 * @throws ShapeError unless there is a column for each name; DTypeError unless they are floating; ArgumentError where
 * one lies outside [0, 1] or a row does not add up to 1.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { classPredictions } from 'puregrad/evaluation'
 * classPredictions(tensor([[0.25, 0.75]]), ['no', 'yes']).probabilities.dtype // => 'float64'
 * ```
 * @category Predictions
 */
export const classPredictions = (probabilities: Tensor, names: readonly string[]): ClassPredictions => {
  const [n, classes] = probabilities.shape
  if (probabilities.rank !== 2 || n === undefined || classes !== names.length)
    throw new ShapeError(
      `classPredictions: expected probabilities [n, ${names.length}], a column for each class, got ${showShape(probabilities.shape)}`,
    )
  if (!isFloat(probabilities.dtype))
    throw new DTypeError(`classPredictions: expected float32 or float64, got ${probabilities.dtype}`)
  const flat = toTypedArray(probabilities)
  const odd = Array.from(flat, Number).findIndex((p) => !(p >= 0 && p <= 1 + roundingOfSums))
  if (odd >= 0)
    throw new ArgumentError(
      `classPredictions: row ${Math.floor(odd / classes)}: expected probabilities from 0 to 1, got ${String(flat[odd])} for ${JSON.stringify(names[odd % classes])}; logits become probabilities by softmax`,
    )
  const sums = Array.from({ length: n }, (_, row) =>
    Array.from(flat.subarray(row * classes, (row + 1) * classes), Number).reduce((a, b) => a + b, 0),
  )
  const short = sums.findIndex((sum) => Math.abs(sum - 1) > roundingOfSums)
  if (short >= 0)
    throw new ArgumentError(
      `classPredictions: row ${short}: expected probabilities that add up to 1, got ${String(sums[short])}`,
    )
  return { kind: 'classes', names, probabilities: cast(probabilities, 'float64') }
}

/**
 * Estimates as predictions, whatever floating type they have.
 *
 * @param estimates `[n]` for one target, `[n, columns]`
 * @throws ShapeError unless there is a column for each name; DTypeError unless they are floating.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { valuePredictions } from 'puregrad/evaluation'
 * valuePredictions(tensor([1, 2, 4]), ['price']).estimates.shape // => [3, 1]
 * ```
 * @category Predictions
 */
export const valuePredictions = (estimates: Tensor, names: readonly string[]): ValuePredictions => {
  const [n, columns = 1] = estimates.shape
  if (estimates.rank < 1 || estimates.rank > 2 || n === undefined || columns !== names.length)
    throw new ShapeError(
      `valuePredictions: expected estimates [n, ${names.length}], a column for each target, got ${showShape(estimates.shape)}`,
    )
  if (!isFloat(estimates.dtype))
    throw new DTypeError(`valuePredictions: expected float32 or float64, got ${estimates.dtype}`)
  return { kind: 'values', names, estimates: reshape(cast(estimates, 'float64'), [n, columns]) }
}

/**
 * The most probable class of each row, the first of equal ones: int32 `[n]`.
 *
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { classPredictions, decidedClasses } from 'puregrad/evaluation'
 * toArray(decidedClasses(classPredictions(tensor([[0.5, 0.5], [0.2, 0.8]]), ['no', 'yes']))) // => [0, 1]
 * ```
 * @category Predictions
 */
export const decidedClasses = ({ probabilities }: ClassPredictions): Tensor =>
  argmax(probabilities, { axis: -1 })
