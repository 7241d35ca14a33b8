import type { Tensor } from '../core/tensor/tensor.ts'
import { centreOfEach, type ValueBaseline } from './baseline.ts'
import { against, tooFewRows } from './compared.ts'
import { determination, explained } from './explained.ts'
import type { JudgementNote, ValueDecider, ValueJudgement, ValueMetrics } from './judgement.ts'
import { meanOfRows } from './mean-of-rows.ts'
import { medianAbsolute } from './median-error.ts'
import { pairedValues } from './paired-values.ts'
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
  const compared = [
    against('squaredError', pairedValues(rows, means, 'squaredError')),
    against('absoluteError', pairedValues(rows, medians, 'absoluteError')),
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
