import type { CurvesPicture } from './curves-picture.ts'
import type { PictureText } from './picture-text.ts'
import { words } from './picture-words.ts'
import { checkOptions } from '../core/tensor/check-options.ts'

/**
 * The losses of one epoch.
 *
 * @category Makers of pictures
 */
export interface EpochRecord {
  readonly epoch: number
  readonly train: number
  readonly dev: number
}

/**
 * What learning curves show besides the losses.
 *
 * @category Makers of pictures
 */
export interface LearningCurvesOptions {
  readonly title?: PictureText
  /** The epoch that early stopping returned, marked by a rule. */
  readonly best?: number
  /** What the losses measure; 'loss' unless told otherwise. */
  readonly measure?: PictureText
  readonly scale?: 'linear' | 'log'
}

/**
 * Train and dev loss over epochs, with the chosen epoch. Losses that are not finite leave a gap.
 *
 * @throws ArgumentError for another option.
 * @example
 * ```ts
 * import { learningCurves } from 'puregrad/report'
 * const picture = learningCurves([{ epoch: 1, train: 0.9, dev: 1 }, { epoch: 2, train: 0.5, dev: NaN }], { best: 1 })
 * picture.series.map(({ points }) => points) // => [[[1, 0.9], [2, 0.5]], [[1, 1], [2, NaN]]]
 * picture.rules?.map(({ at }) => at) // => [1]
 * ```
 * @category Makers of pictures
 */
export const learningCurves = (
  records: readonly EpochRecord[],
  options: LearningCurvesOptions = {},
): CurvesPicture => {
  checkOptions<LearningCurvesOptions>('learningCurves', options, {
    title: true,
    best: true,
    measure: true,
    scale: true,
  })
  const { title = words.learningCurves, best, measure = words.loss, scale = 'linear' } = options
  return {
    kind: 'curves',
    title,
    x: { title: words.epoch, whole: true },
    y: { title: measure, scale },
    series: (['train', 'dev'] as const).map((part) => ({
      name: words[part],
      points: records.map((record) => [record.epoch, record[part]] as const),
      mark: records.length > 40 ? 'line' : 'both',
    })),
    ...(best === undefined ? {} : { rules: [{ name: words.chosenEpoch, axis: 'x', at: best }] }),
  }
}
