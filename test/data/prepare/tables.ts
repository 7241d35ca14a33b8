import { tensor } from '../../../src/index.ts'
import {
  labelledTable,
  rawTable,
  tableRowsAt,
  type Column,
  type LabelledTable,
  type Role,
  type Targets,
  type Values,
} from '../../../src/data/index.ts'
import { naturalOrder } from '../../../src/data/formats/natural-order.ts'

export type Cells = readonly (number | string | null)[]

/** Columns from cells, null where one is missing; a number is a number and a text a category unless told otherwise. */
export const columns = (
  cells: Readonly<Record<string, Cells>>,
  kinds: Readonly<Record<string, Column['kind']>> = {},
): readonly Column[] =>
  Object.entries(cells).map(([name, values]): Column => {
    const kind = kinds[name] ?? (values.some((cell) => typeof cell === 'string') ? 'category' : 'number')
    if (kind === 'number' || kind === 'date')
      return {
        kind,
        name,
        values: tensor(Float64Array.from(values, (cell) => (cell === null ? NaN : Number(cell)))),
      }
    const levels = [...new Set(values.filter((cell) => cell !== null).map(String))].sort(naturalOrder)
    return {
      kind,
      name,
      codes: tensor(Int32Array.from(values, (cell) => (cell === null ? -1 : levels.indexOf(String(cell))))),
      levels,
    }
  })

export const table = (content: readonly Column[], n: number) =>
  rawTable({
    file: 'made.csv',
    n,
    columns: content,
    lines: tensor(Int32Array.from({ length: n }, (_, i) => i + 2)),
  })

export const labelled = <R extends Role, T extends Targets>(
  role: R,
  content: readonly Column[],
  y: readonly number[],
  targets: T,
): LabelledTable<R, T> =>
  labelledTable({
    features: tableRowsAt<'raw', R>(table(content, y.length), tensor(Int32Array.from(y, (_, i) => i)), role),
    y: targets.kind === 'classes' ? tensor(Int32Array.from(y)) : tensor(Float64Array.from(y)),
    targets,
  })

export const values: Values = { kind: 'values', names: ['y'] }
