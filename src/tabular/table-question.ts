import type { TableOptions } from '../data/table/table-options.ts'

/**
 * What is to be learnt from a table, and how its rows are dealt: plain data.
 *
 * @category Tables
 */
export interface TableQuestion {
  readonly file: string
  /** The columns to be told: one of classes, or one or more of numbers. */
  readonly targets: readonly string[]
  /** What the target is; by its column unless told otherwise. */
  readonly task?: 'classification' | 'regression'
  /** Columns to leave out. */
  readonly drop?: readonly string[]
  /** The only columns to learn from. */
  readonly features?: readonly string[]
  /** How the file is written and what its columns are, where that is not found out. */
  readonly reading?: Omit<TableOptions, 'schema'>
  /** A file of its own to judge by, read as the first one. */
  readonly test?: string
  /** The shares of the parts, which add up to 1: 68, 12 and 20 % unless told otherwise, 85 and 15 % beside a test file. */
  readonly shares?: { readonly train: number; readonly dev: number; readonly test?: number }
  /** A column of numbers or dates: the oldest rows are for training, the newest are the test part. */
  readonly time?: string
  /** A column: rows with the same cell stay in one part. It is no feature. */
  readonly groups?: string
  /** How much the rows of each class count: as told, or so that all classes count the same. */
  readonly classWeights?: 'balanced' | Readonly<Record<string, number>>
  /** A column that says how much each row counts. It is no feature. */
  readonly sampleWeights?: string
  /** What all randomness comes from; 0 unless told otherwise. */
  readonly seed?: number
}
