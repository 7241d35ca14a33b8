import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { ColumnInFrame } from '../frame.ts'
import { selected, selectionCodec, type ColumnSelection } from '../selection.ts'
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

const any = (column: ColumnInFrame): column is ColumnInFrame => column.name.length >= 0

export const keep = {
  required: () => ({ columns: selectionCodec }),
  optional: () => ({}),
  fit: ({ columns }, frame) =>
    pipe(
      selected('keep', frame, columns, { words: 'any column', is: any }),
      E.map((kept) => ({
        kind: 'drop' as const,
        columns: frame.columns.filter((column) => !kept.includes(column)).map(({ name }) => name),
        reason: 'not kept',
      })),
    ),
} satisfies StepKind<KeepStep, FittedDrop>
