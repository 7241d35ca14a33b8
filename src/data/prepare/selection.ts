import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { textCodec } from '../../core/codec/refined-codec.ts'
import { choiceCodec } from '../../core/codec/setting-codec.ts'
import { nearestName } from '../../core/tensor/nearest-name.ts'
import { showText } from '../../core/tensor/show-value.ts'
import { showNames } from '../formats/show-names.ts'
import type { ColumnInFrame, Frame } from './frame.ts'
import { preparationError, type PreparationError } from './preparation-error.ts'

const groups = [
  'numbers',
  'indicators',
  'one-hot',
  'codes',
  'dates',
  'categories',
  'texts',
  'identifiers',
  'all',
] as const

/**
 * Which columns a step takes, as they are when it comes to it: those of a kind (`categories` are booleans too), or those
 * of these names, which all have to be there and of a kind that the step can take.
 *
 * @category Preparation
 */
export type ColumnSelection = (typeof groups)[number] | readonly string[]

const kindsOf: Readonly<Record<(typeof groups)[number], readonly ColumnInFrame['kind'][]>> = {
  numbers: ['number'],
  indicators: ['indicator'],
  'one-hot': ['one-hot'],
  codes: ['code'],
  dates: ['date'],
  categories: ['category', 'boolean'],
  texts: ['text'],
  identifiers: ['identifier'],
  all: ['number', 'date', 'indicator', 'one-hot', 'code', 'category', 'boolean', 'text', 'identifier'],
}

const name = `one of ${groups.join(', ')} or a list of names of columns`
const group = choiceCodec(...groups)
const names = t.readonlyArray(textCodec, 'a list of names of columns')

export const selectionCodec: t.Type<ColumnSelection, unknown> = new t.Type<ColumnSelection, unknown>(
  name,
  (u): u is ColumnSelection => group.is(u) || names.is(u),
  (u, context) =>
    Array.isArray(u)
      ? names.validate(u, context)
      : group.is(u)
        ? t.success(u)
        : t.failure(u, context, `expected ${name}`),
  t.identity,
)

/** What a step can take that can take every column. */
export const anyColumn = {
  words: 'a column',
  is: (column: ColumnInFrame): column is ColumnInFrame => column.name.length >= 0,
}

/**
 * The columns that a step takes. Of a group those that it can take; of names all, or what is wrong with each.
 *
 * @param takes what the step can take, with the words for it.
 */
export const selected = <C extends ColumnInFrame>(
  where: string,
  frame: Frame,
  selection: ColumnSelection,
  takes: { readonly words: string; readonly is: (column: ColumnInFrame) => column is C },
): E.Either<PreparationError, readonly C[]> => {
  if (typeof selection === 'string')
    return E.right(
      frame.columns.filter((column) => kindsOf[selection].includes(column.kind)).filter(takes.is),
    )
  const { empty = [] } = frame
  const found = selection
    .filter((wanted) => !empty.includes(wanted))
    .map((wanted) => ({
      wanted,
      column: frame.columns.find((column) => column.name === wanted),
    }))
  const known = frame.columns.map((column) => column.name)
  const problems = found.flatMap(({ wanted, column }) => {
    const near = nearestName(wanted, known)
    return column === undefined
      ? [
          {
            column: wanted,
            problem: `there is no such column${near === undefined ? '' : `; did you mean ${showText(near, 40)}?`} (there is ${showNames(known)})`,
          },
        ]
      : takes.is(column)
        ? []
        : [{ column: wanted, problem: `expected ${takes.words}, got a column of kind ${column.kind}` }]
  })
  return problems.length > 0
    ? E.left(preparationError('columns', where, problems))
    : E.right(found.flatMap(({ column }) => (column !== undefined && takes.is(column) ? [column] : [])))
}
