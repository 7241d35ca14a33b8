import { expect } from 'vitest'
import { grad } from '../../src/core/autodiff/grad.ts'
import { item, toTypedArray } from '../../src/core/autodiff/read.ts'
import { tensor } from '../../src/core/numeric/index.ts'
import type { Tensor } from '../../src/core/tensor/tensor.ts'

/** Float64 tensors from nested arrays. */
export const float64 = (elements: Parameters<typeof tensor>[0]): Tensor =>
  tensor(elements as readonly number[], { dtype: 'float64' })

/** Integer labels. */
export const labelled = (labels: readonly number[]): Tensor => tensor(labels, { dtype: 'int32' })

/** Expects the gradient of a scalar function to agree with central differences. */
export const expectGradient = (f: (x: Tensor) => Tensor, x: Tensor): void => {
  const elements = Array.from(toTypedArray(x))
  const at = (i: number, value: number): number =>
    item(f(tensor(Float64Array.from(elements.map((e, j) => (i === j ? value : e))), { shape: [...x.shape] })))
  const gradient = toTypedArray(grad(f)(x))
  elements.forEach((e, i) => {
    const h = Math.cbrt(Number.EPSILON) * Math.max(1, Math.abs(e))
    const [up, down] = [e + h, e - h]
    const slope = (at(i, up) - at(i, down)) / (up - down)
    const found = gradient[i]!
    expect(Math.abs(found - slope)).toBeLessThanOrEqual(1e-6 * (1e-3 + Math.abs(found) + Math.abs(slope)))
  })
}

/** Expects two numbers to agree to a relative error of 1e-12 (absolute near 0). */
export const expectClose = (found: number, expected: number, tolerance = 1e-12): void => {
  expect(Math.abs(found - expected)).toBeLessThanOrEqual(tolerance * (1 + Math.abs(expected)))
}
