import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { partSizes } from './apportion.ts'
import type { SplitError } from './deal-rows.ts'
import { partsAt, splitting, type Parts, type SplitInTwo, type SplitWithTest } from './parts.ts'
import { checkRatios, partNames, ratiosProblem, sharesOf, type Ratios, type TrainDevRatios } from './split.ts'
import {
  checkTimeOptions,
  nearestBoundary,
  rowsBefore,
  rowsTensor,
  timeLine,
  type TimeLine,
  type TimeOptions,
} from './time-blocks.ts'

/**
 * How {@link splitByTime} can be called: with a test part and without.
 *
 * @category Splitting
 */
export interface SplitByTime {
  (ratios: Ratios, options?: TimeOptions): SplitWithTest
  (ratios: TrainDevRatios, options?: TimeOptions): SplitInTwo
}

/** The rows of each part, each before the next one by more than the gap. */
const parted = (line: TimeLine, shares: readonly number[], gap: number): readonly (readonly number[])[] => {
  const ends = partSizes(line.order.length, shares).reduce<readonly number[]>(
    (before, size) => [...before, (before.at(-1) ?? 0) + size],
    [],
  )
  const at = [0, ...ends.map((end) => nearestBoundary(line, end))]
  return shares.map((_, part) => rowsBefore(line, at[part] ?? 0, at[part + 1] ?? 0, gap))
}

/**
 * The earliest rows to train on, the next ones to choose by, the last ones (sealed) to judge by: what a model in use meets
 * is later than what it learnt from. Each part is in the order of time.
 *
 * Every time in a part is before every time of the next one, and by more than `gap`: rows of one moment stay together, so
 * sizes are as near to the shares as moments allow, and within one row where no two rows have the same time. Rows within
 * the gap before a part are left out; without a gap no row is.
 *
 * A left value where the ratios are not positive shares of 1, a row has no time, or a part would be empty.
 *
 * @throws ArgumentError for another option, a column that is absent or not of numbers or dates, and a gap below 0;
 * RoleError for a dev or test part, or a record that is no data set.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { tensor, toArray } from 'puregrad'
 * import { regressionDataset, splitByTime } from 'puregrad/data'
 * const x = tensor([[2003], [2001], [2002], [2004]])
 * const sales = regressionDataset({ x, y: tensor([3, 1, 2, 4]), featureNames: ['year'] })
 * const parts = splitByTime({ train: 0.5, dev: 0.5 }, { by: 'year' })(sales)
 * E.isRight(parts) ? [toArray(parts.right.train.y), toArray(parts.right.dev.y)] : [] // => [[1, 2], [3, 4]]
 * ```
 * @category Splitting
 */
export const splitByTime: SplitByTime = (ratios: Ratios | TrainDevRatios, options: TimeOptions = {}) => {
  checkTimeOptions('splitByTime', options)
  checkRatios('splitByTime', ratios)
  const { by, gap = 0 } = options
  return splitting('splitByTime', (data) => {
    const problem = ratiosProblem(ratios)
    if (problem !== undefined) return E.left(problem)
    return pipe(
      timeLine('splitByTime', data, by),
      E.flatMap((line): E.Either<SplitError, Parts> => {
        const rows = parted(line, sharesOf(ratios), gap)
        const empty = rows.findIndex((part) => part.length === 0)
        const [train = [], dev = [], test] = rows
        return empty >= 0
          ? E.left({
              kind: 'too-small',
              message: `splitByTime: the ${String(partNames[empty])} part of ${data.n} rows would be empty at ${sharesOf(ratios).join(', ')}${gap > 0 ? ` with a gap of ${gap}` : ''}; add rows, or give it a larger share`,
            })
          : E.right(
              partsAt(data, {
                train: rowsTensor(train),
                dev: rowsTensor(dev),
                ...(test === undefined ? {} : { test: rowsTensor(test) }),
              }),
            )
      }),
    )
  })
}
