import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { ShapeError } from '../core/tensor/errors.ts'
import { count } from '../core/tensor/setting-ranges.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { wilsonInterval } from '../training/confidence.ts'
import { checkClasses } from './confusion-matrix.ts'
import { numbersOf, rowsOf } from './numbers-of.ts'
import type { PictureText } from './picture-text.ts'
import { words } from './picture-words.ts'
import type { ReliabilityPicture } from './reliability-picture.ts'

/**
 * Whether probabilities can be taken at their word: rows in equal bins of the probability of their most probable class,
 * the share of each bin that is right, and the expected calibration error Σ n_b/n |accuracy_b − confidence_b|.
 *
 * Source: C. Guo, G. Pleiss, Y. Sun, K. Q. Weinberger, "On calibration of modern neural networks", ICML 2017.
 *
 * @param probabilities `[rows, classes]`, each row with the sum 1.
 * @param labels the numbers of classes, `[rows]`.
 * @throws ShapeError unless there is a label for each row; ArgumentError for what is the number of no class, a number of
 * bins below 1 and another option.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { reliability } from 'puregrad/report'
 * const said = tensor([[0.9, 0.1], [0.3, 0.7]], { dtype: 'float64' })
 * const { bins, calibrationError } = reliability(said, [0, 0], { bins: 10 })
 * bins.filter(({ count }) => count > 0).map(({ confidence, accuracy }) => [confidence, accuracy]) // => [[0.7, 0], [0.9, 1]]
 * calibrationError // => 0.4
 * ```
 * @category Makers of pictures
 */
export const reliability = (
  probabilities: Tensor,
  labels: Tensor | readonly number[],
  options: { readonly bins?: number; readonly title?: PictureText } = {},
): ReliabilityPicture => {
  checkOptions('reliability', options, { bins: true, title: true })
  const { bins = 10, title = words.reliability } = options
  checkSetting('reliability', 'bins', bins, count)
  const said = rowsOf('reliability', 'probabilities', probabilities)
  const is = numbersOf('reliability', 'labels', labels)
  if (said.length !== is.length)
    throw new ShapeError(`reliability: expected a label for each of ${said.length} rows, got ${is.length}`)
  checkClasses('reliability', 'labels', is, probabilities.shape[1] ?? 0)
  const rows = said.map((row, i) => {
    const best = row.reduce((at, p, k) => (p > row[at]! ? k : at), 0)
    // A probability on a border belongs to the bin above it, but for 1.
    return {
      confidence: row[best]!,
      right: best === is[i],
      bin: Math.min(bins - 1, Math.floor(row[best]! * bins)),
    }
  })
  const all = Array.from({ length: bins }, (_, b) => {
    const inside = rows.filter(({ bin }) => bin === b)
    const right = inside.filter((row) => row.right).length
    const total = inside.reduce((sum, { confidence }) => sum + confidence, 0)
    return {
      low: b / bins,
      high: (b + 1) / bins,
      count: inside.length,
      confidence: inside.length === 0 ? (b + 0.5) / bins : total / inside.length,
      accuracy: inside.length === 0 ? 0 : right / inside.length,
      interval: wilsonInterval(right, inside.length),
    }
  })
  return {
    kind: 'reliability',
    title,
    bins: all,
    calibrationError: all.reduce(
      (sum, bin) => sum + (bin.count / Math.max(1, rows.length)) * Math.abs(bin.accuracy - bin.confidence),
      0,
    ),
  }
}
