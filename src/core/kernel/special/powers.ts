/*
 * Written in the part of the language that scripts/special-math.ts turns into C++: functions of numbers, constants and
 * tables of coefficients. Polynomials are near-minimax fits of this project's own, made with mpmath.
 */
import {
  exp,
  expm1Tail,
  exponentOf,
  log,
  log2e,
  pow,
  productError,
  scaled,
  shifted,
} from '../portable-math.ts'
import { ln2 } from './common.ts'

const log10e = 0.4342944819032518
/** The logarithm of 2 to base 10 in two parts; multiples of the first by exponents are exact. */
const log10Of2 = 0.301029995663157
const log10Of2Low = 8.241712586023572e-13
const leastNormal = 2.2250738585072014e-308
const two54 = 18014398509481984

const log2Normal = (x: number, shift: number): number => {
  const k = exponentOf(x)
  return k + shift + log(shifted(x, k)) * log2e
}

/** The logarithm to base 2, exact for powers of 2. */
export const log2 = (x: number): number => {
  if (!(x > 0) || x === Infinity) return log(x)
  return x < leastNormal ? log2Normal(x * two54, -54) : log2Normal(x, 0)
}

const log10Normal = (x: number, shift: number): number => {
  const k = exponentOf(x)
  const n = k + shift
  return n * log10Of2 + (n * log10Of2Low + log(shifted(x, k)) * log10e)
}

/** The logarithm to base 10, exact for powers of 10 from 1 to 10²². */
export const log10 = (x: number): number => {
  if (!(x > 0) || x === Infinity) return log(x)
  const value = x < leastNormal ? log10Normal(x * two54, -54) : log10Normal(x, 0)
  const whole = Math.floor(value + 0.5)
  const isNear = Math.abs(value - whole) < 1e-13 && whole >= 0 && whole <= 22
  return isNear && pow(10, whole) === x ? whole : value
}

/** 2ˣ, exact for whole x. */
export const exp2 = (x: number): number => {
  if (x !== x) return x
  if (x >= 1024) return Infinity
  if (x < -1076) return 0
  const n = Math.floor(x + 0.5)
  const r = (x - n) * ln2
  return scaled(1 + (r + expm1Tail(r)), n)
}

const cbrtNormal = (x: number, shift: number): number => {
  const k = exponentOf(x)
  const third = Math.floor(k / 3)
  const m = shifted(x, 3 * third)
  const y = exp(log(m) / 3)
  const square = y * y
  const cube = square * y
  const error = productError(square, y, cube) + productError(y, y, square) * y
  return scaled(y + (m - cube - error) / (3 * square), third + shift)
}

const cbrtSize = (x: number): number => (x < leastNormal ? cbrtNormal(x * two54, -18) : cbrtNormal(x, 0))

/** The cubic root, of negative numbers too. */
export const cbrt = (x: number): number => {
  if (x - x !== 0 || x === 0) return x
  return x < 0 ? -cbrtSize(-x) : cbrtSize(x)
}

/** √(x² + y²), which neither overflows nor underflows on the way. */
export const hypot = (x: number, y: number): number => {
  const a = Math.abs(x)
  const b = Math.abs(y)
  if (a === Infinity || b === Infinity) return Infinity
  const size = a > b ? a : b
  if (size !== size || a !== a || b !== b) return NaN
  const scale = size > 1e150 ? 1.1113793747425387e-162 : size < 1e-140 ? 8.997827589086393e161 : 1
  const p = a * scale
  const q = b * scale
  return Math.sqrt(p * p + q * q) / scale
}
