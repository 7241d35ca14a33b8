import { expect } from 'vitest'
import {
  add,
  eye,
  key,
  matmul,
  normal,
  tensor,
  toTypedArray,
  transpose,
  type Tensor,
} from '../../src/index.ts'

export const f64 = (nested: unknown): Tensor => tensor(nested as never, { dtype: 'float64' })

export const numbers = (x: Tensor): readonly number[] => [...toTypedArray(x)]

/** Largest difference, over the largest element of the second where that is above 1. */
export const distance = (a: Tensor, b: Tensor): number => {
  expect(a.shape).toEqual(b.shape)
  const [x, y] = [numbers(a), numbers(b)]
  return (
    Math.max(0, ...x.map((element, i) => Math.abs(element - y[i]!))) /
    Math.max(1, ...y.map((e) => Math.abs(e)))
  )
}

export const swap = (x: Tensor): Tensor => {
  const axes = [...x.shape.keys()]
  return transpose(x, [...axes.slice(0, -2), axes.length - 1, axes.length - 2] as never)
}

export const randomMatrix = (
  seed: number,
  shape: readonly number[],
  dtype: 'float32' | 'float64' = 'float64',
) => normal(key(seed), shape, { dtype }) as Tensor

/** Symmetric positive definite matrices of a moderate condition. */
export const definite = (
  seed: number,
  shape: readonly number[],
  dtype: 'float32' | 'float64' = 'float64',
) => {
  const x = randomMatrix(seed, shape, dtype)
  const n = shape[shape.length - 1]!
  return add(matmul(x, swap(x)) as Tensor, eye(n, { dtype })) as Tensor
}

/** Symmetric positive definite. */
export const s4 = f64([
  [4.5, -1.25, 0.5, 2],
  [-1.25, 3, 0.75, -0.5],
  [0.5, 0.75, 2.5, 1],
  [2, -0.5, 1, 5],
])

/** Neither symmetric nor near to singular; the pivots are not on its diagonal. */
export const a4 = f64([
  [0.25, -3, 1.5, 2],
  [4, 0.5, -1, 0.75],
  [-2, 1.25, 0.125, 3],
  [1, 2, -2.5, 0.5],
])

export const hilbert = (n: number): Tensor =>
  f64(Array.from({ length: n }, (_, i) => Array.from({ length: n }, (__, j) => 1 / (i + j + 1))))
