import { toTypedArray } from '../../core/autodiff/read.ts'
import { ShapeError } from '../../core/tensor/errors.ts'
import { showShape } from '../../core/tensor/shape.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'

/**
 * What is kept of some rows to know the mean, the variance and the range of every feature. Means are taken from an
 * origin near the data, so that features far from 0 keep their digits.
 *
 * @category Scaling
 */
export interface Moments {
  readonly n: number
  readonly origin: readonly number[]
  /** Of x − origin. */
  readonly mean: readonly number[]
  /** Sums of (x − mean of x)². */
  readonly squares: readonly number[]
  readonly least: readonly number[]
  readonly greatest: readonly number[]
}

/**
 * The moments of rows `[n, features]`, n ≥ 1. The origin is the first row unless told otherwise.
 *
 * @throws ShapeError for another shape.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { mergeMoments, momentsOf } from 'puregrad/data'
 * const { n, origin, mean, squares } = mergeMoments(momentsOf(tensor([[1], [2]])), momentsOf(tensor([[6]])))
 * const found = [n, (origin[0] ?? NaN) + (mean[0] ?? NaN), squares[0]]
 * found // => [3, 3, 14]
 * ```
 * @category Scaling
 */
export const momentsOf = (x: Tensor, origin?: readonly number[]): Moments => {
  const [n = 0, width = 0] = x.shape
  if (x.rank !== 2 || x.size === 0 || (origin !== undefined && origin.length !== width))
    throw new ShapeError(
      `momentsOf: expected [n, ${origin?.length ?? 'features'}] and at least one row and feature, got ${showShape(x.shape)}`,
    )
  const values = toTypedArray(x)
  const from = origin ?? Array.from(values.subarray(0, width))
  const columns = Array.from({ length: width }, (_, j) => {
    /* eslint-disable functional/no-let, functional/no-loop-statements -- two passes over a column of a large array */
    const start = from[j] ?? 0
    let [total, squares, least, greatest] = [0, 0, Infinity, -Infinity]
    for (let at = j; at < values.length; at += width) {
      const value = values[at] ?? NaN
      total += value - start
      if (value < least) least = value
      if (value > greatest) greatest = value
    }
    const mean = total / n
    for (let at = j; at < values.length; at += width) squares += ((values[at] ?? NaN) - start - mean) ** 2
    return { mean, squares, least, greatest }
    /* eslint-enable functional/no-let, functional/no-loop-statements */
  })
  return {
    n,
    origin: from,
    mean: columns.map(({ mean }) => mean),
    squares: columns.map(({ squares }) => squares),
    least: columns.map(({ least }) => least),
    greatest: columns.map(({ greatest }) => greatest),
  }
}

/**
 * The moments of the rows of both, up to rounding whatever the order. Source: T. F. Chan, G. H. Golub, R. J. LeVeque,
 * "Updating formulae and a pairwise algorithm for computing sample variances", 1979.
 *
 * @throws ShapeError unless both are of the same number of features.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { mergeMoments, momentsOf } from 'puregrad/data'
 * mergeMoments(momentsOf(tensor([[1], [3]])), momentsOf(tensor([[5]]))).n // => 3
 * ```
 * @category Scaling
 */
export const mergeMoments = (a: Moments, b: Moments): Moments => {
  if (a.mean.length !== b.mean.length)
    throw new ShapeError(`mergeMoments: ${a.mean.length} features and ${b.mean.length} do not go together`)
  const n = a.n + b.n
  const apart = a.mean.map((mean, j) => (b.origin[j] ?? 0) - (a.origin[j] ?? 0) + (b.mean[j] ?? 0) - mean)
  return {
    n,
    origin: a.origin,
    mean: a.mean.map((mean, j) => mean + ((apart[j] ?? 0) * b.n) / n),
    squares: a.squares.map(
      (squares, j) => squares + (b.squares[j] ?? 0) + ((apart[j] ?? 0) ** 2 * a.n * b.n) / n,
    ),
    least: a.least.map((least, j) => Math.min(least, b.least[j] ?? least)),
    greatest: a.greatest.map((greatest, j) => Math.max(greatest, b.greatest[j] ?? greatest)),
  }
}
