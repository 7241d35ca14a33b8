import { toTypedArray } from '../core/autodiff/read.ts'
import { take } from '../core/numeric/index.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { isFloat } from '../core/tensor/dtype.ts'
import { ArgumentError, DTypeError, ShapeError } from '../core/tensor/errors.ts'
import { showShape } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'

/**
 * What a sample is for; part of its type, so that fitting on the wrong one does not compile.
 *
 * @category Data sets
 */
export type Role = 'raw' | 'train' | 'dev' | 'test'

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
 * Rows of features with a class, or with numbers, to each.
 *
 * @category Data sets
 */
export interface Dataset<R extends Role = Role, T extends Targets = Targets> {
  /** `[n, features]` */
  readonly x: Tensor
  /** One entry, or row, for each row of x. */
  readonly y: Tensor
  readonly n: number
  readonly featureNames: readonly string[]
  readonly targets: T
  readonly role: R
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
}): Dataset<'raw', Classes> => {
  checkOptions('dataset', content, { x: true, y: true, featureNames: true, classNames: true })
  const { x, y, featureNames, classNames } = content
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
  return {
    x,
    y,
    n: y.size,
    featureNames: names,
    targets: { kind: 'classes', names: classNames ?? numbered('', classes) },
    role: 'raw',
  }
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
}): Dataset<'raw', Values> => {
  checkOptions('regressionDataset', content, { x: true, y: true, featureNames: true, targetNames: true })
  const { x, y, featureNames, targetNames } = content
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
  return {
    x,
    y,
    n: x.shape[0] ?? 0,
    featureNames: names,
    targets: { kind: 'values', names: targetNames ?? numbered('y', columns) },
    role: 'raw',
  }
}

/**
 * The rows at these positions, in this order.
 *
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { dataset, rowsAt } from 'puregrad/data'
 * const data = dataset({ x: tensor([[1], [2], [3]]), y: tensor([0, 1, 0], { dtype: 'int32' }) })
 * toArray(rowsAt(data, tensor([2, 0], { dtype: 'int32' }), 'dev').x) // => [[3], [1]]
 * ```
 * @category Data sets
 */
export const rowsAt = <R extends Role, T extends Targets>(
  data: Dataset<Role, T>,
  rows: Tensor,
  role: R,
): Dataset<R, T> => ({
  ...data,
  x: take(data.x, rows),
  y: take(data.y, rows),
  n: rows.size,
  role,
})
