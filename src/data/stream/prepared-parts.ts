/* eslint-disable functional/no-loop-statements -- parts are passed on as they come, which only a generator's own loop can do */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { toTypedArray } from '../../core/autodiff/read.ts'
import { tensor } from '../../core/numeric/index.ts'
import { checkOptions } from '../../core/tensor/check-options.ts'
import { ArgumentError } from '../../core/tensor/errors.ts'
import { showText } from '../../core/tensor/show-value.ts'
import { cellsOf } from '../labelled.ts'
import type { DataError } from '../data-error.ts'
import type { Dataset, Role, Targets } from '../dataset.ts'
import { showNames } from '../formats/show-names.ts'
import type { PreparationError } from '../prepare/preparation-error.ts'
import type { Preparation } from '../prepare/preparation.ts'
import { labelledTable, tableRowsAt, withColumns, type LabelledTable, type Table } from '../table/table.ts'

/**
 * How tables of a stream become numbers, by what was found on a part of the file that fits in memory.
 *
 * @category Batches and streams
 */
export interface PreparedPartsOptions<R extends Role, T extends Targets> {
  /** The column, or the columns, of the targets. */
  readonly target: string | readonly string[]
  /** What the targets are, with the classes in the order of their numbers. */
  readonly targets: T
  /** Fitted before. */
  readonly preparation: Preparation
  /** What the rows are for: `allForTraining` or `allForDev`. */
  readonly as: (data: LabelledTable<'raw', T>) => LabelledTable<R, T>
}

/** The rows whose targets are there, with these targets as numbers. */
export const labelledBy = <T extends Targets>(
  table: Table<'raw'>,
  names: readonly string[],
  targets: T,
): E.Either<DataError, LabelledTable<'raw', T>> => {
  const columns = names.map((name) => cellsOf('preparedParts', { features: table }, name))
  const kept = Array.from({ length: table.n }, (_, row) => row).filter((row) =>
    columns.every((cells) => cells[row] !== undefined && !Number.isNaN(cells[row])),
  )
  const numberOf = (cell: number | string | undefined): number =>
    targets.kind === 'classes' ? targets.names.indexOf(String(cell)) : Number(cell)
  const numbers = kept.flatMap((row) => columns.map((cells) => numberOf(cells[row])))
  const wrong = numbers.findIndex((value) => Number.isNaN(value) || (targets.kind === 'classes' && value < 0))
  if (wrong >= 0) {
    const row = kept[Math.floor(wrong / names.length)] ?? 0
    const place = `line ${toTypedArray(table.lines)[row]}`
    const cell = showText(String(columns[wrong % names.length]?.[row]), 60)
    const expected = targets.kind === 'classes' ? `a class among ${showNames(targets.names)}` : 'a number'
    return E.left({
      kind: 'unknown-class',
      file: table.file,
      place,
      message: `${table.file}, ${place}, column ${names[wrong % names.length]}: expected ${expected}, got '${cell}'`,
    })
  }
  const features = withColumns(
    table,
    table.columns.filter(({ name }) => !names.includes(name)),
  )
  return E.right(
    labelledTable({
      features: tableRowsAt(features, tensor(Int32Array.from(kept)), 'raw'),
      y:
        targets.kind === 'classes'
          ? tensor(Int32Array.from(numbers))
          : tensor(Float64Array.from(numbers), {
              shape: names.length === 1 ? [kept.length] : [kept.length, names.length],
            }),
      targets,
    }),
  )
}

/**
 * The tables of a stream as data sets: targets by name, features through a preparation that was fitted before. Rows without a
 * target are left out. A left value of the stream, a class that is none of those known, and a table that the preparation
 * refuses are the last value.
 *
 * @throws ArgumentError for another option, several columns of classes, and while parts are asked for, an absent column.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 * import { key } from 'puregrad'
 * import { allForTraining, labelTable, parseTable, prepare, preparedParts, streamMinibatches } from 'puregrad/data'
 * const found = pipe(
 *   E.Do,
 *   E.bind('reading', () => parseTable('age,kind\n3,cat\n5,dog\n4,cat\n6,dog\n7,dog\n2,cat\n')),
 *   E.bind('first', ({ reading }) => labelTable(reading.table, { target: 'kind' })),
 *   E.bindW('preparation', ({ first }) => prepare()(allForTraining(first))),
 * )
 * if (E.isLeft(found)) throw new Error(found.left.message)
 * const { reading, first, preparation } = found.right
 * // As streamTable gives them, here the one table that was read.
 * async function* tables() { yield E.right(reading.table) }
 * const options = { target: 'kind', targets: first.targets, preparation, as: allForTraining }
 * const parts = preparedParts({ [Symbol.asyncIterator]: tables }, options)
 * const sizes: number[] = []
 * for await (const batch of streamMinibatches(parts, { size: 4, shuffle: key(0) }))
 *   if (E.isRight(batch)) sizes.push(batch.right.x.shape[0] ?? 0)
 * sizes // => [4, 2]
 * ```
 * @category Batches and streams
 */
export const preparedParts = <R extends Role, T extends Targets, X>(
  tables: AsyncIterable<E.Either<X, Table<'raw'>>>,
  options: PreparedPartsOptions<R, T>,
): AsyncIterable<E.Either<X | DataError | PreparationError, Dataset<R, T>>> => {
  checkOptions('preparedParts', options, { target: true, targets: true, preparation: true, as: true })
  const { target, targets, preparation, as } = options
  const names = typeof target === 'string' ? [target] : target
  if (targets.kind === 'classes' && names.length !== 1)
    throw new ArgumentError(`preparedParts: classes are in one column, got ${showNames(names)}`)
  async function* parts(): AsyncGenerator<E.Either<X | DataError | PreparationError, Dataset<R, T>>, void> {
    for await (const table of tables) {
      const part = pipe(
        table,
        E.flatMap((read): E.Either<X | DataError, LabelledTable<'raw', T>> =>
          labelledBy(read, names, targets),
        ),
        E.flatMap((rows): E.Either<X | DataError | PreparationError, Dataset<R, T>> =>
          preparation.applyLabelled(as(rows)),
        ),
      )
      yield part
      if (E.isLeft(part)) return
    }
  }
  return { [Symbol.asyncIterator]: parts }
}
