/*
 * Written in the part of the language that scripts/special-math.ts turns into C++: functions of numbers, constants and
 * tables of coefficients. Polynomials are near-minimax fits of this project's own, made with mpmath.
 */
import { cos, sin } from '../portable-math.ts'
import { pi } from './common.ts'

/** sin πx. */
export const sinPi = (x: number): number => {
  const size = Math.abs(x)
  const turn = size - 2 * Math.floor(size * 0.5)
  const half = turn > 1 ? turn - 1 : turn
  const r = half > 0.5 ? 1 - half : half
  const value = r <= 0.25 ? sin(pi * r) : cos(pi * (0.5 - r))
  return turn > 1 !== x < 0 ? -value : value
}

/** cot πx. */
export const cotPi = (x: number): number => {
  // To the nearest whole number, so that a small x stays as it is.
  const r = x - Math.floor(x + 0.5)
  const size = Math.abs(r)
  const value =
    size <= 0.25 ? cos(pi * size) / sin(pi * size) : sin(pi * (0.5 - size)) / cos(pi * (0.5 - size))
  return r < 0 ? -value : value
}

/** cos πx. */
export const cosPi = (x: number): number => {
  const size = Math.abs(x)
  const turn = size - 2 * Math.floor(size * 0.5)
  const r = turn > 1 ? 2 - turn : turn
  return r <= 0.25 ? cos(pi * r) : r <= 0.75 ? sin(pi * (0.5 - r)) : -cos(pi * (1 - r))
}
