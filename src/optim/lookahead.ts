import { add, equal, mul, sub, tensor, where } from '../core/numeric/index.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { count } from '../core/tensor/setting-ranges.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { zipTrees } from '../core/tensor/tree.ts'
import { applyStep } from './apply-step.ts'
import { chooseTree } from './choose-tree.ts'
import { checkTransformation, type Optimizer, type Step } from './transformation.ts'

/**
 * The slow weights, the state of the fast optimizer, and how many fast steps were made since the last slow one.
 *
 * @category Transformations
 */
export interface LookaheadState<P, S> {
  readonly slow: P
  readonly fast: S
  readonly since: Tensor
}

/**
 * Lets an optimizer make `every` steps, then moves the slow weights a share of the way and starts again from there.
 *
 * Source: M. R. Zhang, J. Lucas, G. Hinton, J. Ba, NeurIPS 2019, algorithm 1.
 *
 * @throws ArgumentError unless `every` is a positive integer and the share lies in (0, 1], for another option, and for what is no optimizer.
 * @example
 * ```ts
 * import { tensor, toArray, type Tensor } from 'puregrad'
 * import { lookahead, sgd } from 'puregrad/optim'
 * const optimizer = lookahead(sgd<{ readonly w: Tensor }>({ learningRate: 1 }), { every: 1, share: 0.5 })
 * const params = { w: tensor([4]) }
 * const [step] = optimizer.update({ w: tensor([2]) }, optimizer.init(params), { params, step: 0, value: 0 })
 * toArray(step.w) // => [-1]
 * ```
 * @category Transformations
 */
export const lookahead = <P, S>(
  fast: Optimizer<P, S>,
  options: { readonly every?: number; readonly share?: number } = {},
): Optimizer<P, LookaheadState<P, S>> => {
  checkTransformation('lookahead', 'the optimizer', fast)
  checkOptions('lookahead', options, { every: true, share: true })
  const { every = 5, share = 0.5 } = options
  checkSetting('lookahead', 'every', every, count)
  checkSetting('lookahead', 'share', share, { above: 0, max: 1 })
  return {
    name: `lookahead(${fast.name})`,
    hyperParameters: { every, share },
    init: (params) => ({
      slow: params,
      fast: fast.init(params),
      since: tensor(0, { dtype: 'float64' }),
    }),
    update: (gradient, state, context) => {
      const [move, inner] = fast.update(gradient, state.fast, context)
      const since = add(state.since, 1)
      const due = equal(since, every)
      const there = applyStep(context.params, move)
      const between = zipTrees(state.slow, [there], ([s, f]) => add(s, mul(share, sub(f, s))))
      const back = zipTrees(between, [context.params], ([s, p]) => sub(s, p))
      return [
        chooseTree(due, back as Step<P>, move),
        { slow: chooseTree(due, between, state.slow), fast: inner, since: where(due, 0, since) },
      ]
    },
  }
}
