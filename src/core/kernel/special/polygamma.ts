/*
 * Written in the part of the language that scripts/special-math.ts turns into C++: functions of numbers, constants and
 * tables of coefficients. Polynomials are near-minimax fits of this project's own, made with mpmath.
 */
import { exp, log, pow } from '../portable-math.ts'
import { isOrder } from './common.ts'
import { digamma, lgammaPositive } from './gamma.ts'

/** Bernoulli numbers of even index 2j over (2j)!. */
const bernoulli = [
  0.08333333333333333, -0.001388888888888889, 3.306878306878307e-5, -8.267195767195768e-7,
  2.08767569878681e-8, -5.284190138687493e-10, 1.3382536530684679e-11, -3.3896802963225827e-13,
  8.586062056277845e-15, -2.174868698558062e-16, 5.5090028283602295e-18, -1.3954464685812522e-19,
  3.534707039629467e-21, -8.953517427037546e-23,
] as const

/**
 * The Hurwitz zeta function Σ (a + k)⁻ˢ for whole s ≥ 2 and a > 0: terms until a + k is large, then the formula of Euler
 * and Maclaurin.
 */
const hurwitz = (s: number, a: number): number => {
  let sum = 0
  let x = a
  while (x < 12 + 0.5 * s) {
    const term = pow(x, -s)
    sum += term
    if (term < sum * 1e-18) return sum
    x += 1
  }
  const last = pow(x, -s)
  let tail = 0
  let factor = (last * s) / x
  for (let j = 0; j < 14; j++) {
    const term = bernoulli[j]! * factor
    tail += term
    factor *= ((s + 2 * j + 1) * (s + 2 * j + 2)) / (x * x)
  }
  return sum + ((last * x) / (s - 1) + (0.5 * last + tail))
}

/** Σ (x + k)⁻ˢ over k ≥ 0 for x that is no whole number of 0 or less. */
const hurwitzOfAny = (s: number, x: number): number => {
  if (x > 0) return hurwitz(s, x)
  const size = -x
  const above = Math.floor(size) + 1
  const before = size - (above - 1)
  const negatives = hurwitz(s, before) - hurwitz(s, size + 1)
  const isEven = s === 2 * Math.floor(0.5 * s)
  return hurwitz(s, above - size) + (isEven ? negatives : -negatives)
}

const factorialTimes = (n: number, x: number): number => {
  if (n > 150) return exp(lgammaPositive(n + 1) + log(x))
  let product = x
  for (let k = 2; k <= n; k++) product *= k
  return product
}

/** The n-th derivative of the digamma function; at 0, −1, −2, … ∞ for odd n and NaN for even ones. */
export const polygamma = (n: number, x: number): number => {
  if (n === 0) return digamma(x)
  if (!isOrder(n) || x !== x || x === -Infinity) return NaN
  const isOdd = n !== 2 * Math.floor(0.5 * n)
  if (x === Infinity) return isOdd ? 0 : -0
  if (x <= 0 && Math.floor(x) === x) return isOdd ? Infinity : NaN
  const sum = hurwitzOfAny(n + 1, x)
  const value = factorialTimes(n, Math.abs(sum))
  return sum < 0 === isOdd ? -value : value
}
