import { exp, expm1, log, log1p } from '../../core/kernel/portable-math.ts'
import { leastBetween } from '../scale/golden-section.ts'

/** (e^(λ · t) − 1) / λ, which is t where λ is 0. */
const powerOf = (t: number, lambda: number): number => (lambda === 0 ? t : expm1(lambda * t) / lambda)

/** The t of which this is the power: log(1 + λ y) / λ, and the end of all t for a y beyond every power. */
const unpowered = (y: number, lambda: number): number =>
  lambda === 0 ? y : log1p(Math.max(-1, lambda * y)) / lambda

/**
 * A change of numbers by a power λ that makes them more nearly normal, and back; `slope` is the logarithm of its derivative
 * divided by λ − 1. With the λ `home` any numbers come back.
 */
export interface PowerForm {
  readonly home: number
  readonly apply: (x: number, lambda: number) => number
  readonly invert: (y: number, lambda: number) => number
  readonly slope: (x: number) => number
  readonly isOutside: (x: number) => boolean
}

/**
 * Box–Cox (x^λ − 1) / λ for x > 0, and Yeo–Johnson, the same of 1 + x for x ≥ 0 and with 2 − λ of 1 − x, negated, for
 * x < 0. Sources: G. E. P. Box, D. R. Cox, "An analysis of transformations", J. R. Stat. Soc. B 26, 1964; I.-K. Yeo,
 * R. A. Johnson, "A new family of power transformations to improve normality or symmetry", Biometrika 87, 2000.
 */
export const powerForms: Readonly<Record<'boxCox' | 'yeoJohnson', PowerForm>> = {
  boxCox: {
    home: 0,
    apply: (x, lambda) => (x > 0 ? powerOf(log(x), lambda) : NaN),
    invert: (y, lambda) => exp(unpowered(y, lambda)),
    slope: log,
    isOutside: (x) => x <= 0,
  },
  yeoJohnson: {
    home: 1,
    apply: (x, lambda) => (x >= 0 ? powerOf(log1p(x), lambda) : -powerOf(log1p(-x), 2 - lambda)),
    invert: (y, lambda) => (y >= 0 ? expm1(unpowered(y, lambda)) : -expm1(unpowered(-y, 2 - lambda))),
    slope: (x) => (x >= 0 ? log1p(x) : -log1p(-x)),
    isOutside: () => false,
  },
}

/** Of numbers, by two passes. */
const varianceOf = (numbers: Float64Array): number => {
  const mean = numbers.reduce((sum, x) => sum + x, 0) / numbers.length
  return numbers.reduce((sum, x) => sum + (x - mean) ** 2, 0) / numbers.length
}

const widest = 32

/**
 * Whether numbers between two ends come back from their powers to half the digits of a float64: what rounds the largest
 * power moves none of them by more than 2²⁶ of its last places.
 */
const comeBack = (form: PowerForm, ends: readonly number[], lambda: number): boolean => {
  const reach = Math.max(...ends.map((x) => Math.abs(form.apply(x, lambda))))
  // Between the ends the derivative rises or falls throughout.
  const least = Math.min(...ends.map((x) => (lambda - 1) * form.slope(x)))
  return log(reach) - least <= log(2 ** 26 * Math.max(...ends.map(Math.abs)))
}

/** Where a test that holds at one number, and from there on as far as it does at all, ends to hold towards another. */
const lastThatHolds = (holds: (x: number) => boolean, from: number, to: number): number =>
  holds(to)
    ? to
    : Array.from({ length: 50 }).reduce<readonly [number, number]>(
        ([good, bad]) => {
          const middle = (good + bad) / 2
          return holds(middle) ? [middle, bad] : [good, middle]
        },
        [from, to],
      )[0]

/**
 * The power of greatest likelihood for numbers that are normal after it, at least one: the least of
 * n/2 log σ² − (λ − 1) Σ slope, which has one valley, among the λ within 1 ± 32 from which the numbers come back. Numbers
 * that do not vary keep λ = 1, or what is nearest to it among these.
 */
export const likeliestPower = (form: PowerForm, ascending: Float64Array): number => {
  const ends = [ascending[0] ?? NaN, ascending.at(-1) ?? NaN]
  const [low, high] = [1 - widest, 1 + widest].map((end) =>
    lastThatHolds((lambda) => comeBack(form, ends, lambda), form.home, end),
  ) as [number, number]
  const start = Math.min(high, Math.max(low, 1))
  if (ends[0] === ends[1]) return start
  const slopes = ascending.reduce((sum, x) => sum + form.slope(x), 0)
  const cost = (lambda: number): number => {
    const variance = varianceOf(ascending.map((x) => form.apply(x, lambda)))
    return variance > 0 && Number.isFinite(variance)
      ? (ascending.length / 2) * Math.log(variance) - (lambda - 1) * slopes
      : Infinity
  }
  const within = (half: number): number => {
    const found = leastBetween(cost, Math.max(low, start - half), Math.min(high, start + half), 1e-9)
    return half < widest && Math.abs(found - start) > 0.99 * half ? within(2 * half) : found
  }
  const found = within(2)
  // Where no power tells more than rounding does, as of numbers near 0, none is taken.
  return cost(found) < cost(start) - 1e-9 * ascending.length ? found : start
}
