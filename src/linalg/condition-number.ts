import { operations as o } from '../core/autodiff/apply.ts'
import { rowsAndColumns } from '../core/primitive/matrices.ts'
import { ShapeError } from '../core/tensor/errors.ts'
import { showShape } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { matrixOf } from './matrices.ts'
import { asValue } from '../core/autodiff/value.ts'
import { singularValues } from './svd.ts'

/**
 * The largest singular value over the smallest, of each matrix `[…b, m, n]`: by how much errors of a system with it may be
 * magnified. Infinity for a singular matrix.
 *
 * @throws ShapeError for less than two axes or for a matrix without elements; DTypeError for integers.
 * @example
 * ```ts
 * import { item, tensor } from 'puregrad'
 * import { conditionNumber } from 'puregrad/linalg'
 * item(conditionNumber(tensor([[2, 0], [0, 8]]))) // => 4
 * ```
 * @category Decompositions
 */
export const conditionNumber = (a: Tensor): Tensor => {
  const matrix = matrixOf(a, 'conditionNumber')
  const k = Math.min(...rowsAndColumns(matrix))
  if (k === 0)
    throw new ShapeError(
      `conditionNumber: a matrix of shape ${showShape(matrix.shape)} has no singular values`,
    )
  const s = asValue(singularValues(matrix))
  const batch = s.shape.slice(0, -1)
  const at = (place: number): Tensor =>
    o.reshape(
      o.slice(s, {
        start: [...batch.map(() => 0), place],
        step: s.shape.map(() => 1),
        shape: [...batch, 1],
      }),
      batch,
    )
  return o.div(asValue(at(0)), asValue(at(k - 1)))
}
