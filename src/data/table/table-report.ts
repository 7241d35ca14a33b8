import type { Separator } from '../formats/csv-format.ts'
import type { DateOrder } from './calendar-date.ts'
import type { Sighting } from './column-statistics.ts'
import type { NumberMarks } from './number-marks.ts'
import type { ColumnKind } from './table.ts'

/**
 * Why a column is of its kind.
 *
 * @category Tables
 */
export type KindReason =
  /** An option or a schema says so. */
  | { readonly kind: 'told' }
  /** No cell has a value. */
  | { readonly kind: 'empty' }
  /** Every cell is a number, written with these marks. */
  | ({ readonly kind: 'numbers' } & NumberMarks)
  /** Whole numbers, each one more than the last, from 0 or 1 on. */
  | { readonly kind: 'counts-rows' }
  /** Whole numbers, all different, under a name such as `id`. */
  | { readonly kind: 'named-identifier' }
  /** Every cell is a date, written in this order. */
  | { readonly kind: 'dates'; readonly order: DateOrder }
  /** There are two words, one that denies and one that affirms. */
  | { readonly kind: 'two-words'; readonly no: string; readonly yes: string }
  /** Digits with a needless zero before them, or more digits than a number holds. */
  | { readonly kind: 'names-in-digits'; readonly first: Sighting }
  /** Different cells are few enough to be categories. */
  | { readonly kind: 'few-values' }
  | { readonly kind: 'all-different' }
  /** More than half of the cells are different. */
  | { readonly kind: 'many-values' }
  /** Texts of many letters. */
  | { readonly kind: 'long-texts' }

/**
 * What a practitioner should look at in a column; the words and the remedies are those of `describeTable`.
 *
 * @category Tables
 */
export type ColumnFlag =
  /** No cell has a value. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'constant'; readonly value: string }
  /** A number far from all others that occurs again and again may stand for a missing one. */
  | { readonly kind: 'sentinel'; readonly value: number; readonly count: number }
  /** A few cells keep the column from being numbers, or dates. */
  | {
      readonly kind: 'odd-cells'
      readonly expected: 'number' | 'date'
      readonly count: number
      readonly first: readonly Sighting[]
    }
  /** Numbers with signs around them, such as a currency, that are texts therefore. */
  | { readonly kind: 'numbers-among-signs'; readonly example: string }
  /** It names rows and would be learnt by heart. */
  | { readonly kind: 'identifier' }
  /** Few whole numbers, which may be codes of categories. */
  | { readonly kind: 'integer-codes'; readonly values: number }
  /** Every value goes with one of an earlier column, and the other way round. */
  | { readonly kind: 'repeats'; readonly column: string }
  /** Numbers that can be read in two ways. */
  | { readonly kind: 'ambiguous-numbers'; readonly taken: NumberMarks; readonly other: NumberMarks }
  /** Dates whose days and months can be exchanged. */
  | { readonly kind: 'ambiguous-dates'; readonly taken: DateOrder; readonly other: DateOrder }
  /** The header gives no name, or one that an earlier column has. */
  | { readonly kind: 'renamed'; readonly from: string }

/**
 * What was found in a column.
 *
 * @category Tables
 */
export interface ColumnReport {
  readonly name: string
  readonly kind: ColumnKind
  readonly why: KindReason
  /** How many cells have no value, and which signs for that occur how often. */
  readonly missing: number
  readonly missingSigns: Readonly<Record<string, number>>
  /** Different values; at least so many where `exact` is false. */
  readonly distinct: number
  readonly exact: boolean
  /** Some of the first cells. */
  readonly examples: readonly string[]
  /** Of numbers, and of dates in milliseconds since 1970. */
  readonly range?: { readonly least: number; readonly greatest: number; readonly mean?: number }
  readonly flags: readonly ColumnFlag[]
}

/**
 * Something that was found out, and by what.
 *
 * @category Tables
 */
export interface Found<A, Why extends string> {
  readonly value: A
  readonly why: Why | 'told'
}

/**
 * By what an encoding was found: what the file begins with, that all bytes are letters of UTF-8, a NUL in every
 * other byte, or which letters they make.
 *
 * @category Tables
 */
export type EncodingReason = 'byte-order-mark' | 'valid-utf-8' | 'every-other-byte' | 'letters'

/**
 * By what it was found whether the first row names the columns: names stand above other kinds of cells, its cells are
 * numbers as those below, one of its cells occurs below, it counts the columns, or nothing speaks against names.
 *
 * @category Tables
 */
export type HeaderReason =
  | 'names-above-values'
  | 'values-in-first-row'
  | 'value-comes-again'
  | 'counts-columns'
  | 'nothing-against-names'

/**
 * What was found in a table, and why it was read as it was: plain data.
 *
 * @category Tables
 */
export interface TableReport {
  readonly file: string
  readonly rows: number
  readonly encoding: Found<string, EncodingReason>
  readonly separator: Found<Separator, 'even-rows'>
  readonly header: Found<boolean, HeaderReason>
  readonly columns: readonly ColumnReport[]
  /** Rows that are written as an earlier one is, among the first `comparedRows`. */
  readonly repeatedRows: number
  readonly comparedRows: number
  /** Columns of the file that the schema does not have. */
  readonly leftOut: readonly string[]
}
