import { copyElements, viewOf, type ConcreteTensor } from '../tensor/concrete.ts'
import { matmulKernel } from './matmul.ts'
import { permuted } from './movement.ts'

/** V·(VᵀBV / (λᵢ + λⱼ))·Vᵀ, of values `[…, 1, n]` and matrices `[…, n, n]`. */
export const lyapunovKernel = (
  values: ConcreteTensor,
  vectors: ConcreteTensor,
  b: ConcreteTensor,
): ConcreteTensor => {
  const axes = [...b.shape.keys()]
  const rank = axes.length
  const back = permuted(vectors, [...axes.slice(0, rank - 2), rank - 1, rank - 2])
  const n = b.shape[rank - 1] ?? 0
  const weights = copyElements(values)
  const inner = copyElements(matmulKernel(matmulKernel(back, b), vectors))
  for (let k = 0; k < inner.length; k++) {
    const row = n * Math.floor(k / (n * n))
    inner[k]! /= weights[row + (Math.floor(k / n) % n)]! + weights[row + (k % n)]!
  }
  return matmulKernel(matmulKernel(vectors, viewOf(inner, b.dtype, b.shape)), back)
}
