import { slice } from '../core/numeric/index.ts'
import type { Tensor } from '../core/tensor/tensor.ts'

/** The rows from `start` up to, but not with, `stop`. */
export const rowsBetween = (x: Tensor, start: number, stop: number): Tensor =>
  slice(
    x,
    x.shape.map((_, axis) => (axis === 0 ? start : 0)),
    x.shape.map((size, axis) => (axis === 0 ? stop : size)),
  )
