import * as E from 'fp-ts/lib/Either.js'
import { toTypedArray } from '../../core/autodiff/read.ts'
import { take, tensor } from '../../core/numeric/index.ts'
import { checkChoice } from '../../core/tensor/check-choice.ts'
import { checkOptions } from '../../core/tensor/check-options.ts'
import { ArgumentError } from '../../core/tensor/errors.ts'
import { nearestName } from '../../core/tensor/nearest-name.ts'
import { showText } from '../../core/tensor/show-value.ts'
import type { DataError } from '../data-error.ts'
import type { Classes, Targets, Values } from '../dataset.ts'
import type { Task } from '../formats/csv-format.ts'
import { naturalOrder } from '../formats/natural-order.ts'
import { showNames } from '../formats/show-names.ts'
import { marksOf } from './number-marks.ts'
import {
  labelledTable,
  tableRowsAt,
  withColumns,
  type Column,
  type LabelledTable,
  type LevelColumn,
  type NumberColumn,
  type Table,
} from './table.ts'

/**
 * Which columns are the targets and the features of a table.
 *
 * @category Tables
 */
export interface LabelOptions {
  /** The column of the targets, by its name. */
  readonly target?: string
  /** The columns of several targets, all of numbers, in place of `target`. */
  readonly targets?: readonly string[]
  /** What the targets are for; texts are classes and numbers with fractions are estimated unless told otherwise. */
  readonly task?: Task
  /** Columns that are left out. */
  readonly drop?: readonly string[]
  /** The only columns that are kept as features, in this order. */
  readonly features?: readonly string[]
  /** The targets of another table, or of a model: these are of that task, numbered as there, and need not vary. */
  readonly like?: Targets
}

/** Up to so many whole numbers may be classes, where each occurs so often. */
const fewClasses = 20
const usesOfClass = 5

const column = (table: Table, name: string): string => `${table.file}, column ${showText(name, 60)}`

const missingColumn = (table: Table, name: string): DataError => {
  const names = table.columns.map((known) => known.name)
  const near = nearestName(name, names)
  return {
    kind: 'missing-column',
    file: table.file,
    column: name,
    message: `${table.file}: there is no column '${showText(name, 60)}'${near === undefined ? '; the columns are' : `; is it '${showText(near, 60)}'? The columns are`} ${showNames(names)}`,
  }
}

const unusableTarget = (table: Table, name: string, problem: string): DataError => ({
  kind: 'unusable-target',
  file: table.file,
  column: name,
  message: `${column(table, name)}: ${problem}`,
})

const isNumbers = (found: Column): found is NumberColumn => found.kind === 'number' || found.kind === 'date'

/** Whether the cells of a column have values. */
const presence = (found: Column): readonly boolean[] =>
  isNumbers(found)
    ? Array.from(toTypedArray(found.values), (value) => !Number.isNaN(value))
    : Array.from(toTypedArray(found.codes), (code) => code >= 0)

const columnAt = (found: Column, rows: ReturnType<typeof tensor>): Column =>
  isNumbers(found)
    ? { ...found, values: take(found.values, rows) }
    : { ...found, codes: take(found.codes, rows) }

interface Labelled {
  readonly y: LabelledTable['y']
  readonly targets: Classes | Values
}

const oneTarget = (table: Table, name: string, expected: string, only: string | undefined): DataError => ({
  kind: 'one-class',
  file: table.file,
  message: `${column(table, name)}: expected ${expected}, ${only === undefined ? 'no row has a target' : `every row with a target is '${showText(only, 60)}'`}`,
})

/** What is asked of the targets. */
interface Wanted {
  readonly task: Task | undefined
  readonly like: Targets | undefined
}

const classes = (
  table: Table,
  name: string,
  texts: readonly string[],
  order: readonly string[],
  like: Targets | undefined,
): E.Either<DataError, Labelled> => {
  const used = new Set(texts)
  const names = like?.names ?? order.filter((level) => used.has(level))
  const places = new Map(names.map((level, i) => [level, i]))
  const odd = texts.find((text) => !places.has(text))
  if (odd !== undefined)
    return E.left(
      unusableTarget(
        table,
        name,
        `expected one of the known classes (${showNames(names)}), got '${showText(odd, 60)}'`,
      ),
    )
  return names.length < 2
    ? E.left(oneTarget(table, name, 'at least two classes', names[0]))
    : E.right({
        y: tensor(Int32Array.from(texts, (text) => places.get(text)!)),
        targets: { kind: 'classes', names },
      })
}

const undecided = (table: Table, name: string, values: readonly number[]): DataError => ({
  kind: 'undecided',
  file: table.file,
  option: 'task',
  message: `${column(table, name)}: the targets are ${values.length} whole numbers (${values
    .slice(0, 6)
    .join(
      ', ',
    )}${values.length > 6 ? ', …' : ''}), which may be classes or amounts; say with the option task: 'classification' that each is a class, or task: 'regression' that they are to be estimated`,
})

/** Targets that are numbers: classes if they are told to be or there are two whole ones, else amounts. */
const ofNumbers = (
  table: Table,
  name: string,
  numbers: Float64Array,
  { task, like }: Wanted,
): E.Either<DataError, Labelled> => {
  const different = [...new Set(numbers)].sort((a, b) => a - b)
  const whole = different.every(Number.isInteger)
  const few = whole && different.length <= fewClasses && numbers.length >= usesOfClass * different.length
  if (task === undefined && few && different.length > 2) return E.left(undecided(table, name, different))
  if (task === 'classification' || (task === undefined && whole && different.length <= 2))
    return classes(table, name, Array.from(numbers, String), different.map(String).sort(naturalOrder), like)
  return different.length < 2 && like === undefined
    ? E.left(oneTarget(table, name, 'targets that vary', String(different[0])))
    : E.right({ y: tensor(numbers), targets: { kind: 'values', names: [name] } })
}

/** With this share of its cells a column is of numbers, but for a few odd ones. */
const nearlyAll = 0.9

/** The first cell that keeps texts from being numbers, where most of them are some. */
const oddAmongNumbers = (texts: readonly string[]): number | undefined => {
  const odd = [...texts.keys()].filter((row) => marksOf(texts[row]!) === 0)
  return odd.length <= (1 - nearlyAll) * texts.length ? odd[0] : undefined
}

/** Texts that hardly occur twice, which nothing can be learnt of. */
const hardlyRepeated = (
  table: Table,
  { name, kind }: LevelColumn,
  texts: readonly string[],
  rows: ReturnType<typeof tensor>,
): DataError => {
  const odd = oddAmongNumbers(texts)
  const used = new Set(texts).size
  return odd !== undefined
    ? unusableTarget(
        table,
        name,
        `line ${String(toTypedArray(take(table.lines, rows))[odd])}: expected numbers, as nearly all cells are, got '${showText(texts[odd] ?? '', 60)}'; correct such cells, leave them empty, or name them as signs of a missing one (missing)`,
      )
    : {
        kind: 'undecided',
        file: table.file,
        option: 'task',
        message: `${column(table, name)}: expected classes that occur again and again, got ${used} different ${kind === 'identifier' && marksOf(texts[0] ?? '') !== 0 ? 'names of rows' : 'texts'} in ${texts.length} rows; if each is a class, say task: 'classification'; if they are amounts, say task: 'regression' and read the column as numbers (kinds)`,
      }
}

const ofLevels = (
  table: Table,
  found: LevelColumn,
  { task, like }: Wanted,
  rows: ReturnType<typeof tensor>,
): E.Either<DataError, Labelled> => {
  const { name, levels, codes, kind } = found
  const texts = Array.from(toTypedArray(codes), (code) => levels[code]!)
  if (task === 'regression')
    return E.left(
      unusableTarget(
        table,
        name,
        `expected numbers to be estimated, got texts such as '${showText(texts[0] ?? '', 60)}'; if the cells are numbers, read it with kinds: { ${JSON.stringify(name)}: 'number' }, which says which of them is none`,
      ),
    )
  const used = new Set(texts).size
  return kind !== 'category' && kind !== 'boolean' && task === undefined && used > texts.length / 2
    ? E.left(hardlyRepeated(table, found, texts, rows))
    : classes(table, name, texts, levels, like)
}

const severalValues = (
  table: Table,
  found: readonly Column[],
  rows: ReturnType<typeof tensor>,
  { task, like }: Wanted,
): E.Either<DataError, Labelled> => {
  const odd = found.find(({ kind }) => kind !== 'number')
  if (odd !== undefined)
    return E.left(
      unusableTarget(table, odd.name, `expected numbers, as several targets have, got ${odd.kind}`),
    )
  if (task === 'classification')
    return E.left(
      unusableTarget(table, found[0]!.name, 'several targets are estimated, not told apart as classes'),
    )
  const parts = found.flatMap((own) => (isNumbers(own) ? [toTypedArray(take(own.values, rows))] : []))
  const flat = like === undefined ? parts.findIndex((own) => own.every((value) => value === own[0])) : -1
  if (flat >= 0)
    return E.left(oneTarget(table, found[flat]!.name, 'targets that vary', String(parts[flat]![0])))
  const y = new Float64Array(rows.size * parts.length).map(
    (_, i) => parts[i % parts.length]![Math.floor(i / parts.length)]!,
  )
  return E.right({
    y: tensor(y, { shape: [rows.size, parts.length] }),
    targets: { kind: 'values', names: found.map(({ name }) => name) },
  })
}

const checked = (options: LabelOptions): readonly string[] => {
  checkOptions<LabelOptions>('labelTable', options, {
    target: true,
    targets: true,
    task: true,
    drop: true,
    features: true,
    like: true,
  })
  const { target, targets, task } = options
  if (task !== undefined) checkChoice('labelTable', 'task', task, ['classification', 'regression'])
  if ((target === undefined) === (targets === undefined) || targets?.length === 0)
    throw new ArgumentError('labelTable: expected target, the name of a column, or targets, a list of some')
  return targets ?? [target ?? '']
}

/**
 * A table whose rows have targets: classes (int32 `[n]`, in natural order) or numbers (float64 `[n]`, or `[n, columns]`
 * for several). Texts and two whole numbers, such as 0 and 1, are classes; numbers with fractions, or of many values, are
 * estimated; a few whole numbers that occur again and again, such as marks from 3 to 8, may be both, and a left value
 * asks for the task. Rows without a target are left out: `table.n` less `n` of them.
 *
 * A left value too for a column that is not there, which names the nearest; for a target that is named twice; for targets
 * that are all the same, unless they are told to be `like` others; for dates, and for texts that hardly occur twice.
 *
 * @throws ArgumentError for another option, and unless there is either `target` or `targets`.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 * import { labelTable, parseTable } from 'puregrad/data'
 * const pets = parseTable('age,weight,kind\n3,4.1,cat\n5,20.5,dog\n2,3.9,cat\n7,3.3,\n')
 * const labelled = pipe(pets, E.flatMap(({ table }) => labelTable(table, { target: 'kind' })))
 * E.isRight(labelled) ? [labelled.right.n, labelled.right.targets.names] : [] // => [3, ['cat', 'dog']]
 * ```
 * @category Tables
 */
export const labelTable = (
  table: Table<'raw'>,
  options: LabelOptions,
): E.Either<DataError, LabelledTable<'raw', Classes> | LabelledTable<'raw', Values>> => {
  const names = checked(options)
  const { drop = [], features, like } = options
  const wanted: Wanted = {
    like,
    task: like === undefined ? options.task : like.kind === 'classes' ? 'classification' : 'regression',
  }
  const known = new Map(table.columns.map((own) => [own.name, own]))
  const absent = [...names, ...drop, ...(features ?? [])].find((name) => !known.has(name))
  if (absent !== undefined) return E.left(missingColumn(table, absent))
  const again = names.find((name, i) => names.indexOf(name) < i)
  if (again !== undefined)
    return E.left(unusableTarget(table, again, 'the target is named twice; name it once'))
  const found = names.map((name) => known.get(name)!)
  const present = found.map(presence)
  const rows = tensor(
    Int32Array.from(
      Array.from({ length: table.n }, (_, row) => row).filter((row) => present.every((own) => own[row])),
    ),
  )
  const [only] = found
  if (only === undefined || rows.size === 0)
    return E.left(oneTarget(table, names[0]!, 'targets in some rows', undefined))
  const own = columnAt(only, rows)
  const labelled =
    found.length > 1
      ? severalValues(table, found, rows, wanted)
      : own.kind === 'date'
        ? E.left(unusableTarget(table, own.name, 'expected classes or numbers, got dates'))
        : isNumbers(own)
          ? ofNumbers(table, own.name, toTypedArray(own.values) as Float64Array, wanted)
          : ofLevels(table, own, wanted, rows)
  const left = new Set([...names, ...drop])
  const kept = (features?.map((name) => known.get(name)!) ?? table.columns).filter(
    ({ name }) => !left.has(name),
  )
  return E.map(({ y, targets }: Labelled): LabelledTable<'raw', Classes> | LabelledTable<'raw', Values> => {
    const part = tableRowsAt(withColumns(table, kept), rows, 'raw')
    return targets.kind === 'classes'
      ? labelledTable({ features: part, y, targets })
      : labelledTable({ features: part, y, targets })
  })(labelled)
}
