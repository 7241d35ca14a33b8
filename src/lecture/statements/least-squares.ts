import { concat, div, matmul, mul, ones, tensor, transpose, type Tensor } from 'puregrad'
import { gramMatrix, symmetricEigen, type Dataset } from 'puregrad/data'

/**
 * The least squares of intercept and features, `[1 + features]`, by the eigenvectors of the Hessian; and −θ*, where
 * all parameters 0 lie as seen from there.
 */
export const leastSquares = ({
  x,
  y,
  n,
}: Dataset): { readonly hessian: Tensor; readonly minimum: Tensor; readonly toMinimum: Tensor } => {
  const hessian = gramMatrix(x, { intercept: true })
  const design = concat([ones([n, 1], { dtype: 'float64' }), x], { axis: 1 })
  const moment = div(matmul(transpose(design), y), n)
  const { values, vectors } = symmetricEigen(hessian)
  const axes = tensor(vectors, { dtype: 'float64' })
  const along = div(matmul(axes, moment), tensor(values, { dtype: 'float64' }))
  const minimum = matmul(transpose(axes), along)
  return { hessian, minimum, toMinimum: mul(minimum, -1) }
}
