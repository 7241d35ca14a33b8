import type { Monoid } from 'fp-ts/lib/Monoid.js'
import { add, mul } from '../core/numeric/index.ts'
import { scalarOf } from '../core/tensor/concrete.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { leavesOf } from '../core/tensor/tree.ts'

/**
 * One summand λΩ(θ) of a penalty.
 *
 * @category Penalties
 */
export interface PenaltyTerm<P> {
  readonly name: string
  readonly lambda: number
  /** Ω, a scalar function of the parameters. */
  readonly omega: (params: P) => Tensor
}

/**
 * A sum of terms λΩ(θ), kept as a list so that combining penalties is associative bit for bit.
 *
 * @category Penalties
 */
export interface Penalty<P> {
  readonly terms: readonly PenaltyTerm<P>[]
}

/**
 * Penalties under addition.
 *
 * @example
 * ```ts
 * import { l1, l2, penaltyMonoid } from 'puregrad/nn'
 * const elasticNet = penaltyMonoid().concat(l1(0.1), l2(0.01))
 * elasticNet.terms.map(({ name }) => name) // => ['l1', 'l2']
 * ```
 * @category Penalties
 */
export const penaltyMonoid = <P>(): Monoid<Penalty<P>> => ({
  empty: { terms: [] },
  concat: (a, b) => ({ terms: [...a.terms, ...b.terms] }),
})

/**
 * The value of a penalty: the sum of λΩ over its terms, 0 without any. A term with λ = 0 adds nothing, were Ω infinite.
 *
 * @example
 * ```ts
 * import { item, tensor } from 'puregrad'
 * import { l1, penaltyValue } from 'puregrad/nn'
 * item(penaltyValue(l1(0.5), { weight: tensor([1, -3]), bias: tensor([9]) })) // => 2
 * ```
 * @category Penalties
 */
export const penaltyValue = <P>({ terms }: Penalty<P>, params: P): Tensor => {
  const [first, ...rest] = terms
    .filter(({ lambda }) => lambda !== 0)
    .map(({ lambda, omega }) => mul(omega(params), lambda))
  return first === undefined
    ? scalarOf(0, leavesOf(params)[0]?.dtype ?? 'float32')
    : rest.reduce((total, term) => add(total, term), first)
}

/**
 * A loss with a penalty added: λ = 0 leaves it as it was.
 *
 * @example
 * ```ts
 * import { grad, sum, tensor, toArray, type Tensor } from 'puregrad'
 * import { l2, penalized } from 'puregrad/nn'
 * const loss = ({ weight }: { readonly weight: Tensor }) => sum(weight)
 * toArray(grad(penalized(loss, l2(0.5)))({ weight: tensor([3]) }).weight) // => [4]
 * ```
 * @category Penalties
 */
export const penalized =
  <P>(loss: (params: P) => Tensor, penalty: Penalty<P>): ((params: P) => Tensor) =>
  (params) =>
    penalty.terms.length === 0 ? loss(params) : add(loss(params), penaltyValue(penalty, params))
