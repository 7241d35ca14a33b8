import { viewOf } from '../../../core/tensor/concrete.ts'
import { converted } from '../operand.ts'
import type { Graph } from '../graph.ts'

/** A column of numbers: rows of float64, of which it is the one at a place; NaN where a cell is missing. */
export interface NumbersInGraph {
  readonly kind: 'numbers'
  readonly name: string
  readonly rows: string
  readonly width: number
  readonly at: number
}

/** A column of texts: the empty one is a missing cell. */
export interface TextsInGraph {
  readonly kind: 'texts'
  readonly name: string
  /** Rows of one text, or of one number that its shortest numeral stands for. */
  readonly rows: string
  readonly of: 'texts' | 'numbers'
  /** The level that a missing cell is taken for, where it is. */
  readonly missingAs?: string
}

export type ColumnInGraph = NumbersInGraph | TextsInGraph

export const numbers = (name: string, rows: string): NumbersInGraph => ({
  kind: 'numbers',
  name,
  rows,
  width: 1,
  at: 0,
})

/** The numbers of a column by themselves, `[batch, 1]`. */
export const alone = (g: Graph, { rows, width, at }: NumbersInGraph): string =>
  width === 1
    ? rows
    : g.once(`${rows} at ${at}`, () => g.op('Slice', [rows, g.ints([at]), g.ints([at + 1]), g.ints([1])]))

/** Numbers for levels, each row as long as the others, for a missing cell and for a level that none of them is. */
export interface LevelRows {
  readonly levels: readonly { readonly level: string; readonly row: readonly number[] }[]
  readonly missing: readonly number[]
  /** Undefined: such a row is refused when the graph runs. */
  readonly unseen: readonly number[] | undefined
}

const table = (g: Graph, rows: readonly (readonly number[])[]): string => {
  const width = rows[0]?.length ?? 0
  return g.tensor(viewOf(Float64Array.from(rows.flat()), 'float64', [rows.length, width]), 'levels')
}

/** The place of each cell among the levels; after them that of a missing cell, then that of an unseen one. */
const placesOfTexts = (g: Graph, { rows }: TextsInGraph, levels: readonly string[]): string =>
  g.op(
    'LabelEncoder',
    [rows],
    {
      keys_strings: { texts: [...levels, ''] },
      values_int64s: { ints: [...levels, ''].map((_, i) => i) },
      default_int64: { int: levels.length + 1 },
    },
    'ai.onnx.ml',
  )

/** Likewise of numbers, which are equal to the level that is their numeral. */
const placesOfNumbers = (g: Graph, { rows }: TextsInGraph, levels: readonly string[]): string => {
  const count = levels.length
  // A text that is no numeral of a number is no number; NaN equals none.
  const values = levels.map((level) => (String(Number(level)) === level ? Number(level) : NaN))
  const all = g.tensor(viewOf(Float64Array.from([...values, NaN]), 'float64', [1, count + 1]), 'levels')
  const same = converted(g, g.op('Equal', [rows, all]), 'bool', 'int32')
  const along = { axis: { int: 1 }, keepdims: { int: 1 } }
  const found = g.op('ArgMax', [same], along)
  const any = converted(g, g.op('ReduceMax', [same, g.ints([1])], { keepdims: { int: 1 } }), 'int32', 'bool')
  const otherwise = g.op('Where', [
    g.op('IsNaN', [rows]),
    g.count({ rows: 0, plus: count }),
    g.count({ rows: 0, plus: count + 1 }),
  ])
  return g.op('Where', [any, found, otherwise])
}

/** Rows of float64 `[batch, numbers of a level]` for the cells of a column of texts. */
export const levelRows = (g: Graph, column: TextsInGraph, { levels, missing, unseen }: LevelRows): string => {
  const names = levels.map(({ level }) => level)
  const places = column.of === 'texts' ? placesOfTexts(g, column, names) : placesOfNumbers(g, column, names)
  const filled = column.missingAs === undefined ? undefined : names.indexOf(column.missingAs)
  const forMissing = filled === undefined ? missing : filled < 0 ? (unseen ?? missing) : levels[filled]!.row
  const rows = [...levels.map(({ row }) => row), forMissing, ...(unseen === undefined ? [] : [unseen])]
  return g.op('Gather', [table(g, rows), g.op('Squeeze', [places, g.ints([1])])], { axis: { int: 0 } })
}

/** 1 where a cell is missing, 0 elsewhere. */
export const missingIn = (g: Graph, column: ColumnInGraph): string => {
  if (column.kind === 'numbers') return converted(g, g.op('IsNaN', [alone(g, column)]), 'bool', 'float64')
  return levelRows(g, column, { levels: [], missing: [1], unseen: [0] })
}

/** Numbers with what is missing filled. */
export const filledNumbers = (g: Graph, column: NumbersInGraph, value: number): string =>
  g.op('Where', [g.op('IsNaN', [alone(g, column)]), g.scalar(value, 'float64'), alone(g, column)])
