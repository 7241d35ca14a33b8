import { operations as o } from '../autodiff/apply.ts'
import { asValue } from '../autodiff/value.ts'
import { checkOptions } from '../tensor/check-options.ts'
import { checkSetting } from '../tensor/check-setting.ts'
import { isFloat } from '../tensor/dtype.ts'
import { ArgumentError, DTypeError, ShapeError } from '../tensor/errors.ts'
import { normalizeAxis, showShape } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { div, mul, sqrt, add } from './arithmetic.ts'
import { diff } from './arrangement.ts'
import { centred } from './centred.ts'
import { matmul } from './matmul.ts'
import { tensorOf } from './operand.ts'
import { sum } from './reduce.ts'
import { slice } from './shape.ts'

/**
 * By what {@link cov} divides.
 *
 * @category Reductions
 */
export interface CovarianceOptions {
  /** What is taken off the number of observations: 1 unless told otherwise. */
  readonly ddof?: number
}

const requireRows = (where_: string, x: Tensor): Tensor => {
  const value = tensorOf(x, where_)
  if (!isFloat(value.dtype))
    throw new DTypeError(`${where_}: expected float32 or float64, got ${value.dtype}; convert with cast`)
  if (value.rank !== 1 && value.rank !== 2)
    throw new ShapeError(
      `${where_}: expected a row of observations for each variable, got shape ${showShape(value.shape)}`,
    )
  return value
}

const covariance = (where_: string, x: Tensor, ddof: number): Tensor => {
  const value = requireRows(where_, x)
  const n = value.shape[value.rank - 1] ?? 0
  if (n <= ddof)
    throw new ArgumentError(`${where_}: ${String(n)} observations are too few for ddof ${String(ddof)}`)
  const deviations = asValue(centred(value, -1))
  return value.rank === 1
    ? div(sum(mul(deviations, deviations)), n - ddof)
    : div(matmul(deviations, o.transpose(deviations, [1, 0])), n - ddof)
}

/**
 * Covariances: `[variables, observations]` → `[variables, variables]`, divided by n − 1 unless told otherwise; of one row
 * its variance.
 *
 * @throws ShapeError for other ranks; ArgumentError for too few observations; DTypeError for integers.
 * @example
 * ```ts
 * import { cov, tensor, toArray } from 'puregrad'
 * toArray(cov(tensor([[1, 2, 3], [2, 4, 6]]))) // => [[1, 2], [2, 4]]
 * ```
 * @category Reductions
 */
export const cov = (x: Tensor, options: CovarianceOptions = {}): Tensor => {
  checkOptions('cov', options, { ddof: true })
  const { ddof = 1 } = options
  checkSetting('cov', 'ddof', ddof, { min: 0 })
  return covariance('cov', x, ddof)
}

/**
 * Correlations of Pearson: `[variables, observations]` → `[variables, variables]`. NaN for a variable that is constant.
 *
 * @throws ShapeError for other ranks; ArgumentError for no observations; DTypeError for integers.
 * @example
 * ```ts
 * import { corrcoef, tensor, toArray } from 'puregrad'
 * toArray(corrcoef(tensor([[1, 2, 3], [6, 4, 2]]))) // => [[1, -1], [-1, 1]]
 * ```
 * @category Reductions
 */
export const corrcoef = (x: Tensor): Tensor => {
  const value = requireRows('corrcoef', x)
  const rows = asValue(value.rank === 1 ? o.reshape(asValue(value), [1, value.size]) : value)
  const matrix = covariance('corrcoef', rows, 0)
  const n = rows.shape[0] ?? 0
  const deviations = sqrt(covarianceDiagonal(rows))
  const column = o.reshape(asValue(deviations), [n, 1])
  const correlations = div(div(matrix, column), deviations)
  return value.rank === 1 ? o.reshape(asValue(correlations), []) : correlations
}

const covarianceDiagonal = (rows: Tensor): Tensor => {
  const deviations = centred(rows, -1)
  return div(sum(mul(deviations, deviations), { axis: 1 }), rows.shape[1] ?? 1)
}

/**
 * At which points {@link trapezoid} has values.
 *
 * @category Reductions
 */
export interface TrapezoidOptions {
  /** The points, a vector; a distance of `step` apart unless told. */
  readonly at?: Tensor
  /** The distance of neighbours, 1 unless told otherwise. */
  readonly step?: number
  /** The axis to integrate along; the last unless told otherwise. */
  readonly axis?: number
}

/**
 * The integral of values at points by the trapezoidal rule.
 *
 * @throws ShapeError where there is not one point for each value; ArgumentError where both points and a step are given.
 * @example
 * ```ts
 * import { item, tensor, trapezoid } from 'puregrad'
 * item(trapezoid(tensor([1, 2, 3]))) // => 4
 * item(trapezoid(tensor([1, 2, 3]), { at: tensor([0, 2, 3]) })) // => 5.5
 * ```
 * @category Reductions
 */
export const trapezoid = (y: Tensor, options: TrapezoidOptions = {}): Tensor => {
  checkOptions('trapezoid', options, { at: true, step: true, axis: true })
  const value = tensorOf(y, 'trapezoid')
  const { at, step } = options
  const axis = normalizeAxis(options.axis === undefined ? -1 : options.axis, value.rank, 'trapezoid')
  const n = value.shape[axis] ?? 0
  if (at !== undefined && step !== undefined)
    throw new ArgumentError('trapezoid: points and a step say the same thing twice; give one of them')
  if (step !== undefined) checkSetting('trapezoid', 'step', step)
  const from = value.shape.map((_, i) => (i === axis ? 1 : 0))
  const to = value.shape.map((size, i) => (i === axis ? Math.max(0, n - 1) : size))
  const pairs = add(slice(value, from), slice(value, [], to))
  if (at === undefined) return mul(sum(pairs, { axis }), 0.5 * (step ?? 1))
  const points = tensorOf(at, 'trapezoid', 'a vector of points')
  if (points.rank !== 1 || points.size !== n)
    throw new ShapeError(`trapezoid: expected ${String(n)} points, got shape ${showShape(points.shape)}`)
  const widths = o.reshape(
    asValue(diff(points)),
    value.shape.map((_, i) => (i === axis ? Math.max(0, n - 1) : 1)),
  )
  return mul(sum(mul(pairs, widths), { axis }), 0.5)
}
