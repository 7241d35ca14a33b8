/* eslint-disable functional/no-let, functional/no-loop-statements -- the first rows of a text are read with each separator */
import * as E from 'fp-ts/lib/Either.js'
import { separators, type Separator } from '../formats/csv-format.ts'
import { csvScanner } from '../formats/csv-scanner.ts'
import { ordersOf } from './calendar-date.ts'
import { marksOf } from './number-marks.ts'
import type { Found, HeaderReason } from './table-report.ts'

/** How many rows the layout is found by. */
const sampleRows = 200

/** The first rows of a table as they are with a separator. */
interface Trial {
  readonly separator: Separator
  readonly rows: readonly (readonly string[])[]
  /** How many cells most rows have, and which share of them has so many. */
  readonly width: number
  readonly share: number
  /** Which share of the cells below the first row are numbers or dates. */
  readonly values: number
}

const isValue = (cell: string): boolean => marksOf(cell) !== 0 || ordersOf(cell) !== 0

const shareOf = <A>(list: readonly A[], holds: (item: A) => boolean): number =>
  list.length === 0 ? 0 : list.filter(holds).length / list.length

const trial = (file: string, sample: Uint8Array, whole: boolean, separator: Separator): Trial => {
  const { next, push } = csvScanner(file, separator.charCodeAt(0))
  push(sample, whole)
  let rows: readonly (readonly string[])[] = []
  let broken = false
  while (rows.length < sampleRows) {
    const found = next()
    broken = E.isLeft(found)
    if (E.isLeft(found) || found.right === undefined) break
    const { count, text } = found.right
    rows = [...rows, Array.from({ length: count }, (_, i) => text(i))]
  }
  const counts = [...new Set(rows.map(({ length }) => length))].map(
    (length) => [length, rows.filter((row) => row.length === length).length] as const,
  )
  const [width = 0, count = 0] = counts.toSorted(([, a], [, b]) => b - a)[0] ?? []
  return {
    separator,
    rows,
    width,
    share: (count / Math.max(1, rows.length)) * (broken ? 0.5 : 1),
    values: shareOf(rows.slice(1).flat(), isValue),
  }
}

/** What counts as a difference between shares of cells that are values. */
const tolerance = 0.02

/**
 * The better of two: the one that makes columns, then the one with rows of one length, then the one that leaves more
 * numbers and dates whole, then the one with more columns, then the first.
 */
const better = (a: Trial, b: Trial): Trial => {
  const columns = Number(b.width > 1) - Number(a.width > 1)
  if (columns !== 0) return columns > 0 ? b : a
  if (a.share !== b.share) return b.share > a.share ? b : a
  if (Math.abs(a.values - b.values) > tolerance) return b.values > a.values ? b : a
  return b.width > a.width ? b : a
}

const isMissing = (cell: string, missing: ReadonlySet<string>): boolean => cell === '' || missing.has(cell)

/** Whole numbers each as much above the one before as the second above the first. */
const countsUp = (cells: readonly string[]): boolean => {
  const numbers = cells.map(Number)
  const step = (numbers[1] ?? NaN) - (numbers[0] ?? NaN)
  return (
    cells.length > 2 &&
    step > 0 &&
    numbers.every((value, i) => Number.isInteger(value) && value === numbers[0]! + i * step)
  )
}

/** With this share of values a column is one of numbers or dates. */
const mostlyValues = 0.9

/** With this share of first cells that occur again below them, they are no names. */
const seenAgain = 0.3

const headerOf = (
  rows: readonly (readonly string[])[],
  missing: ReadonlySet<string>,
): Found<boolean, HeaderReason> => {
  const [first = [], ...below] = rows
  const columns = [...first.entries()].map(([i, cell]) => {
    const cells = below.map((row) => row[i] ?? '').filter((other) => !isMissing(other, missing))
    return { cell, cells, ofValues: cells.length > 0 && shareOf(cells, isValue) >= mostlyValues }
  })
  const named = columns.filter(({ cell }) => !isMissing(cell, missing))
  const above = named.filter(({ ofValues }) => ofValues)
  const valuesAbove = above.filter(({ cell }) => isValue(cell)).length
  const again =
    shareOf(
      named.filter(({ ofValues }) => !ofValues),
      ({ cell, cells }) => cells.includes(cell),
    ) >= seenAgain
  const values = first.filter(isValue)
  return values.length === 0
    ? above.length > 0
      ? { value: true, why: 'names-above-values' }
      : again
        ? { value: false, why: 'value-comes-again' }
        : { value: true, why: 'nothing-against-names' }
    : above.length - valuesAbove > valuesAbove
      ? { value: true, why: 'names-above-values' }
      : again
        ? { value: false, why: 'value-comes-again' }
        : countsUp(values) && !countsUp((below[0] ?? []).filter(isValue))
          ? { value: true, why: 'counts-columns' }
          : { value: false, why: 'values-in-first-row' }
}

/** How the text of a table is laid out, and by what that was found. */
export interface TableLayout {
  readonly separator: Found<Separator, 'even-rows'>
  readonly header: Found<boolean, HeaderReason>
}

/** The layout of a table that begins with these bytes of UTF-8, as far as it is not told. */
export const tableLayout = (
  file: string,
  sample: Uint8Array,
  whole: boolean,
  told: { readonly separator?: Separator | undefined; readonly header?: boolean | undefined },
  missing: ReadonlySet<string>,
): TableLayout => {
  const { separator } = told
  const { rows, separator: found } = (separator === undefined ? separators : [separator])
    .map((mark) => trial(file, sample, whole, mark))
    .reduce(better)
  return {
    separator: { value: found, why: separator === undefined ? 'even-rows' : 'told' },
    header: told.header === undefined ? headerOf(rows, missing) : { value: told.header, why: 'told' },
  }
}
