import { apply, operations as o } from '../autodiff/apply.ts'
import { rootOfSquares } from '../primitive/elementwise.ts'
import { concat } from '../primitive/movement.ts'
import * as primitive from '../primitive/reduction.ts'
import { asValue, type AnyValue } from '../autodiff/value.ts'
import { checkChoice } from '../tensor/check-choice.ts'
import { checkOptions } from '../tensor/check-options.ts'
import { checkSetting } from '../tensor/check-setting.ts'
import { isFloat } from '../tensor/dtype.ts'
import { DTypeError } from '../tensor/errors.ts'
import { normalizeAxis, sizeOf, withoutAxes } from '../tensor/shape.ts'
import type { Shape } from '../tensor/shape-types.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { centredAlong } from './centred.ts'
import { lengthUnit } from './length-unit.ts'
import {
  countOf,
  reduceOptions,
  reduction,
  spreadReduction,
  type Axes,
  type ReduceOptions,
} from './reducing.ts'
import { abs, add, cast, div, exp, log, mul, pow, square, stopGradient, sub } from './arithmetic.ts'
import { equal, isFinite, notEqual, where } from './comparison.ts'
import { tensorOf } from './operand.ts'

export type { ReduceOptions, Reduction, SpreadReduction, VarianceOptions } from './reducing.ts'

const axisOption = { axis: true } as const

/**
 * The sum of elements; booleans are counted.
 *
 * @example
 * ```ts
 * import { item, sum, tensor, toArray } from 'puregrad'
 * item(sum(tensor([[1, 2], [3, 4]]))) // => 10
 * toArray(sum(tensor([[1, 2], [3, 4]]), { axis: 0 })) // => [4, 6]
 * ```
 * @category Reductions
 */
export const sum = /* @__PURE__ */ reduction('sum', (x, axes) =>
  o.sum(x.dtype === 'bool' ? o.cast(x, 'int32') : x, axes),
)

/**
 * The arithmetic mean.
 *
 * @throws ArgumentError for no elements.
 * @example
 * ```ts
 * import { item, mean, tensor } from 'puregrad'
 * item(mean(tensor([1, 2, 6]))) // => 3
 * ```
 * @category Reductions
 */
export const mean = /* @__PURE__ */ reduction('mean', (x, axes) =>
  div(o.sum(x, axes), countOf(x, axes, 'mean')),
)

/**
 * The mean squared deviation from the mean (divided by n, or by n − 1 with `ddof: 1`). Adding a number to all elements changes it by no
 * more than the rounding of the elements does.
 *
 * @throws ArgumentError for no elements.
 * @example
 * ```ts
 * import { item, tensor, variance } from 'puregrad'
 * item(variance(tensor([1, 3]))) // => 1
 * item(variance(tensor([1, 3]), { ddof: 1 })) // => 2
 * ```
 * @category Reductions
 */
export const variance = /* @__PURE__ */ spreadReduction('variance', (x, axes, divisor) =>
  div(o.sum(asValue(square(centredAlong(x, axes))), axes), divisor),
)

/** √x of a sum of squares, whose kink at 0 has derivative 0; see the primitive. */
const root = (x: Tensor): Tensor => apply(rootOfSquares, [asValue(x)], {})

/**
 * The standard deviation (divided by n, or by n − 1 with `ddof: 1`); derivative 0 where it is 0, as {@link norm} has it. It is right wherever the dtype
 * can hold it, also where the variance leaves its range.
 *
 * @throws ArgumentError for no elements.
 * @example
 * ```ts
 * import { item, std, tensor } from 'puregrad'
 * item(std(tensor([1, 3]))) // => 1
 * ```
 * @category Reductions
 */
export const std = /* @__PURE__ */ spreadReduction('std', (x, axes, divisor) => {
  const meanSquare = (deviations: Tensor): Tensor => div(o.sum(asValue(square(deviations)), axes), divisor)
  // As with norm: no square of a float32 leaves the range of float64, whose own are measured in a unit.
  if (x.dtype === 'float32')
    return o.cast(asValue(root(meanSquare(centredAlong(o.cast(x, 'float64'), axes)))), 'float32')
  const deviations = centredAlong(x, axes)
  const unit = lengthUnit(max(abs(deviations), { axis: axes, keepDims: true }))
  const size = root(meanSquare(div(deviations, unit)))
  return mul(size, o.reshape(asValue(unit), size.shape))
})

/**
 * The largest element; NaN if any is. Ties share the derivative equally.
 *
 * @throws ArgumentError for no elements.
 * @example
 * ```ts
 * import { max, tensor, toArray } from 'puregrad'
 * toArray(max(tensor([[1, 5], [3, 2]]), { axis: 0 })) // => [3, 5]
 * ```
 * @category Reductions
 */
export const max = /* @__PURE__ */ reduction('max', (x, axes) =>
  axes.length === 0 ? x : apply(primitive.reduceMax, [x], { axes }),
)

/** −x in a dtype that has negatives, so that the largest of it is at the smallest of x. */
const negated = (x: AnyValue): AnyValue => o.neg(isFloat(x.dtype) ? x : o.cast(x, 'float64'))

/**
 * The smallest element; NaN if any is. Ties share the derivative equally.
 *
 * @throws ArgumentError for no elements.
 * @example
 * ```ts
 * import { item, min, tensor } from 'puregrad'
 * item(min(tensor([[1, 5], [3, 2]]))) // => 1
 * ```
 * @category Reductions
 */
export const min = /* @__PURE__ */ reduction('min', (x, axes) =>
  axes.length === 0 ? x : o.cast(o.neg(apply(primitive.reduceMax, [negated(x)], { axes })), x.dtype),
)

/** The axis folded in half again and again with `combine`: log n steps, no division, differentiable everywhere. */
const fold = (x: AnyValue, axis: number, combine: (a: AnyValue, b: AnyValue) => Tensor): Tensor => {
  const n = x.shape[axis] ?? 0
  if (n === 1) return x
  const half = n >> 1
  const part = (start: number, count: number): AnyValue =>
    o.slice(x, {
      start: x.shape.map((_, i) => (i === axis ? start : 0)),
      step: x.shape.map(() => 1),
      shape: x.shape.map((size, i) => (i === axis ? count : size)),
    })
  const folded = asValue(combine(part(0, half), part(half, half)))
  return fold(n % 2 === 0 ? folded : o.bind(concat, [folded, part(n - 1, 1)], { axis }), axis, combine)
}

/**
 * The product of elements; 1 for none. Derivatives are exact also where elements are 0.
 *
 * @example
 * ```ts
 * import { grad, prod, tensor, toArray, type Tensor } from 'puregrad'
 * toArray(grad((x: Tensor) => prod(x))(tensor([0, 2, 3]))) // => [6, 0, 0]
 * ```
 * @category Reductions
 */
export const prod = /* @__PURE__ */ reduction('prod', (x, axes) =>
  [...axes].reverse().reduce<Tensor>((value, axis) => {
    const now = asValue(value)
    const shape = now.shape.filter((_, i) => i !== axis)
    return now.shape[axis] === 0
      ? o.constant(1, { shape, dtype: now.dtype })
      : o.reshape(asValue(fold(now, axis, (a, b) => o.mul(a, b))), shape)
  }, x),
)

/**
 * log Σ exp(x) without overflow; −∞ where all elements are −∞ (its derivative is NaN there) and for no elements.
 *
 * @example
 * ```ts
 * import { item, logSumExp, tensor } from 'puregrad'
 * item(logSumExp(tensor([1000, 1000]))) // => 1000.6931
 * ```
 * @category Reductions
 */
export const logSumExp = /* @__PURE__ */ reduction('logSumExp', (x, axes) => {
  if (sizeOf(axes.map((axis) => x.shape[axis] ?? 1)) === 0)
    return o.constant(-Infinity, { shape: withoutAxes(x.shape, axes), dtype: x.dtype })
  const largest = max(stopGradient(x), { axis: axes, keepDims: true })
  const shift = where(isFinite(largest), largest, 0)
  const total = log(sum(exp(sub(x, shift)), { axis: axes }))
  return add(total, o.reshape(asValue(shift), total.shape))
})

const asBool = (x: AnyValue): AnyValue => o.cast(x, 'bool')

/**
 * Whether any element is true (or not 0).
 *
 * @example
 * ```ts
 * import { any, greater, item, tensor } from 'puregrad'
 * item(any(greater(tensor([-1, 2]), 1))) // => 1
 * ```
 * @category Reductions
 */
export const any = /* @__PURE__ */ reduction('any', (x, axes) =>
  notEqual(o.sum(o.cast(asBool(x), 'int32'), axes), 0),
)

/**
 * Whether all elements are true (or not 0).
 *
 * @example
 * ```ts
 * import { all, greater, item, tensor } from 'puregrad'
 * item(all(greater(tensor([1, 2]), 0))) // => 1
 * ```
 * @category Reductions
 */
export const all = /* @__PURE__ */ reduction('all', (x, axes) =>
  equal(o.sum(o.cast(asBool(x), 'int32'), axes), sizeOf(axes.map((axis) => x.shape[axis] ?? 1))),
)

const positionAlong =
  (where: string, prepare: (x: AnyValue) => AnyValue) =>
  (x: Tensor, options: { readonly axis?: number } = {}): Tensor => {
    checkOptions(where, options, axisOption)
    const { axis } = options
    const value = prepare(tensorOf(x, where))
    return axis === undefined
      ? apply(primitive.argmax, [o.reshape(value, [value.size])], { axis: 0 })
      : apply(primitive.argmax, [value], { axis: normalizeAxis(axis, value.rank, where) })
  }

/**
 * The position (int32) of the first largest element, of the flattened tensor or along an axis.
 *
 * @example
 * ```ts
 * import { argmax, tensor, toArray } from 'puregrad'
 * toArray(argmax(tensor([[1, 3], [5, 2]]), { axis: 1 })) // => [1, 0]
 * ```
 * @category Reductions
 */
export const argmax = positionAlong('argmax', (x) => x)

/**
 * The position (int32) of the first smallest element, of the flattened tensor or along an axis.
 *
 * @example
 * ```ts
 * import { argmin, tensor, toArray } from 'puregrad'
 * toArray(argmin(tensor([[3, 1], [2, 4]]), { axis: 1 })) // => [1, 0]
 * ```
 * @category Reductions
 */
export const argmin = positionAlong('argmin', negated)

/**
 * Along which axis to work.
 *
 * @category Reductions
 */
export interface AxisOption {
  /** The axis to work along, counted from the back when negative. */
  readonly axis: number
}

/**
 * Running sums along an axis.
 *
 * @example
 * ```ts
 * import { cumsum, tensor, toArray } from 'puregrad'
 * toArray(cumsum(tensor([1, 2, 3]), { axis: 0 })) // => [1, 3, 6]
 * ```
 * @category Reductions
 */
export const cumsum = <S extends Shape>(x: Tensor<S>, options: AxisOption): Tensor<S> => {
  checkOptions('cumsum', options, axisOption)
  const value = tensorOf(x, 'cumsum')
  const sums: Tensor = o.bind(primitive.cumsum, [value], {
    axis: normalizeAxis(options.axis, value.rank, 'cumsum'),
    reverse: false,
  })
  return sums as Tensor<S>
}

/**
 * Running products along an axis, in log n steps; derivatives are exact also where elements are 0.
 *
 * @example
 * ```ts
 * import { cumprod, tensor, toArray } from 'puregrad'
 * toArray(cumprod(tensor([2, 3, 4]), { axis: 0 })) // => [2, 6, 24]
 * ```
 * @category Reductions
 */
export const cumprod = <S extends Shape>(x: Tensor<S>, options: AxisOption): Tensor<S> => {
  checkOptions('cumprod', options, axisOption)
  const along = normalizeAxis(options.axis, tensorOf(x, 'cumprod').rank, 'cumprod')
  const n = (x.shape as readonly number[])[along] ?? 0
  const shifted = (value: AnyValue, by: number): AnyValue => {
    const region = (count: number, start: number, shape: readonly number[]) => ({
      start: shape.map((_, i) => (i === along ? start : 0)),
      step: shape.map(() => 1),
      shape: shape.map((size, i) => (i === along ? count : size)),
    })
    const head = o.slice(value, region(n - by, 0, value.shape))
    const front = o.constant(1, { shape: region(by, 0, value.shape).shape, dtype: value.dtype })
    return o.bind(concat, [front, head], { axis: along })
  }
  const scan = (value: AnyValue, by: number): AnyValue =>
    by >= n ? value : scan(o.mul(value, shifted(value, by)), 2 * by)
  const products: Tensor = scan(asValue(x), 1)
  return products as Tensor<S>
}

/**
 * Which norm {@link norm} takes, and along which axes.
 *
 * @category Reductions
 */
export interface NormOptions extends ReduceOptions<Axes, boolean> {
  /**
   * p of (Σ|x|ᵖ)^(1/p), 0 or more: 2 unless told otherwise, 1 for Σ|x|, `'inf'` (or Infinity) for max|x|, 0 for how many
   * elements are not 0.
   */
  readonly order?: number | 'inf'
}

/**
 * The length of a vector, or of all elements; 0 for none. Powers neither overflow nor vanish: the norm is right wherever
 * the dtype can hold it.
 *
 * Its derivative at 0 is 0, a subgradient; the second derivative does not exist there and is not finite. The square of
 * a norm is smooth, `square(norm(x))` has the Hessian 2I at 0 too. Norms of matrices are in `puregrad/linalg`.
 *
 * @throws DTypeError for integers; ArgumentError for an order below 0.
 * @example
 * ```ts
 * import { grad, item, norm, tensor, toArray, type Tensor } from 'puregrad'
 * item(norm(tensor([3, 4]))) // => 5
 * item(norm(tensor([3, 4]), { order: 1 })) // => 7
 * toArray(grad((x: Tensor) => norm(x))(tensor([0, 0]))) // => [0, 0]
 * ```
 * @category Reductions
 */
export const norm = (x: Tensor, given: NormOptions = {}): Tensor => {
  checkOptions('norm', given, { order: true, ...reduceOptions })
  tensorOf(x, 'norm')
  const { order = 2, axis, keepDims = false } = given
  if (typeof order === 'string') checkChoice('norm', 'order', order, ['inf'])
  else checkSetting('norm', 'order', order, { min: 0, infinite: true })
  const options = axis === undefined ? { keepDims } : { axis, keepDims }
  if (order === 1 || x.size === 0) return sum(abs(x), options)
  if (order === 'inf' || order === Infinity) return max(abs(x), options)
  return order === 2 ? length(x, options) : powerNorm(x, order, options)
}

const requireFloats = (x: Tensor): void => {
  if (!isFloat(x.dtype))
    throw new DTypeError(`norm: expected float32 or float64, got ${x.dtype}; convert with cast`)
}

/** (Σ|x|ᵖ)^(1/p) in units of the largest element, whose powers do not leave the range; the slope at 0 is 0. */
const powerNorm = (x: Tensor, p: number, options: ReduceOptions<Axes, boolean>): Tensor => {
  requireFloats(x)
  if (p === 0) return sum(cast(notEqual(x, 0), x.dtype), options)
  const unit = lengthUnit(max(abs(x), { ...options, keepDims: true }))
  const total = sum(pow(div(abs(x), unit), p), options)
  const none = equal(total, 0)
  const root = where(none, 0, pow(where(none, 1, total), 1 / p))
  return mul(root, o.reshape(asValue(unit), root.shape))
}

/** √Σx²: float32 in float64, whose range its squares do not leave; float64 in units of the largest element. */
const length = (x: Tensor, options: ReduceOptions<Axes, boolean>): Tensor => {
  requireFloats(x)
  if (x.dtype === 'float32') return o.cast(asValue(root(sum(square(cast(x, 'float64')), options))), 'float32')
  const unit = lengthUnit(max(abs(x), { ...options, keepDims: true }))
  const size = root(sum(square(div(x, unit)), options))
  return mul(size, o.reshape(asValue(unit), size.shape))
}

const isEmptyAlong = (x: Tensor, axis: number, where: string): boolean =>
  x.shape[normalizeAxis(axis, x.rank, where)] === 0

/**
 * eˣ / Σ eˣ along an axis (the last unless told otherwise), without overflow. Elements of −∞ get 0; a row of nothing
 * else, or with ∞ in it, is NaN. No elements give none.
 *
 * @example
 * ```ts
 * import { softmax, tensor, toArray } from 'puregrad'
 * toArray(softmax(tensor([0, 0]))) // => [0.5, 0.5]
 * ```
 * @category Reductions
 */
export const softmax = <S extends Shape>(x: Tensor<S>, options: Partial<AxisOption> = {}): Tensor<S> => {
  checkOptions('softmax', options, axisOption)
  const { axis = -1 } = options
  const value: Tensor = tensorOf(x, 'softmax')
  if (isEmptyAlong(value, axis, 'softmax')) return x
  const e = exp(sub(value, max(stopGradient(value), { axis, keepDims: true })))
  const shares: Tensor = div(e, sum(e, { axis, keepDims: true }))
  return shares as Tensor<S>
}

/**
 * log softmax(x) along an axis (the last unless told otherwise), without overflow; edges as {@link softmax}.
 *
 * @example
 * ```ts
 * import { logSoftmax, tensor, toArray } from 'puregrad'
 * toArray(logSoftmax(tensor([0, 0]))) // => [-0.69314718, -0.69314718]
 * ```
 * @category Reductions
 */
export const logSoftmax = <S extends Shape>(x: Tensor<S>, options: Partial<AxisOption> = {}): Tensor<S> => {
  checkOptions('logSoftmax', options, axisOption)
  const { axis = -1 } = options
  const value: Tensor = tensorOf(x, 'logSoftmax')
  if (isEmptyAlong(value, axis, 'logSoftmax')) return x
  const shifted = sub(value, max(stopGradient(value), { axis, keepDims: true }))
  const logarithms: Tensor = sub(shifted, log(sum(exp(shifted), { axis, keepDims: true })))
  return logarithms as Tensor<S>
}
