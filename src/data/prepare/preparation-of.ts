import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { toTypedArray } from '../../core/autodiff/read.ts'
import { viewOf } from '../../core/tensor/concrete.ts'
import { ShapeError } from '../../core/tensor/errors.ts'
import { showShape } from '../../core/tensor/shape.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'
import type { Role, Targets } from '../dataset.ts'
import { preparedDataset, type Column, type LabelledTable, type Table } from '../table/table.ts'
import {
  columnNamed,
  countCells,
  frameOf,
  hasNumbers,
  type ColumnInFrame,
  type Frame,
  type NumbersInFrame,
} from './frame.ts'
import { caseOf, type PredictionCase } from './prediction-case.ts'
import { preparationError, type ColumnProblem, type PreparationError } from './preparation-error.ts'
import type {
  Preparation,
  PreparationSpec,
  PreparedTable,
  ReadColumn,
  RecoveredColumns,
} from './preparation.ts'
import { applyStep, invertStep } from './step.ts'
import type { Applied } from './step-kind.ts'
import { scaledTargets, unscaledTargets } from './target-scaling.ts'

const isNumeric = (kind: Column['kind']): boolean => kind === 'number' || kind === 'date'

/** What a table lacks, all of it. */
const problemsWith = (wanted: readonly ReadColumn[], frame: Frame): readonly ColumnProblem[] =>
  wanted.flatMap(({ name, kind }): readonly ColumnProblem[] => {
    const column = columnNamed(frame, name)
    if (column === undefined)
      return [
        {
          column: name,
          problem: `there is no such column, but the preparation was fitted with it (${kind}): add it, with empty cells where nothing is known`,
        },
      ]
    const fits = isNumeric(kind) ? column.kind === kind : !hasNumbers(column)
    return fits || isEmpty(column)
      ? []
      : [
          {
            column: name,
            problem: `expected a column of kind ${kind} as in training, got ${column.kind}: read the table with the schema of the training table, or correct the cells that are none`,
          },
        ]
  })

/** A column without any cell has no kind. */
const isEmpty = (column: ColumnInFrame): boolean =>
  hasNumbers(column) ? column.values.every(Number.isNaN) : column.codes.every((code) => code < 0)

/** Without cells, of the kind that was fitted. */
const emptyOf = ({ name, kind }: ReadColumn, n: number): ColumnInFrame =>
  kind === 'number' || kind === 'date'
    ? { kind, name, sources: [name], values: new Float64Array(n).fill(NaN) }
    : { kind, name, sources: [name], codes: new Int32Array(n).fill(-1), levels: [] }

/** The columns as in training, in that order, whatever order they come in. */
const asFitted = (wanted: readonly ReadColumn[], frame: Frame): Frame => ({
  ...frame,
  columns: wanted.map((own) => {
    const column = columnNamed(frame, own.name)
    return column === undefined || isEmpty(column) ? emptyOf(own, frame.n) : column
  }),
})

const isMissing = (column: ColumnInFrame | undefined, row: number): boolean =>
  column !== undefined &&
  (hasNumbers(column) ? Number.isNaN(column.values[row]) : (column.codes[row] ?? -1) < 0)

/** What is in place of a number that is none. */
type Filled = { readonly values: Float64Array; readonly cases: readonly PredictionCase[] }

/** The numbers of a feature with its fallback where they are not finite in the dtype, and what was made so. */
const filled = (
  { dtype }: PreparationSpec,
  table: Frame,
  column: NumbersInFrame,
  fallback: number,
): Filled => {
  const isOdd = (x: number): boolean => !Number.isFinite(dtype === 'float32' ? Math.fround(x) : x)
  if (countCells(column.values, isOdd).count === 0) return { values: column.values, cases: [] }
  const sources = column.sources.map((source) => columnNamed(table, source))
  const odd = column.values.map((x, row) =>
    !isOdd(x) ? 0 : sources.some((source) => isMissing(source, row)) ? 1 : 2,
  )
  const content = { column: column.name, rule: 'filled', value: fallback } as const
  return {
    values: column.values.map((x) => (isOdd(x) ? fallback : x)),
    cases: [
      ...caseOf(table, odd, (kind) => kind === 1, { ...content, kind: 'missing' }),
      ...caseOf(table, odd, (kind) => kind === 2, { ...content, kind: 'outside' }),
    ],
  }
}

/** The columns of numbers by their names. */
const numbersByName = ({ columns }: Frame): ReadonlyMap<string, NumbersInFrame> =>
  new Map(columns.filter(hasNumbers).map((column) => [column.name, column]))

const applySteps = (spec: PreparationSpec, start: Frame): E.Either<PreparationError, Applied> =>
  spec.steps.reduce<E.Either<PreparationError, Applied>>(
    (before, step) =>
      E.flatMap(({ frame, cases }: Applied) =>
        E.map((applied: Applied) => ({ frame: applied.frame, cases: [...cases, ...applied.cases] }))(
          applyStep(step, frame),
        ),
      )(before),
    E.right({ frame: start, cases: [] }),
  )

/** The features that no step makes of the columns: none of a preparation that was fitted. */
export const unmadeFeatures = (spec: PreparationSpec): readonly string[] => {
  const start = { n: 0, lines: new Int32Array(0), columns: spec.columns.map((column) => emptyOf(column, 0)) }
  const applied = applySteps(spec, start)
  const made = E.isRight(applied) ? numbersByName(applied.right.frame) : new Map<string, unknown>()
  return spec.features.map(({ name }) => name).filter((name) => !made.has(name))
}

/** Columns side by side, `[n, columns]`. */
const sideBySide = (columns: readonly Float64Array[], n: number, dtype: 'float32' | 'float64'): Tensor => {
  const width = columns.length
  const elements = dtype === 'float32' ? new Float32Array(n * width) : new Float64Array(n * width)
  /* eslint-disable functional/no-let, functional/no-loop-statements, functional/immutable-data -- elements of a tensor in
     the making */
  for (let j = 0; j < width; j++) {
    const column = columns[j]!
    for (let i = 0; i < n; i++) elements[i * width + j] = column[i]!
  }
  /* eslint-enable functional/no-let, functional/no-loop-statements, functional/immutable-data */
  return viewOf(elements, dtype, [n, width])
}

const applySpec = (spec: PreparationSpec, table: Table): E.Either<PreparationError, PreparedTable> => {
  const wanted = new Set(spec.columns.map(({ name }) => name))
  const came = frameOf(table, (name) => wanted.has(name))
  const problems = problemsWith(spec.columns, came)
  if (problems.length > 0) return E.left(preparationError('columns', table.file, problems))
  const start = asFitted(spec.columns, came)
  return pipe(
    applySteps(spec, start),
    E.map((applied) => {
      const made = numbersByName(applied.frame)
      const features = spec.features.map(({ name }, i) =>
        filled(spec, start, made.get(name)!, spec.fallbacks[i] ?? 0),
      )
      return {
        x: sideBySide(
          features.map(({ values }) => values),
          table.n,
          spec.dtype,
        ),
        cases: [...applied.cases, ...features.flatMap(({ cases }) => cases)],
        ignored: table.columns.map(({ name }) => name).filter((name) => !wanted.has(name)),
      }
    }),
  )
}

const columnOf = (column: ColumnInFrame, kind: Column['kind']): readonly Column[] => {
  const { name } = column
  if (hasNumbers(column))
    return kind === 'number' || kind === 'date'
      ? [{ kind, name, values: viewOf(Float64Array.from(column.values), 'float64', [column.values.length]) }]
      : []
  return kind === 'number' || kind === 'date'
    ? []
    : [
        {
          kind,
          name,
          codes: viewOf(Int32Array.from(column.codes), 'int32', [column.codes.length]),
          levels: column.levels,
        },
      ]
}

const invertSpec = (spec: PreparationSpec, x: Tensor): RecoveredColumns => {
  const width = spec.features.length
  if (x.rank !== 2 || x.shape[1] !== width)
    throw new ShapeError(`preparation: expected features [n, ${width}], got ${showShape(x.shape)}`)
  const elements = Float64Array.from(toTypedArray(x))
  const n = x.shape[0] ?? 0
  const last: Frame = {
    n,
    lines: new Int32Array(n),
    columns: spec.features.map(({ name, column, kind }, j) => ({
      kind,
      name,
      sources: [column],
      values: Float64Array.from({ length: n }, (_, i) => elements[i * width + j] ?? NaN),
    })),
  }
  const first = spec.steps.reduceRight((frame, step) => invertStep(step, frame), last)
  const columns = spec.columns.flatMap(({ name, kind }) => {
    const column = columnNamed(first, name)
    return column === undefined ? [] : columnOf(column, kind)
  })
  const told = new Set(columns.map(({ name }) => name))
  return {
    columns,
    lost: spec.columns.map(({ name }) => name).filter((name) => !told.has(name)),
  }
}

/** The preparation that a piece of data describes. */
export const preparationOf = (spec: PreparationSpec): Preparation => ({
  spec,
  features: spec.features,
  apply: (table) => applySpec(spec, table),
  applyLabelled: <R extends Role, T extends Targets>(part: LabelledTable<R, T>) =>
    pipe(
      applySpec(spec, part.features),
      E.map(({ x }) =>
        preparedDataset(part, {
          x,
          featureNames: spec.features.map(({ name }) => name),
          ...(part.targets.kind === 'values' ? { y: scaledTargets(spec.target, part.y, spec.dtype) } : {}),
        }),
      ),
    ),
  invert: (x) => invertSpec(spec, x),
  invertTargets: (estimates) => unscaledTargets(spec.target, estimates),
})
