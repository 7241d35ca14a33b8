import * as E from 'fp-ts/lib/Either.js'
import { rowsAt, type Dataset, type Targets } from '../dataset.ts'
import { checkOptions } from '../../core/tensor/check-options.ts'
import { checkSplitOptions, dealRows, dealtRows, type SplitError, type SplitOptions } from './deal-rows.ts'
import { requireRole } from '../part.ts'
import { seal, type Sealed } from './sealed.ts'

/**
 * The shares of the three parts; they add up to 1.
 *
 * @category Splitting
 */
export interface Ratios {
  readonly train: number
  readonly dev: number
  readonly test: number
}

/**
 * The shares of two parts where no unbiased estimate is needed; they add up to 1.
 *
 * @category Splitting
 */
export interface TrainDevRatios {
  readonly train: number
  readonly dev: number
  readonly test?: never
}

/**
 * A part to fit on and one to choose by.
 *
 * @category Splitting
 */
export interface TrainDev<T extends Targets = Targets> {
  readonly train: Dataset<'train', T>
  readonly dev: Dataset<'dev', T>
}

/**
 * The same with a part to judge by in the end, sealed until then.
 *
 * @category Splitting
 */
export interface Split<T extends Targets = Targets> extends TrainDev<T> {
  readonly test: Sealed<Dataset<'test', T>>
}

type Splitting<Parts> = E.Either<SplitError, Parts>

/**
 * How {@link splitData} can be called: with a test part and without.
 *
 * @category Splitting
 */
export interface SplitData {
  (
    ratios: Ratios,
    options: SplitOptions,
  ): <T extends Targets>(data: Dataset<'raw' | 'train', T>) => Splitting<Split<T>>
  (
    ratios: TrainDevRatios,
    options: SplitOptions,
  ): <T extends Targets>(data: Dataset<'raw' | 'train', T>) => Splitting<TrainDev<T>>
}

/**
 * Disjoint parts that together are the whole, each in an order drawn from the key; the same key gives the same parts.
 * The test part comes out sealed (see `openTest`); it is optional: `{ train: 0.7, dev: 0.3 }`.
 *
 * |size − share · n| < 1 for each part and, when stratified, |count − share · class size| < 1 for each class in each
 * part. The numbers that classes have make no difference. With `groups` no group is in two parts; with g the largest
 * group |size − share · n| < g for each part, and when stratified the classes come near their shares but a part may lack
 * up to 2 · g rows.
 *
 * A left value where the ratios are not positive shares of 1, a part would be empty, or (when stratified) some class is
 * so small that at most half a row of it, or none, would fall into a part.
 *
 * @throws ArgumentError for another option, or another part among the ratios; RoleError for a dev or test part, or a record
 * that is no data set.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { key } from 'puregrad'
 * import { digits16, splitData } from 'puregrad/data'
 * const data = digits16({ key: key(0), n: 100 })
 * const split = splitData({ train: 0.6, dev: 0.2, test: 0.2 }, { key: key(1) })(data)
 * E.isRight(split) ? [split.right.train.n, split.right.dev.n, split.right.test.n] : [] // => [60, 20, 20]
 * const groups = Array.from({ length: 100 }, (_, row) => `writer ${row % 7}`)
 * const apart = splitData({ train: 0.7, dev: 0.3 }, { key: key(1), groups })(data)
 * E.isRight(apart) ? [apart.right.train.n, apart.right.dev.n] : [] // => [72, 28]
 * ```
 * @category Splitting
 */
export const splitData: SplitData = (ratios: Ratios | TrainDevRatios, options: SplitOptions) => {
  checkSplitOptions('splitData', options)
  checkOptions('splitData', ratios as Ratios, { train: true, dev: true, test: true })
  return <T extends Targets>(data: Dataset<'raw' | 'train', T>): Splitting<Split<T>> => {
    requireRole('splitData', data, ['raw', 'train'])
    const names = ratios.test === undefined ? ['train', 'dev'] : ['train', 'dev', 'test']
    const shares = [ratios.train, ratios.dev, ...(ratios.test === undefined ? [] : [ratios.test])]
    const total = shares.reduce((a, b) => a + b, 0)
    const all = `${names.slice(0, -1).join(', ')} and ${String(names.at(-1))}`
    if (shares.some((share) => !(share > 0)) || Math.abs(total - 1) > 1e-9)
      return E.left({
        kind: 'ratios',
        message: `split: ${all} are positive shares that add up to 1, got ${shares.join(', ')} (sum ${String(total)})`,
      })
    return E.map((dealt: Parameters<typeof dealtRows>[0]) => {
      const rowsIn = (part: number) => dealtRows(dealt, (at) => at === part)
      const chosen: TrainDev<T> = {
        train: rowsAt(data, rowsIn(0), 'train'),
        dev: rowsAt(data, rowsIn(1), 'dev'),
      }
      // Without a share for it there is no test part, and the type of this call says so.
      return (
        names.length === 2 ? chosen : { ...chosen, test: seal(rowsAt(data, rowsIn(2), 'test')) }
      ) as Split<T>
    })(
      dealRows(
        data,
        {
          shares,
          nameOf: (part) => `the ${String(names[part])} part`,
          each: `each of ${all} at ${shares.join(', ')}`,
        },
        options,
      ),
    )
  }
}
