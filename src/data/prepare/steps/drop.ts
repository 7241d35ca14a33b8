import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { textCodec } from '../../../core/codec/refined-codec.ts'
import { anyColumn, selected, selectionCodec, type ColumnSelection } from '../selection.ts'
import type { FittedKind, StepKind } from '../step-kind.ts'

/**
 * Leaves columns out, for a reason that is kept with them.
 *
 * @category Preparation
 */
export interface DropStep {
  readonly kind: 'drop'
  readonly columns: ColumnSelection
  /** `told` unless there is another. */
  readonly reason?: string
}

/**
 * A fitted {@link DropStep}.
 *
 * @category Preparation
 */
export interface FittedDrop {
  readonly kind: 'drop'
  readonly columns: readonly string[]
  readonly reason: string
}

export const drop = {
  required: () => ({ columns: selectionCodec }),
  optional: () => ({ reason: textCodec }),
  fit: ({ columns, reason = 'told' }, frame) =>
    pipe(
      selected('drop', frame, columns, anyColumn),
      E.map((found) => ({ kind: 'drop', columns: found.map(({ name }) => name), reason })),
    ),
} satisfies StepKind<DropStep, FittedDrop>

export const fittedDrop = {
  content: { columns: t.readonlyArray(textCodec, 'a list of names'), reason: textCodec },
  apply: ({ columns }, frame) =>
    E.right({
      frame: { ...frame, columns: frame.columns.filter(({ name }) => !columns.includes(name)) },
      cases: [],
    }),
  invert: (_, frame) => frame,
} satisfies FittedKind<FittedDrop>
