import { add, mul } from '../core/numeric/index.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { namesOf, requireSameNames, requireWeights, type Objectives } from './objectives.ts'

/**
 * One objective from several: Σ wᵢfᵢ, the form of a loss with a penalty, ℓ + λΩ. Nothing dominates a minimum of it if
 * all weights are positive. But where the front bulges towards the reference point (is not convex), no weights lead to its
 * inner points.
 *
 * @throws ArgumentError unless every objective has a weight, finite and ≥ 0, one of them positive.
 * @example
 * ```ts
 * import { grad, square, sub, tensor, toArray, type Tensor } from 'puregrad'
 * import { weightedSum } from 'puregrad/criteria'
 * const objectives = {
 *   near0: (x: Tensor) => square(x),
 *   near4: (x: Tensor) => square(sub(x, 4)),
 * }
 * const loss = weightedSum({ near0: 3, near4: 1 })(objectives)
 * toArray(grad(loss)(tensor(1))) // => 0
 * ```
 * @category Scalarization
 */
export const weightedSum =
  <K extends string>(weights: Readonly<Record<K, number>>) =>
  <P>(objectives: Objectives<P, K>): ((params: P) => Tensor) => {
    requireSameNames('weightedSum', 'the weights', weights, objectives)
    requireWeights('weightedSum', weights)
    const used = namesOf(objectives).filter((name) => weights[name] > 0)
    return (params) =>
      used
        .map((name) => mul(objectives[name](params), weights[name]))
        .reduce((total, term) => add(total, term))
  }
