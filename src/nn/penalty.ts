import * as E from 'fp-ts/lib/Either.js'
import type { Monoid } from 'fp-ts/lib/Monoid.js'
import { abs, add, mul, square, sum } from '../numeric/index.ts'
import { scalarOf } from '../tensor/concrete.ts'
import { ArgumentError } from '../tensor/errors.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { leavesOf, leavesWithPaths, type Path } from '../tensor/tree.ts'

/** One summand λΩ(θ) of a penalty. */
export interface PenaltyTerm<P> {
  readonly name: string
  readonly lambda: number
  /** Ω, a scalar function of the parameters. */
  readonly omega: (params: P) => Tensor
}

/** A sum of terms λΩ(θ), kept as a list so that combining penalties is associative bit for bit. */
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
 */
export const penaltyMonoid = <P>(): Monoid<Penalty<P>> => ({
  empty: { terms: [] },
  concat: (a, b) => ({ terms: [...a.terms, ...b.terms] }),
})

/** Which parameters are penalised: paths that end in `weight`, unless told otherwise. */
export type Where = (path: Path) => boolean

export const weightsOnly: Where = (path) => /(^|\.)weight$/.test(path)

const elementwisePenalty =
  (name: string, of: (leaf: Tensor) => Tensor) =>
  <P>(lambda: number, where: Where = weightsOnly): Penalty<P> => {
    if (!(lambda >= 0 && Number.isFinite(lambda)))
      throw new ArgumentError(`${name}: λ is a finite number ≥ 0, got ${String(lambda)}`)
    return {
      terms: [
        {
          name,
          lambda,
          omega: (params) => {
            const leaves = leavesWithPaths(params).filter(({ path }) => where(path))
            const [first, ...rest] = leaves.map(({ leaf }) => sum(of(leaf)) as Tensor)
            return first === undefined
              ? scalarOf(0, leavesOf(params)[0]?.dtype ?? 'float32')
              : rest.reduce((total, term) => add(total, term), first)
          },
        },
      ],
    }
  }

/**
 * λ Σ w²: no ½ and no 1/m, so its gradient is 2λw.
 *
 * @throws ArgumentError unless λ is finite and ≥ 0.
 * @example
 * ```ts
 * import { item, tensor } from 'puregrad'
 * import { l2, penaltyValue } from 'puregrad/nn'
 * item(penaltyValue(l2(0.5), { weight: tensor([3]), bias: tensor([9]) })) // => 4.5
 * ```
 */
export const l2 = elementwisePenalty('l2', (leaf) => square(leaf))

/**
 * λ Σ |w|, with derivative 0 at 0.
 *
 * @throws ArgumentError unless λ is finite and ≥ 0.
 * @example
 * ```ts
 * import { item, tensor } from 'puregrad'
 * import { l1, penaltyValue } from 'puregrad/nn'
 * item(penaltyValue(l1(0.5), { weight: tensor([3, -1]), bias: tensor([9]) })) // => 2
 * ```
 */
export const l1 = elementwisePenalty('l1', (leaf) => abs(leaf))

/** The value of a penalty: the sum of λΩ over its terms, 0 without any. */
export const penaltyValue = <P>({ terms }: Penalty<P>, params: P): Tensor => {
  const [first, ...rest] = terms.map(({ lambda, omega }) => mul(omega(params), lambda))
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
 * import { l2, penalised } from 'puregrad/nn'
 * const loss = ({ weight }: { readonly weight: Tensor }) => sum(weight)
 * toArray(grad(penalised(loss, l2(0.5)))({ weight: tensor([3]) }).weight) // => [4]
 * ```
 */
export const penalised =
  <P>(loss: (params: P) => Tensor, penalty: Penalty<P>): ((params: P) => Tensor) =>
  (params) =>
    penalty.terms.length === 0 ? loss(params) : add(loss(params), penaltyValue(penalty, params))

/** A penalty that is not acceptable. */
export interface PenaltyError {
  readonly kind: 'penalty'
  readonly path: 'l1' | 'l2'
  readonly message: string
}

/**
 * The penalty of two settings from outside, or what is wrong with them.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { decodePenalty } from 'puregrad/nn'
 * const wrong = decodePenalty({ l2: -1 })
 * E.isLeft(wrong) ? wrong.left.message : '' // => 'l2: expected a finite number ≥ 0, got -1'
 * ```
 */
export const decodePenalty = <P>(settings: {
  readonly l1?: number
  readonly l2?: number
}): E.Either<PenaltyError, Penalty<P>> => {
  const odd = (['l1', 'l2'] as const).find((name) => {
    const lambda = settings[name] ?? 0
    return !(lambda >= 0 && Number.isFinite(lambda))
  })
  return odd === undefined
    ? E.right({
        terms: [
          ...((settings.l1 ?? 0) === 0 ? [] : l1<P>(settings.l1 ?? 0).terms),
          ...((settings.l2 ?? 0) === 0 ? [] : l2<P>(settings.l2 ?? 0).terms),
        ],
      })
    : E.left({
        kind: 'penalty',
        path: odd,
        message: `${odd}: expected a finite number ≥ 0, got ${String(settings[odd])}`,
      })
}
