import { isFloat, isStorage, ofOtherDType, type DType } from '../tensor/dtype.ts'
import { DTypeError, ShapeError } from '../tensor/errors.ts'
import { ofOtherShape, showShape } from '../tensor/shape.ts'
import type { Typed } from './primitive.ts'

/** The input at a position, as `float32[2, 3]`. */
export const showTyped = ({ shape, dtype }: Typed): string => `${dtype}${showShape(shape)}`

export const inputAt = (inputs: readonly Typed[], position: number, name: string): Typed => {
  const input = inputs[position]
  if (input === undefined) throw new ShapeError(`${name}: expected an input at position ${String(position)}`)
  return input
}

/** Throws unless all inputs have one shape. */
export const requireSameShape = (inputs: readonly Typed[], name: string): void => {
  const first = inputAt(inputs, 0, name)
  const odd = ofOtherShape(inputs)
  if (odd !== undefined)
    throw new ShapeError(`${name}: shapes ${showShape(first.shape)} and ${showShape(odd.shape)} differ`)
}

/** Of two dtypes the one that loses less of the other: the advice of messages. */
const wider = (a: DType, b: DType): DType => {
  const order: readonly DType[] = ['bool', 'uint32', 'int32', 'float32', 'float64']
  return order.indexOf(a) > order.indexOf(b) ? a : b
}

/** Throws unless all inputs have one dtype. */
export const requireSameDType = (inputs: readonly Typed[], name: string): void => {
  const first = inputAt(inputs, 0, name)
  const odd = ofOtherDType(inputs)
  if (odd !== undefined)
    throw new DTypeError(
      `${name}: dtypes ${first.dtype} and ${odd.dtype} differ; convert one with cast(x, '${wider(first.dtype, odd.dtype)}')`,
    )
}

/** Throws for the dtypes that only keep numbers. */
export const requireComputing = (input: Typed, name: string): void => {
  if (isStorage(input.dtype))
    throw new DTypeError(
      `${name}: nothing is computed in ${input.dtype}, which only keeps numbers; convert with cast(x, 'float32')`,
    )
}

/** Throws unless the dtype is a floating one. */
export const requireFloat = (input: Typed, name: string): void => {
  requireComputing(input, name)
  if (!isFloat(input.dtype))
    throw new DTypeError(`${name}: expected float32 or float64, got ${input.dtype}; convert with cast`)
}

/** Throws unless the dtype is one of those listed. */
export const requireDType = (input: Typed, allowed: readonly DType[], name: string): void => {
  requireComputing(input, name)
  if (!allowed.includes(input.dtype))
    throw new DTypeError(`${name}: expected ${allowed.join(' or ')}, got ${input.dtype}`)
}
