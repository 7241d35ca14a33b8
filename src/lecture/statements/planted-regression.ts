import { add, foldIn, matmul, mul, normal, type Key, type Tensor } from 'puregrad'

/** Rows of a linear model with known weights: y = x·w + noise, in float64. */
export interface PlantedRegression {
  /** `[rows, features]`, standard normal */
  readonly x: Tensor
  /** `[rows, 1]` */
  readonly y: Tensor
}

/** Standard normal inputs and the targets that weights `[features, 1]` and normal noise give them. */
export const plantedRegression = (
  key: Key,
  rows: number,
  weight: Tensor,
  noise: number,
): PlantedRegression => {
  const x = normal(foldIn(key, 'x'), [rows, weight.shape[0] ?? 0], { dtype: 'float64' })
  const y = add(matmul(x, weight), mul(normal(foldIn(key, 'noise'), [rows, 1], { dtype: 'float64' }), noise))
  return { x, y: y }
}
