import type { Tensor } from '../core/tensor/tensor.ts'
import { centreOfEach, type ValueBaseline } from './baseline.ts'
import { against, tooFewRows } from './compared.ts'
import { determination, explained } from './explained.ts'
import type { JudgementNote, ValueDecider, ValueJudgement, ValueMetrics } from './judgement.ts'
import { meanOfRows, weightedMean } from './mean-of-rows.ts'
import { medianAbsolute } from './median-error.ts'
import { pairedMeans } from './paired-difference.ts'
import type { ValuePredictions } from './predictions.ts'
import { absoluteLosses, rootOf, squaredLosses } from './value-losses.ts'
import { overColumns, valueRows, type ValueRows } from './value-rows.ts'

const metricsOf = (rows: ValueRows): ValueMetrics => ({
  rSquared: determination(rows),
  explainedVariance: explained(rows),
  rootMeanSquaredError: rootOf(meanOfRows(squaredLosses(rows), rows.weights, [0, Infinity])),
  meanAbsoluteError: meanOfRows(absoluteLosses(rows), rows.weights, [0, Infinity]),
  medianAbsoluteError: medianAbsolute(rows),
  residual: meanOfRows(
    overColumns(rows, (t, e) => t - e),
    rows.weights,
  ),
})

/** Losses of rows where each target counts by the mean loss of its baseline, so that units make no difference. */
const inUnitsOf = (
  rows: ValueRows,
  baseline: ValueRows,
  losses: (rows: ValueRows) => Float64Array,
): readonly [Float64Array, Float64Array] => {
  const only = (of: ValueRows, i: number): Float64Array => losses({ ...of, columns: [of.columns[i]!] })
  const units = rows.columns.map((_, i) =>
    rows.columns.length === 1 ? 1 : weightedMean(only(baseline, i), baseline.weights) || 1,
  )
  const scaled = (of: ValueRows): Float64Array =>
    of.columns
      .map((_, i) => only(of, i).map((loss) => loss / units[i]! / units.length))
      .reduce((a, b) => a.map((value, row) => value + b[row]!))
  return [scaled(rows), scaled(baseline)]
}

export const judgeValues = (
  predictions: ValuePredictions,
  y: Tensor,
  options: { readonly baseline: ValueBaseline; readonly by: ValueDecider; readonly weights?: Tensor },
): ValueJudgement => {
  const { baseline, by } = options
  const weights = options.weights === undefined ? {} : { weights: options.weights }
  const rows = valueRows('judge', predictions, y, weights)
  const means = valueRows('judge', centreOfEach(baseline, rows.n, 'mean'), y, weights)
  const medians = valueRows('judge', centreOfEach(baseline, rows.n, 'median'), y, weights)
  const compare = (decider: ValueDecider, other: ValueRows, losses: (rows: ValueRows) => Float64Array) => {
    const [model, simple] = inUnitsOf(rows, other, losses)
    const mean = (of: Float64Array): number => weightedMean(of, rows.weights)
    return against(decider, mean(model), mean(simple), pairedMeans(model, simple, rows.weights))
  }
  const compared = [
    compare('squaredError', means, squaredLosses),
    compare('absoluteError', medians, absoluteLosses),
  ]
  const decisive = compared.find((each) => each.by === by)!
  const targets = rows.columns.map((column) => ({
    name: column.name,
    ...metricsOf({ ...rows, columns: [column] }),
  }))
  const biased = targets
    .filter(({ residual: { interval } }) => interval[0] > 0 || interval[1] < 0)
    .map(({ name, residual }): JudgementNote => ({ kind: 'biased', name, residual }))
  return {
    kind: 'values',
    rows: rows.n,
    names: predictions.names,
    ...metricsOf(rows),
    targets,
    baseline: {
      rootMeanSquaredError: metricsOf(means).rootMeanSquaredError,
      meanAbsoluteError: metricsOf(medians).meanAbsoluteError,
      rSquared: metricsOf(means).rSquared,
    },
    against: compared,
    decidedBy: by,
    verdict: decisive.verdict,
    notes: [...biased, ...tooFewRows(decisive, rows.n)],
  }
}
