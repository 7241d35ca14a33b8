import { normal95 } from '../data/split/precision.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { notNegative } from '../core/tensor/setting-ranges.ts'

/**
 * A lower and an upper bound.
 *
 * @category Evaluation
 */
export type Interval = readonly [lower: number, upper: number]

export { normal95 }

/**
 * Wilson's score interval for a proportion of `successes` in `n` independent trials; it stays inside [0, 1] and
 * is sensible also at 0 and n. Without trials nothing is known: [0, 1].
 *
 * Formula: E. B. Wilson (1927), Probable inference, the law of succession, and statistical inference.
 *
 * @throws ArgumentError unless 0 ≤ successes ≤ n and z is finite and ≥ 0.
 * @example
 * ```ts
 * import { wilsonInterval } from 'puregrad/training'
 * wilsonInterval(90, 100).map((bound) => bound.toFixed(4)) // => ['0.8256', '0.9448']
 * wilsonInterval(0, 0) // => [0, 1]
 * ```
 * @category Evaluation
 */
export const wilsonInterval = (successes: number, n: number, z = normal95): Interval => {
  checkSetting('wilsonInterval', 'n', n, notNegative)
  checkSetting('wilsonInterval', 'successes', successes, { min: 0, max: n })
  checkSetting('wilsonInterval', 'z', z, notNegative)
  if (n === 0) return [0, 1]
  const p = successes / n
  const scale = 1 / (1 + z ** 2 / n)
  const centre = scale * (p + z ** 2 / (2 * n))
  const reach = scale * z * Math.sqrt((p * (1 - p)) / n + z ** 2 / (4 * n ** 2))
  return [p === 0 ? 0 : Math.max(0, centre - reach), p === 1 ? 1 : Math.min(1, centre + reach)]
}

/**
 * The normal interval for a mean of `n` independent values with the given standard deviation; its width falls as
 * 1/√n. Without values nothing is known: [−∞, ∞].
 *
 * @throws ArgumentError unless n and z are finite and ≥ 0, and for another name in the record.
 * @example
 * ```ts
 * import { meanInterval } from 'puregrad/training'
 * meanInterval({ mean: 5, deviation: 2, n: 400 }).map((bound) => bound.toFixed(3)) // => ['4.804', '5.196']
 * ```
 * @category Evaluation
 */
export const meanInterval = (
  measured: { readonly mean: number; readonly deviation: number; readonly n: number },
  z = normal95,
): Interval => {
  checkOptions('meanInterval', measured, { mean: true, deviation: true, n: true })
  const { mean, deviation, n } = measured
  checkSetting('meanInterval', 'n', n, notNegative)
  checkSetting('meanInterval', 'z', z, notNegative)
  if (n === 0) return [-Infinity, Infinity]
  const reach = (z * deviation) / Math.sqrt(n)
  return [mean - reach, mean + reach]
}

/**
 * A proportion and the number of trials it was measured with.
 *
 * @category Evaluation
 */
export interface Proportion {
  readonly value: number
  readonly n: number
}

/**
 * The interval for the difference a − b of two independent figures from theirs, for any figures that have some: each bound
 * is as far from the difference as the bounds it comes from are from theirs, by squares.
 *
 * Formula: G. Y. Zou, A. Donner, "Construction of confidence limits about effect measures: a general approach",
 * Statistics in Medicine 27, 2008; for proportions with Wilson's intervals it is Newcombe's method 10.
 */
export const squareAndAdd = (
  a: { readonly value: number; readonly interval: Interval },
  b: { readonly value: number; readonly interval: Interval },
): Interval => {
  const gap = a.value - b.value
  return [
    gap - Math.hypot(a.value - a.interval[0], b.interval[1] - b.value),
    gap + Math.hypot(a.interval[1] - a.value, b.value - b.interval[0]),
  ]
}

/**
 * The interval for the difference `a − b` of two independent proportions.
 *
 * Formula: R. G. Newcombe (1998), Interval estimation for the difference between independent proportions, method 10.
 *
 * @example
 * ```ts
 * import { differenceInterval } from 'puregrad/training'
 * const interval = differenceInterval({ value: 56 / 70, n: 70 }, { value: 48 / 80, n: 80 })
 * interval.map((bound) => bound.toFixed(4)) // => ['0.0524', '0.3339']
 * ```
 * @category Evaluation
 */
export const differenceInterval = (a: Proportion, b: Proportion, z = normal95): Interval =>
  squareAndAdd(
    { value: a.value, interval: wilsonInterval(a.value * a.n, a.n, z) },
    { value: b.value, interval: wilsonInterval(b.value * b.n, b.n, z) },
  )
