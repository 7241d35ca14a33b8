import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { textCodec } from '../../../core/codec/refined-codec.ts'
import { choiceCodec, settingCodec } from '../../../core/codec/setting-codec.ts'
import { strictRecord } from '../../../core/codec/strict-record.ts'
import { viewOf } from '../../../core/tensor/concrete.ts'
import { finiteNumber, positive } from '../../../core/tensor/setting-ranges.ts'
import type { Tensor } from '../../../core/tensor/tensor.ts'
import { showNames } from '../../formats/show-names.ts'
import { symmetricEigen } from '../../scale/symmetric-eigen.ts'
import {
  columnNamed,
  freeNames,
  hasNumbers,
  missingCount,
  plainNumber,
  presentAscending,
  type Frame,
  type NumbersInFrame,
} from '../frame.ts'
import { preparationError, type PreparationError } from '../preparation-error.ts'
import { selected, selectionCodec, type ColumnSelection } from '../selection.ts'
import type { FittedKind, StepKind } from '../step-kind.ts'
import { scaled, scaleStatistics, statisticsProps, unscaled, type ColumnScale } from './scale.ts'

/**
 * Numbers without correlation, of mean 0 and variance 1: standardized, turned to their principal axes, divided by the
 * deviations along these and (`zca`, the default) turned back. Of `pca` the features are the axes, the widest first. A row
 * that misses one of the numbers has none of the results; fill before.
 *
 * Source: A. Kessy, A. Lewin, K. Strimmer, "Optimal whitening and decorrelation", The American Statistician 72, 2018
 * (PCA-cor and ZCA-cor).
 *
 * @category Preparation
 */
export interface WhitenStep {
  readonly kind: 'whiten'
  readonly columns: ColumnSelection
  readonly form?: 'zca' | 'pca'
}

/**
 * A fitted {@link WhitenStep}: z = axes · (standardized), divided by deviations, and axesᵀ · that for `zca`.
 *
 * @category Preparation
 */
export interface FittedWhiten {
  readonly kind: 'whiten'
  readonly form: 'zca' | 'pca'
  readonly scales: readonly ColumnScale[]
  /** Unit vectors. */
  readonly axes: readonly (readonly number[])[]
  readonly deviations: readonly number[]
  /** What the columns are called after it. */
  readonly names: readonly string[]
}

/** Below this variance, of standardized columns, a direction holds rounding only. */
const least = 1e-10

/** Rows in an order of their own numbers, so that the order in which they came leaves no trace. */
const orderedRows = (columns: readonly Float64Array[], n: number): readonly (readonly number[])[] =>
  Array.from({ length: n }, (_, row) => columns.map((column) => column[row] ?? NaN)).sort(
    (a, b) => a.map((x, j) => x - (b[j] ?? 0)).find((difference) => difference !== 0) ?? 0,
  )

/** XᵀX / n, by loops of its own: a page that only applies a preparation should not bring products of tensors along. */
const meanProducts = (rows: readonly (readonly number[])[]): Tensor => {
  const width = rows[0]?.length ?? 0
  const products = Float64Array.from({ length: width * width }, (_, i) => {
    const [a, b] = [Math.floor(i / width), i % width]
    return rows.reduce((total, row) => total + (row[a] ?? NaN) * (row[b] ?? NaN), 0) / rows.length
  })
  return viewOf(products, 'float64', [width, width])
}

const fitWhiten = (
  form: 'zca' | 'pca',
  frame: Frame,
  found: readonly NumbersInFrame[],
): E.Either<PreparationError, FittedWhiten> => {
  const gaps = found.filter((column) => missingCount(column) > 0)
  if (gaps.length > 0 || found.length === 0)
    return E.left(
      preparationError(
        found.length === 0 ? 'empty' : 'missing',
        'whiten',
        found.length === 0
          ? [{ column: '', problem: 'expected at least one column of numbers, got none' }]
          : gaps.map(({ name }) => ({ column: name, problem: 'cells are missing: put impute before it' })),
      ),
    )
  const scales = found.map(({ name, values }) => ({
    column: name,
    ...scaleStatistics(presentAscending(values), 'standard'),
  }))
  const rows = orderedRows(
    found.map(({ values }, j) => values.map((x) => scaled(x, scales[j]!))),
    frame.n,
  )
  const { values, vectors } = symmetricEigen(meanProducts(rows))
  const flat = vectors.filter((_, i) => !((values[i] ?? 0) > least))
  const dependent = found.filter((_, j) => flat.some((axis) => Math.abs(axis[j] ?? 0) > 1e-3))
  return flat.length > 0
    ? E.left(
        preparationError('dependent', 'whiten', [
          {
            column: '',
            problem: `${flat.length} of these columns follow from the others or do not vary in the training part: ${showNames(dependent.map(({ name }) => name))}; drop as many`,
          },
        ]),
      )
    : E.right({
        kind: 'whiten',
        form,
        scales,
        axes: vectors.map((axis) => axis.map(plainNumber)),
        deviations: values.map(Math.sqrt),
        names:
          form === 'zca'
            ? scales.map(({ column }) => column)
            : freeNames(
                scales.map((_, i) => `axis ${i + 1}`),
                frame,
              ),
      })
}

export const whiten = {
  required: () => ({ columns: selectionCodec }),
  optional: () => ({ form: choiceCodec('zca', 'pca') }),
  fit: ({ columns, form = 'zca' }, frame) =>
    pipe(
      selected('whiten', frame, columns, { words: 'numbers', is: hasNumbers }),
      E.flatMap((found) => fitWhiten(form, frame, found)),
    ),
} satisfies StepKind<WhitenStep, FittedWhiten>

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0)

/** Σ weightᵢ · axisᵢ */
const combined = (weights: readonly number[], axes: readonly (readonly number[])[]): readonly number[] =>
  (axes[0] ?? []).map((_, j) => weights.reduce((sum, weight, i) => sum + weight * (axes[i]?.[j] ?? 0), 0))

/** The columns of these names, each changed with the others of its row, in the place of the first. */
const changeRows = (
  frame: Frame,
  names: readonly string[],
  namesAfter: readonly string[],
  change: (row: readonly number[]) => readonly number[],
): Frame => {
  const found = names.flatMap((name) => {
    const column = columnNamed(frame, name)
    return column !== undefined && hasNumbers(column) ? [column] : []
  })
  if (found.length < names.length) return frame
  const rows = Array.from({ length: frame.n }, (_, row) =>
    change(found.map(({ values }) => values[row] ?? NaN)),
  )
  // Axes are made of all the columns; a column that is turned back is still most of all itself, but made of all too.
  const sources = [...new Set(found.flatMap((column) => column.sources))]
  const after = namesAfter.map((name, j): NumbersInFrame => ({
    kind: 'number',
    name,
    sources,
    values: Float64Array.from(rows, (row) => row[j] ?? NaN),
  }))
  const at = frame.columns.findIndex(({ name }) => names.includes(name))
  const rest = (from: number, to?: number): Frame['columns'] =>
    frame.columns.slice(from, to).filter(({ name }) => !names.includes(name))
  return { ...frame, columns: [...rest(0, at), ...after, ...rest(at)] }
}

export const fittedWhiten = {
  content: {
    form: choiceCodec('zca', 'pca'),
    scales: t.readonlyArray(
      strictRecord('a scale', { column: textCodec, ...statisticsProps }),
      'a list of scales',
    ),
    axes: t.readonlyArray(
      t.readonlyArray(settingCodec(finiteNumber), 'a list of finite numbers'),
      'a list of axes',
    ),
    deviations: t.readonlyArray(settingCodec(positive), 'a list of finite numbers above 0'),
    names: t.readonlyArray(textCodec, 'a list of names'),
  },
  apply: ({ form, scales, axes, deviations, names }, frame) =>
    E.right({
      frame: changeRows(
        frame,
        scales.map(({ column }) => column),
        names,
        (row) => {
          const standard = row.map((x, j) => scaled(x, scales[j]!))
          const along = axes.map((axis, i) => dot(axis, standard) / (deviations[i] ?? 1))
          return form === 'pca' ? along : combined(along, axes)
        },
      ),
      cases: [],
    }),
  invert: ({ form, scales, axes, deviations, names }, frame) =>
    changeRows(
      frame,
      names,
      scales.map(({ column }) => column),
      (row) => {
        const along = form === 'pca' ? row : axes.map((axis) => dot(axis, row))
        return combined(
          along.map((z, i) => z * (deviations[i] ?? 1)),
          axes,
        ).map((z, j) => unscaled(z, scales[j]!))
      },
    ),
} satisfies FittedKind<FittedWhiten>
