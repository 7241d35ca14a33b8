import { toTypedArray } from '../core/autodiff/read.ts'
import { tensor, zeros } from '../core/numeric/index.ts'
import type { Dataset } from '../data/dataset.ts'
import { dense } from '../nn/dense.ts'
import { networkOf, type FittedNetwork } from './fitted-network.ts'

/** The total weight of the rows with each class; a class without any gets that of half a row, so that its logarithm is a number. */
const classTotals = ({ y, targets, weights }: Dataset): readonly number[] => {
  const [labels, counts] = [toTypedArray(y), weights === undefined ? undefined : toTypedArray(weights)]
  const totals = new Float64Array(targets.names.length)
  labels.forEach((label, row) => {
    totals[label]! += counts?.[row] ?? 1
  })
  return Array.from(totals, (total) => (total > 0 ? total : 0.5))
}

const columnMeans = ({ y, n, targets, weights }: Dataset): readonly number[] => {
  const [values, counts] = [toTypedArray(y), weights === undefined ? undefined : toTypedArray(weights)]
  const columns = targets.names.length
  const total = counts === undefined ? n : Array.from(counts, Number).reduce((a, b) => a + b, 0)
  return targets.names.map(
    (_, column) =>
      Array.from(
        { length: n },
        (_row, row) => (values[row * columns + column] ?? NaN) * (counts?.[row] ?? 1),
      ).reduce((a, b) => a + b, 0) / total,
  )
}

/** One linear layer whose weights are 0 and whose bias says all: logarithms of the shares of classes, or the means. */
export const fitBaseline = (train: Dataset<'train'>): FittedNetwork => {
  const { targets } = train
  const [inputs, outputs] = [train.x.shape[1] ?? 0, targets.names.length]
  const totals = targets.kind === 'classes' ? classTotals(train) : []
  const all = totals.reduce((a, b) => a + b, 0)
  const bias = targets.kind === 'classes' ? totals.map((one) => Math.log(one / all)) : columnMeans(train)
  return {
    network: networkOf(inputs, [dense('output', outputs)]),
    params: {
      output: {
        weight: zeros([inputs, outputs], { dtype: 'float64' }),
        bias: tensor(bias, { dtype: 'float64' }),
      },
    },
    layers: { output: {} },
  }
}
