import {
  add,
  cast,
  concat,
  div,
  greater,
  maximum,
  mul,
  norm,
  reshape,
  sub,
  tensor,
  where,
} from '../core/numeric/index.ts'
import { pairedLeaves } from '../core/tensor/paired-leaves.ts'
import { isTensor, type Tensor } from '../core/tensor/tensor.ts'
import { mapTree, type Path } from '../core/tensor/tree.ts'
import type { ProximalStep } from './after-step.ts'
import { checkedLambda } from './checked-lambda.ts'

/**
 * The proximal step of `tie` in its norm form: two parts of the parameters come closer by 2ηλ together, each half of
 * the way, and are equal bit for bit once they meet.
 *
 * @param a the path of a tensor or of a record of tensors, `b` the other one of the same structure.
 * @throws ArgumentError unless λ is finite and ≥ 0; when applied, where the parts are not alike.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { fuse } from 'puregrad/optim'
 * const params = { a: tensor([1]), b: tensor([4]) }
 * toArray(fuse<typeof params>(1, 'a', 'b').apply(params, 0.5).a) // => [1.5]
 * toArray(fuse<typeof params>(1, 'a', 'b').apply(params, 2).b) // => [2.5]
 * ```
 * @category After the step
 */
export const fuse = <P>(lambda: number, a: Path, b: Path): ProximalStep<P> => ({
  kind: 'proximal',
  name: 'fuse',
  hyperParameters: { lambda: checkedLambda('fuse', lambda), a, b },
  apply: (params, rate) => {
    const pairs = pairedLeaves(params, a, b, 'fuse')
    const gaps = pairs.map(({ leaves: [left, right] }) => sub(left, right))
    const length = norm(concat(gaps.map((gap) => reshape(gap, [gap.size]))))
    const by = mul(isTensor(rate) ? rate : tensor(rate, { dtype: 'float64' }), 2 * lambda)
    const kept = div(maximum(sub(length, cast(by, length.dtype)), 0), where(greater(length, 0), length, 1))
    const moved = new Map(
      pairs.flatMap(({ paths, leaves: [left, right] }, i) => {
        const middle = div(add(left, right), 2)
        const half = div(mul(gaps[i] as Tensor, kept), 2)
        return [
          [paths[0], add(middle, half)],
          [paths[1], sub(middle, half)],
        ] as const
      }),
    )
    return mapTree(params, (leaf, path) => moved.get(path) ?? leaf)
  },
})
