import { concat, norm, reshape, square, sub, sum } from '../core/numeric/index.ts'
import { checkedLambda } from '../optim/checked-lambda.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { pairedLeaves } from '../core/tensor/paired-leaves.ts'
import type { Path } from '../core/tensor/tree.ts'
import type { Penalty } from './penalty.ts'

/** The forms of a tie. */
export const tieForms = ['squared', 'norm'] as const

/**
 * Soft tying: a price on the distance of two parts of the parameters, each a tensor or a record of tensors, biases
 * included. `squared` is λ‖A − B‖², which brings them closer and never together; `norm` is λ‖A − B‖, whose minimizer has
 * them equal from some λ on (reached exactly by `fuse`, not by gradient steps). Where they are equal its derivative is 0,
 * a subgradient.
 *
 * @param a the path of one part, `modelA` or `modelA.output.weight`; `b` that of the other.
 * @throws ArgumentError unless λ is finite and ≥ 0, and for another form; when applied, where the parts are not alike.
 * @example
 * ```ts
 * import { item, tensor } from 'puregrad'
 * import { penaltyValue, tie } from 'puregrad/nn'
 * const params = { a: { weight: tensor([3, 0]) }, b: { weight: tensor([0, 4]) } }
 * item(penaltyValue(tie(1, 'a', 'b', 'squared'), params)) // => 25
 * item(penaltyValue(tie(1, 'a', 'b', 'norm'), params)) // => 5
 * ```
 * @category Penalties
 */
export const tie = <P>(lambda: number, a: Path, b: Path, form: 'squared' | 'norm'): Penalty<P> => {
  checkChoice('tie', 'form', form, tieForms)
  return {
    terms: [
      {
        name: `tie(${a}, ${b}, ${form})`,
        lambda: checkedLambda('tie', lambda),
        omega: (params) => {
          const gap = concat(
            pairedLeaves(params, a, b, 'tie').map(({ leaves: [left, right] }) => {
              const difference = sub(left, right)
              return reshape(difference, [difference.size])
            }),
          )
          return form === 'norm' ? norm(gap) : sum(square(gap))
        },
      },
    ],
  }
}
