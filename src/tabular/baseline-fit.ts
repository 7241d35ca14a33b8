import { tensor, zeros } from '../core/numeric/index.ts'
import type { Dataset } from '../data/dataset.ts'
import { baselineOf } from '../evaluation/baseline.ts'
import { dense } from '../nn/dense.ts'
import { networkOf, type FittedNetwork } from './fitted-network.ts'

/** One linear layer whose weights are 0 and whose bias says all: logarithms of the shares of classes, or the means. */
export const fitBaseline = (train: Dataset<'train'>): FittedNetwork => {
  const { targets } = train
  const [inputs, outputs] = [train.x.shape[1] ?? 0, targets.names.length]
  const baseline = baselineOf(train)
  // A class without any row gets the share of half a row, so that its logarithm is a number.
  const bias =
    baseline.kind === 'classes'
      ? baseline.shares.map((share) => Math.log(share > 0 ? share : 0.5 / train.n))
      : baseline.means
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
