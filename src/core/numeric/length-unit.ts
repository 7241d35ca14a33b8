import type { Tensor } from '../tensor/tensor.ts'
import { maximum, stopGradient } from './arithmetic.ts'
import { greater, isFinite, logicalAnd, where } from './comparison.ts'

/**
 * What to measure vectors in so that their squares neither overflow nor vanish, from the sizes of their largest
 * elements: those themselves, or 1 where they are 0 or not finite. Never so small that its reciprocal, which derivatives
 * ask for, is infinite. Constant to every derivative.
 */
export const lengthUnit = (largest: Tensor): Tensor => {
  const size = stopGradient(largest)
  return where(logicalAnd(isFinite(size), greater(size, 0)), maximum(size, 2 ** -1022), 1)
}
