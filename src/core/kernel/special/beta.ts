/*
 * Written in the part of the language that scripts/special-math.ts turns into C++: functions of numbers, constants and
 * tables of coefficients. Polynomials are near-minimax fits of this project's own, made with mpmath.
 */
import { exp, log, log1p } from '../portable-math.ts'
import { erfc } from './error-function.ts'
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

/** log x, where y = 1 − x: the larger of the two is rounded. */
const logOfShare = (x: number, y: number): number => (x < 0.5 ? log(x) : log1p(-y))

/** log of x over what it is at the mean, a / (a + b), less λ / a, by which that ratio is above 1. */
const logShareLess = (a: number, b: number, x: number, y: number, lambda: number): number => {
  const u = lambda / a
  return u > 0.5 || u < -0.4 ? logOfShare(x, y) + log1p(b / a) - u : log1pLess(u)
}

/** log of xᵃ yᵇ over what it is at the mean. */
const betaExponent = (a: number, b: number, x: number, y: number): number => {
  const lambda = x * b - a * y
  return a * logShareLess(a, b, x, y, lambda) + b * logShareLess(b, a, y, x, -lambda)
}

/** xᵃ yᵇ / B(a, b), where y = 1 − x. */
export const betaPrefix = (a: number, b: number, x: number, y: number): number => {
  if (a < 8 || b < 8) return exp(a * logOfShare(x, y) + b * logOfShare(y, x) - logBeta(a, b))
  const corrections = stirling(a + b) - stirling(a) - stirling(b)
  return exp(betaExponent(a, b, x, y) + corrections) * Math.sqrt((a / (a + b)) * (b / 6.283185307179586))
}

/**
 * Where both parameters are so large that the fraction takes 10⁵ terms, the normal distribution and two terms of what it is away by:
 * with v = ab / (a + b), z below 0 and −z²/2 the exponent above,
 * ½·erfc(−z/√2) − e^(−z²/2) / √(2πv) · ((a − b) / (3·(a + b)) + (1 − v / (a + b)) / 12 · z/√v).
 */
const betaNearNormal = (a: number, b: number, x: number, y: number): number => {
  const exponent = betaExponent(a, b, x, y)
  if (exponent < -746) return 0
  const size = Math.sqrt(-exponent)
  const v = (a / (a + b)) * b
  const away = (a - b) / (a + b) / 3 - ((1 - v / (a + b)) / 12) * size * Math.sqrt(2 / v)
  return 0.5 * erfc(size) - exp(exponent) * Math.sqrt(1 / (6.283185307179586 * v)) * away
}

/**
 * xᵃ yᵇ / B(a, b) over I(x; a, b) for x below the mean: the even part of the fraction of Euler, DLMF 8.17.22, written so that
 * nothing is subtracted while k < b, in the form of Lentz.
 */
const betaFraction = (a: number, b: number, x: number, y: number): number => {
  const first = 1 + a * y - b * x
  let value = (a / (a + 1)) * first
  let c = value
  let d = 0
  for (let k = 1; k < 100000; k++) {
    const s = a + 2 * k - 1
    const term = ((a + k - 1) / s) * x * (((a + b + k - 1) / s) * x) * k * (b - k)
    const rest = k + (k * (b - k) * x) / s + ((a + k) / (s + 2)) * (first + k * (1 + y))
    d = 1 / (rest + term * d)
    c = rest + term / c
    value *= c * d
    if (Math.abs(c * d - 1) < 1e-16) return value
  }
  return value
}

/** For x below the mean: beyond it the error may reach above 1. */
const betaLower = (a: number, b: number, x: number, y: number): number => {
  if (a > 1e9 && b > 1e9) return betaNearNormal(a, b, x, y)
  const value = betaPrefix(a, b, x, y) / betaFraction(a, b, x, y)
  return value < 1 ? value : 1
}

const isBelowMean = (a: number, b: number, x: number): boolean =>
  a > 1e9 && b > 1e9 ? x * b < a * (1 - x) : x < (a + 1) / (a + b + 2)

const isOutside = (a: number, b: number, x: number): boolean =>
  !(a > 0 && b > 0 && a < Infinity && b < Infinity && x >= 0 && x <= 1)

/** The regularized incomplete beta function I(x; a, b), a > 0, b > 0, 0 ≤ x ≤ 1. */
export const betaInc = (a: number, b: number, x: number): number => {
  if (isOutside(a, b, x)) return NaN
  if (x === 0 || x === 1) return x
  const y = 1 - x
  return isBelowMean(a, b, x) ? betaLower(a, b, x, y) : 1 - betaLower(b, a, y, x)
}

/** 1 − I(x; a, b) with digits of its own, however small it is. */
export const betaIncRest = (a: number, b: number, x: number): number => {
  if (isOutside(a, b, x)) return NaN
  if (x === 0 || x === 1) return 1 - x
  const y = 1 - x
  return isBelowMean(a, b, x) ? 1 - betaLower(a, b, x, y) : betaLower(b, a, y, x)
}
