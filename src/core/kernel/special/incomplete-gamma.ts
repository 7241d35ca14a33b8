/*
 * Written in the part of the language that scripts/special-math.ts turns into C++: functions of numbers, constants and
 * tables of coefficients. Polynomials are near-minimax fits of this project's own, made with mpmath.
 */
import { exp, expm1, log, pow } from '../portable-math.ts'
import { erfc } from './error-function.ts'
import { digamma, gammaPositive, lgamma1p, stirling } from './gamma.ts'
import { log1pLess, logLess } from './log1p-less.ts'
import { polynomial } from './polynomial.ts'

/** From here on the expansion about the normal distribution is as good as series and fractions, which get long. */
export const largeShape = 1e7

/** xᵃ e⁻ˣ / Γ(a + 1) for x > 0. */
const gammaPrefix = (a: number, x: number): number => {
  if (a < 20) {
    const root = exp(-0.5 * x)
    return ((pow(x, a) * root) / gammaPositive(a + 1)) * root
  }
  return exp(a * logLess(x / a, (x - a) / a) - stirling(a)) / Math.sqrt(6.283185307179586 * a)
}

/** The logarithm of the same, where it underflows. */
export const logGammaPrefix = (a: number, x: number): number =>
  a < 20
    ? a * log(x) - x - log(gammaPositive(a + 1))
    : a * logLess(x / a, (x - a) / a) - stirling(a) - 0.5 * log(6.283185307179586 * a)

/** Σ xᵏ / ((a + 1) … (a + k)). */
export const gammaSeries = (a: number, x: number): number => {
  let term = 1
  let sum = 1
  for (let k = 1; k < 100000 && term > sum * 1e-17; k++) {
    term *= x / (a + k)
    sum += term
  }
  return sum
}

/** The upper function over xᵃ e⁻ˣ / Γ(a), by the fraction of Legendre in the form of Lentz. */
const gammaFraction = (a: number, x: number): number => {
  let b = x + 1 - a
  let c = 1e300
  let d = 1 / b
  let value = d
  for (let k = 1; k < 100000; k++) {
    const step = k * (a - k)
    b += 2
    d = 1 / (step * d + b)
    c = b + step / c
    value *= c * d
    if (Math.abs(c * d - 1) < 1e-16) return value
  }
  return value
}

/** 1 − P for a and x around 1 and below, where neither is small. Source: TOMS 708, A. R. DiDonato, A. H. Morris, 1992. */
const upperNear0 = (a: number, x: number): number => {
  const u = a * log(x) - (a < 0.7 ? lgamma1p(a) : log(gammaPositive(a + 1)))
  let term = x
  let sum = x / (a + 1)
  for (let k = 2; Math.abs(term) > 1e-18 * sum; k++) {
    term *= -x / k
    sum += term / (a + k)
  }
  return exp(u) * a * sum - expm1(u)
}

/** Coefficients of the first correction in η. Source: N. M. Temme, SIAM J. Math. Anal. 10, 1979. */
const temme = [-1 / 3, 1 / 12, -2 / 135, 1 / 864, 1 / 2835] as const

/** P for large shapes (`side` −1) or Q (`side` 1). */
const nearNormal = (a: number, x: number, side: number): number => {
  const u = (x - a) / a
  const half = -log1pLess(u)
  const eta = u < 0 ? -Math.sqrt(2 * half) : Math.sqrt(2 * half)
  if (a * half > 745) return u * side > 0 ? 0 : 1
  const correction = exp(-a * half) * (polynomial(temme, eta) - 1 / (540 * a))
  return 0.5 * erfc(side * eta * Math.sqrt(0.5 * a)) + (side * correction) / Math.sqrt(6.283185307179586 * a)
}

const isShape = (a: number): boolean => a > 0 && a < Infinity

/** The regularized lower incomplete gamma function P(a, x), a > 0, x ≥ 0. */
export const gammaP = (a: number, x: number): number => {
  if (!isShape(a) || !(x >= 0)) return NaN
  if (x === 0) return 0
  if (x === Infinity) return 1
  if (a > largeShape) return nearNormal(a, x, -1)
  if (a < 1 && x < 1.5) return gammaPrefix(a, x) * gammaSeries(a, x)
  return x < a + 1 ? gammaPrefix(a, x) * gammaSeries(a, x) : 1 - gammaPrefix(a, x) * a * gammaFraction(a, x)
}

/** The regularized upper incomplete gamma function Q(a, x) = 1 − P(a, x). */
export const gammaQ = (a: number, x: number): number => {
  if (!isShape(a) || !(x >= 0)) return NaN
  if (x === 0) return 1
  if (x === Infinity) return 0
  if (a > largeShape) return nearNormal(a, x, 1)
  if (a < 1 && x < 1.5) return upperNear0(a, x)
  return x < a + 1 ? 1 - gammaPrefix(a, x) * gammaSeries(a, x) : gammaPrefix(a, x) * a * gammaFraction(a, x)
}

/** The derivative of P by x: the density of the gamma distribution. */
export const gammaDensity = (a: number, x: number): number => {
  if (!isShape(a) || !(x >= 0)) return NaN
  if (x === 0) return a < 1 ? Infinity : a === 1 ? 1 : 0
  return x === Infinity ? 0 : (gammaPrefix(a, x) * a) / x
}

/** The derivative of P by a, by the series term by term: Σ cₖ (log x − ψ(a + k + 1)). */
const slopeBySeries = (a: number, x: number): number => {
  let term = 1
  let sum = 1
  let harmonic = 0
  let weighted = 0
  for (let k = 1; k < 100000 && term * (1 + harmonic) > sum * 1e-17; k++) {
    term *= x / (a + k)
    harmonic += 1 / (a + k)
    sum += term
    weighted += term * harmonic
  }
  return gammaPrefix(a, x) * ((log(x) - digamma(a + 1)) * sum - weighted)
}

/**
 * The same by the fraction: numerators and denominators together with their derivatives. Source: R. J. Moore, "Algorithm
 * AS 187: derivatives of the incomplete gamma integral", Appl. Statist. 31, 1982.
 */
const slopeByFraction = (a: number, x: number): number => {
  let beforeTop = 0
  let top = 1
  let beforeBottom = 1
  let bottom = x + 1 - a
  let beforeTopSlope = 0
  let topSlope = 0
  let beforeBottomSlope = 0
  let bottomSlope = -1
  let value = top / bottom
  let slope = value / bottom
  for (let k = 1; k < 100000; k++) {
    const step = k * (a - k)
    const b = x + 2 * k + 1 - a
    const nextTopSlope = b * topSlope - top + k * beforeTop + step * beforeTopSlope
    const nextBottomSlope = b * bottomSlope - bottom + k * beforeBottom + step * beforeBottomSlope
    const nextTop = b * top + step * beforeTop
    const nextBottom = b * bottom + step * beforeBottom
    const scale = 1 / nextBottom
    beforeTop = top * scale
    beforeBottom = bottom * scale
    beforeTopSlope = topSlope * scale
    beforeBottomSlope = bottomSlope * scale
    top = nextTop * scale
    bottom = 1
    topSlope = nextTopSlope * scale
    bottomSlope = nextBottomSlope * scale
    const nextSlope = topSlope - top * bottomSlope
    const isClose =
      Math.abs(top - value) <= 1e-16 * top && Math.abs(nextSlope - slope) <= 1e-15 * Math.abs(nextSlope)
    value = top
    slope = nextSlope
    if (isClose) return -gammaPrefix(a, x) * a * (value * (log(x) - digamma(a)) + slope)
  }
  return -gammaPrefix(a, x) * a * (value * (log(x) - digamma(a)) + slope)
}

/** The derivative of P by a. */
export const gammaPSlope = (a: number, x: number): number => {
  if (!isShape(a) || !(x >= 0)) return NaN
  if (x === 0 || x === Infinity) return 0
  if (a > largeShape) return -gammaDensity(a, x) * (0.5 + (0.5 * x) / a)
  return (a < 1 ? x < 1.5 : x < a + 1) ? slopeBySeries(a, x) : slopeByFraction(a, x)
}
