import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { anyColumn, selected, selectionCodec, type ColumnSelection } from '../selection.ts'
import type { StepKind } from '../step-kind.ts'
import type { FittedDrop } from './drop.ts'

/**
 * Leaves out all columns but these.
 *
 * @category Preparation
 */
export interface KeepStep {
  readonly kind: 'keep'
  readonly columns: ColumnSelection
}

export const keep = {
  required: () => ({ columns: selectionCodec }),
  optional: () => ({}),
  fit: ({ columns }, frame) =>
    pipe(
      selected('keep', frame, columns, anyColumn),
      E.map((kept) => ({
        kind: 'drop' as const,
        columns: frame.columns.filter((column) => !kept.includes(column)).map(({ name }) => name),
        reason: 'not kept',
      })),
    ),
} satisfies StepKind<KeepStep, FittedDrop>
