import { mul, reshape, sin, tensor, type Tensor } from '../../src/index.ts'

/** 0.7·sin(step·(i + 1)), i = 0, 1, …, as references of other libraries are made of. */
export const waves = (shape: readonly number[], step: number): Tensor => {
  const size = shape.reduce((total, n) => total * n, 1)
  const at = tensor(
    Array.from({ length: size }, (_, i) => step * i + step),
    { dtype: 'float64' },
  )
  return reshape(mul(sin(at), 0.7), shape)
}
