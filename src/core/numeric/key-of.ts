import type { AnyValue } from '../autodiff/value.ts'
import { DTypeError } from '../tensor/errors.ts'
import { showValue } from '../tensor/show-value.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { tensorOf } from './operand.ts'

/** The value of a key. @throws DTypeError for what is none. */
export const keyOf = (from: Tensor, where: string): AnyValue => {
  const value = tensorOf(from, where, 'a key such as key(7)')
  if (value.dtype !== 'uint32' || value.rank !== 1 || value.shape[0] !== 2)
    throw new DTypeError(`${where}: expected a key such as key(7), got ${showValue(from)}`)
  return value
}
