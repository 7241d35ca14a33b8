import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { textCodec } from '../../../core/codec/refined-codec.ts'
import { choiceCodec } from '../../../core/codec/setting-codec.ts'
import { strictRecord } from '../../../core/codec/strict-record.ts'
import { showNames } from '../../formats/show-names.ts'
import { commonLevels } from '../common-levels.ts'
import { changeColumns, columnNamed, hasLevels, hasNumbers } from '../frame.ts'
import { levelNumbers, levelsOfNumbers } from '../level-numbers.ts'
import { refusedLevels, unseenCase } from '../prediction-case.ts'
import { preparationError, type PreparationError } from '../preparation-error.ts'
import { selected, selectionCodec, type ColumnSelection } from '../selection.ts'
import type { FittedKind, StepKind } from '../step-kind.ts'

/**
 * A level's place in an order, from 0: for texts such as small, medium, large. A missing cell stays missing, for `impute` to
 * fill.
 *
 * @category Preparation
 */
export interface OrdinalStep {
  readonly kind: 'ordinal'
  readonly columns: ColumnSelection
  /** All levels from the first; the order of the column, which is the natural one, unless told otherwise. */
  readonly order?: readonly string[]
  /** A level that is not in the order: taken for missing (the default), or an error. */
  readonly unseen?: 'missing' | 'error'
}

/**
 * The levels of a column, in an order.
 *
 * @category Preparation
 */
export interface LevelOrder {
  readonly column: string
  readonly levels: readonly string[]
}

/**
 * A fitted {@link OrdinalStep}.
 *
 * @category Preparation
 */
export interface FittedOrdinal {
  readonly kind: 'ordinal'
  readonly unseen: 'missing' | 'error'
  readonly orders: readonly LevelOrder[]
}

const levelList = t.readonlyArray(textCodec, 'a list of levels')

export const ordinal = {
  required: () => ({ columns: selectionCodec }),
  optional: () => ({ order: levelList, unseen: choiceCodec('missing', 'error') }),
  fit: ({ columns, order, unseen = 'missing' }, frame) =>
    pipe(
      selected('ordinal', frame, columns, { words: 'texts', is: hasLevels }),
      E.flatMap((found): E.Either<PreparationError, FittedOrdinal> => {
        const orders = found.map((column) => {
          const { own } = commonLevels(column, {})
          const lacking = order === undefined ? [] : own.filter((level) => !order.includes(level))
          return { column: column.name, levels: order ?? own, lacking }
        })
        const wrong = orders.filter(({ lacking }) => lacking.length > 0)
        return wrong.length > 0
          ? E.left(
              preparationError(
                'columns',
                'ordinal',
                wrong.map(({ column, lacking }) => ({
                  column,
                  problem: `the order lacks levels of the training part: ${showNames(lacking)}`,
                })),
              ),
            )
          : E.right({
              kind: 'ordinal',
              unseen,
              orders: orders.map(({ column, levels }) => ({ column, levels })),
            })
      }),
    ),
} satisfies StepKind<OrdinalStep, FittedOrdinal>

const placesOf = (levels: readonly string[]): ReadonlyMap<string, number> =>
  new Map(levels.map((level, i) => [level, i]))

export const fittedOrdinal = {
  content: {
    unseen: choiceCodec('missing', 'error'),
    orders: t.readonlyArray(
      strictRecord('an order', { column: textCodec, levels: levelList }),
      'a list of orders',
    ),
  },
  apply: ({ orders, unseen }, frame) => {
    const odd = orders.flatMap(({ column: name, levels }) => {
      const column = columnNamed(frame, name)
      return column !== undefined && hasLevels(column)
        ? unseenCase(frame, column, new Set(levels), 'left-missing')
        : []
    })
    return unseen === 'error' && odd.length > 0
      ? E.left(refusedLevels('ordinal', odd, "unseen 'missing'"))
      : E.right({
          frame: changeColumns(frame, orders, (column, { levels }) =>
            hasLevels(column)
              ? [
                  {
                    kind: 'number',
                    name: column.name,
                    sources: column.sources,
                    values: levelNumbers(column, placesOf(levels), { missing: NaN, unseen: NaN }),
                  },
                ]
              : [column],
          ),
          cases: odd,
        })
  },
  invert: ({ orders }, frame) =>
    changeColumns(frame, orders, (column, { levels }) =>
      hasNumbers(column)
        ? [
            {
              kind: 'category',
              name: column.name,
              sources: column.sources,
              ...levelsOfNumbers(column.values, levels, Math.round),
            },
          ]
        : [column],
    ),
} satisfies FittedKind<FittedOrdinal>
