import { toTypedArray } from '../core/autodiff/read.ts'
import { isFloat } from '../core/tensor/dtype.ts'
import { ArgumentError, DTypeError, ShapeError } from '../core/tensor/errors.ts'
import { showShape } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import type { ClassPredictions } from './predictions.ts'
import { rowWeights, type RowWeights, type WeightedRows } from './row-weights.ts'

/** Predictions and truth as numbers, checked against each other. */
export interface ClassRows {
  readonly n: number
  readonly classes: number
  readonly names: readonly string[]
  /** Row after row. */
  readonly probabilities: Float64Array
  readonly labels: Int32Array
  readonly weights: RowWeights
}

/** The numbers of classes in rows. */
export const labelsOf = (where: string, name: string, y: Tensor, classes: number): Int32Array => {
  if (isFloat(y.dtype))
    throw new DTypeError(
      `${where}: ${name}: expected classes, integers [n], got ${y.dtype} ${showShape(y.shape)}`,
    )
  if (y.rank !== 1) throw new ShapeError(`${where}: ${name}: expected [n], got ${showShape(y.shape)}`)
  const labels = Int32Array.from(toTypedArray(y), Number)
  const odd = labels.findIndex((label) => !(label >= 0 && label < classes))
  if (odd >= 0)
    throw new ArgumentError(
      `${where}: ${name}[${odd}]: expected a class from 0 to ${classes - 1}, got ${String(labels[odd])}`,
    )
  return labels
}

/**
 * @throws ShapeError, DTypeError, ArgumentError where predictions, truth and weights do not go together, or there is no
 * row.
 */
export const classRows = (
  where: string,
  { names, probabilities }: ClassPredictions,
  y: Tensor,
  { weights }: WeightedRows,
): ClassRows => {
  const [n = 0, classes = 0] = probabilities.shape
  if (probabilities.rank !== 2 || n === 0 || classes === 0 || classes !== names.length)
    throw new ShapeError(
      `${where}: expected probabilities of at least one row and class, [n, ${names.length}], got ${showShape(probabilities.shape)}`,
    )
  const labels = labelsOf(where, 'y', y, classes)
  if (labels.length !== n)
    throw new ShapeError(`${where}: expected y [${n}], a class for each row, got ${showShape(y.shape)}`)
  return {
    n,
    classes,
    names,
    probabilities: Float64Array.from(toTypedArray(probabilities), Number),
    labels,
    weights: rowWeights(where, n, weights),
  }
}

/** The most probable class of each row, the first of equal ones. */
export const decidedOf = ({ n, classes, probabilities }: ClassRows): Int32Array =>
  Int32Array.from({ length: n }, (_, row) => {
    const own = probabilities.subarray(row * classes, (row + 1) * classes)
    return own.reduce((best, p, k) => (p > own[best]! ? k : best), 0)
  })
