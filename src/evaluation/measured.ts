import { normal95, type Interval } from '../training/confidence.ts'

/**
 * A figure measured on rows, with its 95 % interval. Where the rows do not define it, both are NaN.
 *
 * @category Metrics
 */
export interface Measured {
  readonly value: number
  readonly interval: Interval
}

/** What the rows do not define. */
export const undefinedMeasure: Measured = { value: NaN, interval: [NaN, NaN] }

const within = (value: number, [lower, upper]: Interval): number => Math.min(upper, Math.max(lower, value))

/** A value and the normal interval of its standard error, cut to the values that are possible. */
export const normalMeasure = (
  value: number,
  error: number,
  possible: Interval = [-Infinity, Infinity],
): Measured => {
  if (Number.isNaN(value)) return undefinedMeasure
  // An error that the rows do not define leaves everything possible.
  if (Number.isNaN(error)) return { value, interval: possible }
  const reach = normal95 * error
  return { value, interval: [within(value - reach, possible), within(value + reach, possible)] }
}
