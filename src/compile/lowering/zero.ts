import { fromElements, type ConcreteTensor } from '../../core/tensor/concrete.ts'
import type { DType } from '../../core/tensor/dtype.ts'

const zeros = new Map<DType, ConcreteTensor>()

/** One zero of each dtype, so that constants are shared. */
export const zeroOf = (dtype: DType): ConcreteTensor => {
  const known = zeros.get(dtype) ?? fromElements(0, { dtype })
  zeros.set(dtype, known)
  return known
}
