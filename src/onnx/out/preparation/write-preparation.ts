import type { PreparationSpec, ReadColumn } from '../../../data/prepare/preparation.ts'
import { extents, type Extents } from '../extent.ts'
import { valueInfo, type Graph } from '../graph.ts'
import { converted } from '../operand.ts'
import type { ValueInfo } from '../../format/messages.ts'
import { alone, numbers, type ColumnInGraph, type NumbersInGraph } from './column.ts'
import { finite } from './number-steps.ts'
import { changed } from './numbers.ts'
import { writeStep } from './write-steps.ts'

const cells: Extents = [{ rows: 1, plus: 0 }, ...extents([1])]

const isNumeric = ({ kind }: ReadColumn): boolean => kind === 'number' || kind === 'date'

/** An input for each column that is read: numbers of float64, or texts. */
export const columnInputs = ({ columns }: PreparationSpec): readonly ValueInfo[] =>
  columns.map((column) => valueInfo(column.name, isNumeric(column) ? 'float64' : 'string', cells))

const started = (column: ReadColumn): ColumnInGraph =>
  isNumeric(column)
    ? numbers(column.name, column.name)
    : { kind: 'texts', name: column.name, rows: column.name, of: 'texts' }

/** Neighbours that lie side by side in one value already. */
const runs = (columns: readonly NumbersInGraph[]): readonly (readonly NumbersInGraph[])[] =>
  columns.reduce<readonly (readonly NumbersInGraph[])[]>((sofar, column) => {
    const last = sofar.at(-1)
    const before = last?.at(-1)
    return last !== undefined && before?.rows === column.rows && before.at + 1 === column.at
      ? [...sofar.slice(0, -1), [...last, column]]
      : [...sofar, [column]]
  }, [])

const sliceOf = (g: Graph, run: readonly NumbersInGraph[]): string => {
  const [first] = run
  return run.length === first!.width
    ? first!.rows
    : run.length === 1
      ? alone(g, first!)
      : g.op('Slice', [first!.rows, g.ints([first!.at]), g.ints([first!.at + run.length]), g.ints([1])])
}

/** The features `[batch, features]` in the dtype of the preparation, all of them finite. */
export const writePreparation = (g: Graph, spec: PreparationSpec, dtype: 'float32' | 'float64'): string => {
  const after = spec.steps.reduce<readonly ColumnInGraph[]>(
    (columns, step) => writeStep(g, step, columns),
    spec.columns.map(started),
  )
  const missing = (name: string): NumbersInGraph =>
    numbers(name, g.op('Expand', [g.scalar(NaN, 'float64'), g.sizes(cells)]))
  const features = spec.features.map(({ name }) => {
    const column = after.find((one) => one.name === name)
    return column?.kind === 'numbers' ? column : missing(name)
  })
  const parts = runs(features).map((run) => sliceOf(g, run))
  const all = parts.length === 1 ? parts[0]! : g.op('Concat', parts, { axis: { int: 1 } })
  const whole = changed(g, { name: all, width: features.length }, (x) =>
    finite(x, spec.dtype, spec.fallbacks),
  )
  return converted(g, converted(g, whole, 'float64', spec.dtype), spec.dtype, dtype)
}
