import { ArgumentError } from '../../core/tensor/errors.ts'
import { partSizes } from './apportion.ts'
import { halfWidthFor, rowsFor } from './precision.ts'
import type { Ratios } from './split.ts'
import { checkOptions } from '../../core/tensor/check-options.ts'

/**
 * How precisely an error rate is to be measured.
 *
 * @category Splitting
 */
export interface PrecisionWanted {
  /** How near a measured error rate has to be, with 95 % confidence; 0.006 unless told otherwise. */
  readonly halfWidth?: number
  /** The error rate that is expected; 0.1 unless told otherwise. */
  readonly error?: number
}

/**
 * Shares of the parts, and how exactly the dev and the test part measure.
 *
 * @category Splitting
 */
export interface SuggestedRatios {
  readonly ratios: Ratios
  readonly rows: Readonly<Record<keyof Ratios, number>>
  /** Half the width of the 95 % interval of the expected error rate, on dev as on test. */
  readonly halfWidth: number
}

/** The next number with one digit other than 0. */
const roundedUp = (rows: number): number => {
  const unit = 10 ** Math.floor(Math.log10(rows))
  return Math.ceil(rows / unit) * unit
}

/**
 * Shares for n rows: dev and test get as many rows as the precision wanted of them takes, rounded up to one digit, but
 * no more than a fifth of all rows each; the rest is for training. Small data so gets 60/20/20 and a million rows
 * 98/1/1: what dev needs does not grow with the data.
 *
 * @throws ArgumentError unless n is an integer of at least 5, the half width is positive and the error lies in [0, 1].
 * @example
 * ```ts
 * import { suggestRatios } from 'puregrad/data'
 * suggestRatios(1_000_000).rows // => { train: 980000, dev: 10000, test: 10000 }
 * suggestRatios(1000).rows // => { train: 600, dev: 200, test: 200 }
 * suggestRatios(1000).halfWidth.toFixed(3) // => '0.042'
 * ```
 * @category Splitting
 */
export const suggestRatios = (n: number, options: PrecisionWanted = {}): SuggestedRatios => {
  checkOptions('suggestRatios', options, { halfWidth: true, error: true })
  const { halfWidth = 0.006, error = 0.1 } = options
  if (!Number.isInteger(n) || n < 5)
    throw new ArgumentError(`suggestRatios: expected at least 5 rows, got ${String(n)}`)
  const share = Math.min(0.2, roundedUp(rowsFor({ halfWidth, error })) / n)
  const ratios = { train: 1 - 2 * share, dev: share, test: share }
  const [train = 0, dev = 0, test = 0] = partSizes(n, [ratios.train, ratios.dev, ratios.test])
  return { ratios, rows: { train, dev, test }, halfWidth: halfWidthFor({ rows: dev, error }) }
}
