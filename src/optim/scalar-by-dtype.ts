import { cast } from '../core/numeric/index.ts'
import type { DType } from '../core/tensor/dtype.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { leavesOf } from '../core/tensor/tree.ts'

/** A scalar in each dtype that leaves of the tree have, converted once however many there are. */
export const scalarByDType = (scalar: Tensor, tree: unknown): ((dtype: DType) => Tensor) => {
  const dtypes = new Set(leavesOf(tree).map(({ dtype }) => dtype))
  const converted = new Map(Array.from(dtypes, (dtype) => [dtype, cast(scalar, dtype)] as const))
  return (dtype) => converted.get(dtype)!
}
