import { mul, norm, sum } from '../core/numeric/index.ts'
import { checkGrouping, groupsOf, type Grouping } from '../optim/grouping.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { weightsOnly, type Where } from '../core/tensor/weights-only.ts'
import { leafwisePenalty } from './leafwise-penalty.ts'
import type { Penalty } from './penalty.ts'

/**
 * λ Σ over groups of √n‖w‖₂, n the number of members: a lasso on whole units, inputs or tensors. Its derivative at a
 * group of zeros is 0. Its gradient steps make no zeros; `groupSoftThreshold` does.
 *
 * Source: M. Yuan, Y. Lin, 2006.
 *
 * @throws ArgumentError unless λ is finite and ≥ 0, and for another option.
 * @example
 * ```ts
 * import { item, tensor } from 'puregrad'
 * import { groupLasso, penaltyValue } from 'puregrad/nn'
 * const params = { weight: tensor([[3, 0], [4, 0], [0, 0], [0, 1]]) }
 * item(penaltyValue(groupLasso(0.5), params)) // => 6
 * item(penaltyValue(groupLasso(1, { by: 'input', where: (path) => path === 'bias' }), params)) // => 0
 * ```
 * @category Penalties
 */
export const groupLasso = <P>(
  lambda: number,
  options: { readonly by?: Grouping; readonly where?: Where } = {},
): Penalty<P> => {
  checkOptions('groupLasso', options, { by: true, where: true })
  const { by = 'unit', where = weightsOnly } = options
  checkGrouping('groupLasso', by)
  return leafwisePenalty('groupLasso', lambda, where, (leaf) => {
    const groups = groupsOf(leaf, by)
    return mul(sum(norm(groups, { axis: 1 })), Math.sqrt(groups.shape[1] ?? 0))
  })
}
