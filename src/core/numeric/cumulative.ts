import { checkOptions } from '../tensor/check-options.ts'
import { isFloat } from '../tensor/dtype.ts'
import { DTypeError } from '../tensor/errors.ts'
import type { Shape } from '../tensor/shape-types.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { normalizeAxis } from '../tensor/shape.ts'
import { add, exp, log, maximum, minimum, stopGradient, sub } from './arithmetic.ts'
import { associativeScan } from './associative-scan.ts'
import { isFinite, where } from './comparison.ts'
import { tensorOf } from './operand.ts'
import type { AxisOption } from './reduce.ts'

const running =
  (where_: string, combine: (a: Tensor, b: Tensor) => Tensor) =>
  <S extends Shape>(x: Tensor<S>, options: AxisOption): Tensor<S> => {
    checkOptions(where_, options, { axis: true })
    const value: Tensor = tensorOf(x, where_)
    if (where_ === 'cumlogsumexp' && !isFloat(value.dtype))
      throw new DTypeError(`${where_}: expected float32 or float64, got ${value.dtype}; convert with cast`)
    const axis = normalizeAxis(options.axis, value.rank, where_)
    return associativeScan(combine, value, { axis }) as Tensor<S>
  }

/**
 * The largest element so far along an axis, in log n steps; NaN from the first NaN on. Two that tie share the derivative
 * equally.
 *
 * @example
 * ```ts
 * import { cummax, tensor, toArray } from 'puregrad'
 * toArray(cummax(tensor([1, 3, 2, 5]), { axis: 0 })) // => [1, 3, 3, 5]
 * ```
 * @category Reductions
 */
export const cummax = /* @__PURE__ */ running('cummax', (a, b) => maximum(a, b))

/**
 * The smallest element so far along an axis, as {@link cummax} has the largest.
 *
 * @example
 * ```ts
 * import { cummin, tensor, toArray } from 'puregrad'
 * toArray(cummin(tensor([4, 3, 5, 1]), { axis: 0 })) // => [4, 3, 3, 1]
 * ```
 * @category Reductions
 */
export const cummin = /* @__PURE__ */ running('cummin', (a, b) => minimum(a, b))

/**
 * log Σ exp of the elements so far along an axis, without overflow, in log n steps; −∞ as long as all are.
 *
 * @throws DTypeError for integers.
 * @example
 * ```ts
 * import { cumlogsumexp, tensor, toArray } from 'puregrad'
 * toArray(cumlogsumexp(tensor([1000, 1000]), { axis: 0 })) // => [1000, 1000.6931]
 * ```
 * @category Reductions
 */
export const cumlogsumexp = /* @__PURE__ */ running('cumlogsumexp', (a, b) => {
  const largest = stopGradient(maximum(a, b))
  const shift = where(isFinite(largest), largest, 0)
  return add(log(add(exp(sub(a, shift)), exp(sub(b, shift)))), shift)
})
