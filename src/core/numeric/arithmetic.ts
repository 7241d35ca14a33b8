import { operations as o } from '../autodiff/apply.ts'
import * as elementwise from '../primitive/elementwise.ts'
import { dtypes, isDType, isFloat, type DType } from '../tensor/dtype.ts'
import { DTypeError } from '../tensor/errors.ts'
import type { Shape } from '../tensor/shape-types.ts'
import { showValue } from '../tensor/show-value.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { checkSetting } from '../tensor/check-setting.ts'
import { binaryFunction, unaryFunction, type BinaryFunction } from './elementwise-function.ts'
import { isNumber, isPlainly, tensorOf, valueOf, type Operand } from './operand.ts'

/**
 * −x, element by element.
 *
 * @example
 * ```ts
 * import { neg, tensor, toArray } from 'puregrad'
 * toArray(neg(tensor([1, -2]))) // => [-1, 2]
 * ```
 * @category Arithmetic
 */
export const neg = /* @__PURE__ */ unaryFunction(elementwise.neg)

/**
 * Eˣ, element by element.
 *
 * @example
 * ```ts
 * import { exp, item, tensor } from 'puregrad'
 * item(exp(tensor(0))) // => 1
 * ```
 * @category Arithmetic
 */
export const exp = /* @__PURE__ */ unaryFunction(elementwise.exp)

/**
 * The natural logarithm, element by element.
 *
 * @example
 * ```ts
 * import { item, log, tensor } from 'puregrad'
 * item(log(tensor(1))) // => 0
 * ```
 * @category Arithmetic
 */
export const log = /* @__PURE__ */ unaryFunction(elementwise.log)

/**
 * Log(1 + x), accurate near 0, element by element.
 *
 * @example
 * ```ts
 * import { item, log1p, tensor } from 'puregrad'
 * item(log1p(tensor(0))) // => 0
 * ```
 * @category Arithmetic
 */
export const log1p = /* @__PURE__ */ unaryFunction(elementwise.log1p)

/**
 * Eˣ − 1, accurate near 0, element by element.
 *
 * @example
 * ```ts
 * import { expm1, item, tensor } from 'puregrad'
 * item(expm1(tensor(0))) // => 0
 * ```
 * @category Arithmetic
 */
export const expm1 = /* @__PURE__ */ unaryFunction(elementwise.expm1)

/**
 * The square root, element by element. Its derivative at 0 is infinite.
 *
 * @example
 * ```ts
 * import { item, sqrt, tensor } from 'puregrad'
 * item(sqrt(tensor(9))) // => 3
 * ```
 * @category Arithmetic
 */
export const sqrt = /* @__PURE__ */ unaryFunction(elementwise.sqrt)

/**
 * 1 / √x, element by element.
 *
 * @example
 * ```ts
 * import { item, rsqrt, tensor } from 'puregrad'
 * item(rsqrt(tensor(4))) // => 0.5
 * ```
 * @category Arithmetic
 */
export const rsqrt = /* @__PURE__ */ unaryFunction(elementwise.rsqrt)

/**
 * The sine of x radians, element by element.
 *
 * @example
 * ```ts
 * import { item, sin, tensor } from 'puregrad'
 * item(sin(tensor(0))) // => 0
 * ```
 * @category Arithmetic
 */
export const sin = /* @__PURE__ */ unaryFunction(elementwise.sin)

/**
 * The cosine of x radians, element by element.
 *
 * @example
 * ```ts
 * import { cos, item, tensor } from 'puregrad'
 * item(cos(tensor(0))) // => 1
 * ```
 * @category Arithmetic
 */
export const cos = /* @__PURE__ */ unaryFunction(elementwise.cos)

/**
 * The hyperbolic tangent, element by element.
 *
 * @example
 * ```ts
 * import { item, tanh, tensor } from 'puregrad'
 * item(tanh(tensor(0))) // => 0
 * ```
 * @category Arithmetic
 */
export const tanh = /* @__PURE__ */ unaryFunction(elementwise.tanh)

/**
 * 1 / (1 + e⁻ˣ), without overflow, element by element.
 *
 * @example
 * ```ts
 * import { item, sigmoid, tensor } from 'puregrad'
 * item(sigmoid(tensor(0))) // => 0.5
 * ```
 * @category Arithmetic
 */
export const sigmoid = /* @__PURE__ */ unaryFunction(elementwise.sigmoid)

/**
 * |x|, with derivative 0 at 0, element by element.
 *
 * @example
 * ```ts
 * import { abs, tensor, toArray } from 'puregrad'
 * toArray(abs(tensor([-2, 3]))) // => [2, 3]
 * ```
 * @category Arithmetic
 */
export const abs = /* @__PURE__ */ unaryFunction(elementwise.abs)

/**
 * −1, 0 or 1; derivative 0, element by element.
 *
 * @example
 * ```ts
 * import { sign, tensor, toArray } from 'puregrad'
 * toArray(sign(tensor([-2, 0, 3]))) // => [-1, 0, 1]
 * ```
 * @category Arithmetic
 */
export const sign = /* @__PURE__ */ unaryFunction(elementwise.sign)

/**
 * The largest integer not above x; derivative 0, element by element.
 *
 * @example
 * ```ts
 * import { floor, tensor, toArray } from 'puregrad'
 * toArray(floor(tensor([1.5, -1.5]))) // => [1, -2]
 * ```
 * @category Arithmetic
 */
export const floor = /* @__PURE__ */ unaryFunction(elementwise.floor)

/**
 * The nearest integer, halves to the even one; derivative 0, element by element.
 *
 * @example
 * ```ts
 * import { round, tensor, toArray } from 'puregrad'
 * toArray(round(tensor([0.5, 1.5]))) // => [0, 2]
 * ```
 * @category Arithmetic
 */
export const round = /* @__PURE__ */ unaryFunction(elementwise.round)

/**
 * The error function, (2/√π) ∫₀ˣ exp(−t²) dt, element by element.
 *
 * @example
 * ```ts
 * import { erf, item, tensor } from 'puregrad'
 * item(erf(tensor(0))) // => 0
 * ```
 * @category Arithmetic
 */
export const erf = /* @__PURE__ */ unaryFunction(elementwise.erf)

/**
 * a + b, with broadcasting; a number takes the dtype of the tensor.
 *
 * @throws DTypeError for two dtypes, or for a number that an integer dtype does not hold, here and in the functions below.
 * @example
 * ```ts
 * import { add, tensor, toArray } from 'puregrad'
 * toArray(add(tensor([1, 2]), 1)) // => [2, 3]
 * ```
 * @category Arithmetic
 */
export const add = /* @__PURE__ */ binaryFunction(elementwise.add)

/**
 * a − b, with broadcasting; a number takes the dtype of the tensor.
 *
 * @example
 * ```ts
 * import { sub, tensor, toArray } from 'puregrad'
 * toArray(sub(tensor([1, 2]), 1)) // => [0, 1]
 * ```
 * @category Arithmetic
 */
export const sub = /* @__PURE__ */ binaryFunction(elementwise.sub)

/**
 * a · b, element by element, with broadcasting; a number takes the dtype of the tensor.
 *
 * @example
 * ```ts
 * import { mul, tensor, toArray } from 'puregrad'
 * toArray(mul(tensor([1, 2]), 3)) // => [3, 6]
 * ```
 * @category Arithmetic
 */
export const mul = /* @__PURE__ */ binaryFunction(elementwise.mul)

/**
 * a / b for floats, with broadcasting; a number takes the dtype of the tensor.
 *
 * @example
 * ```ts
 * import { div, tensor, toArray } from 'puregrad'
 * toArray(div(tensor([1, 2]), 2)) // => [0.5, 1]
 * ```
 * @category Arithmetic
 */
export const div = /* @__PURE__ */ binaryFunction(elementwise.div)

const power = /* @__PURE__ */ binaryFunction(elementwise.pow)

/**
 * Aᵇ for floats, with broadcasting; a number takes the dtype of the tensor.
 *
 * The edges are those of JavaScript's `**`: a⁰ = 1 for every a, also 0, the infinities and NaN; 1 and −1 to an infinite
 * power, and 1 to the power NaN, are NaN (C has 1 there); a negative number to a power that is not an integer is NaN.
 *
 * Derivatives: of a⁰ by a it is 0, also at a = 0; of 0ᵇ by b it is 0 for b > 0; of aᵇ at a = 0 by a it is infinite for
 * 0 < b < 1. A power of 2 is a product with itself.
 *
 * @example
 * ```ts
 * import { pow, tensor, toArray } from 'puregrad'
 * toArray(pow(tensor([1, 2]), 3)) // => [1, 8]
 * ```
 * @category Arithmetic
 */
export const pow: BinaryFunction = ((a: Operand, b: Operand): Tensor =>
  isPlainly(b, 2) && !isNumber(a) && isFloat(a.dtype)
    ? square(a)
    : (power as (a: Operand, b: Operand) => Tensor)(a, b)) as BinaryFunction

/**
 * The larger, NaN if either is; ties share the derivative equally, with broadcasting; a number takes the dtype of the tensor.
 *
 * @example
 * ```ts
 * import { maximum, tensor, toArray } from 'puregrad'
 * toArray(maximum(tensor([1, 5]), 3)) // => [3, 5]
 * ```
 * @category Arithmetic
 */
export const maximum = /* @__PURE__ */ binaryFunction(elementwise.max, 'maximum')

/**
 * The smaller, NaN if either is; ties share the derivative equally, with broadcasting; a number takes the dtype of the tensor.
 *
 * @example
 * ```ts
 * import { minimum, tensor, toArray } from 'puregrad'
 * toArray(minimum(tensor([1, 5]), 3)) // => [1, 3]
 * ```
 * @category Arithmetic
 */
export const minimum = /* @__PURE__ */ binaryFunction(elementwise.min, 'minimum')

/**
 * x², element by element.
 *
 * @example
 * ```ts
 * import { square, tensor, toArray } from 'puregrad'
 * toArray(square(tensor([2, 3]))) // => [4, 9]
 * ```
 * @category Arithmetic
 */
export const square = <S extends Shape>(x: Tensor<S>): Tensor<S> => {
  const value = valueOf(x, 'float32', 'square')
  return o.mul(value, value) as Tensor<S>
}

/**
 * Elements limited to [low, high]; the derivative is 1 inside, 0 outside, ½ at the ends. NaN stays NaN, and an infinite
 * bound is none.
 *
 * @throws ArgumentError for a bound that is NaN; DTypeError for one that an integer dtype does not hold.
 * @example
 * ```ts
 * import { clip, tensor, toArray } from 'puregrad'
 * toArray(clip(tensor([-2, 0.5, 2]), -1, 1)) // => [-1, 0.5, 1]
 * ```
 * @category Arithmetic
 */
export const clip = <S extends Shape>(x: Tensor<S>, low: number, high: number): Tensor<S> => {
  const value = valueOf(x, 'float32', 'clip')
  const bound = (name: string, limit: number): Tensor => {
    const check = (known: number): void => {
      checkSetting('clip', name, known, { infinite: true })
    }
    if (!isNumber(limit) || typeof limit === 'number') check(limit)
    return valueOf(limit, value.dtype, 'clip', check)
  }
  const raised: Operand = isPlainly(low, -Infinity) ? value : maximum(value, bound('low', low))
  return (isPlainly(high, Infinity) ? raised : minimum(raised, bound('high', high))) as Tensor<S>
}

const requireKnown = (dtype: DType): DType => {
  if (!isDType(dtype))
    throw new DTypeError(`cast: expected a dtype (${dtypes.join(', ')}), got ${showValue(dtype)}`)
  return dtype
}

/**
 * Another dtype. Between floats the derivative passes, elsewhere it is 0.
 *
 * Towards integers numbers are truncated towards 0 and taken modulo 2³², as typed arrays of JavaScript do; NaN and the
 * infinities become 0. Towards booleans everything but 0 is true, NaN included.
 *
 * @example
 * ```ts
 * import { cast, tensor, toArray } from 'puregrad'
 * toArray(cast(tensor([1.7, -1.7]), 'int32')) // => [1, -1]
 * ```
 * @category Arithmetic
 */
export const cast = <S extends Shape>(x: Tensor<S>, dtype: DType): Tensor<S> =>
  o.cast(tensorOf(x, 'cast'), requireKnown(dtype)) as Tensor<S>

/**
 * The same value, held constant by every derivative.
 *
 * @example
 * ```ts
 * import { grad, item, mul, stopGradient, tensor, type Tensor } from 'puregrad'
 * item(grad((x: Tensor) => mul(x, stopGradient(x)))(tensor(3))) // => 3
 * ```
 * @category Arithmetic
 */
export const stopGradient = /* @__PURE__ */ unaryFunction(elementwise.stopGradient)
