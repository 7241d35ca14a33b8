import { isStorage } from '../tensor/dtype.ts'
import { operations } from './apply.ts'
import type { AnyValue } from './value.ts'

/**
 * For each example of a batch the one value or the other, `[size]` booleans and two `[size, …]`, of any dtype: what is kept in
 * 16 bits is chosen as float32, which holds each of its numbers.
 */
export const chooseEach = (first: AnyValue, a: AnyValue, b: AnyValue): AnyValue => {
  const units = a.shape.slice(1).map(() => 1)
  const everywhere = operations.broadcastTo(operations.reshape(first, [...first.shape, ...units]), a.shape)
  if (!isStorage(a.dtype)) return operations.select(everywhere, a, b)
  const wide = (x: AnyValue): AnyValue => operations.cast(x, 'float32')
  return operations.cast(operations.select(everywhere, wide(a), wide(b)), a.dtype)
}
