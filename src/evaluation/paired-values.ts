import type { ValueDecider } from './judgement.ts'
import { weightedMean } from './mean-of-rows.ts'
import { pairedMeans, type ComparedPair } from './paired-difference.ts'
import { absoluteLosses, squaredLosses } from './value-losses.ts'
import type { ValueRows } from './value-rows.ts'

/** The first is what is compared by unless told otherwise. */
export const valueDeciders = ['squaredError', 'absoluteError'] as const satisfies readonly ValueDecider[]

/**
 * Losses of rows where each of several targets counts by the mean loss of the second model, so that units make no
 * difference.
 */
const inItsUnits = (
  rows: ValueRows,
  second: ValueRows,
  losses: (rows: ValueRows) => Float64Array,
): readonly [Float64Array, Float64Array] => {
  const only = (of: ValueRows, i: number): Float64Array => losses({ ...of, columns: [of.columns[i]!] })
  const units = rows.columns.map((_, i) =>
    rows.columns.length === 1 ? 1 : weightedMean(only(second, i), second.weights) || 1,
  )
  const scaled = (of: ValueRows): Float64Array =>
    of.columns
      .map((_, i) => only(of, i).map((loss) => loss / units[i]! / units.length))
      .reduce((a, b) => a.map((value, row) => value + b[row]!))
  return [scaled(rows), scaled(second)]
}

/** Two models on the same rows, by one of the deciders. */
export const pairedValues = (first: ValueRows, second: ValueRows, by: ValueDecider): ComparedPair => {
  const losses = by === 'squaredError' ? squaredLosses : absoluteLosses
  const [one, other] = inItsUnits(first, second, losses)
  return {
    first: weightedMean(one, first.weights),
    second: weightedMean(other, second.weights),
    ...pairedMeans(one, other, first.weights),
  }
}
