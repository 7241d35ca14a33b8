import type { AnyValue } from '../autodiff/value.ts'
import { operations } from '../autodiff/apply.ts'
import { fromElements, scalarOf } from '../tensor/concrete.ts'
import type { DType } from '../tensor/dtype.ts'
import { DTypeError } from '../tensor/errors.ts'
import { broadcastShapes } from '../tensor/shape.ts'
import type { Shape } from '../tensor/shape-types.ts'
import { isTensor, type Tensor } from '../tensor/tensor.ts'

/** A tensor, or a JavaScript number standing for a scalar of its neighbour's dtype. */
export type Operand<S extends Shape = Shape> = Tensor<S> | number

/** The value behind an operand; a number takes the given dtype. */
export const valueOf = (operand: Operand, dtype: DType, where: string): AnyValue => {
  if (typeof operand === 'number') return scalarOf(operand, dtype)
  if (!isTensor(operand))
    throw new DTypeError(
      `${where}: expected a tensor or a number, got ${Array.isArray(operand) ? 'an array (make it one with tensor(...))' : typeof operand}`,
    )
  return operand as AnyValue
}

/** The dtype numbers among these operands take: that of the first tensor, `float32` without one. */
export const neighbourDType = (...operands: readonly Operand[]): DType =>
  operands.find((operand) => typeof operand !== 'number')?.dtype ?? 'float32'

/** Two operands with one dtype rule applied and broadcast to one shape (views, no copies). */
export const aligned = (a: Operand, b: Operand, where: string): readonly [AnyValue, AnyValue] => {
  const dtype = neighbourDType(a, b)
  const [x, y] = [valueOf(a, dtype, where), valueOf(b, dtype, where)]
  const shape = broadcastShapes(x.shape, y.shape, where)
  return [operations.broadcastTo(x, shape) as AnyValue, operations.broadcastTo(y, shape) as AnyValue]
}

/** Indices given as a tensor or as plain numbers. */
export const indicesOf = (indices: Tensor | number | readonly number[], where: string): AnyValue =>
  typeof indices === 'number' || Array.isArray(indices)
    ? fromElements(indices as number | readonly number[], { dtype: 'int32' })
    : valueOf(indices as Tensor, 'int32', where)
