import { ArgumentError } from '../../core/tensor/errors.ts'
import { checkOptions } from '../../core/tensor/check-options.ts'
import { checkSetting } from '../../core/tensor/check-setting.ts'
import { share } from '../../core/tensor/setting-ranges.ts'

/** How many standard deviations a two-sided interval of 95 % reaches to each side. */
export const normal95 = 1.959963984540054

const checked = (name: string, error: number): number => {
  checkSetting(name, 'error', error, share)
  return error
}

/**
 * Half the width of the 95 % interval of an error rate measured on some rows, z · √(error · (1 − error) / rows): how far
 * the measured rate is likely to be off.
 *
 * @throws ArgumentError unless the error lies in [0, 1] and there are rows.
 * @example
 * ```ts
 * import { halfWidthFor } from 'puregrad/data'
 * halfWidthFor({ rows: 1000, error: 0.1 }).toFixed(3) // => '0.019'
 * ```
 * @category Splitting
 */
export const halfWidthFor = (options: { readonly rows: number; readonly error: number }): number => {
  checkOptions('halfWidthFor', options, { rows: true, error: true })
  const { rows, error } = options
  if (!(rows > 0 && rows < Infinity))
    throw new ArgumentError(`halfWidthFor: expected at least one row, got ${String(rows)}`)
  const p = checked('halfWidthFor', error)
  return normal95 * Math.sqrt((p * (1 - p)) / rows)
}

/**
 * The fewest rows on which an error rate is measured to within a half width of its 95 % interval: the inverse of
 * {@link halfWidthFor}.
 *
 * @throws ArgumentError unless the error lies in [0, 1] and the half width is positive.
 * @example
 * ```ts
 * import { rowsFor } from 'puregrad/data'
 * rowsFor({ halfWidth: 0.01, error: 0.1 }) // => 3458
 * ```
 * @category Splitting
 */
export const rowsFor = (options: { readonly halfWidth: number; readonly error: number }): number => {
  checkOptions('rowsFor', options, { halfWidth: true, error: true })
  const { halfWidth, error } = options
  if (!(halfWidth > 0 && halfWidth < Infinity))
    throw new ArgumentError(`rowsFor: the half width is positive, got ${String(halfWidth)}`)
  const p = checked('rowsFor', error)
  return Math.max(1, Math.ceil((normal95 / halfWidth) ** 2 * p * (1 - p)))
}
