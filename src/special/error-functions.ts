import { unaryFunction } from '../core/numeric/elementwise-function.ts'
import * as primitive from '../core/primitive/special.ts'

/**
 * 1 − erf x, element by element, without cancellation: the upper tail to its last digit.
 *
 * @example
 * ```ts
 * import { erfc } from 'puregrad/special'
 * import { item, tensor } from 'puregrad'
 * item(erfc(tensor(1))) // => 0.15729921
 * ```
 * @category Error functions
 */
export const erfc = /* @__PURE__ */ unaryFunction(primitive.erfc)

/**
 * exp(x²) erfc x, element by element: what is left of a tail that underflows. The derivative cancels like 1/x² for large x.
 *
 * @example
 * ```ts
 * import { erfcx } from 'puregrad/special'
 * import { item, tensor } from 'puregrad'
 * item(erfcx(tensor(100))) // => 0.00564161
 * ```
 * @category Error functions
 */
export const erfcx = /* @__PURE__ */ unaryFunction(primitive.erfcx)

/**
 * The inverse of erf, element by element: ±∞ at ±1, NaN beyond.
 *
 * @example
 * ```ts
 * import { erfinv } from 'puregrad/special'
 * import { item, tensor } from 'puregrad'
 * item(erfinv(tensor(0.5))) // => 0.47693628
 * ```
 * @category Error functions
 */
export const erfinv = /* @__PURE__ */ unaryFunction(primitive.erfinv)

/**
 * The inverse of erfc, element by element, on [0, 2]: ∞ at 0, −∞ at 2, NaN outside.
 *
 * @example
 * ```ts
 * import { erfcinv } from 'puregrad/special'
 * import { item, tensor } from 'puregrad'
 * item(erfcinv(tensor(1e-30))) // => 8.1486162
 * ```
 * @category Error functions
 */
export const erfcinv = /* @__PURE__ */ unaryFunction(primitive.erfcinv)

/**
 * The distribution function of the standard normal distribution, element by element, accurate in both tails.
 *
 * @example
 * ```ts
 * import { ndtr } from 'puregrad/special'
 * import { item, tensor } from 'puregrad'
 * item(ndtr(tensor(0))) // => 0.5
 * ```
 * @category Error functions
 */
export const ndtr = /* @__PURE__ */ unaryFunction(primitive.ndtr)

/**
 * The logarithm of `ndtr`, element by element, where that underflows too.
 *
 * @example
 * ```ts
 * import { logNdtr } from 'puregrad/special'
 * import { item, tensor } from 'puregrad'
 * item(logNdtr(tensor(-100))) // => -5005.524
 * ```
 * @category Error functions
 */
export const logNdtr = /* @__PURE__ */ unaryFunction(primitive.logNdtr)

/**
 * The quantiles of the standard normal distribution, element by element, of probabilities in [0, 1].
 *
 * @example
 * ```ts
 * import { ndtri } from 'puregrad/special'
 * import { item, tensor } from 'puregrad'
 * item(ndtri(tensor(0.975))) // => 1.95996398
 * ```
 * @category Error functions
 */
export const ndtri = /* @__PURE__ */ unaryFunction(primitive.ndtri)
