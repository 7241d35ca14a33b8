import type { Primitive, Typed } from '../primitive/primitive.ts'
import type { ConcreteTensor } from '../tensor/concrete.ts'

/** A primitive on concrete tensors by a faster kernel; `undefined` where there is none or nothing would be gained. */
export type Offload = <P>(
  primitive: Primitive<P>,
  inputs: readonly ConcreteTensor[],
  params: P,
  type: Typed,
) => ConcreteTensor | undefined

let installed: Offload | undefined

/** The door through which the executors, a ring above, serve work that is not compiled; without it kernels run. */
export const installOffload = (offload: Offload): void => {
  installed = offload
}

export const offloaded: Offload = (primitive, inputs, params, type) =>
  installed?.(primitive, inputs, params, type)
