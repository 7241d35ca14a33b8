import type { NumberMarks } from './number-marks.ts'
import type { DateOrder } from './calendar-date.ts'

/**
 * A cell and where it was seen.
 *
 * @category Tables
 */
export interface Sighting {
  /** Counted from 1. */
  readonly line: number
  readonly cell: string
}

/** Cells of one form. */
export interface Sightings {
  readonly count: number
  /** The first three. */
  readonly first: readonly Sighting[]
}

/** How the numbers and dates of a column are taken to be written until its cells have been seen. */
export interface Guess {
  readonly marks: NumberMarks
  readonly order: DateOrder
}

/** The numbers of a column as the guess reads them. */
export interface NumberStatistics {
  readonly count: number
  readonly sum: number
  /** The least, how often it occurs, and the least of the others; the same for the greatest. NaN where there is none. */
  readonly low: { readonly value: number; readonly count: number; readonly next: number }
  readonly high: { readonly value: number; readonly count: number; readonly next: number }
  readonly whole: boolean
  readonly distinct: number
  /** Whether all different ones were counted. */
  readonly complete: boolean
  readonly unique: boolean
  /** Whether each number is one more than that of the row before. */
  readonly countsRows: boolean
}

/** What one pass over the cells of a column tells, in bounded memory. */
export interface ColumnStatistics {
  readonly cells: number
  /** How often each sign for a missing cell occurs. */
  readonly missing: ReadonlyMap<string, number>
  /** Cells that are numbers, by the set of marks that read them; see `allMarks`. */
  readonly numbers: ReadonlyMap<number, Sightings>
  /** Cells that are dates and no numbers, by the set of orders that read them; see `dateOrders`. */
  readonly dates: ReadonlyMap<number, Sightings>
  /** Names in digits: a needless zero before them, or more of them than a double holds. */
  readonly digitNames: Sightings
  readonly others: Sightings
  /** Whether a number came before the first that is none. */
  readonly values: NumberStatistics
  /** The dates by the guessed order, in milliseconds; NaN where there is none. */
  readonly earliest: number
  readonly latest: number
  /** Different cells that are no numbers, and how often each occurs. */
  readonly texts: ReadonlyMap<string, number>
  readonly textsComplete: boolean
  /** Letters of all cells that are no numbers. */
  readonly letters: number
  /** Different cells among the first. */
  readonly examples: readonly string[]
}

/** What one pass over a table tells. */
export interface TableStatistics {
  readonly rows: number
  readonly columns: readonly ColumnStatistics[]
  /** Rows that repeat an earlier one, among the first of so many. */
  readonly repeatedRows: number
  readonly comparedRows: number
}
