import type { Mark } from './claim.ts'

/**
 * How a figure lies over the seeds. The standard deviation is that of a sample, and NaN for one value; where a value is
 * NaN all are.
 *
 * @category Ledger
 */
export interface Spread {
  readonly min: number
  readonly median: number
  readonly max: number
  readonly deviation: number
}

/**
 * How far a figure is from its mark.
 *
 * @category Ledger
 */
export interface MarkDistance {
  /** By how much the worst value is inside the mark, in the figure's own unit; below 0 it is outside. */
  readonly margin: number
  /** The margin as a share of the bound it is measured from; NaN where that is 0. */
  readonly relative: number
  /** The margin in standard deviations; NaN where these are 0 or unknown. */
  readonly deviations: number
  /** A value lies within two standard deviations of where the verdict would change. */
  readonly near: boolean
}

/**
 * The spread of some values.
 *
 * @example
 * ```ts
 * import { spreadOf } from 'puregrad/claims'
 * spreadOf([3, 1, 2]) // => { min: 1, median: 2, max: 3, deviation: 1 }
 * ```
 * @category Ledger
 */
export const spreadOf = (values: readonly number[]): Spread => {
  const n = values.length
  if (n === 0 || values.some(Number.isNaN)) return { min: NaN, median: NaN, max: NaN, deviation: NaN }
  const sorted = [...values].sort((a, b) => a - b)
  const [low = NaN, high = NaN] = [sorted[Math.floor((n - 1) / 2)], sorted[Math.floor(n / 2)]]
  const [min = NaN, max = NaN] = [sorted[0], sorted[n - 1]]
  const mean = values.reduce((sum, value) => sum + value / n, 0)
  const deviation =
    n < 2
      ? NaN
      : min === max
        ? 0
        : Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2 / (n - 1), 0))
  return { min, median: low === high ? low : low / 2 + high / 2, max, deviation }
}

/** A value's distance from the nearest bound, above 0 on the side that passes, and that bound. */
const fromBound = (mark: Mark, value: number): readonly [margin: number, bound: number] => {
  if ('atLeast' in mark) return [value - mark.atLeast, mark.atLeast]
  if ('atMost' in mark) return [mark.atMost - value, mark.atMost]
  const [low, high] = mark.within
  return value - low <= high - value ? [value - low, low] : [high - value, high]
}

/**
 * How far the worst of some values is from a mark.
 *
 * @example
 * ```ts
 * import { markDistance } from 'puregrad/claims'
 * markDistance({ atLeast: 4 }, [5, 7, 9]) // => { margin: 1, relative: 0.25, deviations: 0.5, near: true }
 * markDistance({ atMost: 4 }, [5]).margin // => -1
 * ```
 * @category Ledger
 */
export const markDistance = (mark: Mark, values: readonly number[]): MarkDistance => {
  const { deviation } = spreadOf(values)
  const margins = values.map((value) => fromBound(mark, value))
  const [margin, bound] = margins.reduce<readonly [number, number]>(
    (worst, each) => (Number.isNaN(worst[0]) || worst[0] <= each[0] ? worst : each),
    margins[0] ?? [NaN, NaN],
  )
  return {
    margin,
    relative: bound === 0 ? NaN : margin / Math.abs(bound),
    deviations: deviation > 0 ? margin / deviation : NaN,
    near: deviation > 0 && margins.some(([each]) => Math.abs(each) < 2 * deviation),
  }
}
