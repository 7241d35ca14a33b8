/*
 * Written in the part of the language that scripts/special-math.ts turns into C++: functions of numbers, constants and
 * tables of coefficients. Polynomials are near-minimax fits of this project's own, made with mpmath.
 */
import { pow } from '../portable-math.ts'
import { isOrder, pi } from './common.ts'
import { cosPi, sinPi } from './sine-of-turns.ts'

/** The k-th derivative of the sine at πx. */
const sineDerivative = (k: number, x: number): number => {
  const quarter = k - 4 * Math.floor(0.25 * k)
  const value = quarter === 0 || quarter === 2 ? sinPi(x) : cosPi(x)
  return quarter < 2 ? value : -value
}

/** The n-th derivative of sin u / u at u = πx that is large against n. */
const sincFar = (n: number, x: number): number => {
  const u = pi * x
  let value = sinPi(x) / u
  for (let k = 1; k <= n; k++) value = (sineDerivative(k, x) - k * value) / u
  return value
}

/** The same near 0: Σ (−1)ᵏ u²ᵏ⁻ⁿ / ((2k + 1) (2k − n)!) over 2k ≥ n. */
const sincNear = (n: number, u: number): number => {
  const first = Math.floor(0.5 * (n + 1))
  let power = 2 * first === n ? 1 : u
  let sum = 0
  for (let k = first; k < first + 60; k++) {
    const term = power / (2 * k + 1)
    sum += k === 2 * Math.floor(0.5 * k) ? term : -term
    power *= (u * u) / ((2 * k - n + 1) * (2 * k - n + 2))
  }
  return sum
}

/** The n-th derivative of sin πx / πx, which is 1 at 0. */
export const sinc = (n: number, x: number): number => {
  if (!isOrder(n) || x !== x) return NaN
  if (Math.abs(x) === Infinity) return 0
  if (n === 0) return Math.abs(x) < 1e-9 ? 1 : sinPi(x) / (pi * x)
  const u = pi * x
  return pow(pi, n) * (Math.abs(u) < 0.4 * n + 0.8 ? sincNear(n, u) : sincFar(n, x))
}
