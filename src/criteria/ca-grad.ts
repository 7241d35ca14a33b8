import * as E from 'fp-ts/lib/Either.js'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { fraction } from '../core/tensor/setting-ranges.ts'
import { isStationary, shortestWeights } from './min-norm.ts'
import { checkedSize, noWeights, inner, times, type Gramian, type Weighting } from './weighting.ts'

/**
 * The direction that does best for the objective it does worst for, among those within c‖ḡ‖ of the mean gradient ḡ
 * (conflict-averse gradient descent, CAGrad). c = 0 is the mean; larger c stays less close to it and helps the worst
 * objective more. For c < 1 where it stops the mean is stationary.
 *
 * It is ḡ + (c‖ḡ‖/‖h‖)h, with h the convex combination of the gradients that minimizes ḡ·h + c‖ḡ‖‖h‖.
 *
 * Source: B. Liu, X. Liu, X. Jin, P. Stone, Q. Liu, "Conflict-averse gradient descent for multi-task learning", 2021.
 *
 * @throws ArgumentError unless 0 ≤ c < 1 and the Gramian is square. The result is `Left` where it is not finite or no
 * direction makes all objectives smaller.
 * @example
 * ```ts
 * import { caGradWeighting } from 'puregrad/criteria'
 * caGradWeighting(0)([[4, 0], [0, 1]]) // => { _tag: 'Right', right: [0.5, 0.5] }
 * caGradWeighting(0.5)([[1, 0], [0, 1]]) // => { _tag: 'Right', right: [0.75, 0.75] }
 * ```
 * @category Weighting of gradients
 */
export const caGradWeighting = (c: number): Weighting => {
  checkSetting('caGradWeighting', 'c', c, fraction)
  return (gramian) =>
    E.flatMap((m: number) => {
      const towardsMean = gramian.map((row) => row.reduce((total, x) => total + x, 0) / m)
      const squared = towardsMean.reduce((total, x) => total + x, 0) / m
      const radius = c * Math.sqrt(Math.max(0, squared))
      const mean = gramian.map(() => 1 / m)
      return radius === 0
        ? E.right(mean)
        : isStationary(gramian)
          ? noWeights('no-common-descent', 'caGradWeighting: no direction makes all objectives smaller')
          : E.right(joined(gramian, towardsMean, squared, radius))
    })(checkedSize('caGradWeighting', gramian))
}

const joined = (
  gramian: Gramian,
  towardsMean: readonly number[],
  squared: number,
  radius: number,
): readonly number[] => {
  // r‖h‖ is the least of ½(‖h‖²/t + tr²) over t > 0, reached at t = ‖h‖/r. With t fixed, ḡ·h + ‖h‖²/(2t) is least where
  // h + tḡ is shortest: the min-norm problem of the gradients moved by tḡ. The whole is convex in t, so the t at which
  // ‖h‖ = tr is found by halving.
  const weightsAt = (t: number): readonly number[] =>
    shortestWeights(
      gramian.map((row, i) =>
        row.map((x, j) => x + t * ((towardsMean[i] ?? 0) + (towardsMean[j] ?? 0)) + t * t * squared),
      ),
    )
  const lengthOf = (weights: readonly number[]): number =>
    Math.sqrt(Math.max(0, inner(weights, times(gramian, weights))))
  const range = {
    low: lengthOf(shortestWeights(gramian)) / radius,
    high: Math.sqrt(Math.max(...gramian.map((row, i) => row[i] ?? 0))) / radius,
  }
  const { low, high } = Array.from({ length: 60 }).reduce<typeof range>(({ low: a, high: b }) => {
    const t = Math.sqrt(a * b)
    return lengthOf(weightsAt(t)) > t * radius ? { low: t, high: b } : { low: a, high: t }
  }, range)
  const weights = weightsAt(Math.sqrt(low * high))
  const stretch = radius / lengthOf(weights)
  return weights.map((w) => 1 / gramian.length + stretch * w)
}
