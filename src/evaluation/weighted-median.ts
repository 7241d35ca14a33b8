import { cumulative } from './ranked-rows.ts'
import type { RowWeights } from './row-weights.ts'

/** Values in order with the share of the weights that is reached at each. */
export interface SortedRows {
  readonly values: readonly number[]
  readonly reached: readonly number[]
}

export const sortedRows = (values: Float64Array, { of, total }: RowWeights): SortedRows => {
  const order = Array.from(values, (_, row) => row)
    .filter((row) => of[row]! > 0)
    .sort((a, b) => values[a]! - values[b]!)
  return {
    values: order.map((row) => values[row]!),
    reached: cumulative(order.map((row) => of[row]! / total)),
  }
}

/** Shares are sums of quotients: equal up to this. */
const rounding = 1e-12

/** The first position at which a share is reached. */
export const positionOf = ({ values, reached }: SortedRows, share: number): number => {
  const at = reached.findIndex((sum) => sum >= share - rounding)
  return at < 0 ? values.length - 1 : at
}

/** The middle value; where half of the weights lie on each side of a gap, the middle of the gap. */
export const medianOfSorted = (sorted: SortedRows): number => {
  const at = positionOf(sorted, 0.5)
  const low = sorted.values[at]!
  return Math.abs(sorted.reached[at]! - 0.5) <= rounding ? (low + (sorted.values[at + 1] ?? low)) / 2 : low
}

export const weightedMedian = (values: Float64Array, weights: RowWeights): number =>
  medianOfSorted(sortedRows(values, weights))
