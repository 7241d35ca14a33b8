import * as E from 'fp-ts/lib/Either.js'
import { checkOptions } from '../../core/tensor/check-options.ts'
import {
  checkSplitOptions,
  dealRows,
  dealtRows,
  type Dealt,
  type SplitError,
  type SplitOptions,
} from './deal-rows.ts'
import { partsAt, splitting, type SplitInTwo, type SplitWithTest } from './parts.ts'

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
 * How {@link splitData} can be called: with a test part and without.
 *
 * @category Splitting
 */
export interface SplitData {
  (ratios: Ratios, options: SplitOptions): SplitWithTest
  (ratios: TrainDevRatios, options: SplitOptions): SplitInTwo
}

/** What is wrong with shares that are not positive parts of 1. */
export const ratiosProblem = (ratios: Ratios | TrainDevRatios): SplitError | undefined => {
  const shares = sharesOf(ratios)
  const total = shares.reduce((a, b) => a + b, 0)
  return shares.every((share) => share > 0) && Math.abs(total - 1) <= 1e-9
    ? undefined
    : {
        kind: 'ratios',
        message: `split: ${namedParts(ratios)} are positive shares that add up to 1, got ${shares.join(', ')} (sum ${String(total)})`,
      }
}

/** @throws ArgumentError for another part. */
export const checkRatios = (where: string, ratios: Ratios | TrainDevRatios): void => {
  checkOptions(where, ratios as Ratios, { train: true, dev: true, test: true })
}

/** Of train, dev and, if there is one, test. */
export const sharesOf = ({ train, dev, test }: Ratios | TrainDevRatios): readonly number[] => [
  train,
  dev,
  ...(test === undefined ? [] : [test]),
]

export const partNames = ['train', 'dev', 'test'] as const

const namedParts = ({ test }: Ratios | TrainDevRatios): string =>
  test === undefined ? 'train and dev' : 'train, dev and test'

/**
 * Disjoint parts that together are the whole, each in an order drawn from the key; the same key gives the same parts.
 * The test part comes out sealed (see `openTest`); it is optional: `{ train: 0.7, dev: 0.3 }`.
 *
 * |size − share · n| < 1 for each part and, when stratified, |count − share · class size| < 1 for each class in each
 * part. The numbers that classes have make no difference. With `groups` no group is in two parts; with g the largest
 * group |size − share · n| < g for each part, and when stratified the classes come near their shares but a part may lack
 * up to 2 · g rows.
 *
 * A class with too few rows for every part stops a stratified split; with `rareClasses: 'deal'` such classes are dealt
 * together, as one, and where a part has none of one the result names it.
 *
 * A data set gives data sets, a labelled table labelled tables.
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
  checkRatios('splitData', ratios)
  return splitting('splitData', (data) => {
    const problem = ratiosProblem(ratios)
    if (problem !== undefined) return E.left(problem)
    const shares = sharesOf(ratios)
    return E.map((dealt: Dealt) => {
      const rowsIn = (part: number) => dealtRows(dealt, (at) => at === part)
      return partsAt(
        data,
        { train: rowsIn(0), dev: rowsIn(1), ...(shares.length === 2 ? {} : { test: rowsIn(2) }) },
        dealt.rareClasses,
      )
    })(
      dealRows(
        data,
        {
          shares,
          nameOf: (part) => `the ${String(partNames[part])} part`,
          each: `each of ${namedParts(ratios)} at ${shares.join(', ')}`,
        },
        options,
      ),
    )
  })
}
