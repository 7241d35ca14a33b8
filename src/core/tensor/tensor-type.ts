import type { DType } from './dtype.ts'
import type { Shape, SizesOf } from './shape-types.ts'

declare const shapeTag: unique symbol

/**
 * An immutable array of numbers, as users see it.
 *
 * `S` is the shape the type checker knows: `readonly [32, 784]` where every dimension is a literal, a name
 * such as `'batch'`, or `number` where it is not known. The elements are read with `item` and `toArray`.
 *
 * @category Tensors
 */
export interface Tensor<S extends Shape = Shape> {
  readonly shape: SizesOf<S>
  readonly dtype: DType
  readonly rank: number
  readonly size: number
  /** The elements as NumPy prints them; what stands for them under a transformation. */
  toString(): string
  readonly [shapeTag]?: S | undefined
}
