import type { TableQuestion } from './table-question.ts'

/**
 * What is to be learnt from a table that is never held as a whole. Rows are dealt one by one, so there are no groups, no
 * order of time and no weights.
 *
 * @category Tables
 */
export type StreamQuestion = Pick<
  TableQuestion,
  'file' | 'targets' | 'task' | 'drop' | 'features' | 'reading' | 'seed'
> & {
  /** The shares of the parts, which add up to 1: 68, 12 and 20 % unless told otherwise. */
  readonly shares?: { readonly train: number; readonly dev: number; readonly test: number }
}

/**
 * How far a pass over the file is.
 *
 * @category Tables
 */
export interface StreamReading {
  /** What it is for: the schema, the classes and counts, learning, or judging by. */
  readonly pass: 'schema' | 'counts' | 'train' | 'dev' | 'test'
  /** Bytes taken in this pass, and all there are; those of a gzipped file are not known before its end. */
  readonly bytes: number
  readonly total: number | undefined
}
