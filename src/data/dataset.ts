import { toTypedArray } from '../autodiff/read.ts'
import { take } from '../numeric/index.ts'
import { isFloat } from '../tensor/dtype.ts'
import { ArgumentError, DTypeError, ShapeError } from '../tensor/errors.ts'
import { showShape } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'

/** What a sample is for; part of its type, so that fitting on the wrong one does not compile. */
export type Role = 'raw' | 'train' | 'dev' | 'test'

/** Rows of features with a class each. */
export interface Dataset<R extends Role = Role> {
  /** `[n, features]` */
  readonly x: Tensor
  /** Class numbers, int32 `[n]` */
  readonly y: Tensor
  readonly n: number
  readonly featureNames: readonly string[]
  /** The name of each class number. */
  readonly classNames: readonly string[]
  readonly role: R
}

/**
 * A data set of unspecified role. Features are named `x0`, `x1` … and classes `0`, `1` … up to the greatest unless
 * told otherwise.
 *
 * @throws ShapeError unless `x` is `[n, features]` and `y` is `[n]`; DTypeError unless `x` is floating and `y` int32;
 * ArgumentError unless there is one name per feature and a name for every class number.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { dataset } from 'puregrad/data'
 * dataset({ x: tensor([[1, 2], [3, 4]]), y: tensor([0, 1], { dtype: 'int32' }) }).n // => 2
 * ```
 */
export const dataset = ({
  x,
  y,
  featureNames,
  classNames,
}: {
  readonly x: Tensor
  readonly y: Tensor
  readonly featureNames?: readonly string[]
  readonly classNames?: readonly string[]
}): Dataset<'raw'> => {
  const [n, features] = x.shape
  if (n === undefined || features === undefined || x.rank !== 2 || y.rank !== 1 || y.shape[0] !== n)
    throw new ShapeError(
      `dataset: expected x [n, features] and y [n], got ${showShape(x.shape)} and ${showShape(y.shape)}`,
    )
  if (!isFloat(x.dtype) || y.dtype !== 'int32')
    throw new DTypeError(
      `dataset: expected x float32 or float64 and y int32, got ${x.dtype} and ${y.dtype}; use cast`,
    )
  if (featureNames !== undefined && featureNames.length !== features)
    throw new ArgumentError(`dataset: ${features} features have ${featureNames.length} names`)
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
    n,
    featureNames: featureNames ?? Array.from({ length: features }, (_, i) => `x${i}`),
    classNames: classNames ?? Array.from({ length: classes }, (_, i) => String(i)),
    role: 'raw',
  }
}

/** The rows at these positions, in this order. */
export const rowsAt = <R extends Role>(data: Dataset, rows: Tensor, role: R): Dataset<R> => ({
  ...data,
  x: take(data.x, rows),
  y: take(data.y, rows),
  n: rows.size,
  role,
})
