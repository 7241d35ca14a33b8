import {
  add,
  cast,
  div,
  greater,
  maximum,
  mul,
  neg,
  norm,
  sub,
  tensor,
  where,
} from '../core/numeric/index.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { isTensor, type Tensor } from '../core/tensor/tensor.ts'
import { weightsOnly, type Where } from '../core/tensor/weights-only.ts'
import { onLeaves, type ProximalStep } from './after-step.ts'
import { checkedLambda } from './checked-lambda.ts'
import { checkGrouping, withinGroups, type Grouping } from './grouping.ts'
import { checkWhere } from './optimizer-settings.ts'

/** λ times the rate, in the dtype of the leaf. */
const threshold = (lambda: number, rate: Tensor | number, { dtype }: Tensor): Tensor =>
  cast(mul(isTensor(rate) ? rate : tensor(rate, { dtype: 'float64' }), lambda), dtype)

/** Towards 0 by t, and exactly 0 (never −0) from −t to t. */
const softened = (leaf: Tensor, by: Tensor): Tensor =>
  sub(maximum(sub(leaf, by), 0), maximum(sub(neg(leaf), by), 0))

const shrunk = (leaf: Tensor, by: Tensor): Tensor => div(leaf, add(1, mul(2, by)))

/**
 * The proximal step of `l1`: every chosen weight moves towards 0 by ηλ and stays there once it is reached, so that
 * zeros are exact. Subgradient steps never get there.
 *
 * Source: I. Daubechies, M. Defrise, C. De Mol, 2004 (ISTA).
 *
 * @throws ArgumentError unless λ is finite and ≥ 0.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { softThreshold } from 'puregrad/optim'
 * toArray(softThreshold(2).apply({ weight: tensor([3, -0.5, -2]) }, 0.5).weight) // => [2, 0, -1]
 * ```
 * @category After the step
 */
export const softThreshold = <P>(lambda: number, where: Where = weightsOnly): ProximalStep<P> => {
  checkedLambda('softThreshold', lambda)
  checkWhere('softThreshold', where)
  return {
    kind: 'proximal',
    name: 'softThreshold',
    hyperParameters: { lambda },
    apply: (params, rate) =>
      onLeaves<P>(where, (leaf) => softened(leaf, threshold(lambda, rate, leaf)))(params),
  }
}

/**
 * The proximal step of `l2`: every chosen weight is divided by 1 + 2ηλ. It never makes a zero.
 *
 * @throws ArgumentError unless λ is finite and ≥ 0.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { shrink } from 'puregrad/optim'
 * toArray(shrink(1).apply({ weight: tensor([3, -6]) }, 0.25).weight) // => [2, -4]
 * ```
 * @category After the step
 */
export const shrink = <P>(lambda: number, where: Where = weightsOnly): ProximalStep<P> => {
  checkedLambda('shrink', lambda)
  checkWhere('shrink', where)
  return {
    kind: 'proximal',
    name: 'shrink',
    hyperParameters: { lambda },
    apply: (params, rate) =>
      onLeaves<P>(where, (leaf) => shrunk(leaf, threshold(lambda, rate, leaf)))(params),
  }
}

/**
 * The proximal step of `elasticNet`: {@link softThreshold}, then {@link shrink}. (One of the few sums whose proximal
 * step is a composition.)
 *
 * Source: H. Zou, T. Hastie, 2005.
 *
 * @throws ArgumentError unless both λ are finite and ≥ 0.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { elasticNetShrink } from 'puregrad/optim'
 * toArray(elasticNetShrink({ l1: 2, l2: 1 }).apply({ weight: tensor([4, -0.5]) }, 0.5).weight) // => [1.5, 0]
 * ```
 * @category After the step
 */
export const elasticNetShrink = <P>(
  lambdas: { readonly l1: number; readonly l2: number },
  where: Where = weightsOnly,
): ProximalStep<P> => {
  checkOptions('elasticNetShrink', lambdas, { l1: true, l2: true })
  const { l1, l2 } = lambdas
  const [first, second] = [
    softThreshold<P>(checkedLambda('elasticNetShrink', l1), where),
    shrink<P>(checkedLambda('elasticNetShrink', l2), where),
  ]
  return {
    kind: 'proximal',
    name: 'elasticNetShrink',
    hyperParameters: { l1, l2 },
    apply: (params, rate) => second.apply(first.apply(params, rate), rate),
  }
}

/**
 * The proximal step of `groupLasso`: every group's vector gets shorter by ηλ√n, n its number of members, and is exactly
 * 0 from there on: whole units or inputs go.
 *
 * Source: M. Yuan, Y. Lin, 2006.
 *
 * @throws ArgumentError unless λ is finite and ≥ 0.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { groupSoftThreshold } from 'puregrad/optim'
 * const params = { weight: tensor([[3, 0.1], [4, 0.1], [0, 0.1], [0, 0.1]]) }
 * toArray(groupSoftThreshold(1).apply(params, 0.5).weight).map(([, unit]) => unit) // => [0, 0, 0, 0]
 * ```
 * @category After the step
 */
export const groupSoftThreshold = <P>(
  lambda: number,
  options: { readonly by?: Grouping; readonly where?: Where } = {},
): ProximalStep<P> => {
  checkedLambda('groupSoftThreshold', lambda)
  checkOptions('groupSoftThreshold', options, { by: true, where: true })
  const { by = 'unit', where: chosen = weightsOnly } = options
  checkGrouping('groupSoftThreshold', by)
  checkWhere('groupSoftThreshold', chosen)
  return {
    kind: 'proximal',
    name: 'groupSoftThreshold',
    hyperParameters: { lambda, by },
    apply: (params, rate) =>
      onLeaves<P>(chosen, (leaf) =>
        withinGroups(leaf, by, (groups) => {
          const length = norm(groups, { axis: 1, keepDims: true })
          const left = maximum(
            sub(length, mul(threshold(lambda, rate, leaf), Math.sqrt(groups.shape[1] ?? 0))),
            0,
          )
          return mul(groups, div(left, where(greater(length, 0), length, 1)))
        }),
      )(params),
  }
}
