import { take } from '../../core/numeric/index.ts'
import { checkOptions } from '../../core/tensor/check-options.ts'
import { DTypeError, ShapeError } from '../../core/tensor/errors.ts'
import { isFloat } from '../../core/tensor/dtype.ts'
import { showShape } from '../../core/tensor/shape.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'
import { checkWeights } from '../check-weights.ts'
import {
  dataset,
  regressionDataset,
  type Classes,
  type Dataset,
  type Targets,
  type Values,
} from '../dataset.ts'
import {
  partOf,
  requireRole,
  requireRoleOfRows,
  roles,
  type Part,
  type Role,
  type RoleOfRows,
} from '../part.ts'

/**
 * What the cells of a column are, as read or as told.
 *
 * @category Tables
 */
export type ColumnKind = 'number' | 'category' | 'date' | 'boolean' | 'text' | 'identifier'

/**
 * Numbers of a column: float64 `[n]`, NaN where a cell is missing. Dates are milliseconds since 1970-01-01T00:00Z.
 *
 * @category Tables
 */
export interface NumberColumn {
  readonly kind: 'number' | 'date'
  readonly name: string
  readonly values: Tensor
}

/**
 * Texts of a column, each different one kept once: int32 codes `[n]` into `levels`, -1 where a cell is missing. Levels
 * are as written, trimmed, and stand in natural order; all columns whose cells are not numbers are of this form.
 *
 * @category Tables
 */
export interface LevelColumn {
  readonly kind: 'category' | 'boolean' | 'text' | 'identifier'
  readonly name: string
  readonly codes: Tensor
  readonly levels: readonly string[]
}

/**
 * A column of a table.
 *
 * @category Tables
 */
export type Column = NumberColumn | LevelColumn

/**
 * A table as it was read: named columns of one length. It is made by {@link rawTable} and changed by
 * {@link withColumns} and {@link tableRowsAt}; a spread is no table any more.
 *
 * @category Tables
 */
export interface Table<R extends Role = Role> extends Part<R> {
  /** What messages call it. */
  readonly file: string
  readonly n: number
  readonly columns: readonly Column[]
  /** The line of the file at which each row begins, counted from 1: int32 `[n]`. */
  readonly lines: Tensor
}

/**
 * A table of features with a target to each row: what is split, prepared and learnt from. It is made by
 * {@link labelledTable}; a spread is none any more.
 *
 * @category Tables
 */
export interface LabelledTable<R extends Role = Role, T extends Targets = Targets> extends Part<R> {
  /** The features; the target and what was dropped are not among its columns. */
  readonly features: Table<R>
  /** Classes: int32 `[n]`. Values: float64 `[n]`, or `[n, columns]` for several targets. */
  readonly y: Tensor
  readonly n: number
  readonly targets: T
  /** How much each row counts, floating `[n]`; every row counts once where there are none. */
  readonly weights?: Tensor
}

const lengthOf = (column: Column): number => ('values' in column ? column.values : column.codes).shape[0] ?? 0

const checkColumns = (name: string, n: number, columns: readonly Column[]): void => {
  const odd = columns.find((column) => lengthOf(column) !== n)
  if (odd !== undefined)
    throw new ShapeError(`${name}: column '${odd.name}' has ${lengthOf(odd)} cells, the table ${n} rows`)
}

/**
 * A table of unspecified role.
 *
 * @throws ShapeError unless there is a cell in each column, and a line, to each row; ArgumentError for another name in the
 * record.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { rawTable } from 'puregrad/data'
 * const age = { kind: 'number', name: 'age', values: tensor([22, NaN], { dtype: 'float64' }) } as const
 * rawTable({ file: 'people', n: 2, columns: [age], lines: tensor([2, 3], { dtype: 'int32' }) }).role // => 'raw'
 * ```
 * @category Tables
 */
export const rawTable = (content: {
  readonly file: string
  readonly n: number
  readonly columns: readonly Column[]
  readonly lines: Tensor
}): Table<'raw'> => {
  checkOptions('rawTable', content, { file: true, n: true, columns: true, lines: true })
  const { file, n, columns, lines } = content
  checkColumns('rawTable', n, columns)
  if (lines.rank !== 1 || lines.size !== n)
    throw new ShapeError(`rawTable: expected lines [${n}], got ${showShape(lines.shape)}`)
  return partOf({ file, n, columns, lines }, 'raw')
}

/**
 * The same rows, in the same role, with other columns.
 *
 * @throws ShapeError unless there is a cell in each column to each row; RoleError for a record that is no table.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { rawTable, withColumns } from 'puregrad/data'
 * const age = { kind: 'number', name: 'age', values: tensor([22], { dtype: 'float64' }) } as const
 * const people = rawTable({ file: 'people', n: 1, columns: [age], lines: tensor([2], { dtype: 'int32' }) })
 * withColumns(people, []).n // => 1
 * ```
 * @category Tables
 */
export const withColumns = <R extends Role>(table: Table<R>, columns: readonly Column[]): Table<R> => {
  requireRole('withColumns', table, roles)
  checkColumns('withColumns', table.n, columns)
  return partOf({ ...table, columns }, table.role)
}

const columnAt = (column: Column, rows: Tensor): Column =>
  'values' in column
    ? { ...column, values: take(column.values, rows) }
    : { ...column, codes: take(column.codes, rows) }

/**
 * The rows of a table at these positions, in this order. Rows of a dev or test part stay in that role.
 *
 * @throws RoleError for rows of a dev or test part in another role, or of a record that is no table.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { rawTable, tableRowsAt } from 'puregrad/data'
 * const age = { kind: 'number', name: 'age', values: tensor([22, 38], { dtype: 'float64' }) } as const
 * const people = rawTable({ file: 'people', n: 2, columns: [age], lines: tensor([2, 3], { dtype: 'int32' }) })
 * toArray(tableRowsAt(people, tensor([1], { dtype: 'int32' }), 'dev').lines) // => [3]
 * ```
 * @category Tables
 */
export const tableRowsAt = <From extends Role, To extends RoleOfRows<From>>(
  table: Table<From>,
  rows: Tensor,
  role: To,
): Table<To> => {
  requireRoleOfRows('tableRowsAt', table, role)
  const { file, columns, lines } = table
  return partOf(
    {
      file,
      n: rows.size,
      columns: columns.map((column) => columnAt(column, rows)),
      lines: take(lines, rows),
    },
    role,
  )
}

/**
 * A table of features with a target to each row, in the role of the table.
 *
 * @throws ShapeError unless there is a target to each row; DTypeError unless classes are int32 and numbers floating;
 * ArgumentError where weights are not numbers ≥ 0; RoleError where the features are no table.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { labelledTable, rawTable } from 'puregrad/data'
 * const age = { kind: 'number', name: 'age', values: tensor([22, 38], { dtype: 'float64' }) } as const
 * const features = rawTable({ file: 'people', n: 2, columns: [age], lines: tensor([2, 3], { dtype: 'int32' }) })
 * const y = tensor([0, 1], { dtype: 'int32' })
 * labelledTable({ features, y, targets: { kind: 'classes', names: ['no', 'yes'] } }).n // => 2
 * ```
 * @category Tables
 */
export const labelledTable = <R extends Role, T extends Targets>(content: {
  readonly features: Table<R>
  readonly y: Tensor
  readonly targets: T
  readonly weights?: Tensor
}): LabelledTable<R, T> => {
  checkOptions('labelledTable', content, { features: true, y: true, targets: true, weights: true })
  const { features, y, targets, weights } = content
  requireRole('labelledTable', features, roles)
  const { n, role } = features
  if (y.shape[0] !== n || y.rank > (targets.kind === 'classes' ? 1 : 2))
    throw new ShapeError(`labelledTable: expected a target to each of ${n} rows, got ${showShape(y.shape)}`)
  if (targets.kind === 'classes' ? y.dtype !== 'int32' : !isFloat(y.dtype))
    throw new DTypeError(
      `labelledTable: expected targets ${targets.kind === 'classes' ? 'int32' : 'float32 or float64'}, got ${y.dtype}`,
    )
  if (weights !== undefined) checkWeights('labelledTable', n, weights)
  return partOf({ features, y, n, targets, ...(weights === undefined ? {} : { weights }) }, role)
}

/**
 * The rows at these positions, in this order, with their targets and weights. Rows of a dev or test part stay in that role.
 *
 * @throws RoleError for rows of a dev or test part in another role, or of a record that is no labelled table.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { labelledRowsAt, labelledTable, rawTable } from 'puregrad/data'
 * const features = rawTable({ file: 'people', n: 2, columns: [], lines: tensor([2, 3], { dtype: 'int32' }) })
 * const data = labelledTable({ features, y: tensor([0.5, 1]), targets: { kind: 'values', names: ['y'] } })
 * toArray(labelledRowsAt(data, tensor([1], { dtype: 'int32' }), 'train').y) // => [1]
 * ```
 * @category Tables
 */
export const labelledRowsAt = <From extends Role, T extends Targets, To extends RoleOfRows<From>>(
  data: LabelledTable<From, T>,
  rows: Tensor,
  role: To,
): LabelledTable<To, T> => {
  requireRoleOfRows('labelledRowsAt', data, role)
  const { features, y, targets, weights } = data
  return labelledTable({
    features: tableRowsAt<From, To>(features, rows, role),
    y: take(y, rows),
    targets,
    ...(weights === undefined ? {} : { weights: take(weights, rows) }),
  })
}

/**
 * The data set that a preparation makes of a part of a table: numbers in place of its features, in the same role, with the
 * targets (unless there are others, as scaled ones) and weights it had.
 *
 * @throws ShapeError and DTypeError unless `x` is floating, `[n, features]`, with a name to each feature; RoleError for a
 * record that is no labelled table.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { allForTraining, labelledTable, preparedDataset, rawTable } from 'puregrad/data'
 * const features = rawTable({ file: 'people', n: 2, columns: [], lines: tensor([2, 3], { dtype: 'int32' }) })
 * const data = labelledTable({ features, y: tensor([0.5, 1]), targets: { kind: 'values', names: ['y'] } })
 * preparedDataset(allForTraining(data), { x: tensor([[1], [2]]), featureNames: ['one'] }).role // => 'train'
 * ```
 * @category Tables
 */
export const preparedDataset = <R extends Role, T extends Targets>(
  data: LabelledTable<R, T>,
  prepared: { readonly x: Tensor; readonly featureNames: readonly string[]; readonly y?: Tensor },
): Dataset<R, T> => {
  requireRole('preparedDataset', data, roles)
  checkOptions('preparedDataset', prepared, { x: true, featureNames: true, y: true })
  const { x, featureNames, y = data.y } = prepared
  const { targets, weights } = data
  const content = { x, y, featureNames, ...(weights === undefined ? {} : { weights }) }
  const checked: Dataset<'raw', Classes> | Dataset<'raw', Values> =
    targets.kind === 'classes'
      ? dataset({ ...content, classNames: targets.names })
      : regressionDataset({ ...content, targetNames: targets.names })
  return partOf({ ...checked, targets }, data.role)
}
