import type { FittedStep } from '../../../data/prepare/step.ts'
import type { OneHotCode, FittedOneHot } from '../../../data/prepare/steps/one-hot.ts'
import type { Tensor } from '../../../core/tensor/tensor.ts'
import type { Graph } from '../graph.ts'
import {
  alone,
  filledNumbers,
  levelRows,
  missingIn,
  numbers,
  type ColumnInGraph,
  type NumbersInGraph,
  type TextsInGraph,
} from './column.ts'
import { dateMeasures } from './date-measures.ts'
import { clipped, logarithm, powered, pressed, quantiled, scaled, whitened } from './number-steps.ts'
import { changed } from './numbers.ts'

type Columns = readonly ColumnInGraph[]

/** In place of each column that an entry names what the change makes of it. */
const changeEach = <Entry extends { readonly column: string }>(
  columns: Columns,
  entries: readonly Entry[],
  change: (column: ColumnInGraph, entry: Entry) => Columns,
): Columns => {
  const byName = new Map(entries.map((entry) => [entry.column, entry]))
  return columns.flatMap((column) => {
    const entry = byName.get(column.name)
    return entry === undefined ? [column] : change(column, entry)
  })
}

const named = (columns: readonly string[]): readonly { readonly column: string }[] =>
  columns.map((column) => ({ column }))

/** The numbers of a column, each changed by itself. */
const changeNumbers = (g: Graph, column: ColumnInGraph, f: (x: Tensor) => Tensor): Columns =>
  column.kind === 'numbers'
    ? [numbers(column.name, changed(g, { name: alone(g, column), width: 1 }, f))]
    : [column]

/** One number for each level of a column of texts. */
const changeLevels = (
  g: Graph,
  column: ColumnInGraph,
  levels: readonly string[],
  numberOf: (place: number) => number,
  missing: number,
  unseen: number | undefined,
): Columns =>
  column.kind === 'texts'
    ? [
        numbers(
          column.name,
          levelRows(g, column, {
            levels: levels.map((level, i) => ({ level, row: [numberOf(i)] })),
            missing: [missing],
            unseen: unseen === undefined ? undefined : [unseen],
          }),
        ),
      ]
    : [column]

const oneHot = (
  g: Graph,
  column: TextsInGraph,
  { outputs, zeros }: OneHotCode,
  unseen: FittedOneHot['unseen'],
): readonly NumbersInGraph[] => {
  const levels = [...new Set([...outputs.flatMap((output) => [...output.levels, ...output.minus]), ...zeros])]
  const rows = levelRows(g, column, {
    levels: levels.map((level) => ({
      level,
      row: outputs.map((output) =>
        output.levels.includes(level) ? 1 : output.minus.includes(level) ? -1 : 0,
      ),
    })),
    missing: outputs.map(({ missing }) => Number(missing)),
    unseen: unseen === 'error' ? undefined : outputs.map((output) => Number(output.unseen)),
  })
  return outputs.map(({ name }, at) => ({ kind: 'numbers', name, rows, width: outputs.length, at }))
}

const filled = (g: Graph, column: ColumnInGraph, value: number | string): ColumnInGraph =>
  column.kind === 'numbers'
    ? numbers(column.name, filledNumbers(g, column, Number(value)))
    : { ...column, missingAs: column.missingAs ?? String(value) }

const side = (g: Graph, columns: readonly NumbersInGraph[]): string =>
  columns.length === 1
    ? alone(g, columns[0]!)
    : g.op(
        'Concat',
        columns.map((column) => alone(g, column)),
        { axis: { int: 1 } },
      )

type StepOf<K extends FittedStep['kind']> = Extract<FittedStep, { readonly kind: K }>

/** Each fitted step as what it makes of the columns: the one list of them, which the type asks for. */
const steps: {
  readonly [K in FittedStep['kind']]: (g: Graph, step: StepOf<K>, columns: Columns) => Columns
} = {
  asCategories: (_, step, columns) =>
    changeEach(columns, named(step.columns), (column) =>
      column.kind === 'numbers' && column.width === 1
        ? [{ kind: 'texts', name: column.name, rows: column.rows, of: 'numbers' }]
        : [column],
    ),
  clip: (g, { bounds }, columns) =>
    changeEach(columns, bounds, (column, { low, high }) =>
      changeNumbers(g, column, (x) => clipped(x, low, high)),
    ),
  codes: (g, { codes }, columns) =>
    changeEach(columns, codes, (column, { levels }) => changeLevels(g, column, levels, (i) => i + 1, 0, 0)),
  dateParts: (g, { dates }, columns) =>
    changeEach(columns, dates, (column, { origin, outputs }) =>
      outputs.flatMap(({ name, measure }) =>
        changeNumbers(g, column, (x) => dateMeasures[measure](x, origin)).map((one) => ({ ...one, name })),
      ),
    ),
  drop: (_, step, columns) => columns.filter(({ name }) => !step.columns.includes(name)),
  frequency: (g, step, columns) =>
    changeEach(columns, step.columns, (column, { levels, shares, missing }) =>
      changeLevels(g, column, levels, (i) => shares[i] ?? 0, missing, 0),
    ),
  impute: (g, { fills }, columns) =>
    changeEach(columns, fills, (column, { value, indicator }) => [
      filled(g, column, value),
      ...(indicator === '' ? [] : [numbers(indicator, missingIn(g, column))]),
    ]),
  log: (g, { columns: own, form }, columns) =>
    changeEach(columns, named(own), (column) => changeNumbers(g, column, (x) => logarithm(x, form))),
  oneHot: (g, { codes, unseen }, columns) =>
    changeEach(columns, codes, (column, code) =>
      column.kind === 'texts' && code.outputs.length > 0 ? oneHot(g, column, code, unseen) : [],
    ),
  ordinal: (g, { orders, unseen }, columns) =>
    changeEach(columns, orders, (column, { levels }) =>
      changeLevels(g, column, levels, (i) => i, NaN, unseen === 'error' ? undefined : NaN),
    ),
  power: (g, { form, powers }, columns) =>
    changeEach(columns, powers, (column, { lambda }) =>
      changeNumbers(g, column, (x) => powered(x, form, lambda)),
    ),
  quantiles: (g, { to, columns: own }, columns) =>
    changeEach(columns, own, (column, { quantiles }) =>
      changeNumbers(g, column, (x) => quantiled(x, to, quantiles)),
    ),
  scale: (g, { scales }, columns) =>
    changeEach(columns, scales, (column, scale) => changeNumbers(g, column, (x) => scaled(x, scale))),
  smoothClip: (g, { columns: own, bound }, columns) =>
    changeEach(columns, named(own), (column) => changeNumbers(g, column, (x) => pressed(x, bound))),
  whiten: (g, step, columns) => {
    const wanted = step.scales.map(({ column }) => column)
    const found = wanted.flatMap((name) => columns.find((column) => column.name === name) ?? [])
    const all = found.filter((column) => column.kind === 'numbers')
    if (all.length < wanted.length) return columns
    const rows = changed(g, { name: side(g, all), width: all.length }, (x) => whitened(x, step))
    return [
      ...columns.filter(({ name }) => !wanted.includes(name)),
      ...step.names.map((name, at): NumbersInGraph => ({
        kind: 'numbers',
        name,
        rows,
        width: step.names.length,
        at,
      })),
    ]
  },
}

/** The columns after a fitted step. */
export const writeStep = (g: Graph, step: FittedStep, columns: Columns): Columns =>
  (steps[step.kind] as (graph: Graph, fitted: FittedStep, before: Columns) => Columns)(g, step, columns)
