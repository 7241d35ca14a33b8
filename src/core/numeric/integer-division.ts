import { operations as o } from '../autodiff/apply.ts'
import { asValue, type AnyValue } from '../autodiff/value.ts'
import { isFloat } from '../tensor/dtype.ts'
import { DTypeError } from '../tensor/errors.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { add, cast, div, floor, mul, stopGradient, sub } from './arithmetic.ts'
import { equal, isFinite, isNaN, less, logicalAnd, logicalNot, notEqual, where } from './comparison.ts'
import type { BinaryFunction } from './elementwise-function.ts'
import { aligned, type Operand } from './operand.ts'

const numbersOf = (where_: string, a: Operand, b: Operand): readonly [AnyValue, AnyValue] => {
  const [x, y] = aligned(a, b, where_)
  if (x.dtype === 'bool' || x.dtype !== y.dtype)
    throw new DTypeError(
      `${where_}: expected numbers of one dtype, got ${x.dtype} and ${y.dtype}; convert with cast`,
    )
  return [x, y]
}

/** ⌊a/b⌋ of integers, exact in float64, which holds every quotient of 32 bits; 0 for b = 0. */
const integerQuotient = (x: AnyValue, y: AnyValue): Tensor => {
  const [a, b] = [cast(x, 'float64'), cast(y, 'float64')]
  const none = equal(b, 0)
  const quotient = where(none, 0, floor(div(a, where(none, 1, b))))
  // The one quotient beyond int32, of −2³¹ and −1, wraps around as sums do.
  const wrapped = x.dtype === 'int32' ? where(equal(quotient, 2 ** 31), -(2 ** 31), quotient) : quotient
  return cast(wrapped, x.dtype)
}

/** a − b⌊a/b⌋ of floats, float32 in float64; what rounding leaves outside of [0, b) is brought back. */
const floatRemainder = (x: AnyValue, y: AnyValue): Tensor => {
  if (x.dtype === 'float32')
    return cast(floatRemainder(o.cast(x, 'float64'), o.cast(y, 'float64')), 'float32')
  const quotient = stopGradient(floor(div(x, y)))
  const rest = sub(x, mul(y, quotient))
  const otherSign = logicalAnd(notEqual(rest, 0), notEqual(less(rest, 0), less(y, 0)))
  const low = where(otherSign, add(rest, y), rest)
  const beyond = where(less(y, 0), less(low, y), less(y, low))
  const inside = where(beyond, sub(low, y), where(equal(low, y), sub(low, y), low))
  // A finite number is its own remainder by an infinite one of its sign.
  const endless = logicalAnd(logicalNot(isFinite(y)), logicalAnd(logicalNot(isNaN(y)), isFinite(x)))
  const own = where(logicalAnd(notEqual(x, 0), notEqual(less(x, 0), less(y, 0))), y, x)
  return where(endless, own, inside)
}

/**
 * ⌊a/b⌋, with broadcasting: rounded towards −∞, as Python, NumPy and JAX divide (C and JavaScript round towards 0). Integers
 * stay integers; by 0 they give 0, and −2³¹ by −1 wraps around. Floats by 0 are infinite or NaN. The derivative is 0.
 *
 * @throws DTypeError for booleans.
 * @example
 * ```ts
 * import { floorDivide, tensor, toArray } from 'puregrad'
 * toArray(floorDivide(tensor([7, -7], { dtype: 'int32' }), 2)) // => [3, -4]
 * ```
 * @category Arithmetic
 */
export const floorDivide = ((a: Operand, b: Operand): Tensor => {
  const [x, y] = numbersOf('floorDivide', a, b)
  return isFloat(x.dtype) ? floor(div(x, y)) : integerQuotient(x, y)
}) as BinaryFunction

/**
 * a − b⌊a/b⌋, with broadcasting: 0 or of the sign of the divisor b, as Python, NumPy and JAX have it (the `%` of C and
 * JavaScript has that of a). Integers by 0 give 0, floats NaN. Of float64 the product b⌊a/b⌋ is rounded. Derivatives are 1
 * for a and −⌊a/b⌋ for b.
 *
 * @throws DTypeError for booleans.
 * @example
 * ```ts
 * import { remainder, tensor, toArray } from 'puregrad'
 * toArray(remainder(tensor([7, -7], { dtype: 'int32' }), 3)) // => [1, 2]
 * toArray(remainder(tensor([5.5, -5.5]), 2)) // => [1.5, 0.5]
 * ```
 * @category Arithmetic
 */
export const remainder = ((a: Operand, b: Operand): Tensor => {
  const [x, y] = numbersOf('remainder', a, b)
  if (isFloat(x.dtype)) return floatRemainder(x, y)
  const none = equal(y, 0)
  return where(none, 0, sub(x, asValue(mul(integerQuotient(x, y), y))))
}) as BinaryFunction
