import * as E from 'fp-ts/lib/Either.js'
import { nonNegativeMinimum } from './non-negative-quadratic.ts'
import { checkedSize, inner, normalized, times, type Gramian, type Weighting } from './weighting.ts'

/** The convex weights of the shortest Σ wᵢgᵢ, for a Gramian of finite numbers. */
export const shortestWeights = (gramian: Gramian): readonly number[] => {
  const shortest = Math.min(...gramian.map((row, i) => row[i] ?? 0))
  if (!(shortest > 0)) {
    const isZero = gramian.map((row, i) => !((row[i] ?? 0) > 0))
    const count = isZero.filter(Boolean).length
    return isZero.map((zero) => (zero ? 1 / count : 0))
  }
  // Over w ≥ 0 alone, ‖Σ wᵢgᵢ‖² + (Σ wᵢ − 1)² has the same minimum up to a factor: along s·w with Σ wᵢ = 1 the least
  // value is a/(1 + a) with a = ‖Σ wᵢgᵢ‖², which grows with a.
  const found = nonNegativeMinimum(
    gramian.map((row) => row.map((x) => x / shortest + 1)),
    gramian.map(() => 1),
  )
  const total = found.reduce((sum, x) => sum + x, 0)
  return found.map((x) => x / total)
}

/**
 * The shortest convex combination of the gradients (multiple-gradient descent, MGDA). With d = Σ wᵢgᵢ every objective
 * has gᵢ·d ≥ ‖d‖², so none gets worse, and d = 0 exactly where no direction makes all smaller. Small gradients get large
 * weights.
 *
 * Source: J.-A. Désidéri, "Multiple-gradient descent algorithm (MGDA) for multiobjective optimization", 2012.
 *
 * @throws ArgumentError unless the Gramian is square. The result is `Left` only where it is not finite.
 * @example
 * ```ts
 * import { minNormWeighting } from 'puregrad/criteria'
 * minNormWeighting([[4, 0], [0, 1]]) // => { _tag: 'Right', right: [0.2, 0.8] }
 * minNormWeighting([[4, -2], [-2, 1]]) // => { _tag: 'Right', right: [0.33333333, 0.66666667] }
 * ```
 * @category Weighting of gradients
 */
export const minNormWeighting: Weighting = (gramian) =>
  E.map(() => shortestWeights(gramian))(checkedSize('minNormWeighting', gramian))

/**
 * Whether no direction makes all objectives smaller, to first order and to a millionth of the gradients' lengths: 0 is a
 * convex combination of the gradients (Pareto stationarity).
 */
export const isStationary = (gramian: Gramian): boolean => {
  const { cosines } = normalized(gramian)
  const weights = shortestWeights(cosines)
  return inner(weights, times(cosines, weights)) <= 1e-12
}
