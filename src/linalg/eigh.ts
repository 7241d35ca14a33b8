import { operations as o } from '../core/autodiff/apply.ts'
import * as primitive from '../core/primitive/eigh.ts'
import { withoutRow } from '../core/primitive/matrix-parts.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { squareOf } from './matrices.ts'

/**
 * Eigenvalues and eigenvectors of symmetric matrices.
 *
 * @category Decompositions
 */
export interface Eigh {
  /** The smallest first, `[…b, n]`. */
  readonly values: Tensor
  /** Each column is the unit vector of the value at its place, `[…b, n, n]`. */
  readonly vectors: Tensor
}

/**
 * A = V·diag(λ)·Vᵀ of symmetric matrices `[…b, n, n]`: a tridiagonal form by reflections, then implicit QL. Of a matrix that
 * is not symmetric its symmetric part (A + Aᵀ)/2 is taken, so that derivatives by A are symmetric. The largest component of
 * each vector is positive.
 *
 * Of an eigenvalue that occurs several times no single vector is determined, but the space of its vectors is, and so is
 * what depends on that space alone, such as the sum of the values or a projection: of that, derivatives are right.
 * Derivatives count values as equal that differ by less than n·ε times the largest, and take the vectors as not turning
 * within the space that they share. For functions of the matrix see `symmetricPower` and `symmetricSquareRoot`. A matrix
 * with an element that is not finite gives NaN.
 *
 * @throws ShapeError for anything but square matrices; DTypeError for integers.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { eigh } from 'puregrad/linalg'
 * const { values, vectors } = eigh(tensor([[2, 1], [1, 2]]))
 * toArray(values) // => [1, 3]
 * toArray(vectors) // => [[0.70710678, 0.70710678], [-0.70710678, 0.70710678]]
 * ```
 * @category Decompositions
 */
export const eigh = (a: Tensor): Eigh => {
  const [values, vectors] = primitive.eighParts(o, o.call(primitive.eigh, squareOf(a, 'eigh')))
  return { values: withoutRow(o, values), vectors }
}
