import * as E from 'fp-ts/lib/Either.js'
import { weightsOnly, type Where } from '../core/tensor/weights-only.ts'
import type { Penalty } from '../nn/penalty.ts'
import { abs, add, div, mul, square, sub, sum } from '../core/numeric/index.ts'
import { scalarOf } from '../core/tensor/concrete.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { leavesOf, leavesWithPaths } from '../core/tensor/tree.ts'
import type { Params } from './hyper-parameters.ts'

/**
 * A distribution of every penalized weight, independent of the others, with mean 0.
 *
 * @category Hyper-parameters
 */
export type Prior =
  | { readonly kind: 'normal'; readonly variance: number }
  | { readonly kind: 'laplace'; readonly scale: number }

/**
 * A penalty that is no prior of a known form.
 *
 * @category Hyper-parameters
 */
export interface PriorError {
  readonly kind: 'prior'
  readonly message: string
}

const left = (message: string): E.Either<PriorError, never> => E.left({ kind: 'prior', message })

/**
 * The prior distribution under which the most probable parameters are those that minimize loss + penalty: λΣw² is the
 * normal distribution of variance 1/(2λ), λΣ|w| the Laplace distribution of scale 1/λ. In this sense λ is a
 * hyper-parameter: a parameter of the prior.
 *
 * A left value for a penalty of no term or of several (their densities multiply to one that is not normalized), for
 * λ = 0 (a flat density has no integral), and for a penalty other than `l1` and `l2`.
 *
 * Source: C. M. Bishop, "Pattern Recognition and Machine Learning", 2006, sections 1.2.5 and 3.1.4.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { l1, l2 } from 'puregrad/nn'
 * import { priorOf } from 'puregrad/study'
 * priorOf(l2(2)) // => E.right({ kind: 'normal', variance: 0.25 })
 * priorOf(l1(2)) // => E.right({ kind: 'laplace', scale: 0.5 })
 * E.isLeft(priorOf(l2(0))) // => true
 * ```
 * @category Hyper-parameters
 */
export const priorOf = <P>({ terms }: Penalty<P>): E.Either<PriorError, Prior> => {
  const [term, ...others] = terms
  if (term === undefined || others.length > 0)
    return left(`priorOf: expected a penalty of one term, got ${terms.length}`)
  const { name, lambda } = term
  if (lambda === 0) return left(`priorOf: ${name} with λ = 0 is a flat density, which has no integral`)
  return name === 'l2'
    ? E.right({ kind: 'normal', variance: 1 / (2 * lambda) })
    : name === 'l1'
      ? E.right({ kind: 'laplace', scale: 1 / lambda })
      : left(`priorOf: expected l1 or l2, got ${name}`)
}

/** The logarithm of the density at each element. */
const logDensities = (prior: Prior, w: Tensor): Tensor =>
  prior.kind === 'normal'
    ? sub(-0.5 * Math.log(2 * Math.PI * prior.variance), div(square(w), 2 * prior.variance))
    : sub(-Math.log(2 * prior.scale), mul(abs(w), 1 / prior.scale))

/**
 * The logarithm of the prior density of parameters, a scalar that can be differentiated; `where` says which of them the
 * prior is about, weights unless told otherwise.
 *
 * @example
 * ```ts
 * import { item, tensor } from 'puregrad'
 * import { logDensity } from 'puregrad/study'
 * const params = { weight: tensor([0, 1]), bias: tensor([9]) }
 * item(logDensity({ kind: 'laplace', scale: 0.5 }, params)) // => -2
 * ```
 * @category Hyper-parameters
 */
export const logDensity = <P extends Params>(prior: Prior, params: P, where: Where = weightsOnly): Tensor => {
  const parts = leavesWithPaths(params)
    .filter(({ path }) => where(path))
    .map(({ leaf }) => sum(logDensities(prior, leaf)))
  return parts.reduce<Tensor>(
    (total, part) => add(total, part),
    scalarOf(0, leavesOf(params)[0]?.dtype ?? 'float32'),
  )
}
