import { apply, operations as o } from '../autodiff/apply.ts'
import * as elementwise from '../primitive/elementwise.ts'
import { isFloat } from '../tensor/dtype.ts'
import { broadcastShapes } from '../tensor/shape.ts'
import type { Shape } from '../tensor/shape-types.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { binaryFunction, comparisonFunction } from './elementwise-function.ts'
import { aligned, neighbourDType, tensorOf, valueOf, type Operand } from './operand.ts'

const not = (x: Tensor): Tensor => {
  const value = valueOf(x, 'bool', 'logicalNot')
  return apply(elementwise.equal, [value, o.constant(0, value)], {})
}

/**
 * Whether elements are equal: a bool tensor, with broadcasting. NaN equals nothing. Beside integers, every number is
 * compared exactly, whether the dtype holds it or not.
 *
 * @example
 * ```ts
 * import { equal, tensor, toArray } from 'puregrad'
 * toArray(equal(tensor([3, 4], { dtype: 'int32' }), 3.5)) // => [false, false]
 * ```
 * @category Comparison
 */
export const equal = /* @__PURE__ */ comparisonFunction('equal', (a, b) =>
  apply(elementwise.equal, [a, b], {}),
)

/**
 * Whether elements differ: a bool tensor, with broadcasting.
 *
 * @example
 * ```ts
 * import { notEqual, tensor, toArray } from 'puregrad'
 * toArray(notEqual(tensor([1, 2]), 2)) // => [true, false]
 * ```
 * @category Comparison
 */
export const notEqual = /* @__PURE__ */ comparisonFunction('notEqual', (a, b) =>
  not(apply(elementwise.equal, [a, b], {})),
)

/**
 * a < b, a bool tensor, with broadcasting; exact beside integers, as {@link equal}.
 *
 * @example
 * ```ts
 * import { less, tensor, toArray } from 'puregrad'
 * toArray(less(tensor([1, 2, 3]), 2)) // => [true, false, false]
 * ```
 * @category Comparison
 */
export const less = /* @__PURE__ */ comparisonFunction('less', (a, b) => apply(elementwise.less, [a, b], {}))

/**
 * a ≤ b, a bool tensor, with broadcasting; exact beside integers, as {@link equal}.
 *
 * @example
 * ```ts
 * import { lessEqual, tensor, toArray } from 'puregrad'
 * toArray(lessEqual(tensor([1, 2, 3]), 2)) // => [true, true, false]
 * ```
 * @category Comparison
 */
export const lessEqual = /* @__PURE__ */ comparisonFunction('lessEqual', (a, b) =>
  apply(elementwise.lessEqual, [a, b], {}),
)

/**
 * a > b, a bool tensor, with broadcasting; exact beside integers, as {@link equal}.
 *
 * @example
 * ```ts
 * import { greater, tensor, toArray } from 'puregrad'
 * toArray(greater(tensor([1, 2, 3]), 2)) // => [false, false, true]
 * ```
 * @category Comparison
 */
export const greater = /* @__PURE__ */ comparisonFunction('greater', (a, b) =>
  apply(elementwise.less, [b, a], {}),
)

/**
 * a ≥ b, a bool tensor, with broadcasting; exact beside integers, as {@link equal}.
 *
 * @example
 * ```ts
 * import { greaterEqual, tensor, toArray } from 'puregrad'
 * toArray(greaterEqual(tensor([1, 2, 3]), 2)) // => [false, true, true]
 * ```
 * @category Comparison
 */
export const greaterEqual = /* @__PURE__ */ comparisonFunction('greaterEqual', (a, b) =>
  apply(elementwise.lessEqual, [b, a], {}),
)

/**
 * Both hold; bool tensors, with broadcasting.
 *
 * @example
 * ```ts
 * import { greater, less, logicalAnd, tensor, toArray } from 'puregrad'
 * const x = tensor([1, 2, 3])
 * toArray(logicalAnd(greater(x, 1), less(x, 3))) // => [false, true, false]
 * ```
 * @category Comparison
 */
export const logicalAnd = /* @__PURE__ */ binaryFunction(elementwise.min, 'logicalAnd')

/**
 * At least one holds; bool tensors, with broadcasting.
 *
 * @example
 * ```ts
 * import { greater, less, logicalOr, tensor, toArray } from 'puregrad'
 * const x = tensor([1, 2, 3])
 * toArray(logicalOr(less(x, 2), greater(x, 2))) // => [true, false, true]
 * ```
 * @category Comparison
 */
export const logicalOr = /* @__PURE__ */ binaryFunction(elementwise.max, 'logicalOr')

/**
 * Does not hold; a bool tensor.
 *
 * @example
 * ```ts
 * import { greater, logicalNot, tensor, toArray } from 'puregrad'
 * toArray(logicalNot(greater(tensor([1, 2]), 1))) // => [true, false]
 * ```
 * @category Comparison
 */
export const logicalNot = not as <S extends Shape>(x: Tensor<S>) => Tensor<S>

/**
 * Whether elements are NaN.
 *
 * @example
 * ```ts
 * import { isNaN, tensor, toArray } from 'puregrad'
 * toArray(isNaN(tensor([1, NaN, Infinity]))) // => [false, true, false]
 * ```
 * @category Comparison
 */
export const isNaN = <S extends Shape>(x: Tensor<S>): Tensor<S> => notEqual(x, x as never)

/**
 * Whether elements are neither NaN nor infinite; integers and booleans always are.
 *
 * @example
 * ```ts
 * import { isFinite, tensor, toArray } from 'puregrad'
 * toArray(isFinite(tensor([1, NaN, Infinity]))) // => [true, false, false]
 * ```
 * @category Comparison
 */
export const isFinite = <S extends Shape>(x: Tensor<S>): Tensor<S> => {
  const value = tensorOf(x, 'isFinite')
  const finite: Tensor = isFloat(value.dtype)
    ? apply(elementwise.less, [apply(elementwise.abs, [value], {}), o.constant(Infinity, value)], {})
    : o.constant(1, { shape: value.shape, dtype: 'bool' })
  return finite as Tensor<S>
}

/**
 * The second operand where the condition holds, the third elsewhere, with broadcasting. The branch that is not
 * taken contributes exactly 0 to derivatives, even where its own are infinite. Its value is computed all the same: a
 * matrix product with an infinite or NaN row in it spreads NaN into the derivative of the other factor.
 *
 * @example
 * ```ts
 * import { grad, greater, item, log, tensor, where, type Tensor } from 'puregrad'
 * const safeLog = (x: Tensor) => where(greater(x, 0), log(x), 0)
 * item(grad(safeLog)(tensor(0))) // => 0
 * ```
 * @category Comparison
 */
export const where = (condition: Tensor, a: Operand, b: Operand): Tensor => {
  const test = valueOf(condition, 'bool', 'where')
  const dtype = neighbourDType(a, b)
  const [x, y] = aligned(valueOf(a, dtype, 'where'), valueOf(b, dtype, 'where'), 'where')
  const shape = broadcastShapes(test.shape, x.shape, 'where')
  return o.select(o.broadcastTo(test, shape), o.broadcastTo(x, shape), o.broadcastTo(y, shape))
}
