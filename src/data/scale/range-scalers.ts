import type * as E from 'fp-ts/lib/Either.js'
import { toTypedArray } from '../../core/autodiff/read.ts'
import { abs, cast, max, min } from '../../core/numeric/index.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'
import { fitColumns, type ColumnScalerError, type ColumnScalerOptions } from './column-scaler.ts'
import type { Dataset } from '../dataset.ts'
import type { Scaler } from './scaler.ts'

const numbers = (x: Tensor): readonly number[] => Array.from(toTypedArray(cast(x, 'float64')))

/**
 * Each feature of the training part to [0, 1]: (x − least) / (greatest − least). One far-off value squeezes all others,
 * and a 0/1 feature keeps a spread larger than that of others: see `standardize`, whose left values and errors it has.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { tensor, toArray } from 'puregrad'
 * import { allForTraining, minMaxScale, regressionDataset } from 'puregrad/data'
 * const raw = regressionDataset({ x: tensor([[2], [4], [10]]), y: tensor([0, 1, 2]) })
 * const scaler = minMaxScale(allForTraining(raw))
 * E.isRight(scaler) ? toArray(scaler.right.apply(raw.x)) : [] // => [[0], [0.25], [1]]
 * ```
 * @category Scaling
 */
export const minMaxScale = (
  train: Dataset<'train'>,
  options: ColumnScalerOptions = {},
): E.Either<ColumnScalerError, Scaler> =>
  fitColumns('minMaxScale', train, options, {
    kind: 'minMax',
    flat: 'these features do not vary in the training part',
    statistics: ({ x }) => {
      const lowest = numbers(min(x, { axis: 0 }))
      const highest = numbers(max(x, { axis: 0 }))
      return { centre: lowest, scale: highest.map((high, i) => high - (lowest[i] ?? 0)) }
    },
  })

/**
 * Each feature of the training part to [−1, 1] by its greatest absolute value; zeros stay zeros. Left values and errors are
 * those of `standardize`, but only a feature that is 0 throughout has no spread here.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { tensor, toArray } from 'puregrad'
 * import { allForTraining, maxAbsScale, regressionDataset } from 'puregrad/data'
 * const raw = regressionDataset({ x: tensor([[0], [-4], [2]]), y: tensor([0, 1, 2]) })
 * const scaler = maxAbsScale(allForTraining(raw))
 * E.isRight(scaler) ? toArray(scaler.right.apply(raw.x)) : [] // => [[0], [-1], [0.5]]
 * ```
 * @category Scaling
 */
export const maxAbsScale = (
  train: Dataset<'train'>,
  options: ColumnScalerOptions = {},
): E.Either<ColumnScalerError, Scaler> =>
  fitColumns('maxAbsScale', train, options, {
    kind: 'maxAbs',
    flat: 'these features are 0 in the whole training part',
    statistics: ({ x }) => {
      const scale = numbers(max(abs(x), { axis: 0 }))
      return { centre: scale.map(() => 0), scale }
    },
  })
