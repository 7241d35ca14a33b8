import type { Tensor } from '../../core/tensor/tensor.ts'
import type { Role, Targets } from '../dataset.ts'

/**
 * What the cells of a column are, as read or as told.
 *
 * @category Tables
 */
export type ColumnKind = 'number' | 'category' | 'date' | 'boolean' | 'text' | 'identifier'

/**
 * Numbers of a column: float64 `[n]`, NaN where a cell is missing. Dates are milliseconds since 1970-01-01T00:00Z.
 *
 * @category Tables
 */
export interface NumberColumn {
  readonly kind: 'number' | 'date'
  readonly name: string
  readonly values: Tensor
}

/**
 * Texts of a column, each different one kept once: int32 codes `[n]` into `levels`, -1 where a cell is missing. Levels
 * are as written, trimmed, and stand in natural order; all columns whose cells are not numbers are of this form.
 *
 * @category Tables
 */
export interface LevelColumn {
  readonly kind: 'category' | 'boolean' | 'text' | 'identifier'
  readonly name: string
  readonly codes: Tensor
  readonly levels: readonly string[]
}

/**
 * A column of a table.
 *
 * @category Tables
 */
export type Column = NumberColumn | LevelColumn

/**
 * A table as it was read: named columns of one length.
 *
 * @category Tables
 */
export interface Table<R extends Role = Role> {
  /** What messages call it. */
  readonly file: string
  readonly n: number
  readonly columns: readonly Column[]
  /** The line of the file at which each row begins, counted from 1: int32 `[n]`. */
  readonly lines: Tensor
  readonly role: R
}

/**
 * A table of features with a target to each row: what is split, prepared and learnt from.
 *
 * @category Tables
 */
export interface LabelledTable<R extends Role = Role, T extends Targets = Targets> {
  /** The features; the target and what was dropped are not among its columns. */
  readonly features: Table<R>
  /** Classes: int32 `[n]`. Values: float64 `[n]`, or `[n, columns]` for several targets. */
  readonly y: Tensor
  readonly n: number
  readonly targets: T
  readonly role: R
}
