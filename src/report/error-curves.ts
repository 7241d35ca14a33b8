import type { ErrorPair } from '../study/error-pair.ts'
import type { SweepPoint } from '../study/sweep.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import type { CurvesPicture } from './curves-picture.ts'
import type { PictureText } from './picture-text.ts'
import { words } from './picture-words.ts'

/**
 * What is swept, and how its axis is drawn.
 *
 * @category Makers of pictures
 */
export interface ErrorCurvesOptions {
  readonly title?: PictureText
  /** The title of the horizontal axis: 'training rows', 'units' … */
  readonly setting: PictureText
  readonly scale?: 'linear' | 'log'
}

/**
 * Train and dev error of a sweep with their 95 % intervals as bands: over training rows, label noise or capacity.
 *
 * @throws ArgumentError for another option.
 * @example
 * ```ts
 * import { errorCurves } from 'puregrad/report'
 * const error = (value: number) => ({ value, n: 10, interval: [value, 1] as const })
 * const picture = errorCurves([{ setting: 8, result: { train: error(0), dev: error(0.5) } }], { setting: 'units' })
 * picture.series.map(({ intervals }) => intervals) // => [[[8, 0, 1]], [[8, 0.5, 1]]]
 * ```
 * @category Makers of pictures
 */
export const errorCurves = (
  points: readonly SweepPoint<number, ErrorPair>[],
  options: ErrorCurvesOptions,
): CurvesPicture => {
  checkOptions<ErrorCurvesOptions>('errorCurves', options, { title: true, setting: true, scale: true })
  const { title = words.errors, setting, scale = 'linear' } = options
  return {
    kind: 'curves',
    title,
    x: { title: setting, scale },
    y: { title: words.errorWithInterval },
    series: (['train', 'dev'] as const).map((part) => ({
      name: words[part],
      points: points.map((point) => [point.setting, point.result[part].value] as const),
      intervals: points.map((point) => [point.setting, ...point.result[part].interval] as const),
      mark: 'both',
    })),
  }
}
