import { jit } from '../compile/jit/jit.ts'
import { add, cast, mul, square, sum, zeros } from '../core/numeric/index.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import type { Dataset } from '../data/dataset.ts'
import { dense } from '../nn/dense.ts'
import { evalMode } from '../nn/mode.ts'
import { minimizeLbfgs } from '../optim/minimize-lbfgs.ts'
import { networkOf, type FittedNetwork } from './fitted-network.ts'
import { meanLoss, targetRows } from './row-losses.ts'

/**
 * What there is to say about a linear model.
 *
 * @category Recipes
 */
export interface LinearSettings {
  /**
   * The weight of the penalty beside the sums over rows: ½ Σ w² beside the cross-entropies (C = 1 / l2), Σ w² beside the
   * squared errors (ridge, alpha = l2). The intercept is not penalized.
   */
  readonly l2: number
}

/** Two classes have one vector of weights, the difference of two columns ±w/2: ½ |w|² is Σ of both columns' squares. */
const penaltyShare = ({ targets, n }: Dataset, l2: number): number =>
  targets.kind === 'classes'
    ? (l2 * (targets.names.length === 2 ? 1 : 0.5)) / n
    : l2 / (n * targets.names.length)

/**
 * Logistic regression for classes, ridge regression for numbers: one linear layer that makes a convex function as small as
 * it gets, in float64 and from weights of 0, so there is nothing random about it.
 */
export const fitLinear = (train: Dataset<'train'>, { l2 }: LinearSettings): FittedNetwork => {
  const { targets } = train
  const [inputs, outputs] = [train.x.shape[1] ?? 0, targets.names.length]
  const network = networkOf(inputs, [dense('output', outputs)])
  const x = cast(train.x, 'float64')
  const y = targets.kind === 'classes' ? train.y : cast(targetRows(train.y, targets), 'float64')
  const share = penaltyShare(train, l2)
  const start = {
    output: {
      weight: zeros([inputs, outputs], { dtype: 'float64' }),
      bias: zeros([outputs], { dtype: 'float64' }),
    },
  }
  const cost = (params: typeof start): Tensor =>
    add(
      meanLoss(targets, network.apply(evalMode, params, { output: {} }, x)[0], y, { weights: train.weights }),
      mul(sum(square(params.output.weight)), share),
    )
  const { params } = minimizeLbfgs(jit(cost), start, { tolerance: 1e-7, iterations: 500 })
  return { network, params, layers: { output: {} } }
}
