import type * as E from 'fp-ts/lib/Either.js'
import { toTypedArray } from '../../core/autodiff/read.ts'
import { cast, transpose } from '../../core/numeric/index.ts'
import { fitColumns, type ColumnScalerError, type ColumnScalerOptions } from './column-scaler.ts'
import type { Dataset } from '../dataset.ts'
import { middleSpread } from './middle-spread.ts'
import { quantile } from './quantile.ts'
import type { Scaler } from './scaler.ts'

/**
 * Each feature by what a few far-off values do not move: (x − median) / (third quartile − first quartile) of the
 * training part. Left values and errors are those of `standardize`; a middle half that varies so little that other
 * values would be beyond float32 counts as one that does not vary.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { tensor, toArray } from 'puregrad'
 * import { allForTraining, regressionDataset, robustScale } from 'puregrad/data'
 * const raw = regressionDataset({ x: tensor([[1], [2], [3], [4], [1000]]), y: tensor([0, 1, 2, 3, 4]) })
 * const scaler = robustScale(allForTraining(raw))
 * E.isRight(scaler) ? toArray(scaler.right.apply(raw.x)) : [] // => [[-1], [-0.5], [0], [0.5], [498.5]]
 * ```
 * @category Scaling
 */
export const robustScale = (
  train: Dataset<'train'>,
  options: ColumnScalerOptions = {},
): E.Either<ColumnScalerError, Scaler> =>
  fitColumns('robustScale', train, options, {
    kind: 'robust',
    flat: 'the middle half of these features does not vary in the training part',
    statistics: ({ x, n, featureNames }) => {
      const byColumn = Float64Array.from(toTypedArray(cast(transpose(x), 'float64')))
      const columns = featureNames.map((_, i) => byColumn.slice(i * n, (i + 1) * n).toSorted())
      return {
        centre: columns.map((column) => quantile(column, 0.5)),
        scale: columns.map(middleSpread),
      }
    },
  })
