/*
 * Written in the part of the language that scripts/special-math.ts turns into C++: functions of numbers, constants and
 * tables of coefficients. Polynomials are near-minimax fits of this project's own, made with mpmath.
 */
import { cos, halfPi, halfPiLow, sin } from '../portable-math.ts'
import { pi } from './common.ts'
import { polynomial } from './polynomial.ts'

const piLow = 1.2246467991473532e-16

/** (atan √z / √z − 1) / z for z below 0.1915. */
const atanTail = [
  -0.3333333333333333, 0.19999999999999427, -0.14285714285570172, 0.11111111096913852, -0.0909090836661247,
  0.07692285818028705, -0.06666245844775404, 0.05876983989525027, -0.052169105091077396, 0.04493140299287651,
  -0.03314713971779567, 0.014790887175516092,
] as const

/** (asin √z / √z − 1) / z for z up to ¼. */
const asinTail = [
  0.16666666666666666, 0.07500000000000125, 0.04464285714253574, 0.030381944476963723, 0.02237215737767329,
  0.01735281834070849, 0.013963748435199949, 0.011566830427132645, 0.009618864779963437, 0.009335970060991405,
  0.0029838811037374503, 0.01970071180526169, -0.01944563642504257, 0.0297378456439969,
] as const

/** Whether x is below zero, −0 included. */
const isNegative = (x: number): boolean => x < 0 || (x === 0 && 1 / x < 0)

/** The tangent. */
export const tan = (x: number): number => sin(x) / cos(x)

/** atan t − t for |t| < 0.4376. */
const atanRest = (t: number): number => {
  const z = t * t
  return t * z * polynomial(atanTail, z)
}

/** atan c = high + low, and t = (x − c) / (1 + cx). */
const atanBeside = (high: number, low: number, t: number): number => high + (t + (atanRest(t) + low))

/** The arc tangent for x ≥ 0, by the nearest of 0, ½, 1, 1½ and ∞. Source: K. C. Ng's fdlibm. */
const atanSize = (x: number): number => {
  if (x < 0.4375) return x + atanRest(x)
  if (x < 0.6875) return atanBeside(0.4636476090008061, 2.2698777452961687e-17, (2 * x - 1) / (2 + x))
  if (x < 1.1875) return atanBeside(0.7853981633974483, 3.061616997868383e-17, (x - 1) / (x + 1))
  if (x < 2.4375) return atanBeside(0.982793723247329, 1.3903311031230998e-17, (x - 1.5) / (1 + 1.5 * x))
  return atanBeside(halfPi, halfPiLow, -1 / x)
}

/** The arc tangent. */
export const atan = (x: number): number => {
  if (x !== x || x === 0) return x
  return x < 0 ? -atanSize(-x) : atanSize(x)
}

const angleOf = (y: number, x: number, backwards: boolean): number => {
  if (y === 0) return backwards ? pi : 0
  if (x === Infinity)
    return y === Infinity ? (backwards ? 2.356194490192345 : 0.7853981633974483) : backwards ? pi : 0
  if (x === 0 || y === Infinity) return halfPi
  const angle = atanSize(y / x)
  return backwards ? pi - (angle - piLow) : angle
}

/** The angle of the point (x, y), from −π to π. */
export const atan2 = (y: number, x: number): number => {
  if (x !== x || y !== y) return NaN
  const angle = angleOf(Math.abs(y), Math.abs(x), isNegative(x))
  return isNegative(y) ? -angle : angle
}

/** asin s / s − 1, where s² = z. */
const asinPart = (z: number): number => z * polynomial(asinTail, z)

/** The arc sine. */
export const asin = (x: number): number => {
  const size = Math.abs(x)
  if (!(size <= 1)) return NaN
  if (size < 0.5) return x + x * asinPart(x * x)
  const z = (1 - size) * 0.5
  const s = Math.sqrt(z)
  const angle = halfPi - (2 * (s + s * asinPart(z)) - halfPiLow)
  return x < 0 ? -angle : angle
}

/** The arc cosine. */
export const acos = (x: number): number => {
  if (!(Math.abs(x) <= 1)) return NaN
  if (Math.abs(x) < 0.5) return halfPi - (x - (halfPiLow - x * asinPart(x * x)))
  const z = (1 - Math.abs(x)) * 0.5
  const s = Math.sqrt(z)
  return x > 0 ? 2 * (s + s * asinPart(z)) : pi - 2 * (s + (s * asinPart(z) - halfPiLow))
}

/** The size of x with the sign of y; a NaN in y has none. */
export const copySign = (x: number, y: number): number => (isNegative(y) ? -Math.abs(x) : Math.abs(x))
