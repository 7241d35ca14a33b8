import * as E from 'fp-ts/lib/Either.js'
import { tensorIn } from '../../core/tensor/concrete.ts'
import type { BytePasses } from './byte-passes.ts'
import { inferSchema, type InferredTable } from './infer-schema.ts'
import { repeatedColumns } from './repeated-columns.ts'
import type { TableOptions } from './table-options.ts'
import { fillPass } from './table-passes.ts'
import type { TableReport } from './table-report.ts'
import type { ColumnSchema, TableSchema } from './table-schema.ts'
import { rawTable, type Column, type Table } from './table.ts'

/**
 * A table as it was read, how, and what was found in it.
 *
 * @category Tables
 */
export interface TableReading {
  readonly table: Table<'raw'>
  /** Reads another table as this one was read. */
  readonly schema: TableSchema
  readonly report: TableReport
}

/** The column of numbers that were kept when they were counted; undefined where the cells have to be read again. */
const keptColumn = (schema: ColumnSchema, { names, gathered }: InferredTable): Column | undefined => {
  const at = names.findIndex(({ name }) => name === schema.name)
  const values = gathered.numbers[at]
  return schema.kind !== 'number' || values === undefined
    ? undefined
    : {
        kind: 'number',
        name: schema.name,
        values: tensorIn(values.buffer, values.byteOffset, 'float64', [values.length]),
      }
}

/** The table in some bytes of which so many are known to be there. */
export function* tableReading(file: string, options: TableOptions, size: number): BytePasses<TableReading> {
  const inferred = yield* inferSchema(file, options, { size, keep: true, rows: 'all' })
  if (E.isLeft(inferred)) return inferred
  const { schema, report, gathered } = inferred.right
  const kept = new Map(
    schema.columns.flatMap((column) => {
      const made = keptColumn(column, inferred.right)
      return made === undefined ? [] : [[column.name, made] as const]
    }),
  )
  const rest = schema.columns.filter(({ name }) => !kept.has(name))
  /** What only the whole table tells is added to the report. */
  const reading = (table: Table<'raw'>): TableReading => {
    const repeated = repeatedColumns(table, report.columns)
    const columns = report.columns.map((column) => {
      const earlier = repeated.get(column.name)
      return earlier === undefined
        ? column
        : { ...column, flags: [...column.flags, { kind: 'repeats' as const, column: earlier }] }
    })
    return { table, schema, report: { ...report, columns } }
  }
  if (rest.length === 0) {
    const lines = Int32Array.from(gathered.lines)
    const table = rawTable({
      file,
      n: gathered.rows,
      columns: schema.columns.map(({ name }) => kept.get(name)!),
      lines: tensorIn(lines.buffer, 0, 'int32', [lines.length]),
    })
    return E.right(reading(table))
  }
  const filled = yield* fillPass(file, { ...schema, columns: rest }, gathered.rows)
  if (E.isLeft(filled)) return filled
  const others = new Map(filled.right.columns.map((column) => [column.name, column]))
  const table = rawTable({
    file,
    n: gathered.rows,
    columns: schema.columns.map(({ name }) => kept.get(name) ?? others.get(name)!),
    lines: filled.right.lines,
  })
  return E.right(reading(table))
}
