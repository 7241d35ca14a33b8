import { logSumExp, max, mul, stack, sub } from '../core/numeric/index.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { positive } from '../core/tensor/setting-ranges.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import { showValue } from '../core/tensor/show-value.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { namesOf, requireSameNames, requireWeights, type Objectives } from './objectives.ts'

/**
 * From where {@link chebyshev} and its relatives measure distances, and how they weigh them.
 *
 * @category Scalarization
 */
export interface ChebyshevOptions<K extends string> {
  /** For each objective a value that none of its points is below, best a little lower than its own minimum. */
  readonly ideal: Readonly<Record<K, number>>
}

/** wᵢ(fᵢ − zᵢ) for all objectives, as a vector. */
const excesses = <P, K extends string>(
  where: string,
  weights: Readonly<Record<K, number>>,
  ideal: Readonly<Record<K, number>>,
  objectives: Objectives<P, K>,
): ((params: P) => Tensor) => {
  if (typeof (ideal as unknown) !== 'object' || (ideal as unknown) === null)
    throw new ArgumentError(
      `${where}: ideal: expected a value for each objective, got ${showValue(ideal, 60)}`,
    )
  requireSameNames(where, 'the weights', weights, objectives)
  requireSameNames(where, 'the ideal values', ideal, objectives)
  requireWeights(where, weights)
  const names = namesOf(objectives)
  names.forEach((name) => {
    if (!Number.isFinite(ideal[name]))
      throw new ArgumentError(`${where}: an ideal value is finite, got ${ideal[name]} for ${name}`)
  })
  return (params) =>
    stack(names.map((name) => mul(sub(objectives[name](params), ideal[name]), weights[name])))
}

/**
 * One objective from several: the largest of wᵢ(fᵢ − zᵢ). Every point of the front is the minimum of one for suitable
 * weights, also where the front is not convex. It has kinks; {@link smoothChebyshev} has none.
 *
 * Source: V. J. Bowman, "On the relationship of the Tchebycheff norm and the efficient frontier of multiple-criteria
 * objectives", 1976.
 *
 * @throws ArgumentError unless every objective has a weight, finite and ≥ 0, one of them positive, and a finite ideal.
 * @example
 * ```ts
 * import { item, square, sub, tensor, type Tensor } from 'puregrad'
 * import { chebyshev } from 'puregrad/criteria'
 * const objectives = { near0: (x: Tensor) => square(x), near4: (x: Tensor) => square(sub(x, 4)) }
 * const loss = chebyshev({ near0: 1, near4: 1 }, { ideal: { near0: 0, near4: 0 } })(objectives)
 * item(loss(tensor(1))) // => 9
 * ```
 * @category Scalarization
 */
export const chebyshev =
  <K extends string>(weights: Readonly<Record<K, number>>, options: ChebyshevOptions<K>) =>
  <P>(objectives: Objectives<P, K>): ((params: P) => Tensor) => {
    checkOptions('chebyshev', options, { ideal: true })
    const { ideal } = options
    const all = excesses('chebyshev', weights, ideal, objectives)
    return (params) => max(all(params))
  }

/**
 * {@link chebyshev} without kinks: μ log Σ exp(wᵢ(fᵢ − zᵢ)/μ). It lies above it by at most μ log m for m objectives.
 *
 * Source: X. Lin, X. Zhang, Z. Yang, F. Liu, Z. Wang, Q. Zhang, "Smooth Tchebycheff scalarization for multi-objective
 * optimization", 2024.
 *
 * @throws ArgumentError like `chebyshev`, and unless μ is finite and positive.
 * @example
 * ```ts
 * import { item, square, sub, tensor, type Tensor } from 'puregrad'
 * import { smoothChebyshev } from 'puregrad/criteria'
 * const objectives = { near0: (x: Tensor) => square(x), near4: (x: Tensor) => square(sub(x, 4)) }
 * const loss = smoothChebyshev({ near0: 1, near4: 1 }, { ideal: { near0: 0, near4: 0 }, mu: 0.5 })(objectives)
 * item(loss(tensor(2))) // => 4.3465736
 * ```
 * @category Scalarization
 */
export const smoothChebyshev =
  <K extends string>(
    weights: Readonly<Record<K, number>>,
    options: ChebyshevOptions<K> & { readonly mu: number },
  ) =>
  <P>(objectives: Objectives<P, K>): ((params: P) => Tensor) => {
    checkOptions('smoothChebyshev', options, { ideal: true, mu: true })
    const { ideal, mu } = options
    checkSetting('smoothChebyshev', 'mu', mu, positive)
    const all = excesses('smoothChebyshev', weights, ideal, objectives)
    return (params) => mul(logSumExp(mul(all(params), 1 / mu)), mu)
  }
