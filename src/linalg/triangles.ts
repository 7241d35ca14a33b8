import { operations as o } from '../core/autodiff/apply.ts'
import { asValue } from '../core/autodiff/value.ts'
import { triangleOf } from '../core/primitive/matrices.ts'
import type { Shape } from '../core/tensor/shape-types.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { offsetOf, type DiagonalOptions } from './diagonal.ts'
import { matrixOf, shaped } from './matrices.ts'

const triangle =
  (where: string, lower: boolean) =>
  <S extends Shape>(x: Tensor<S>, options: DiagonalOptions = {}): Tensor<S> =>
    shaped(asValue(triangleOf(o, matrixOf(x, where), lower, offsetOf(where, options))))

/**
 * The lower triangle of matrices `[…b, m, n]`, zeros above the diagonal: the main one, or one that is so far above (below)
 * it.
 *
 * @throws ShapeError for scalars and vectors; ArgumentError for an offset that is not a whole number.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { tril } from 'puregrad/linalg'
 * toArray(tril(tensor([[1, 2], [3, 4]]))) // => [[1, 0], [3, 4]]
 * toArray(tril(tensor([[1, 2], [3, 4]]), { offset: -1 })) // => [[0, 0], [3, 0]]
 * ```
 * @category Parts of matrices
 */
export const tril = /* @__PURE__ */ triangle('tril', true)

/**
 * The upper triangle of matrices `[…b, m, n]`, zeros below the diagonal: the main one, or one that is so far above (below)
 * it.
 *
 * @throws ShapeError for scalars and vectors; ArgumentError for an offset that is not a whole number.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { triu } from 'puregrad/linalg'
 * toArray(triu(tensor([[1, 2], [3, 4]]))) // => [[1, 2], [0, 4]]
 * ```
 * @category Parts of matrices
 */
export const triu = /* @__PURE__ */ triangle('triu', false)
