import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { textCodec } from '../../../core/codec/refined-codec.ts'
import {
  changeColumns,
  hasLevels,
  hasNumbers,
  presentAscending,
  type ColumnInFrame,
  type NumbersInFrame,
} from '../frame.ts'
import { selected, selectionCodec, type ColumnSelection } from '../selection.ts'
import type { FittedKind, StepKind } from '../step-kind.ts'

/**
 * Takes numbers for names: codes such as 1 for spring and 2 for summer, which no sum or mean makes sense of. Each number
 * becomes the level that is its shortest text.
 *
 * @category Preparation
 */
export interface AsCategoriesStep {
  readonly kind: 'asCategories'
  readonly columns: ColumnSelection
}

/**
 * A fitted {@link AsCategoriesStep}.
 *
 * @category Preparation
 */
export interface FittedAsCategories {
  readonly kind: 'asCategories'
  readonly columns: readonly string[]
}

const isNumber = (column: ColumnInFrame): column is NumbersInFrame => column.kind === 'number'

export const asCategories = {
  required: () => ({ columns: selectionCodec }),
  optional: () => ({}),
  fit: ({ columns }, frame) =>
    pipe(
      selected('asCategories', frame, columns, { words: 'numbers', is: isNumber }),
      E.map((found) => ({ kind: 'asCategories' as const, columns: found.map(({ name }) => name) })),
    ),
} satisfies StepKind<AsCategoriesStep, FittedAsCategories>

const entries = (columns: readonly string[]): readonly { readonly column: string }[] =>
  columns.map((column) => ({ column }))

export const fittedAsCategories = {
  content: { columns: t.readonlyArray(textCodec, 'a list of names') },
  apply: ({ columns }, frame) =>
    E.right({
      frame: changeColumns(frame, entries(columns), (column) => {
        if (!hasNumbers(column)) return [column]
        const levels = [...new Set(presentAscending(column.values))].map(String)
        const codeOf = new Map(levels.map((level, code) => [level, code]))
        return [
          {
            kind: 'category',
            name: column.name,
            sources: column.sources,
            levels,
            codes: Int32Array.from(column.values, (x) => codeOf.get(String(x)) ?? -1),
          },
        ]
      }),
      cases: [],
    }),
  invert: ({ columns }, frame) =>
    changeColumns(frame, entries(columns), (column) =>
      hasLevels(column)
        ? [
            {
              kind: 'number',
              name: column.name,
              sources: column.sources,
              values: Float64Array.from(column.codes, (code) => Number(column.levels[code] ?? NaN)),
            },
          ]
        : [column],
    ),
} satisfies FittedKind<FittedAsCategories>
