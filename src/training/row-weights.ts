import { toTypedArray } from '../core/autodiff/read.ts'
import { checkWeights } from '../data/check-weights.ts'
import type { Tensor } from '../core/tensor/tensor.ts'

/** Weights of rows, or of none. */
export interface RowWeights {
  readonly of: (row: number) => number
  readonly total: number
  /**
   * (Σ w)² / Σ w²: as many rows that count the same tell as much; n where all count the same. Source: L. Kish, "Survey
   * Sampling", 1965, section 11.7.
   */
  readonly effective: number
}

export const rowWeights = (where: string, n: number, weights: Tensor | undefined): RowWeights => {
  if (weights === undefined) return { of: () => 1, total: n, effective: n }
  checkWeights(where, n, weights)
  const numbers = Array.from(toTypedArray(weights))
  const total = numbers.reduce((sum, weight) => sum + weight, 0)
  const squares = numbers.reduce((sum, weight) => sum + weight * weight, 0)
  return { of: (row) => numbers[row] ?? 0, total, effective: (total * total) / squares }
}
