/*
 * Written in the part of the language that scripts/special-math.ts turns into C++: functions of numbers, constants and
 * tables of coefficients. Polynomials are near-minimax fits of this project's own, made with mpmath.
 */
import { exp, log, log1p } from '../portable-math.ts'
import { gammaPositive, lgamma, lgammaPositive, stirling } from './gamma.ts'
import { log1pLess } from './log1p-less.ts'

/** log Γ(b) − log Γ(a + b) for b ≥ 8, a > 0. */
const logGammaRatio = (a: number, b: number): number =>
  stirling(b) - stirling(a + b) - ((b - 0.5) * log1p(a / b) + a * (log(a + b) - 1))

/** log B(a, b) for 0 < a ≤ b. Source: TOMS 708, A. R. DiDonato, A. H. Morris, 1992. */
const logBetaOrdered = (a: number, b: number): number => {
  if (a >= 8) {
    const h = a / b
    const corrections = stirling(a) + stirling(b) - stirling(a + b)
    return 0.9189385332046728 - 0.5 * log(b) + corrections + (a - 0.5) * log(h / (1 + h)) - b * log1p(h)
  }
  if (b >= 8) return lgammaPositive(a) + logGammaRatio(a, b)
  if (a < 1e-200) return -log(a)
  return log((gammaPositive(a) / gammaPositive(a + b)) * gammaPositive(b))
}

/** log |B(a, b)|, where B(a, b) = Γ(a) Γ(b) / Γ(a + b). */
export const logBeta = (a: number, b: number): number => {
  if (a !== a || b !== b) return NaN
  if (a <= 0 || b <= 0) return lgamma(a) + lgamma(b) - lgamma(a + b)
  if (a === Infinity || b === Infinity) return -Infinity
  return a < b ? logBetaOrdered(a, b) : logBetaOrdered(b, a)
}

/** xᵃ (1 − x)ᵇ / B(a, b). */
const betaPrefix = (a: number, b: number, x: number, y: number): number => {
  if (a < 8 || b < 8) return exp(a * log(x) + b * (x < 0.5 ? log1p(-x) : log(y)) - logBeta(a, b))
  const lambda = x * b - a * y
  const corrections = stirling(a + b) - stirling(a) - stirling(b)
  const exponent = a * log1pLess(lambda / a) + b * log1pLess(-lambda / b) + corrections
  return exp(exponent) * Math.sqrt((a / (a + b)) * (b / 6.283185307179586))
}

/** The fraction of Euler in the form of Lentz, for x below the mean. Source: DLMF 8.17.22. */
const betaFraction = (a: number, b: number, x: number): number => {
  let c = 1
  let d = 1 / (1 - ((a + b) * x) / (a + 1))
  let value = d
  for (let k = 1; k < 100000; k++) {
    const even = ((k * (b - k)) / (a + 2 * k - 1)) * (x / (a + 2 * k))
    d = 1 / (1 + even * d)
    c = 1 + even / c
    value *= c * d
    const odd = -((((a + k) / (a + 2 * k)) * (a + b + k)) / (a + 2 * k + 1)) * x
    d = 1 / (1 + odd * d)
    c = 1 + odd / c
    value *= c * d
    if (Math.abs(c * d - 1) < 1e-16) return value
  }
  return value
}

const betaLower = (a: number, b: number, x: number, y: number): number =>
  (betaPrefix(a, b, x, y) / a) * betaFraction(a, b, x)

/** The regularized incomplete beta function I(x; a, b), a > 0, b > 0, 0 ≤ x ≤ 1. */
export const betaInc = (a: number, b: number, x: number): number => {
  if (!(a > 0 && b > 0 && a < Infinity && b < Infinity && x >= 0 && x <= 1)) return NaN
  if (x === 0 || x === 1) return x
  const y = 1 - x
  return x < (a + 1) / (a + b + 2) ? betaLower(a, b, x, y) : 1 - betaLower(b, a, y, x)
}
