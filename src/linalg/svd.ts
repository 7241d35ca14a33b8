import { operations as o } from '../core/autodiff/apply.ts'
import { swapped } from '../core/primitive/matrices.ts'
import { withoutRow } from '../core/primitive/matrix-parts.ts'
import * as primitive from '../core/primitive/svd.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { matrixOf } from './matrices.ts'
import type { DecompositionOptions } from './qr.ts'

/**
 * The factors of `svd`.
 *
 * @category Decompositions
 */
export interface SVD {
  /** Orthonormal columns, `[…b, m, k]`. */
  readonly u: Tensor
  /** The singular values, the largest first, `[…b, min(m, n)]`. */
  readonly s: Tensor
  /** Orthonormal rows, `[…b, k, n]`. */
  readonly vt: Tensor
}

/**
 * A = U·diag(s)·Vᵀ of matrices `[…b, m, n]` with orthonormal columns of U and V and s₁ ≥ s₂ ≥ … ≥ 0, by reflections and
 * one-sided Jacobi rotations, which find small singular values as exactly as the matrix determines them. The reduced form
 * has min(m, n) columns, the full one square U and V. The largest component of each column of U is positive.
 *
 * Of a singular value that occurs several times no single vectors are determined; what depends on the spaces of the vectors
 * alone, such as the sum of the values, has right derivatives. They count values as equal that differ by less than n·ε times
 * the largest, and those as 0 that are smaller. At a value of 0, where it has a kink, its derivative is uᵀ·dA·v with the
 * vectors that were found. A matrix with an element that is not finite gives NaN.
 *
 * @throws ShapeError for less than two axes; DTypeError for integers; ArgumentError where a derivative of the full form of
 * a matrix that is not square is asked for, whose further vectors are not determined.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { svd } from 'puregrad/linalg'
 * const { u, s, vt } = svd(tensor([[0, 2], [3, 0], [0, 0]]))
 * toArray(s) // => [3, 2]
 * toArray(u) // => [[0, 1], [1, 0], [0, 0]]
 * toArray(vt) // => [[1, 0], [0, 1]]
 * ```
 * @category Decompositions
 */
export const svd = (a: Tensor, options: DecompositionOptions = {}): SVD => {
  checkOptions('svd', options, { full: true })
  const { full = false } = options
  checkChoice('svd', 'full', full, [true, false])
  const matrix = matrixOf(a, 'svd')
  const [u, s, v] = primitive.svdParts(o, o.bind(primitive.svd, [matrix], { full }), matrix, full)
  return { u, s: withoutRow(o, s), vt: swapped(o, v) }
}

/**
 * The singular values of matrices `[…b, m, n]`, the largest first, `[…b, min(m, n)]`; derivatives are those of `svd`.
 *
 * @throws ShapeError for less than two axes; DTypeError for integers.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { singularValues } from 'puregrad/linalg'
 * toArray(singularValues(tensor([[1, 1], [1, 1]]))) // => [2, 0]
 * ```
 * @category Decompositions
 */
export const singularValues = (a: Tensor): Tensor => svd(matrixOf(a, 'singularValues')).s
