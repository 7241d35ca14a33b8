/*
 * Written in the part of the language that scripts/special-math.ts turns into C++: functions of numbers, constants and
 * tables of coefficients. Polynomials are near-minimax fits of this project's own, made with mpmath.
 */
import { log, log1p } from '../portable-math.ts'
import { polynomial } from './polynomial.ts'

/** 1/3, 1/5, 1/7, … */
const odd = [
  0.3333333333333333, 0.2, 0.14285714285714285, 0.1111111111111111, 0.09090909090909091, 0.07692307692307693,
  0.06666666666666667, 0.058823529411764705, 0.05263157894736842, 0.047619047619047616, 0.043478260869565216,
  0.04, 0.037037037037037035, 0.034482758620689655, 0.03225806451612903, 0.030303030303030304,
  0.02857142857142857, 0.02702702702702703,
] as const

/** log(1 + u) − u, without cancellation near 0. */
export const log1pLess = (u: number): number => {
  if (u > 0.5 || u < -0.4) return log1p(u) - u
  const s = u / (2 + u)
  const r = s * s
  return 2 * s * r * polynomial(odd, r) - s * u
}

/** log λ − u of a ratio λ, whose u = λ − 1 has digits of its own near 0, and none where λ is small. */
export const logLess = (ratio: number, u: number): number =>
  u > 0.5 || u < -0.4 ? log(ratio) - u : log1pLess(u)
