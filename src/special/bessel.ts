import * as primitive from '../core/primitive/special.ts'
import type { Shape } from '../core/tensor/shape-types.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { ofOrder } from './of-order.ts'

/**
 * J of a whole order, the Bessel function of the first kind, element by element. Near its roots its error is small against the
 * amplitude √(2/πx).
 *
 * @throws ArgumentError unless the order is a whole number of 0 or more.
 * @example
 * ```ts
 * import { besselJ } from 'puregrad/special'
 * import { item, tensor } from 'puregrad'
 * item(besselJ(0, tensor(1))) // => 0.76519769
 * ```
 * @category Bessel functions
 */
export const besselJ = /* @__PURE__ */ ofOrder(primitive.besselJ)

/**
 * I of a whole order, the modified Bessel function of the first kind, element by element.
 *
 * @throws ArgumentError unless the order is a whole number of 0 or more.
 * @example
 * ```ts
 * import { besselI } from 'puregrad/special'
 * import { item, tensor } from 'puregrad'
 * item(besselI(1, tensor(1))) // => 0.5651591
 * ```
 * @category Bessel functions
 */
export const besselI = /* @__PURE__ */ ofOrder(primitive.besselI)

/**
 * e^−|x| times I of a whole order, element by element, which does not overflow.
 *
 * @throws ArgumentError unless the order is a whole number of 0 or more.
 * @example
 * ```ts
 * import { besselIe } from 'puregrad/special'
 * import { item, tensor } from 'puregrad'
 * item(besselIe(0, tensor(1000))) // => 0.01261724
 * ```
 * @category Bessel functions
 */
export const besselIe = /* @__PURE__ */ ofOrder(primitive.besselIe)

const derivativeOfSinc = /* @__PURE__ */ ofOrder(primitive.sinc)

/**
 * sin πx / πx, element by element, 1 at 0, with all derivatives there.
 *
 * @example
 * ```ts
 * import { sinc } from 'puregrad/special'
 * import { item, tensor } from 'puregrad'
 * item(sinc(tensor(0.5))) // => 0.63661977
 * ```
 * @category Elementary functions
 */
export const sinc = <S extends Shape>(x: Tensor<S>): Tensor<S> => derivativeOfSinc(0, x)
