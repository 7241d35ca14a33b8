import * as E from 'fp-ts/lib/Either.js'
import { toTypedArray } from '../../core/autodiff/read.ts'
import { checkOptions } from '../../core/tensor/check-options.ts'
import { checkSetting } from '../../core/tensor/check-setting.ts'
import { ArgumentError } from '../../core/tensor/errors.ts'
import { notNegative } from '../../core/tensor/setting-ranges.ts'
import { showText } from '../../core/tensor/show-value.ts'
import { tensor } from '../../core/numeric/index.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'
import { cellsOf, type Labelled } from '../labelled.ts'
import type { SplitError } from './deal-rows.ts'

/**
 * What the order of time is, and how far apart parts are.
 *
 * @category Splitting
 */
export interface TimeOptions {
  /** The column whose numbers (dates too) are the times, or a time for each row; the order of the rows unless told otherwise. */
  readonly by?: string | readonly number[] | Tensor
  /**
   * How far apart, beyond the next moment, the end of what is trained on and the begin of what judges are, in the units of
   * the times (milliseconds of a date column, rows without `by`): what lies between is left out. 0 unless told otherwise.
   */
  readonly gap?: number
}

/** Rows by time, the earliest first; rows of one moment keep their order. */
export interface TimeLine {
  readonly order: readonly number[]
  /** The times in that order. */
  readonly times: readonly number[]
}

export const checkTimeOptions = (where: string, options: TimeOptions): void => {
  checkOptions(where, options, { by: true, gap: true })
  if (options.gap !== undefined) checkSetting(where, 'gap', options.gap, notNegative)
}

const timesOf = (where: string, data: Labelled, by: TimeOptions['by']): readonly number[] => {
  if (by === undefined) return Array.from({ length: data.n }, (_, row) => row)
  if (typeof by !== 'string') {
    const times = 'dtype' in by ? Array.from(toTypedArray(by), Number) : by
    if (times.length !== data.n)
      throw new ArgumentError(`${where}: expected a time for each of ${data.n} rows, got ${times.length}`)
    return times
  }
  const cells = cellsOf(where, data, by)
  const text = cells.find((cell) => typeof cell === 'string')
  if (text !== undefined)
    throw new ArgumentError(
      `${where}: expected numbers or dates in the column '${showText(by, 60)}', got texts such as '${showText(text, 60)}'`,
    )
  return cells.map(Number)
}

/** A left value where a row has no time. */
export const timeLine = (
  where: string,
  data: Labelled,
  by: TimeOptions['by'],
): E.Either<SplitError, TimeLine> => {
  const of = timesOf(where, data, by)
  const without = of.findIndex((time) => !Number.isFinite(time))
  if (without >= 0)
    return E.left({
      kind: 'time',
      message: `${where}: expected a time in every row, got ${String(of[without])} in row ${without}; leave such rows out, or order by another column`,
    })
  const order = of.map((_, row) => row).sort((a, b) => (of[a] ?? 0) - (of[b] ?? 0))
  return E.right({ order, times: order.map((row) => of[row] ?? 0) })
}

/** The place nearest to a wanted one where a new moment begins, the earlier one of two as near: rows of a moment stay together. */
export const nearestBoundary = ({ times }: TimeLine, wanted: number): number => {
  const begins = (at: number): boolean => at <= 0 || at >= times.length || times[at] !== times[at - 1]
  const distance = Array.from({ length: times.length + 1 }, (_, d) => d).find(
    (d) => begins(wanted - d) || begins(wanted + d),
  )
  const d = distance ?? 0
  return begins(wanted - d) ? Math.max(0, wanted - d) : Math.min(times.length, wanted + d)
}

/** The rows from one place up to another that lie more than the gap before the moment of `until`. */
export const rowsBefore = (
  { order, times }: TimeLine,
  from: number,
  until: number,
  gap: number,
): readonly number[] => {
  const next = times[until] ?? Infinity
  return order.slice(from, until).filter((_, i) => gap === 0 || next - (times[from + i] ?? 0) > gap)
}

export const rowsTensor = (rows: readonly number[]): Tensor => tensor(Int32Array.from(rows))
