import { l2, meanSquaredError, penalised, penaltyValue } from '../../nn/index.ts'
import { item, matmul, zeros } from '../../core/numeric/index.ts'
import { minimizeLbfgs } from '../../optim/index.ts'
import { jit } from '../../compile/jit/jit.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'
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
    meanSquaredError(matmul(x, weight) as Tensor, y)

/** The minimum of ℓ + λΣw² for every λ. */
export const ridgePath = (data: PlantedRegression, lambdas: readonly number[]): readonly RidgePoint[] => {
  const loss = squaredErrorOf(data)
  const start: Weights = { weight: zeros([data.x.shape[1] ?? 0, 1], { dtype: 'float64' }) }
  return lambdas.map((lambda) => {
    const { params } = minimizeLbfgs(jit(penalised(loss, l2<Weights>(lambda))), start, {
      tolerance: 1e-11,
      iterations: 500,
    })
    return { ...params, lambda, loss: item(loss(params)), omega: item(penaltyValue(l2(1), params)) }
  })
}
