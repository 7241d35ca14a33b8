import { DTypeError, ShapeError } from '../core/tensor/errors.ts'
import { sameShape, showShape } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'

/** @throws ShapeError, DTypeError unless the mask of steps is booleans `[rows, time]` of `x [rows, time, …]`. */
export const requireMask = (where: string, mask: Tensor, x: Tensor): void => {
  if (!sameShape(mask.shape, x.shape.slice(0, 2)))
    throw new ShapeError(
      `${where}: expected a mask of shape [rows, time] for sequences of shape ${showShape(x.shape)}, got ${showShape(mask.shape)}`,
    )
  if (mask.dtype !== 'bool')
    throw new DTypeError(
      `${where}: expected a mask of booleans, got ${mask.dtype}; compare, as with greater(mask, 0)`,
    )
}
