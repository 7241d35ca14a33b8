import type { Operations } from '../primitive/primitive.ts'
import { isStorage } from '../tensor/dtype.ts'
import type { Value } from '../tensor/tensor.ts'

/** A sum of two cotangents: of what is kept in 16 bits in float32, rounded as the elements are. */
export const addCotangents = (o: Pick<Operations, 'add' | 'cast'>, a: Value, b: Value): Value =>
  isStorage(a.dtype) ? o.cast(o.add(o.cast(a, 'float32'), o.cast(b, 'float32')), a.dtype) : o.add(a, b)
