import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { toTypedArray } from '../../core/autodiff/read.ts'
import type { Targets } from '../dataset.ts'
import { showNames } from '../formats/show-names.ts'
import { requireRole } from '../part.ts'
import { quantile } from '../scale/quantile.ts'
import type { Column, LabelledTable, Table } from '../table/table.ts'
import {
  frameOf,
  hasNumbers,
  missingCount,
  plainNumber,
  presentAscending,
  type ColumnInFrame,
  type Frame,
  type NumbersInFrame,
} from './frame.ts'
import { preparationError, type ColumnProblem, type PreparationError } from './preparation-error.ts'
import { checkPlan } from './plan-codec.ts'
import { preparationOf } from './preparation-of.ts'
import type {
  LeftColumn,
  Preparation,
  PreparationPlan,
  PreparationSpec,
  PreparedFeature,
} from './preparation.ts'
import { standardPreparation } from './standard-preparation.ts'
import { applyStep, fitStep, type FittedStep } from './step.ts'
import type { TrainingTargets } from './step-kind.ts'
import { fitTarget } from './target-scaling.ts'

interface Fitting {
  readonly frame: Frame
  readonly steps: readonly FittedStep[]
}

const fitSteps = (
  { steps }: PreparationPlan,
  frame: Frame,
  training: TrainingTargets,
): E.Either<PreparationError, Fitting> =>
  steps.reduce<E.Either<PreparationError, Fitting>>(
    (fitting, step) =>
      E.flatMap((before: Fitting) =>
        pipe(
          fitStep(step, before.frame, training),
          E.flatMap((fitted) =>
            E.map((applied: { readonly frame: Frame }) => ({
              frame: applied.frame,
              steps: [...before.steps, fitted],
            }))(applyStep(fitted, before.frame)),
          ),
        ),
      )(fitting),
    E.right({ frame, steps: [] }),
  )

/** A feature, after all steps. */
type Final = NumbersInFrame & { readonly kind: PreparedFeature['kind'] }

const isFinal = (column: ColumnInFrame): column is Final => hasNumbers(column) && column.kind !== 'date'

/** Texts and identifiers are of no use to a network unless a step makes something of them. */
const isLeft = ({ kind }: ColumnInFrame): boolean => kind === 'text' || kind === 'identifier'

/** Why nothing is left to learn from. */
const leftOver = (columns: readonly ColumnInFrame[], { empty = [] }: Frame): string =>
  [
    ...columns.map(
      ({ name, kind }) => `${showNames([name])} is ${kind === 'text' ? 'of texts' : 'an identifier'}`,
    ),
    ...empty.map((name) => `${showNames([name])} is empty`),
  ]
    .slice(0, mostColumns)
    .join(', ')
    .concat(
      columns.length + empty.length === 0
        ? 'no column is left after the last step'
        : '; add columns of numbers, categories or dates, or read one of these as such',
    )

/** So many columns are named. */
const mostColumns = 8

/** A number beyond what the features are computed in. */
const isBeyond =
  (dtype: 'float32' | 'float64') =>
  (x: number): boolean =>
    !Number.isFinite(dtype === 'float32' ? Math.fround(x) : x)

/** Beyond its root a float32 has no square. */
const hugeNumber = 2 ** 63

/** The largest of some numbers, and its row; a row that is told where there are none. */
const largestOf = (
  columns: readonly NumbersInFrame[],
  row: number,
): { readonly at: number; readonly x: number } =>
  columns
    .flatMap(({ values }) => [...values.keys()].map((at) => ({ at, x: values[at]! })))
    .reduce((most, each) => (Math.abs(each.x) > Math.abs(most.x) ? each : most), { at: row, x: 0 })

/** Features of which the steps make, in some training row, a number that the dtype does not hold. */
const beyond = (
  finals: readonly Final[],
  start: Frame,
  dtype: 'float32' | 'float64',
): readonly ColumnProblem[] =>
  finals.flatMap(({ name, sources, values }) => {
    const own = start.columns.filter((column) => sources.includes(column.name))
    const whole = own.filter(hasNumbers)
    const isMissing = (row: number): boolean => whole.some((column) => Number.isNaN(column.values[row]!))
    const row = values.findIndex((x, i) => isBeyond(dtype)(x) && !(Number.isNaN(x) && isMissing(i)))
    if (row < 0) return []
    const largest = largestOf(whole, row)
    if (Math.abs(largest.x) >= hugeNumber)
      return [
        {
          column: name,
          problem: `numbers such as ${largest.x} (line ${start.lines[largest.at] ?? 0}) are too large to compute with: correct the cells or leave them empty, write the column in larger units, or take logarithms of it`,
        },
      ]
    const made = values[row]!
    return Number.isNaN(made)
      ? []
      : [
          {
            column: name,
            problem: `the steps make ${made} of it in line ${start.lines[row] ?? 0}, which ${dtype} does not hold: scale the column after its power, or fill it with less`,
          },
        ]
  })

/** The features, or what keeps columns from being some. */
const finalColumns = (
  { columns }: Frame,
  start: Frame,
  dtype: 'float32' | 'float64',
): E.Either<PreparationError, readonly Final[]> => {
  const unused = columns.filter((column) => !isFinal(column) && !isLeft(column))
  if (unused.length > 0)
    return E.left(
      preparationError(
        'columns',
        'prepare',
        unused.map(({ name, kind }) => ({
          column: name,
          problem: `no step makes numbers of a column of kind ${kind}: add ${kind === 'date' ? 'dateParts' : 'oneHot, ordinal or codes'}, or drop it`,
        })),
      ),
    )
  const finals = columns.filter(isFinal)
  const tooLarge = beyond(finals, start, dtype)
  if (tooLarge.length > 0) return E.left(preparationError('columns', 'prepare', tooLarge))
  const gaps = finals.filter((column) => missingCount(column) > 0)
  if (gaps.length > 0)
    return E.left(
      preparationError(
        'missing',
        'prepare',
        gaps.map((column) => ({
          column: column.name,
          problem: `${missingCount(column)} cells of the training part have no number after the last step: add impute, or drop the column`,
        })),
      ),
    )
  return finals.length > 0
    ? E.right(finals)
    : E.left(
        preparationError('empty', 'prepare', [
          {
            column: '',
            problem: `expected at least one feature, got none: ${leftOver(columns, start)}`,
          },
        ]),
      )
}

const featureOf = ({ name, sources, kind, levels }: Final): PreparedFeature => ({
  name,
  column: sources.join(' + '),
  kind,
  ...(levels === undefined ? {} : { levels }),
})

const droppedBy = (steps: readonly FittedStep[]): readonly LeftColumn[] =>
  steps.flatMap((step) =>
    step.kind === 'drop' ? step.columns.map((column) => ({ column, reason: step.reason })) : [],
  )

const specOf = (
  plan: PreparationPlan,
  table: Table,
  fitting: Fitting,
  finals: readonly Final[],
  empty: readonly string[],
): Omit<PreparationSpec, 'target'> => {
  const used = new Set(finals.flatMap(({ sources }) => sources))
  const isUsed = ({ name }: Column): boolean => used.has(name)
  const dropped = new Map(droppedBy(fitting.steps).map(({ column, reason }) => [column, reason]))
  return {
    columns: table.columns.filter(isUsed).map(({ name, kind }) => ({ name, kind })),
    left: table.columns
      .filter((column) => !isUsed(column))
      .map(({ name, kind }) => ({
        column: name,
        reason: empty.includes(name) ? 'empty' : (dropped.get(name) ?? kind),
      })),
    steps: fitting.steps,
    features: finals.map(featureOf),
    // The others always have a number.
    fallbacks: finals.map(({ kind, values }) =>
      kind === 'number' ? plainNumber(quantile(presentAscending(values), 0.5)) : 0,
    ),
    dtype: plan.dtype ?? 'float32',
  }
}

/**
 * The way from tables to features that a plan describes, with all that it needs taken from a training part: another part
 * does not compile. The dev part passes through it like any other (`applyLabelled`), so that early stopping sees what it
 * will see in use and nothing of the dev part is in the preparation.
 *
 * The order of rows makes no difference to what is fitted, nor do levels that only other parts have. A left value lists
 * the columns that a step cannot take, those of which no step makes numbers, cells that no step fills, and targets that
 * cannot be scaled.
 *
 * @throws ArgumentError for another name in the plan or in a step, and for a setting outside its range; RoleError for what
 * is no training part.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 * import { tensor, toArray } from 'puregrad'
 * import { allForTraining, labelledTable, prepare, rawTable } from 'puregrad/data'
 * const features = rawTable({
 *   file: 'passengers.csv',
 *   n: 3,
 *   columns: [
 *     { kind: 'number' as const, name: 'age', values: tensor([20, NaN, 40], { dtype: 'float64' }) },
 *     { kind: 'category' as const, name: 'sex', codes: tensor([0, 1, 0], { dtype: 'int32' }), levels: ['f', 'm'] },
 *   ],
 *   lines: tensor([2, 3, 4], { dtype: 'int32' }),
 * })
 * const y = tensor([1, 0, 1], { dtype: 'int32' })
 * const targets = { kind: 'classes' as const, names: ['lost', 'saved'] }
 * const plan = {
 *   steps: [
 *     { kind: 'impute', columns: 'numbers', by: 'median', indicator: true } as const,
 *     { kind: 'oneHot', columns: 'categories' } as const,
 *   ],
 * }
 * pipe(
 *   prepare(plan)(allForTraining(labelledTable({ features, y, targets }))),
 *   E.flatMap(({ apply }) => apply(features)),
 *   E.match(({ message }) => [message], ({ x }) => toArray(x)),
 * ) // => [[20, 0, 1, 0], [30, 1, 0, 1], [40, 0, 1, 0]]
 * ```
 * @category Preparation
 */
export const prepare = (
  plan: PreparationPlan = standardPreparation(),
): (<T extends Targets>(train: LabelledTable<'train', T>) => E.Either<PreparationError, Preparation>) => {
  checkPlan('prepare', plan)
  return (train) => {
    requireRole('prepare', train, ['train'])
    if (train.n === 0)
      return E.left(
        preparationError('empty', 'prepare', [
          { column: '', problem: 'expected at least one row in the training part, got none' },
        ]),
      )
    const whole = frameOf(train.features)
    const isEmpty = (column: ColumnInFrame): boolean => missingCount(column) === whole.n
    const empty = whole.columns.filter(isEmpty).map(({ name }) => name)
    const start = { ...whole, columns: whole.columns.filter((column) => !isEmpty(column)), empty }
    return pipe(
      E.Do,
      E.bind('target', () => fitTarget(plan.target ?? 'standard', train.targets, train.y)),
      E.bind('fitting', () => fitSteps(plan, start, { targets: train.targets, y: toTypedArray(train.y) })),
      E.bind('finals', ({ fitting }) => finalColumns(fitting.frame, start, plan.dtype ?? 'float32')),
      E.map(({ target, fitting, finals }) =>
        preparationOf({ ...specOf(plan, train.features, fitting, finals, empty), target }),
      ),
    )
  }
}
