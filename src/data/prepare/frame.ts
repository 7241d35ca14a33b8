import { toTypedArray } from '../../core/autodiff/read.ts'
import type { Table } from '../table/table.ts'

/** A column of numbers on its way from a table to features; NaN where a cell is missing. */
export interface NumbersInFrame {
  readonly kind: 'number' | 'date' | 'indicator' | 'one-hot' | 'code'
  readonly name: string
  /** The columns of the table that it was made of. */
  readonly sources: readonly string[]
  readonly values: Float64Array
  /** Of codes: how many there are, 0 (unseen or missing) among them. */
  readonly levels?: number
}

/** A column of texts on its way: codes into `levels`, -1 where a cell is missing. */
export interface LevelsInFrame {
  readonly kind: 'category' | 'boolean' | 'text' | 'identifier'
  readonly name: string
  readonly sources: readonly string[]
  readonly codes: Int32Array
  readonly levels: readonly string[]
}

export type ColumnInFrame = NumbersInFrame | LevelsInFrame

/** The columns between two steps. Names differ. */
export interface Frame {
  readonly n: number
  /** The line of the file at which each row begins. */
  readonly lines: Int32Array
  readonly columns: readonly ColumnInFrame[]
  /** Columns of the training part without a cell, which are left out; a step may name them. */
  readonly empty?: readonly string[]
}

export const hasLevels = (column: ColumnInFrame): column is LevelsInFrame => 'codes' in column

export const hasNumbers = (column: ColumnInFrame): column is NumbersInFrame => 'values' in column

/** Those columns of a table. */
export const frameOf = (table: Table, wanted: (name: string) => boolean = () => true): Frame => ({
  n: table.n,
  lines: Int32Array.from(toTypedArray(table.lines)),
  columns: table.columns
    .filter(({ name }) => wanted(name))
    .map((column): ColumnInFrame => {
      const { name } = column
      return 'values' in column
        ? { kind: column.kind, name, sources: [name], values: Float64Array.from(toTypedArray(column.values)) }
        : {
            kind: column.kind,
            name,
            sources: [name],
            codes: Int32Array.from(toTypedArray(column.codes)),
            levels: column.levels,
          }
    }),
})

/** The column of this name; undefined where an earlier step, or the end of a preparation, had no use for it. */
export const columnNamed = (frame: Frame, name: string): ColumnInFrame | undefined =>
  frame.columns.find((column) => column.name === name)

/** In place of each column named among `changed` what the change makes of it: one column, several, or none. */
export const changeColumns = <Entry extends { readonly column: string }>(
  frame: Frame,
  entries: readonly Entry[],
  change: (column: ColumnInFrame, entry: Entry) => readonly ColumnInFrame[],
): Frame => {
  const byName = new Map(entries.map((entry) => [entry.column, entry]))
  return {
    ...frame,
    columns: frame.columns.flatMap((column) => {
      const entry = byName.get(column.name)
      return entry === undefined ? [column] : change(column, entry)
    }),
  }
}

/** The numbers of the columns of these names, each changed by itself. */
export const mapNumbersOf = (frame: Frame, names: readonly string[], f: (x: number) => number): Frame =>
  changeColumns(
    frame,
    names.map((column) => ({ column })),
    (column) => mapNumbers(column, f),
  )

/** The numbers of a column, each changed by itself. */
export const mapNumbers = (column: ColumnInFrame, f: (x: number) => number): readonly ColumnInFrame[] =>
  hasNumbers(column) ? [{ ...column, values: column.values.map(f) }] : [column]

/** The numbers that are there, ascending: what is found in them does not depend on the order of rows. */
export const presentAscending = (values: Float64Array): Float64Array =>
  values.filter((value) => !Number.isNaN(value)).sort()

/* eslint-disable functional/no-let, functional/no-loop-statements, functional/immutable-data --
   one pass over the cells of a column, of which a table has millions; what is written nobody else sees yet */

/** How many rows have each level, in the order of `levels`. */
export const levelCounts = ({ codes, levels }: LevelsInFrame): readonly number[] => {
  const counts = new Array<number>(levels.length).fill(0)
  for (const code of codes) if (code >= 0) counts[code]! += 1
  return counts
}

/** For each code its entry in a list, for a missing cell another number. */
export const numbersByCode = (
  codes: Int32Array,
  ofLevel: readonly number[],
  missing: number,
): Float64Array => {
  const numbers = new Float64Array(codes.length)
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i]!
    numbers[i] = code < 0 ? missing : ofLevel[code]!
  }
  return numbers
}

/** How many cells a test holds for, and the row of the first. */
export const countCells = (
  cells: Int32Array | Float64Array,
  is: (cell: number) => boolean,
): { readonly count: number; readonly first: number } => {
  let count = 0
  let first = -1
  for (let i = 0; i < cells.length; i++)
    if (is(cells[i]!)) {
      if (count === 0) first = i
      count += 1
    }
  return { count, first }
}

/* eslint-enable functional/no-let, functional/no-loop-statements, functional/immutable-data */

export const missingCount = (column: ColumnInFrame): number =>
  hasNumbers(column)
    ? countCells(column.values, Number.isNaN).count
    : countCells(column.codes, (code) => code < 0).count

/** A name that no column has yet. */
export const freeName = (wanted: string, taken: readonly string[]): string => {
  const name = (i: number): string => (i === 1 ? wanted : `${wanted} (${i})`)
  const free = (i: number): string => (taken.includes(name(i)) ? free(i + 1) : name(i))
  return free(1)
}

/** Names that no column has yet, and that differ from each other. */
export const freeNames = (wanted: readonly string[], frame: Frame): readonly string[] =>
  wanted.reduce<readonly string[]>(
    (names, name) => [...names, freeName(name, [...frame.columns.map((column) => column.name), ...names])],
    [],
  )

/** −0 as 0: JSON has no sign for a zero. */
export const plainNumber = (x: number): number => x + 0
