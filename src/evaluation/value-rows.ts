import { toTypedArray } from '../core/autodiff/read.ts'
import { isFloat } from '../core/tensor/dtype.ts'
import { ArgumentError, DTypeError, ShapeError } from '../core/tensor/errors.ts'
import { showShape } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import type { ValuePredictions } from './predictions.ts'
import { rowWeights, type RowWeights, type WeightedRows } from './row-weights.ts'

/** One target: truth and estimates as numbers. */
export interface ValueColumn {
  readonly name: string
  readonly truth: Float64Array
  readonly estimates: Float64Array
}

/** Estimates and truth by target, checked against each other. */
export interface ValueRows {
  readonly n: number
  readonly columns: readonly ValueColumn[]
  readonly weights: RowWeights
}

/** The columns of numbers `[n]` or `[n, columns]`, all finite. */
export const columnsOf = (where: string, name: string, given: Tensor): readonly Float64Array[] => {
  if (!isFloat(given.dtype))
    throw new DTypeError(
      `${where}: ${name}: expected numbers, float32 or float64, got ${given.dtype} ${showShape(given.shape)}`,
    )
  const [n = 0, width = 1] = given.shape
  const flat = Float64Array.from(toTypedArray(given), Number)
  const odd = flat.findIndex((value) => !Number.isFinite(value))
  if (odd >= 0)
    throw new ArgumentError(
      `${where}: ${name}: expected finite numbers, got ${String(flat[odd])} in row ${Math.floor(odd / width)}`,
    )
  return Array.from({ length: width }, (_, column) =>
    Float64Array.from({ length: n }, (_row, row) => flat[row * width + column]!),
  )
}

/**
 * @throws ShapeError, DTypeError, ArgumentError where estimates, truth and weights do not go together, or there is no
 * row.
 */
export const valueRows = (
  where: string,
  { names, estimates }: ValuePredictions,
  y: Tensor,
  { weights }: WeightedRows,
): ValueRows => {
  const [n = 0] = estimates.shape
  const width = names.length
  const expected = showShape(estimates.shape)
  const fits = y.shape[0] === n && (y.rank === 2 ? y.shape[1] === width : y.rank === 1 && width === 1)
  if (estimates.rank !== 2 || n === 0 || estimates.shape[1] !== width)
    throw new ShapeError(`${where}: expected estimates of at least one row, [n, ${width}], got ${expected}`)
  if (!fits)
    throw new ShapeError(`${where}: expected y ${expected} as the estimates, got ${showShape(y.shape)}`)
  const [truth, said] = [columnsOf(where, 'y', y), columnsOf(where, 'estimates', estimates)]
  return {
    n,
    columns: names.map((name, i) => ({ name, truth: truth[i]!, estimates: said[i]! })),
    weights: rowWeights(where, n, weights),
  }
}

/** The mean over columns of a value of each row and column. */
export const overColumns = (
  { n, columns }: ValueRows,
  of: (truth: number, estimate: number) => number,
): Float64Array =>
  Float64Array.from({ length: n }, (_, row) =>
    columns.reduce((sum, { truth, estimates }) => sum + of(truth[row]!, estimates[row]!) / columns.length, 0),
  )
