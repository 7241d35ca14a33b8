import type * as E from 'fp-ts/lib/Either.js'
import { toTypedArray } from '../../core/autodiff/read.ts'
import { cast, max, mean, min, notEqual, std, sub, where } from '../../core/numeric/index.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'
import {
  fitColumns,
  type ColumnScalerError,
  type ColumnScalerOptions,
  type ColumnStatistics,
} from './column-scaler.ts'
import type { Dataset } from '../dataset.ts'
import type { Scaler } from './scaler.ts'

/** Mean and population deviation of every column; the deviation is 0 exactly where a column does not vary. */
const columnMoments = (rows: Tensor): ColumnStatistics => {
  const x = cast(rows, 'float64')
  const lowest = min(x, { axis: 0 })
  // Not by a deviation of 0: rounding gives three cells of 0.1 a mean other than 0.1 and a deviation above 0.
  const varies = notEqual(lowest, max(x, { axis: 0 }))
  const near = where(varies, mean(x, { axis: 0 }), lowest)
  const centred = sub(x, near)
  const rest = mean(centred, { axis: 0 })
  const deviation = where(varies, std(sub(centred, rest), { axis: 0 }), 0)
  return {
    centre: Array.from(toTypedArray(near)),
    remainder: Array.from(toTypedArray(rest)),
    scale: Array.from(toTypedArray(deviation)),
  }
}

/**
 * Z-scores: (x − mean) / standard deviation of each feature over the training part (population deviation). Fitting on
 * another part does not compile.
 *
 * A left value for a cell that is NaN or infinite, naming its column and row, for no row, and (unless they are kept) for
 * features that do not vary.
 *
 * @throws ArgumentError for another option.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { tensor, toArray } from 'puregrad'
 * import { allForTraining, dataset, standardize } from 'puregrad/data'
 * const train = allForTraining(dataset({ x: tensor([[1], [3]]), y: tensor([0, 1], { dtype: 'int32' }) }))
 * const scaler = standardize(train)
 * E.isRight(scaler) ? toArray(scaler.right.apply(train.x)) : [] // => [[-1], [1]]
 * ```
 * @category Scaling
 */
export const standardize = (
  train: Dataset<'train'>,
  options: ColumnScalerOptions = {},
): E.Either<ColumnScalerError, Scaler> =>
  fitColumns('standardize', train, options, {
    kind: 'standard',
    flat: 'these features do not vary in the training part',
    statistics: ({ x }) => columnMoments(x),
  })
