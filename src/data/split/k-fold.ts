import * as E from 'fp-ts/lib/Either.js'
import { foldIn } from '../../core/numeric/index.ts'
import type { Dataset, Targets } from '../dataset.ts'
import type { LabelledTable } from '../table/table.ts'
import { checkSetting } from '../../core/tensor/check-setting.ts'
import { count } from '../../core/tensor/setting-ranges.ts'
import {
  checkSplitOptions,
  dealRows,
  dealtRows,
  type Dealt,
  type SplitError,
  type SplitOptions,
} from './deal-rows.ts'
import {
  folding,
  partsAt,
  type Folding,
  type Parts,
  type Splittable,
  type TableTrainDev,
  type TrainDev,
} from './parts.ts'

/**
 * {@link Folding} several times over.
 *
 * @category Splitting
 */
export interface RepeatedFolding {
  <T extends Targets>(
    data: LabelledTable<'raw' | 'train', T>,
  ): E.Either<SplitError, readonly (readonly TableTrainDev<T>[])[]>
  <T extends Targets>(
    data: Dataset<'raw' | 'train', T>,
  ): E.Either<SplitError, readonly (readonly TrainDev<T>[])[]>
}

/**
 * k ways of splitting in two: each row is in the dev part of exactly one, and in the training part of the others. Sizes
 * of dev parts differ by at most one row, and so do the counts of each class when stratified; with `groups` the bounds
 * are those of `splitData`, for shares of 1/k.
 *
 * A left value unless k is an integer from 2 to the number of rows, and where `splitData` has one.
 *
 * @throws ArgumentError for another option.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { key } from 'puregrad'
 * import { digits16, kFold } from 'puregrad/data'
 * const folds = kFold(5, { key: key(1) })(digits16({ key: key(0), n: 103 }))
 * E.isRight(folds) ? folds.right.map(({ dev }) => dev.n) : [] // => [21, 20, 21, 20, 21]
 * ```
 * @category Splitting
 */
export const kFold = (k: number, options: SplitOptions): Folding => {
  checkSplitOptions('kFold', options)
  return folding('kFold', (data) => {
    if (!Number.isInteger(k) || k < 2 || k > data.n)
      return E.left({
        kind: 'folds',
        message: `kFold: expected from 2 to ${data.n} folds, as many as there are rows, got ${String(k)}`,
      })
    const shares = Array.from({ length: k }, () => 1 / k)
    const nameOf = (part: number): string => `the dev part of fold ${part}`
    return E.map((dealt: Dealt) =>
      shares.map((_, fold) =>
        partsAt(
          data,
          {
            train: dealtRows(dealt, (part) => part !== fold),
            dev: dealtRows(dealt, (part) => part === fold),
          },
          dealt.rareClasses,
        ),
      ),
    )(dealRows(data, { shares, nameOf, each: `each of ${k} folds` }, options))
  })
}

/**
 * {@link kFold} several times over, each time dealt by a key of its own: an average over all has less of the luck of
 * one dealing.
 *
 * @throws ArgumentError for another option, or a number of times that is no positive integer.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { key } from 'puregrad'
 * import { digits16, repeatedKFold } from 'puregrad/data'
 * const folds = repeatedKFold(3, 5, { key: key(1) })(digits16({ key: key(0), n: 100 }))
 * E.isRight(folds) ? folds.right.map((of) => of.length) : [] // => [5, 5, 5]
 * ```
 * @category Splitting
 */
export const repeatedKFold = (times: number, k: number, options: SplitOptions): RepeatedFolding => {
  checkSetting('repeatedKFold', 'times', times, count)
  checkSplitOptions('repeatedKFold', options)
  const keys = Array.from({ length: times }, (_, i) => foldIn(options.key, i))
  const foldings = keys.map((key) => kFold(k, { ...options, key }))
  function of<T extends Targets>(
    data: LabelledTable<'raw' | 'train', T>,
  ): E.Either<SplitError, readonly (readonly TableTrainDev<T>[])[]>
  function of<T extends Targets>(
    data: Dataset<'raw' | 'train', T>,
  ): E.Either<SplitError, readonly (readonly TrainDev<T>[])[]>
  function of(data: Splittable): E.Either<SplitError, readonly (readonly Parts[])[]> {
    return E.traverseArray((fold: Folding): E.Either<SplitError, readonly Parts[]> =>
      'features' in data ? fold(data) : fold(data),
    )(foldings)
  }
  return of
}
