import { apply, operations as o } from '../autodiff/apply.ts'
import { asValue, type AnyValue } from '../autodiff/value.ts'
import { rootOfSquares } from '../primitive/elementwise.ts'
import { isFloat } from '../tensor/dtype.ts'
import { sizeOf, withUnitAxes } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { div, square, sub } from './arithmetic.ts'
import { greater, isNaN, logicalNot, where } from './comparison.ts'
import { max, min, prod } from './reduce.ts'
import { countOf, reduction, spreadReduction } from './reducing.ts'

/** Whether elements are numbers: all that are no floats are. */
const present = (x: AnyValue): AnyValue =>
  isFloat(x.dtype) ? asValue(logicalNot(isNaN(x))) : o.constant(1, { shape: x.shape, dtype: 'bool' })

const filled = (x: AnyValue, number: number): AnyValue =>
  isFloat(x.dtype) ? asValue(where(present(x), x, number)) : x.dtype === 'bool' ? o.cast(x, 'int32') : x

/** How many elements are numbers, in the dtype of x. */
const presentAlong = (x: AnyValue, axes: readonly number[]): AnyValue =>
  o.sum(o.cast(present(x), x.dtype), axes)

/**
 * The sum of the elements that are not NaN; 0 for none.
 *
 * @example
 * ```ts
 * import { item, nanSum, tensor } from 'puregrad'
 * item(nanSum(tensor([1, NaN, 2]))) // => 3
 * ```
 * @category Reductions
 */
export const nanSum = /* @__PURE__ */ reduction('nanSum', (x, axes) => o.sum(filled(x, 0), axes))

/**
 * The product of the elements that are not NaN; 1 for none.
 *
 * @example
 * ```ts
 * import { item, nanProd, tensor } from 'puregrad'
 * item(nanProd(tensor([3, NaN, 2]))) // => 6
 * ```
 * @category Reductions
 */
export const nanProd = /* @__PURE__ */ reduction('nanProd', (x, axes) => prod(filled(x, 1), { axis: axes }))

/**
 * The mean of the elements that are not NaN; NaN where all are.
 *
 * @throws ArgumentError for no elements.
 * @example
 * ```ts
 * import { item, nanMean, tensor } from 'puregrad'
 * item(nanMean(tensor([1, NaN, 2]))) // => 1.5
 * ```
 * @category Reductions
 */
export const nanMean = /* @__PURE__ */ reduction('nanMean', (x, axes) => {
  countOf(x, axes, 'nanMean')
  return div(o.sum(filled(x, 0), axes), presentAlong(x, axes))
})

const extreme =
  (where_: string, of: typeof max, empty: number) =>
  (x: AnyValue, axes: readonly number[]): Tensor => {
    if (!isFloat(x.dtype)) return of(x, { axis: axes })
    countOf(x, axes, where_)
    return where(greater(presentAlong(x, axes), 0), of(filled(x, empty), { axis: axes }), NaN)
  }

/**
 * The largest element that is not NaN; NaN where all are. Ties share the derivative equally.
 *
 * @throws ArgumentError for no elements.
 * @example
 * ```ts
 * import { item, nanMax, tensor } from 'puregrad'
 * item(nanMax(tensor([1, NaN, 2]))) // => 2
 * ```
 * @category Reductions
 */
export const nanMax = /* @__PURE__ */ reduction('nanMax', extreme('nanMax', max, -Infinity))

/**
 * The smallest element that is not NaN; NaN where all are. Ties share the derivative equally.
 *
 * @throws ArgumentError for no elements.
 * @example
 * ```ts
 * import { item, nanMin, tensor } from 'puregrad'
 * item(nanMin(tensor([1, NaN, 2]))) // => 1
 * ```
 * @category Reductions
 */
export const nanMin = /* @__PURE__ */ reduction('nanMin', extreme('nanMin', min, Infinity))

/** Σ of squared deviations of what is not NaN from its mean, over their number less ddof: NaN where that is not above 0. */
const spreadOf = (x: AnyValue, axes: readonly number[], ddof: number): Tensor => {
  const numbers = present(x)
  const count = presentAlong(x, axes)
  const meanOf = (value: Tensor): AnyValue =>
    o.broadcastTo(
      o.reshape(asValue(div(o.sum(asValue(value), axes), count)), withUnitAxes(x.shape, axes)),
      x.shape,
    )
  // Twice, as in `variance`: the mean is rounded.
  const once = where(numbers, sub(x, meanOf(filled(x, 0))), 0)
  const deviations = where(numbers, sub(once, meanOf(once)), 0)
  const divisor = sub(count, ddof)
  const positive = greater(divisor, 0)
  return where(positive, div(o.sum(asValue(square(deviations)), axes), where(positive, divisor, 1)), NaN)
}

const ddofOf = (x: AnyValue, axes: readonly number[], divisor: number): number =>
  sizeOf(axes.map((axis) => x.shape[axis] ?? 1)) - divisor

/**
 * The variance of the elements that are not NaN (divided by their number, less `ddof`); NaN where they are too few.
 *
 * @throws ArgumentError for no elements.
 * @example
 * ```ts
 * import { item, nanVariance, tensor } from 'puregrad'
 * item(nanVariance(tensor([1, NaN, 3]))) // => 1
 * item(nanVariance(tensor([1, NaN, 3]), { ddof: 1 })) // => 2
 * ```
 * @category Reductions
 */
export const nanVariance = /* @__PURE__ */ spreadReduction('nanVariance', (x, axes, divisor) =>
  spreadOf(x, axes, ddofOf(x, axes, divisor)),
)

/**
 * The standard deviation of the elements that are not NaN; derivative 0 where it is 0, as `std` has it.
 *
 * @throws ArgumentError for no elements.
 * @example
 * ```ts
 * import { item, nanStd, tensor } from 'puregrad'
 * item(nanStd(tensor([1, NaN, 3]))) // => 1
 * ```
 * @category Reductions
 */
export const nanStd = /* @__PURE__ */ spreadReduction('nanStd', (x, axes, divisor) =>
  apply(rootOfSquares, [asValue(spreadOf(x, axes, ddofOf(x, axes, divisor)))], {}),
)
