import { cast, maximum } from '../core/numeric/arithmetic.ts'
import { checkedDType } from '../core/numeric/dtype-option.ts'
import { isNumber, valueOf, type Operand } from '../core/numeric/operand.ts'
import { uniform, type Key, type SampleOptions } from '../core/numeric/random.ts'
import { broadcastTo } from '../core/numeric/shape.ts'
import { checkSetting, type SettingRange } from '../core/tensor/check-setting.ts'
import { isFloat, type FloatDType } from '../core/tensor/dtype.ts'
import { DTypeError } from '../core/tensor/errors.ts'
import { checkShape } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'

/*
 * Everything is drawn in float64 and rounded at the end, so that float32 and float64 of one key are one number.
 */

/** Uniform numbers of float64 in (0, 1), never 0. */
export const openShare = (from: Key, shape: readonly number[]): Tensor =>
  maximum(uniform(from, shape, { dtype: 'float64' }), 2 ** -54)

/** A parameter in float64 and of the shape to draw; a number has to lie in the range. */
export const parameter = (
  where: string,
  name: string,
  given: Operand,
  shape: readonly number[],
  range: SettingRange,
): Tensor => {
  const check = (known: number): void => {
    checkSetting(where, name, known, range)
  }
  if (typeof given === 'number') check(given)
  const value: Tensor = valueOf(given, 'float64', where, check)
  if (!isFloat(value.dtype))
    throw new DTypeError(`${where}: expected ${name} as float32 or float64, got ${value.dtype}`)
  return broadcastTo(cast(value, 'float64'), shape)
}

/** The dtype to round to: that which is asked for, else that of the first parameter that is a tensor, else float32. */
export const drawnDType = (
  where: string,
  shape: readonly number[],
  options: SampleOptions,
  ...parameters: readonly Operand[]
): FloatDType => {
  checkShape(shape, where)
  const tensors = parameters.filter((given): given is Tensor => !isNumber(given))
  const dtype = checkedDType(where, options.dtype === undefined ? tensors[0]?.dtype : options.dtype)
  if (!isFloat(dtype)) throw new DTypeError(`${where}: expected float32 or float64, got ${dtype}`)
  return dtype
}
