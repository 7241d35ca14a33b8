import { toTypedArray } from '../core/autodiff/read.ts'
import { ArgumentError, ShapeError } from '../core/tensor/errors.ts'
import { showShape } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'

/**
 * What takes weights of rows.
 *
 * @category Metrics
 */
export interface WeightedRows {
  /**
   * How much each row counts, `[n]`, not negative; every row as much as another unless told otherwise. Values are as if a
   * row of weight 2 were there twice; intervals are not, as a repeated row says nothing new: they go by the effective
   * number of rows, (Σ w)² / Σ w² (L. Kish, Survey Sampling, 1965).
   */
  readonly weights?: Tensor
}

/** Weights of rows with what intervals need of them. */
export interface RowWeights {
  readonly of: Float64Array
  readonly total: number
  /** (Σ w)² / Σ w² */
  readonly effective: number
}

export const summedWeights = (of: Float64Array): RowWeights => {
  const total = of.reduce((sum, w) => sum + w, 0)
  const squares = of.reduce((sum, w) => sum + w * w, 0)
  return { of, total, effective: squares === 0 ? 0 : total ** 2 / squares }
}

/** @throws ShapeError, ArgumentError unless there is a weight for each row, none negative and not all 0. */
export const rowWeights = (where: string, n: number, weights: Tensor | undefined): RowWeights => {
  if (weights === undefined) return { of: new Float64Array(n).fill(1), total: n, effective: n }
  if (weights.rank !== 1 || weights.shape[0] !== n)
    throw new ShapeError(
      `${where}: expected weights [${n}], one for each row, got ${showShape(weights.shape)}`,
    )
  const of = Float64Array.from(toTypedArray(weights), Number)
  const odd = of.findIndex((w) => !(w >= 0 && w < Infinity))
  if (odd >= 0)
    throw new ArgumentError(
      `${where}: weights[${odd}]: expected a finite number of 0 or more, got ${String(of[odd])}`,
    )
  const summed = summedWeights(of)
  if (!(summed.total > 0)) throw new ArgumentError(`${where}: expected a weight above 0, got none`)
  return summed
}
