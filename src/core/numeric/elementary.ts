import { operations as o } from '../autodiff/apply.ts'
import * as primitive from '../primitive/special.ts'
import type { Shape } from '../tensor/shape-types.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { softplus } from './activations.ts'
import { neg } from './arithmetic.ts'
import { valueOf } from './operand.ts'
import { binaryFunction, unaryFunction } from './elementwise-function.ts'

/**
 * The tangent, element by element.
 *
 * @example
 * ```ts
 * import { item, tan, tensor } from 'puregrad'
 * item(tan(tensor(0))) // => 0
 * ```
 * @category Elementary functions
 */
export const tan = /* @__PURE__ */ unaryFunction(primitive.tan)

/**
 * The arc sine, from −π/2 to π/2, element by element; NaN outside [−1, 1].
 *
 * @example
 * ```ts
 * import { asin, item, tensor } from 'puregrad'
 * item(asin(tensor(0.5))) // => 0.52359878
 * ```
 * @category Elementary functions
 */
export const asin = /* @__PURE__ */ unaryFunction(primitive.asin)

/**
 * The arc cosine, from 0 to π, element by element; NaN outside [−1, 1].
 *
 * @example
 * ```ts
 * import { acos, item, tensor } from 'puregrad'
 * item(acos(tensor(0.5))) // => 1.04719755
 * ```
 * @category Elementary functions
 */
export const acos = /* @__PURE__ */ unaryFunction(primitive.acos)

/**
 * The arc tangent, from −π/2 to π/2, element by element.
 *
 * @example
 * ```ts
 * import { atan, item, tensor } from 'puregrad'
 * item(atan(tensor(1))) // => 0.78539816
 * ```
 * @category Elementary functions
 */
export const atan = /* @__PURE__ */ unaryFunction(primitive.atan)

/**
 * The angle of the points (x, y), from −π to π, with broadcasting: y comes first, as everywhere. The signs of zeros count as in C:
 * atan2(0, −0) is π. At the origin there is no derivative: it is NaN.
 *
 * @example
 * ```ts
 * import { atan2, item, tensor } from 'puregrad'
 * item(atan2(tensor(1), tensor(-1))) // => 2.35619449
 * ```
 * @category Elementary functions
 */
export const atan2 = /* @__PURE__ */ binaryFunction(primitive.atan2)

/**
 * The hyperbolic sine, element by element.
 *
 * @example
 * ```ts
 * import { item, sinh, tensor } from 'puregrad'
 * item(sinh(tensor(1))) // => 1.17520119
 * ```
 * @category Elementary functions
 */
export const sinh = /* @__PURE__ */ unaryFunction(primitive.sinh)

/**
 * The hyperbolic cosine, element by element.
 *
 * @example
 * ```ts
 * import { cosh, item, tensor } from 'puregrad'
 * item(cosh(tensor(1))) // => 1.54308063
 * ```
 * @category Elementary functions
 */
export const cosh = /* @__PURE__ */ unaryFunction(primitive.cosh)

/**
 * The inverse of the hyperbolic sine, element by element.
 *
 * @example
 * ```ts
 * import { asinh, item, tensor } from 'puregrad'
 * item(asinh(tensor(1))) // => 0.88137359
 * ```
 * @category Elementary functions
 */
export const asinh = /* @__PURE__ */ unaryFunction(primitive.asinh)

/**
 * The inverse of the hyperbolic cosine, element by element; NaN below 1.
 *
 * @example
 * ```ts
 * import { acosh, item, tensor } from 'puregrad'
 * item(acosh(tensor(2))) // => 1.3169579
 * ```
 * @category Elementary functions
 */
export const acosh = /* @__PURE__ */ unaryFunction(primitive.acosh)

/**
 * The inverse of the hyperbolic tangent, element by element; ±∞ at ±1, NaN beyond.
 *
 * @example
 * ```ts
 * import { atanh, item, tensor } from 'puregrad'
 * item(atanh(tensor(0.5))) // => 0.54930614
 * ```
 * @category Elementary functions
 */
export const atanh = /* @__PURE__ */ unaryFunction(primitive.atanh)

/**
 * The logarithm to base 2, element by element; exact for powers of 2.
 *
 * @example
 * ```ts
 * import { item, log2, tensor } from 'puregrad'
 * item(log2(tensor(8))) // => 3
 * ```
 * @category Elementary functions
 */
export const log2 = /* @__PURE__ */ unaryFunction(primitive.log2)

/**
 * The logarithm to base 10, element by element; exact for powers of 10 from 1 to 10²² in float64.
 *
 * @example
 * ```ts
 * import { item, log10, tensor } from 'puregrad'
 * item(log10(tensor(1000))) // => 3
 * ```
 * @category Elementary functions
 */
export const log10 = /* @__PURE__ */ unaryFunction(primitive.log10)

/**
 * 2ˣ, element by element; exact for whole numbers.
 *
 * @example
 * ```ts
 * import { exp2, item, tensor } from 'puregrad'
 * item(exp2(tensor(10))) // => 1024
 * ```
 * @category Elementary functions
 */
export const exp2 = /* @__PURE__ */ unaryFunction(primitive.exp2)

/**
 * The cubic root, element by element, of negative numbers too; its derivative at 0 is infinite.
 *
 * @example
 * ```ts
 * import { cbrt, item, tensor } from 'puregrad'
 * item(cbrt(tensor(-27))) // => -3
 * ```
 * @category Elementary functions
 */
export const cbrt = /* @__PURE__ */ unaryFunction(primitive.cbrt)

/**
 * √(x² + y²) with broadcasting, which neither overflows nor underflows on the way. The derivative at the origin is taken as 0.
 *
 * @example
 * ```ts
 * import { hypot, item, tensor } from 'puregrad'
 * item(hypot(tensor(3), 4)) // => 5
 * ```
 * @category Elementary functions
 */
export const hypot = /* @__PURE__ */ binaryFunction(primitive.hypot)

/**
 * The sizes of the first with the signs of the second, with broadcasting; −0 is negative, and NaN has no sign. The derivative by
 * the first is 1 where the signs agree, −1 where they do not and 0 at 0; by the second it is 0.
 *
 * @example
 * ```ts
 * import { copySign, tensor, toArray } from 'puregrad'
 * toArray(copySign(tensor([1, -2]), -0)) // => [-1, -2]
 * ```
 * @category Elementary functions
 */
export const copySign = /* @__PURE__ */ binaryFunction(primitive.copySign)

/**
 * The least whole number that is not below, element by element; −0 for numbers in (−1, 0). The derivative is 0.
 *
 * @example
 * ```ts
 * import { ceil, tensor, toArray } from 'puregrad'
 * toArray(ceil(tensor([1.2, -1.2]))) // => [2, -1]
 * ```
 * @category Elementary functions
 */
export const ceil = /* @__PURE__ */ unaryFunction(primitive.ceil)

/**
 * The whole part, towards 0, element by element; −0 for numbers in (−1, 0). The derivative is 0.
 *
 * @example
 * ```ts
 * import { tensor, toArray, trunc } from 'puregrad'
 * toArray(trunc(tensor([1.7, -1.7]))) // => [1, -1]
 * ```
 * @category Elementary functions
 */
export const trunc = /* @__PURE__ */ unaryFunction(primitive.trunc)

/**
 * log(eᵃ + eᵇ) without overflow, with broadcasting; −∞ stands for nothing to add.
 *
 * @example
 * ```ts
 * import { item, logAddExp, tensor } from 'puregrad'
 * item(logAddExp(tensor(1000), 1000)) // => 1000.69314718
 * ```
 * @category Elementary functions
 */
export const logAddExp = /* @__PURE__ */ binaryFunction(primitive.logAddExp)

/**
 * 1 / x, element by element; ±∞ at ±0.
 *
 * @example
 * ```ts
 * import { item, reciprocal, tensor } from 'puregrad'
 * item(reciprocal(tensor(4))) // => 0.25
 * ```
 * @category Elementary functions
 */
export const reciprocal = <S extends Shape>(x: Tensor<S>): Tensor<S> => {
  const value = valueOf(x, 'float32', 'reciprocal')
  return o.div(o.constant(1, value), value) as Tensor<S>
}

/**
 * log(1 / (1 + e⁻ˣ)), element by element, without underflow: x itself for large negative x.
 *
 * @example
 * ```ts
 * import { item, logSigmoid, tensor } from 'puregrad'
 * item(logSigmoid(tensor(0))) // => -0.69314718
 * ```
 * @category Elementary functions
 */
export const logSigmoid = <S extends Shape>(x: Tensor<S>): Tensor<S> => neg(softplus(neg(x)))
