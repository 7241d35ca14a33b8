import type { ColumnFlag, KindReason } from './table-report.ts'
import type { ColumnSchema } from './table-schema.ts'

/** What a column is, why, and what should be looked at. */
export interface InferredColumn {
  readonly schema: ColumnSchema
  readonly why: KindReason
  readonly flags: readonly ColumnFlag[]
}
