import type { Parameters, PrimitiveName, Typed } from '../primitive/primitive.ts'
import type { ConcreteTensor } from '../tensor/concrete.ts'

/** A primitive on concrete tensors by a faster kernel; `undefined` where there is none or nothing would be gained. */
export type Offload = <N extends PrimitiveName>(
  name: N,
  inputs: readonly ConcreteTensor[],
  params: Parameters[N],
  type: Typed,
) => ConcreteTensor | undefined

let installed: Offload | undefined

/** The door through which the executors, a ring above, serve work that is not compiled; without it kernels run. */
export const installOffload = (offload: Offload): void => {
  installed = offload
}

export const offloaded: Offload = (name, inputs, params, type) => installed?.(name, inputs, params, type)
