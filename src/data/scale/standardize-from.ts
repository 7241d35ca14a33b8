import type * as E from 'fp-ts/lib/Either.js'
import {
  checkScalerOptions,
  columnScaler,
  type ColumnScalerError,
  type ColumnScalerOptions,
} from './column-scaler.ts'
import type { Scaler } from './scaler.ts'
import type { StreamSummary } from '../formats/scan-rows.ts'

/**
 * {@link standardize} from what a scan of a stream found: z-scores without ever holding the data. The stream has to be
 * of training rows alone, which the type checker cannot see. Left values and errors are those of `standardize`; of a cell
 * that is not finite the column is known and not the row.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { tensor, toArray } from 'puregrad'
 * import { momentsOf, standardizeFrom } from 'puregrad/data'
 * const x = tensor([[1], [3]])
 * const scaler = standardizeFrom({ featureNames: ['height'], moments: momentsOf(x) })
 * E.isRight(scaler) ? toArray(scaler.right.apply(x)) : [] // => [[-1], [1]]
 * ```
 * @category Scaling
 */
export const standardizeFrom = (
  { featureNames, moments }: Pick<StreamSummary, 'featureNames' | 'moments'>,
  options: ColumnScalerOptions = {},
): E.Either<ColumnScalerError, Scaler> => {
  checkScalerOptions('standardizeFrom', options)
  const { n, origin, mean, squares, least, greatest } = moments
  return columnScaler(
    { featureNames },
    'standard',
    {
      centre: origin,
      remainder: mean,
      // Not by squares of 0: rounding may give a constant column a little.
      scale: squares.map((total, j) => (least[j] === greatest[j] ? 0 : Math.sqrt(total / n))),
    },
    'standardizeFrom: these features do not vary in the rows that were read',
    options,
  )
}
