import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { toTypedArray } from '../core/autodiff/read.ts'
import { foldIn, key, tensor } from '../core/numeric/index.ts'
import { nearestName } from '../core/tensor/nearest-name.ts'
import { allForTest } from '../data/all-for.ts'
import { showNames } from '../data/formats/show-names.ts'
import type { TableSplit } from '../data/split/parts.ts'
import { labelTable } from '../data/table/label-table.ts'
import { readTable } from '../data/table/read-table.ts'
import type { LongReading } from '../data/table/reading-options.ts'
import type { TableReport } from '../data/table/table-report.ts'
import type { TableReading } from '../data/table/table-reading.ts'
import type { TableSchema } from '../data/table/table-schema.ts'
import type { LabelledTable, Table } from '../data/table/table.ts'
import { dealTable, type Shares } from './deal-table.ts'
import { cellsOf, positionsIn } from './table-cells.ts'
import { digestOfTable } from './table-digest.ts'
import type { TableQuestion } from './table-question.ts'
import { weighClasses, weighedBy, type PartsError } from './weigh-classes.ts'

/**
 * A table that was read and dealt to its parts.
 *
 * @category Tables
 */
export interface ReadParts {
  readonly reading: TableReading
  /** The target columns, by their names. */
  readonly targets: readonly string[]
  /** The rows that have a target, before they were dealt. */
  readonly labelled: LabelledTable<'raw'>
  readonly parts: TableSplit
}

const failed = (message: string): PartsError => ({ message })

/** The cells of a column for rows taken from a table; a left value where there is no such column, or cells are missing. */
export const cellsFor = (
  table: Table,
  rows: Table,
  name: string,
  purpose: string,
): E.Either<PartsError, readonly (number | string)[]> => {
  const column = table.columns.find((each) => each.name === name)
  if (column === undefined) {
    const names = table.columns.map((each) => each.name)
    const near = nearestName(name, names)
    return E.left(
      failed(
        `${table.file}: there is no column ${showNames([name])} for the ${purpose}; ${near === undefined ? `there are ${showNames(names)}` : `did you mean ${showNames([near])}?`}`,
      ),
    )
  }
  const cells = cellsOf(column)
  const own = positionsIn(table, rows).map((row) => cells[row])
  const gap = own.indexOf(undefined)
  return gap < 0
    ? E.right(own.flatMap((cell) => (cell === undefined ? [] : [cell])))
    : E.left(
        failed(
          `${table.file}, line ${toTypedArray(rows.lines)[gap]}: column ${showNames([name])}: the cell is missing, but the ${purpose} need one in each row`,
        ),
      )
}

const numbersFor = (table: Table, rows: Table, name: string, purpose: string) =>
  pipe(
    cellsFor(table, rows, name, purpose),
    E.flatMap((cells) =>
      cells.every((cell) => typeof cell === 'number')
        ? E.right(cells)
        : E.left(
            failed(
              `${table.file}: column ${showNames([name])}: expected numbers or dates for the ${purpose}, got texts such as "${String(cells[0])}"`,
            ),
          ),
    ),
  )

/** Nothing, or what is found for a name that is there. */
const where = <A>(
  name: string | undefined,
  find: (name: string) => E.Either<PartsError, A>,
): E.Either<PartsError, A | undefined> => (name === undefined ? E.right(undefined) : find(name))

/** The weight of each row from a column of the table. */
const weighed = (
  table: Table,
  data: LabelledTable<'raw'>,
  name: string | undefined,
): E.Either<PartsError, LabelledTable<'raw'>> =>
  pipe(
    where(name, (column) => numbersFor(table, data.features, column, 'weights of rows')),
    E.flatMap((weights) =>
      weights === undefined
        ? E.right(data)
        : weights.every((weight) => weight >= 0) && weights.some((weight) => weight > 0)
          ? E.right(weighedBy(data, tensor([...weights], { dtype: 'float64' })))
          : E.left(
              failed(
                `${table.file}: column ${showNames([name ?? ''])}: weights of rows are numbers from 0 on, some of them above`,
              ),
            ),
    ),
  )

/** Columns that say something of rows and are no features. */
const besideFeatures = ({ groups, sampleWeights }: TableQuestion): readonly string[] =>
  [groups, sampleWeights].filter((name) => name !== undefined)

export const labelledAsAsked = (
  table: Table<'raw'>,
  question: TableQuestion,
): E.Either<PartsError, LabelledTable<'raw'>> => {
  const { targets, task, drop = [], features } = question
  if (targets.length === 0)
    return E.left({
      kind: 'no-target',
      message: `${table.file}: expected the name of a target column, got none; the columns are ${showNames(table.columns.map(({ name }) => name))}`,
    })
  return labelTable(table, {
    targets,
    ...(task === undefined ? {} : { task }),
    ...(features === undefined
      ? { drop: [...new Set([...drop, ...besideFeatures(question)])] }
      : { features }),
  })
}

/** The question with names in place of the numbers that columns have in a file without a header line. */
export const byName = (question: TableQuestion, report: TableReport): TableQuestion => {
  const names = new Set(report.columns.map(({ name }) => name))
  const named = (name: string): string =>
    !report.header.value && !names.has(name) && names.has(`column${name}`) ? `column${name}` : name
  const { targets, drop, features, time, groups, sampleWeights } = question
  return {
    ...question,
    targets: targets.map(named),
    ...(drop === undefined ? {} : { drop: drop.map(named) }),
    ...(features === undefined ? {} : { features: features.map(named) }),
    ...(time === undefined ? {} : { time: named(time) }),
    ...(groups === undefined ? {} : { groups: named(groups) }),
    ...(sampleWeights === undefined ? {} : { sampleWeights: named(sampleWeights) }),
  }
}

/** Amounts are read as numbers, so that a cell that is none is found and named. */
export const readingOf = ({
  targets,
  task,
  reading,
}: Pick<TableQuestion, 'targets' | 'task' | 'reading'>): TableQuestion['reading'] =>
  task !== 'regression' || targets.some((name) => /^\d+$/.test(name))
    ? reading
    : {
        ...reading,
        kinds: { ...Object.fromEntries(targets.map((name) => [name, 'number' as const])), ...reading?.kinds },
      }

const featuresOf = ({ features }: LabelledTable): readonly string[] =>
  features.columns.map(({ name }) => name)

/** A schema without the columns that nothing is done with: another file need not have them. */
const onlyOf = (schema: TableSchema, names: readonly string[]): TableSchema => ({
  ...schema,
  columns: schema.columns.filter(({ name }) => names.includes(name)),
})

const testOf = (
  question: TableQuestion,
  reading: TableReading,
  like: LabelledTable<'raw'>,
): TE.TaskEither<PartsError, TableSplit['test'] | undefined> =>
  question.test === undefined
    ? TE.right(undefined)
    : pipe(
        readTable(question.test, {
          schema: onlyOf(reading.schema, [...question.targets, ...featuresOf(like)]),
        }),
        TE.flatMapEither(({ table }): E.Either<PartsError, LabelledTable<'raw'>> =>
          labelTable(table, {
            targets: question.targets,
            like: like.targets,
            features: featuresOf(like),
          }),
        ),
        TE.filterOrElse(
          (test) => digestOfTable(test) !== digestOfTable(like),
          () =>
            failed(
              `${question.test ?? ''}: expected rows that ${question.file} has not, to judge by, got the same rows; leave the test file out, and some rows are kept apart`,
            ),
        ),
        TE.map((test) => allForTest(test)),
      )

const dealt = (
  question: TableQuestion,
  reading: TableReading,
  data: LabelledTable<'raw'>,
): TE.TaskEither<PartsError, TableSplit> =>
  pipe(
    testOf(question, reading, data),
    TE.flatMapEither((test) =>
      pipe(
        E.Do,
        E.bind('times', () =>
          where(question.time, (name) => numbersFor(reading.table, data.features, name, 'order of time')),
        ),
        E.bind('groups', () =>
          where(question.groups, (name) => cellsFor(reading.table, data.features, name, 'groups')),
        ),
        E.flatMap(({ times: at, groups }) =>
          pipe(
            dealTable(
              data,
              sharesOf(question),
              {
                key: foldIn(key(question.seed ?? 0), 'split'),
                ...(at === undefined ? {} : { times: at }),
                ...(groups === undefined ? {} : { groups }),
              },
              test,
            ),
            E.mapLeft(({ message }) => failed(`${question.file}: ${message}`)),
          ),
        ),
      ),
    ),
  )

const sharesOf = ({ shares, test }: TableQuestion): Shares =>
  shares ?? (test === undefined ? { train: 0.68, dev: 0.12, test: 0.2 } : { train: 0.85, dev: 0.15 })

/**
 * Reads a table, tells features from targets and deals the rows to parts: a fifth to judge by, sealed, and 15 % of the
 * others to choose by, classes in equal shares. A left value says what is wrong with the file, where, and what to do.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { readParts } from 'puregrad/tabular'
 * const read = await readParts({ file: 'absent.csv', targets: ['kind'] })()
 * E.isLeft(read) ? read.left.message : '' // => 'absent.csv: there is no such file'
 * ```
 * @category Tables
 */
export const readParts = (
  asked: TableQuestion,
  long: LongReading = {},
): TE.TaskEither<PartsError, ReadParts> =>
  pipe(
    readTable(asked.file, { ...readingOf(asked), ...long }),
    TE.bindTo('reading'),
    TE.let('question', ({ reading }) => byName(asked, reading.report)),
    TE.bind('labelled', ({ reading, question }) =>
      TE.fromEither(
        pipe(
          labelledAsAsked(reading.table, question),
          E.flatMap((data) => weighed(reading.table, data, question.sampleWeights)),
        ),
      ),
    ),
    TE.bind('parts', ({ reading, question, labelled: data }) =>
      pipe(
        dealt(question, reading, data),
        TE.flatMapEither((parts) =>
          pipe(
            weighClasses(parts, question.classWeights, question.file),
            E.map(({ train, dev }): TableSplit => ({ ...parts, train, dev })),
          ),
        ),
      ),
    ),
    TE.map(({ reading, question, labelled: data, parts }) => ({
      reading,
      targets: question.targets,
      labelled: data,
      parts,
    })),
  )
