import { apply } from '../core/autodiff/apply.ts'
import { aligned } from '../core/numeric/operand.ts'
import type { NoParameters, Primitive } from '../core/primitive/primitive.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import type { Shape } from '../core/tensor/shape-types.ts'
import type { Tensor } from '../core/tensor/tensor.ts'

/**
 * A function of every element that has a whole order, which is a plain number.
 *
 * @category Bessel functions
 */
export interface FunctionOfOrder {
  (order: number, x: number): Tensor<readonly []>
  <S extends Shape>(order: number, x: Tensor<S>): Tensor<S>
}

/** The function of a primitive whose first input is the order. */
export const ofOrder = (primitive: Primitive<NoParameters>): FunctionOfOrder =>
  ((order: number, x: Tensor | number): Tensor => {
    checkSetting(primitive.name, 'order', order, { whole: true, min: 0, max: 10_000 })
    return apply(primitive, aligned(order, x, primitive.name), {})
  }) as FunctionOfOrder
