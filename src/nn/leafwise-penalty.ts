import { add } from '../core/numeric/index.ts'
import { checkedLambda } from '../optim/checked-lambda.ts'
import { checkWhere } from '../optim/optimizer-settings.ts'
import { scalarOf } from '../core/tensor/concrete.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { leavesOf, leavesWithPaths } from '../core/tensor/tree.ts'
import type { Where } from '../core/tensor/weights-only.ts'
import type { Penalty } from './penalty.ts'

/** λ times the sum over the chosen parameters of a scalar function of each. */
export const leafwisePenalty = <P>(
  name: string,
  lambda: number,
  where: Where,
  of: (leaf: Tensor) => Tensor,
): Penalty<P> => {
  checkWhere(name, where)
  return {
    terms: [
      {
        name,
        lambda: checkedLambda(name, lambda),
        omega: (params) => {
          const leaves = leavesWithPaths(params).filter(({ path }) => where(path))
          const [first, ...rest] = leaves.map(({ leaf }) => of(leaf))
          return first === undefined
            ? scalarOf(0, leavesOf(params)[0]?.dtype ?? 'float32')
            : rest.reduce((total, term) => add(total, term), first)
        },
      },
    ],
  }
}
