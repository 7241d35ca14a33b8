/* eslint-disable functional/no-let, functional/no-loop-statements --
   two sorted lists are walked through side by side; all indices are within them */
import { ArgumentError } from '../../core/tensor/errors.ts'

/**
 * ½ Σ |pᵢ − qᵢ| of two distributions over the same cases: the largest difference of the probability of any event.
 *
 * @example
 * ```ts
 * import { totalVariation } from 'puregrad/data'
 * totalVariation([0.5, 0.5], [0.75, 0.25]) // => 0.25
 * ```
 * @category Drift
 */
export const totalVariation = (p: readonly number[], q: readonly number[]): number => {
  if (p.length !== q.length)
    throw new ArgumentError(`totalVariation: ${p.length} cases on one side, ${q.length} on the other`)
  return p.reduce((sum, share, i) => sum + Math.abs(share - q[i]!), 0) / 2
}

const ascending = (name: string, values: Iterable<number>): Float64Array => {
  const sorted = Float64Array.from(values).sort()
  if (sorted.length === 0 || sorted.some(Number.isNaN))
    throw new ArgumentError(`${name}: expected two samples of numbers, got an empty one or NaN`)
  return sorted
}

/**
 * The two-sample statistic of Kolmogorov and Smirnov: the largest distance of two empirical distribution functions, from
 * 0 to 1. It sees changes of place, spread and shape, and does not depend on the units.
 *
 * @throws ArgumentError where a sample is empty or holds NaN.
 * @example
 * ```ts
 * import { kolmogorovSmirnov } from 'puregrad/data'
 * kolmogorovSmirnov([1, 2, 3, 4], [3, 4, 5, 6]) // => 0.5
 * ```
 * @category Drift
 */
export const kolmogorovSmirnov = (a: Iterable<number>, b: Iterable<number>): number => {
  const [x, y] = [ascending('kolmogorovSmirnov', a), ascending('kolmogorovSmirnov', b)]
  let [i, j, most] = [0, 0, 0]
  while (i < x.length && j < y.length) {
    const at = Math.min(x[i]!, y[j]!)
    while (i < x.length && x[i]! === at) i++
    while (j < y.length && y[j]! === at) j++
    most = Math.max(most, Math.abs(i / x.length - j / y.length))
  }
  return most
}

/**
 * The area under the curve of hits over false alarms: the probability that a score of the second sample exceeds one of
 * the first, ties counted by half.
 *
 * Source: J. A. Hanley, B. J. McNeil, "The meaning and use of the area under a receiver operating characteristic (ROC)
 * curve", Radiology 143, 1982.
 *
 * @throws ArgumentError where a sample is empty or holds NaN.
 * @example
 * ```ts
 * import { areaUnderCurve } from 'puregrad/data'
 * areaUnderCurve([1, 2, 3], [2, 4, 5]) // => 0.83333333
 * ```
 * @category Drift
 */
export const areaUnderCurve = (low: Iterable<number>, high: Iterable<number>): number => {
  const [x, y] = [ascending('areaUnderCurve', low), ascending('areaUnderCurve', high)]
  let [below, notAbove, wins] = [0, 0, 0]
  for (const score of y) {
    while (below < x.length && x[below]! < score) below++
    while (notAbove < x.length && x[notAbove]! <= score) notAbove++
    wins += (below + notAbove) / 2
  }
  return wins / (x.length * y.length)
}
