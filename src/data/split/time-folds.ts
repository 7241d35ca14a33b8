import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { checkOptions } from '../../core/tensor/check-options.ts'
import { checkSetting } from '../../core/tensor/check-setting.ts'
import { notNegative } from '../../core/tensor/setting-ranges.ts'
import { partSizes } from './apportion.ts'
import type { SplitError } from './deal-rows.ts'
import { folding, partsAt, type Folding, type Parts } from './parts.ts'
import { nearestBoundary, rowsBefore, rowsTensor, timeLine, type TimeOptions } from './time-blocks.ts'

/**
 * How {@link timeFolds} folds.
 *
 * @category Splitting
 */
export interface TimeFoldOptions extends TimeOptions {
  /** How many blocks before the one that judges are trained on; all of them (a window that expands) unless told otherwise. */
  readonly window?: number
}

/**
 * k ways of training on what was and judging by what came next. The rows are cut by time into k + 1 blocks, as equal as
 * moments allow; fold i trains on the blocks before block i + 1 — all of them, or the last `window` of them, which slides —
 * and judges by it. Rows of one moment stay together, and rows within `gap` before the judging block are left out.
 *
 * A left value unless k is a positive integer with more than k rows, where a row has no time, and where a part would be
 * empty.
 *
 * @throws ArgumentError for another option, a column that is absent or not of numbers or dates, a gap below 0 and a window
 * that is no integer of 1 or more; RoleError for a dev or test part, or a record that is no data set.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { tensor, toArray } from 'puregrad'
 * import { regressionDataset, timeFolds } from 'puregrad/data'
 * const data = regressionDataset({ x: tensor([[0], [0], [0], [0]]), y: tensor([1, 2, 3, 4]) })
 * const show = (folds: ReturnType<ReturnType<typeof timeFolds>>) =>
 *   E.isRight(folds) ? folds.right.map(({ train, dev }) => [toArray(train.y), toArray(dev.y)]) : []
 * show(timeFolds(3)(data)) // => [[[1], [2]], [[1, 2], [3]], [[1, 2, 3], [4]]]
 * show(timeFolds(3, { window: 1 })(data)) // => [[[1], [2]], [[2], [3]], [[3], [4]]]
 * ```
 * @category Splitting
 */
export const timeFolds = (k: number, options: TimeFoldOptions = {}): Folding => {
  checkOptions('timeFolds', options, { by: true, gap: true, window: true })
  const { by, gap = 0, window = Infinity } = options
  checkSetting('timeFolds', 'gap', gap, notNegative)
  checkSetting('timeFolds', 'window', window, { min: 1, whole: true, infinite: true })
  return folding('timeFolds', (data) => {
    if (!Number.isInteger(k) || k < 1 || k >= data.n)
      return E.left({
        kind: 'folds',
        message: `timeFolds: expected from 1 to ${data.n - 1} folds of ${data.n} rows, got ${String(k)}`,
      })
    return pipe(
      timeLine('timeFolds', data, by),
      E.flatMap((line): E.Either<SplitError, readonly Parts[]> => {
        const sizes = partSizes(
          data.n,
          Array.from({ length: k + 1 }, () => 1 / (k + 1)),
        )
        const at = sizes.reduce<readonly number[]>(
          (before, size) => [...before, (before.at(-1) ?? 0) + size],
          [0],
        )
        const begins = at.map((place) => nearestBoundary(line, place))
        const folds = Array.from({ length: k }, (_, fold) => {
          const begin = begins[fold + 1] ?? 0
          return {
            train: rowsBefore(line, begins[Math.max(0, fold + 1 - window)] ?? 0, begin, gap),
            dev: line.order.slice(begin, begins[fold + 2]),
          }
        })
        const empty = folds.findIndex(({ train, dev }) => train.length === 0 || dev.length === 0)
        return empty >= 0
          ? E.left({
              kind: 'too-small',
              message: `timeFolds: a part of fold ${empty} of ${k} would be empty: too many of ${data.n} rows are of one moment${gap > 0 ? `, or within the gap of ${gap}` : ''}`,
            })
          : E.right(
              folds.map(({ train, dev }) =>
                partsAt(data, { train: rowsTensor(train), dev: rowsTensor(dev) }),
              ),
            )
      }),
    )
  })
}
