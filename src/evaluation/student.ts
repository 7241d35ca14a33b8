/* eslint-disable functional/no-let, functional/no-loop-statements --
   a continued fraction and a bisection go on until they settle */
import { checkSetting } from '../core/tensor/check-setting.ts'
import { positive } from '../core/tensor/setting-ranges.ts'

const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
]

/** log Γ(x) for x > 0. Source: C. Lanczos, SIAM J. Numer. Anal. 1, 1964, with the coefficients of P. Godfrey (g = 7). */
export const logGamma = (x: number): number => {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x)
  const z = x - 1
  const t = z + 7.5
  const series = lanczos.slice(1).reduce((sum, c, i) => sum + c / (z + i + 1), lanczos[0]!)
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(series)
}

/** The continued fraction of the incomplete beta function by the method of Lentz; it settles fast for x ≤ (a+1)/(a+b+2). */
const betaFraction = (x: number, a: number, b: number): number => {
  const tiny = 1e-300
  const away = (value: number): number => (Math.abs(value) < tiny ? tiny : value)
  let c = 1
  let d = 1 / away(1 - ((a + b) * x) / (a + 1))
  let h = d
  for (let m = 1; m <= 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / away(1 + even * d)
    c = away(1 + even / c)
    h *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / away(1 + odd * d)
    c = away(1 + odd / c)
    h *= d * c
    if (Math.abs(d * c - 1) < 1e-16) return h
  }
  return h
}

/**
 * The regularized incomplete beta function I_x(a, b): the distribution of Student's t, of F and of the binomial come from
 * it. Source: NIST Digital Library of Mathematical Functions, 8.17.22.
 */
export const incompleteBeta = (x: number, a: number, b: number): number => {
  if (x <= 0) return 0
  if (x >= 1) return 1
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a)
  const front = logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)
  return (Math.exp(front) * betaFraction(x, a, b)) / a
}

/** P(|T| > t) for Student's t with these degrees of freedom. */
export const studentTail = (t: number, freedom: number): number =>
  incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5)

/**
 * How far a two-sided interval of a mean reaches, in standard errors: t with P(|T| ≤ t) = `level` for Student's
 * distribution with `freedom` degrees of freedom, 1.96 where these are many.
 *
 * @param level 0.95 unless told otherwise.
 * @throws ArgumentError unless the degrees of freedom are positive and the level is between 0 and 1.
 * @example
 * ```ts
 * import { studentReach } from 'puregrad/evaluation'
 * studentReach(4) // => 2.7764451
 * ```
 * @category Intervals
 */
export const studentReach = (freedom: number, level = 0.95): number => {
  checkSetting('studentReach', 'freedom', freedom, positive)
  checkSetting('studentReach', 'level', level, { above: 0, below: 1 })
  let [low, high] = [0, 1]
  while (studentTail(high, freedom) > 1 - level) high *= 2
  for (let step = 0; step < 200; step++) {
    const middle = (low + high) / 2
    if (middle === low || middle === high) return middle
    if (studentTail(middle, freedom) > 1 - level) low = middle
    else high = middle
  }
  return (low + high) / 2
}
