import { expm1, log, log1p } from '../../core/kernel/portable-math.ts'
import { leastBetween } from '../scale/golden-section.ts'

/** (e^(λ · t) − 1) / λ, which is t where λ is 0. */
const powerOf = (t: number, lambda: number): number => (lambda === 0 ? t : expm1(lambda * t) / lambda)

/** The t of which this is the power: log(1 + λ y) / λ. */
const unpowered = (y: number, lambda: number): number => (lambda === 0 ? y : log1p(lambda * y) / lambda)

/**
 * A change of numbers by a power λ that makes them more nearly normal, and back; `slope` is the logarithm of its derivative
 * divided by λ − 1.
 */
export interface PowerForm {
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
    apply: (x, lambda) => (x > 0 ? powerOf(log(x), lambda) : NaN),
    invert: (y, lambda) => expm1(unpowered(y, lambda)) + 1,
    slope: log,
    isOutside: (x) => x <= 0,
  },
  yeoJohnson: {
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
 * The power of greatest likelihood for numbers that are normal after it, at least one: the least of
 * n/2 log σ² − (λ − 1) Σ slope, which has one valley. Numbers that do not vary keep λ = 1.
 */
export const likeliestPower = (form: PowerForm, ascending: Float64Array): number => {
  if (ascending[0] === ascending.at(-1)) return 1
  const slopes = ascending.reduce((sum, x) => sum + form.slope(x), 0)
  const cost = (lambda: number): number => {
    const variance = varianceOf(ascending.map((x) => form.apply(x, lambda)))
    return variance > 0 && Number.isFinite(variance)
      ? (ascending.length / 2) * Math.log(variance) - (lambda - 1) * slopes
      : Infinity
  }
  const within = (half: number): number => {
    const found = leastBetween(cost, 1 - half, 1 + half, 1e-9)
    return half < widest && Math.abs(found - 1) > 0.99 * half ? within(2 * half) : found
  }
  const found = within(2)
  return Number.isFinite(cost(found)) ? found : 1
}
