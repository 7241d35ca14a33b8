import { item, jit, matmul, zeros, type Tensor } from 'puregrad'
import { l2, meanSquaredError, penalized, penaltyValue } from 'puregrad/nn'
import { minimizeLbfgs } from 'puregrad/optim'
import type { PlantedRegression } from './planted-regression.ts'

/** The weights of a linear model. */
export interface Weights {
  /** `[features, 1]` */
  readonly weight: Tensor
}

/** The minimum of ℓ + λΩ, with both parts. */
export interface RidgePoint extends Weights {
  readonly lambda: number
  /** ℓ, the mean squared error */
  readonly loss: number
  /** Ω = Σw² */
  readonly omega: number
}

/** ℓ of a linear model without a constant. */
export const squaredErrorOf =
  ({ x, y }: PlantedRegression) =>
  ({ weight }: Weights): Tensor =>
    meanSquaredError(matmul(x, weight), y)

/** The minimum of ℓ + λΣw² for every λ. */
export const ridgePath = (data: PlantedRegression, lambdas: readonly number[]): readonly RidgePoint[] => {
  const loss = squaredErrorOf(data)
  const start: Weights = { weight: zeros([data.x.shape[1] ?? 0, 1], { dtype: 'float64' }) }
  return lambdas.map((lambda) => {
    const { params } = minimizeLbfgs(jit(penalized(loss, l2<Weights>(lambda))), start, {
      tolerance: 1e-11,
      iterations: 500,
    })
    return { ...params, lambda, loss: item(loss(params)), omega: item(penaltyValue(l2(1), params)) }
  })
}
