import { toTypedArray } from '../core/autodiff/read.ts'
import { take } from '../core/numeric/index.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { isFloat } from '../core/tensor/dtype.ts'
import { ArgumentError, DTypeError, ShapeError } from '../core/tensor/errors.ts'
import { showShape } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import {
  partOf,
  requireRole,
  requireRoleOfRows,
  roles,
  type Part,
  type Role,
  type RoleOfRows,
} from './part.ts'
import { checkWeights } from './check-weights.ts'

export type { Role } from './part.ts'

/**
 * Targets that are classes, numbered from 0: y is int32 `[n]`.
 *
 * @category Data sets
 */
export interface Classes {
  readonly kind: 'classes'
  /** The name of each class number. */
  readonly names: readonly string[]
}

/**
 * Targets that are numbers: y is floating, `[n]` or `[n, columns]`.
 *
 * @category Data sets
 */
export interface Values {
  readonly kind: 'values'
  /** The name of each column of y. */
  readonly names: readonly string[]
}

/**
 * What the rows are to be told by.
 *
 * @category Data sets
 */
export type Targets = Classes | Values

/**
 * Rows of features with a class, or with numbers, to each. It is made by {@link dataset} and {@link regressionDataset},
 * by {@link splitData} and its relatives, and changed by {@link rowsAt}, {@link withFeatures} and {@link withTargets}; a
 * spread is no data set any more, nor is a copy from JSON or from another thread.
 *
 * @category Data sets
 */
export interface Dataset<R extends Role = Role, T extends Targets = Targets> extends Part<R> {
  /** `[n, features]` */
  readonly x: Tensor
  /** One entry, or row, for each row of x. */
  readonly y: Tensor
  readonly n: number
  readonly featureNames: readonly string[]
  readonly targets: T
  /** How much each row counts, floating `[n]`; every row counts once where there are none. */
  readonly weights?: Tensor
}

const numbered = (letter: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `${letter}${i}`)

/** The names of the features, after everything that both kinds of data sets demand has been checked. */
const checkedNames = (
  name: string,
  x: Tensor,
  y: Tensor,
  ranksOfTargets: readonly number[],
  featureNames: readonly string[] | undefined,
): readonly string[] => {
  const [n, features] = x.shape
  const fits = x.rank === 2 && ranksOfTargets.includes(y.rank) && y.shape[0] === n
  if (n === undefined || features === undefined || !fits)
    throw new ShapeError(
      `${name}: expected x [n, features] and y ${ranksOfTargets.map((rank) => (rank === 1 ? '[n]' : '[n, columns]')).join(' or ')}, got ${showShape(x.shape)} and ${showShape(y.shape)}`,
    )
  if (featureNames !== undefined && featureNames.length !== features)
    throw new ArgumentError(`${name}: ${features} features have ${featureNames.length} names`)
  return featureNames ?? numbered('x', features)
}

const weightsOf = (name: string, n: number, weights: Tensor | undefined): { readonly weights?: Tensor } => {
  if (weights === undefined) return {}
  checkWeights(name, n, weights)
  return { weights }
}

/**
 * A data set of unspecified role whose targets are classes. Features are named `x0`, `x1` … and classes `0`, `1` … up
 * to the greatest unless told otherwise.
 *
 * @throws ShapeError unless `x` is `[n, features]` and `y` is `[n]`; DTypeError unless `x` is floating and `y` int32;
 * ArgumentError unless there is one name per feature and a name for every class number, and for another name in the
 * record.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { dataset } from 'puregrad/data'
 * dataset({ x: tensor([[1, 2], [3, 4]]), y: tensor([0, 1], { dtype: 'int32' }) }).n // => 2
 * ```
 * @category Data sets
 */
export const dataset = (content: {
  readonly x: Tensor
  readonly y: Tensor
  readonly featureNames?: readonly string[]
  readonly classNames?: readonly string[]
  readonly weights?: Tensor
}): Dataset<'raw', Classes> => {
  checkOptions('dataset', content, { x: true, y: true, featureNames: true, classNames: true, weights: true })
  const { x, y, featureNames, classNames, weights } = content
  const names = checkedNames('dataset', x, y, [1], featureNames)
  if (!isFloat(x.dtype) || y.dtype !== 'int32')
    throw new DTypeError(
      `dataset: expected x float32 or float64 and y int32, got ${x.dtype} and ${y.dtype}; use cast, or regressionDataset for targets that are numbers`,
    )
  const labels = Array.from(toTypedArray(y))
  const classes = classNames?.length ?? labels.reduce((most, label) => Math.max(most, label + 1), 0)
  const at = labels.findIndex((label) => label < 0 || label >= classes)
  if (at >= 0)
    throw new ArgumentError(
      `dataset: the class of row ${at} is ${labels[at]}, but classes are numbered from 0 to ${classes - 1}`,
    )
  return partOf(
    {
      x,
      y,
      n: y.size,
      featureNames: names,
      targets: { kind: 'classes' as const, names: classNames ?? numbered('', classes) },
      ...weightsOf('dataset', y.size, weights),
    },
    'raw',
  )
}

/**
 * A data set of unspecified role whose targets are numbers, one or more for each row. Features are named `x0`, `x1` …
 * and the columns of the targets `y0`, `y1` … unless told otherwise.
 *
 * @throws ShapeError unless `x` is `[n, features]` and `y` is `[n]` or `[n, columns]`; DTypeError unless both are
 * floating; ArgumentError unless there is one name per feature and per column of the targets, and for another name in
 * the record.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { regressionDataset } from 'puregrad/data'
 * regressionDataset({ x: tensor([[1], [2]]), y: tensor([0.5, 1]) }).targets.names // => ['y0']
 * ```
 * @category Data sets
 */
export const regressionDataset = (content: {
  readonly x: Tensor
  readonly y: Tensor
  readonly featureNames?: readonly string[]
  readonly targetNames?: readonly string[]
  readonly weights?: Tensor
}): Dataset<'raw', Values> => {
  checkOptions('regressionDataset', content, {
    x: true,
    y: true,
    featureNames: true,
    targetNames: true,
    weights: true,
  })
  const { x, y, featureNames, targetNames, weights } = content
  const names = checkedNames('regressionDataset', x, y, [1, 2], featureNames)
  if (!isFloat(x.dtype) || !isFloat(y.dtype))
    throw new DTypeError(
      `regressionDataset: expected x and y float32 or float64, got ${x.dtype} and ${y.dtype}; use cast, or dataset for targets that are classes`,
    )
  const columns = y.shape[1] ?? 1
  if (targetNames !== undefined && targetNames.length !== columns)
    throw new ArgumentError(
      `regressionDataset: ${columns} columns of targets have ${targetNames.length} names`,
    )
  const n = x.shape[0] ?? 0
  return partOf(
    {
      x,
      y,
      n,
      featureNames: names,
      targets: { kind: 'values' as const, names: targetNames ?? numbered('y', columns) },
      ...weightsOf('regressionDataset', n, weights),
    },
    'raw',
  )
}

const rowsIn = <R extends Role, T extends Targets>(
  { x, y, weights, ...rest }: Dataset<Role, T>,
  rows: Tensor,
  role: R,
): Dataset<R, T> =>
  partOf(
    {
      ...rest,
      x: take(x, rows),
      y: take(y, rows),
      n: rows.size,
      ...(weights === undefined ? {} : { weights: take(weights, rows) }),
    },
    role,
  )

/** The rows at these positions in the role that they have. */
export const rowsOfPart = <R extends Role, T extends Targets>(
  data: Dataset<R, T>,
  rows: Tensor,
): Dataset<R, T> => rowsIn(data, rows, data.role)

/**
 * The rows at these positions, in this order, with their weights. Rows of a dev or test part stay in that role.
 *
 * @throws RoleError for rows of a dev or test part in another role, or of a record that is no data set.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { dataset, rowsAt } from 'puregrad/data'
 * const data = dataset({ x: tensor([[1], [2], [3]]), y: tensor([0, 1, 0], { dtype: 'int32' }) })
 * toArray(rowsAt(data, tensor([2, 0], { dtype: 'int32' }), 'dev').x) // => [[3], [1]]
 * ```
 * @category Data sets
 */
export const rowsAt = <From extends Role, T extends Targets, To extends RoleOfRows<From>>(
  data: Dataset<From, T>,
  rows: Tensor,
  role: To,
): Dataset<To, T> => {
  requireRoleOfRows('rowsAt', data, role)
  return rowsIn(data, rows, role)
}

/**
 * The same rows, in the same role, with other features: what a scaler or a choice of columns makes of a part. Names stay
 * unless there are new ones.
 *
 * @throws ShapeError unless there is a row of features to each target, and a name to each feature; DTypeError unless they are
 * floating; RoleError for a record that is no data set.
 * @example
 * ```ts
 * import { key, neg } from 'puregrad'
 * import { allForTraining, digits16, withFeatures } from 'puregrad/data'
 * const train = allForTraining(digits16({ key: key(0), n: 20 }))
 * withFeatures(train, { x: neg(train.x) }).role // => 'train'
 * ```
 * @category Data sets
 */
export const withFeatures = <R extends Role, T extends Targets>(
  data: Dataset<R, T>,
  features: { readonly x: Tensor; readonly featureNames?: readonly string[] },
): Dataset<R, T> => {
  requireRole('withFeatures', data, roles)
  checkOptions('withFeatures', features, { x: true, featureNames: true })
  const { x, featureNames = data.featureNames } = features
  const names = checkedNames('withFeatures', x, data.y, [1, 2], featureNames)
  if (!isFloat(x.dtype)) throw new DTypeError(`withFeatures: expected x float32 or float64, got ${x.dtype}`)
  return partOf({ ...data, x, featureNames: names }, data.role)
}

/**
 * The same rows, in the same role, with other targets of the same kind: relabelled, or scaled. Names stay unless there are
 * new ones.
 *
 * @throws ShapeError, DTypeError and ArgumentError as {@link dataset} and {@link regressionDataset}; RoleError for a record
 * that is no data set.
 * @example
 * ```ts
 * import { div, tensor, toArray } from 'puregrad'
 * import { regressionDataset, withTargets } from 'puregrad/data'
 * const data = regressionDataset({ x: tensor([[1], [2]]), y: tensor([10, 20]) })
 * toArray(withTargets(data, { y: div(data.y, 10) }).y) // => [1, 2]
 * ```
 * @category Data sets
 */
export const withTargets = <R extends Role, T extends Targets>(
  data: Dataset<R, T>,
  targets: { readonly y: Tensor; readonly names?: readonly string[] },
): Dataset<R, T> => {
  requireRole('withTargets', data, roles)
  checkOptions('withTargets', targets, { y: true, names: true })
  const { y, names = data.targets.names } = targets
  const { x } = data
  // What is demanded of targets when a data set is made is demanded here too.
  if (data.targets.kind === 'classes') dataset({ x, y, classNames: names })
  else regressionDataset({ x, y, targetNames: names })
  return partOf({ ...data, y, targets: { ...data.targets, names } }, data.role)
}

/**
 * The same rows, in the same role, each counting as much as its weight says. Undefined takes weights away.
 *
 * @throws ArgumentError unless weights are numbers ≥ 0 with a sum above 0, one for each row; RoleError for a record that
 * is no data set.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { regressionDataset, withWeights } from 'puregrad/data'
 * const data = regressionDataset({ x: tensor([[1], [2]]), y: tensor([10, 20]) })
 * withWeights(data, tensor([1, 3])).weights?.shape // => [2]
 * ```
 * @category Data sets
 */
export const withWeights = <R extends Role, T extends Targets>(
  data: Dataset<R, T>,
  weights: Tensor | undefined,
): Dataset<R, T> => {
  requireRole('withWeights', data, roles)
  const { weights: _before, ...rest } = data
  return partOf({ ...rest, ...weightsOf('withWeights', data.n, weights) }, data.role)
}
