/*
 * Written in the part of the language that scripts/special-math.ts turns into C++: functions of numbers, constants and
 * tables of coefficients. Polynomials are near-minimax fits of this project's own, made with mpmath.
 */
import { exp, expm1, log, log1p } from '../portable-math.ts'
import { ln2 } from './common.ts'

/** Where the exponential would overflow before its half does. */
const nearOverflow = 709.7
const large = 268435456

/** ½ eˣ, also where eˣ is too large. */
const halfExp = (x: number): number => {
  if (x < nearOverflow) return 0.5 * exp(x)
  const root = exp(0.5 * x)
  return 0.5 * root * root
}

const sinhSize = (x: number): number => {
  if (x >= 22) return halfExp(x)
  const t = expm1(x)
  return x < 1 ? 0.5 * (2 * t - (t * t) / (t + 1)) : 0.5 * (t + t / (t + 1))
}

/** The hyperbolic sine. */
export const sinh = (x: number): number => {
  if (x !== x || Math.abs(x) < 1e-9) return x
  return x < 0 ? -sinhSize(-x) : sinhSize(x)
}

/** The hyperbolic cosine. */
export const cosh = (x: number): number => {
  const size = Math.abs(x)
  if (x !== x) return x
  if (size >= 22) return halfExp(size)
  if (size < 0.35) {
    const t = expm1(size)
    return 1 + (t * t) / (2 * (1 + t))
  }
  const e = exp(size)
  return 0.5 * e + 0.5 / e
}

const asinhSize = (x: number): number => {
  if (x > large) return log(x) + ln2
  if (x > 2) return log(2 * x + 1 / (Math.sqrt(x * x + 1) + x))
  const z = x * x
  return log1p(x + z / (1 + Math.sqrt(1 + z)))
}

/** The inverse of the hyperbolic sine. */
export const asinh = (x: number): number => {
  if (x !== x || Math.abs(x) < 1e-9) return x
  return x < 0 ? -asinhSize(-x) : asinhSize(x)
}

/** The inverse of the hyperbolic cosine, of 1 or more. */
export const acosh = (x: number): number => {
  if (!(x >= 1)) return NaN
  if (x > large) return log(x) + ln2
  if (x > 2) return log(2 * x - 1 / (x + Math.sqrt(x * x - 1)))
  const t = x - 1
  return log1p(t + Math.sqrt(2 * t + t * t))
}

/** The inverse of the hyperbolic tangent, between −1 and 1. */
export const atanh = (x: number): number => {
  const size = Math.abs(x)
  if (!(size <= 1)) return NaN
  if (size < 1e-9) return x
  const t = 2 * size
  const value = size < 0.5 ? 0.5 * log1p(t + (t * size) / (1 - size)) : 0.5 * log1p(t / (1 - size))
  return x < 0 ? -value : value
}
