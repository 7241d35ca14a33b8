import { operations as o } from '../core/autodiff/apply.ts'
import type { AnyValue } from '../core/autodiff/value.ts'
import { batchOf, rowsAndColumns } from '../core/primitive/matrices.ts'
import { requireSameDType } from '../core/primitive/typing.ts'
import { broadcastShapes } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { matrixOf } from './matrices.ts'

/**
 * The Kronecker product of matrices `[…a, m, n]` and `[…b, p, q]`, `[…, m·p, n·q]`: every element of the first times the whole
 * second one. Batch axes broadcast.
 *
 * @throws ShapeError for scalars and vectors; DTypeError for unequal dtypes.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { kron } from 'puregrad/linalg'
 * toArray(kron(tensor([[1, 2]]), tensor([[1], [10]]))) // => [[1, 2], [10, 20]]
 * ```
 * @category Products
 */
export const kron = (a: Tensor, b: Tensor): Tensor => {
  const [x, y] = [matrixOf(a, 'kron'), matrixOf(b, 'kron')]
  requireSameDType([x, y], 'kron')
  const [[m, n], [p, q]] = [rowsAndColumns(x), rowsAndColumns(y)]
  const batch = broadcastShapes(batchOf(x), batchOf(y), 'kron')
  const spread = (z: AnyValue, sizes: readonly number[]): AnyValue =>
    o.broadcastTo(o.reshape(z, [...batchOf(z), ...sizes]), [...batch, m, p, n, q])
  const all = o.mul(spread(x, [m, 1, n, 1]), spread(y, [1, p, 1, q]))
  return o.reshape(all, [...batch, m * p, n * q])
}
