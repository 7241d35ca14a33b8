import { tensor } from '../core/numeric/index.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { ShapeError } from '../core/tensor/errors.ts'
import { count } from '../core/tensor/setting-ranges.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { calibrationError, reliabilityTable } from '../evaluation/calibration.ts'
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
  if (said.length === 0) return { kind: 'reliability', title, bins: [], calibrationError: 0 }
  const predictions = { kind: 'classes', names: said[0]!.map((_, k) => String(k)), probabilities } as const
  const truth = tensor([...is], { dtype: 'int32' })
  return {
    kind: 'reliability',
    title,
    // Without rows a bin has no confidence: it stands where its middle is.
    bins: reliabilityTable(predictions, truth, { bins }).map(({ low, high, rows, confidence, accuracy }) => ({
      low,
      high,
      count: rows,
      confidence: rows === 0 ? (low + high) / 2 : confidence,
      accuracy: rows === 0 ? 0 : accuracy.value,
      interval: accuracy.interval,
    })),
    calibrationError: calibrationError(predictions, truth, { bins }).value,
  }
}
