import type { PictureAxis, PictureRule } from './picture-axis.ts'
import type { PictureText } from './picture-text.ts'

/**
 * A named row of points of {@link CurvesPicture}.
 *
 * @category Pictures
 */
export interface PictureSeries {
  readonly name: PictureText
  readonly points: readonly (readonly [x: number, y: number])[]
  /** Drawn as a band: the 95 % intervals of measured points. */
  readonly intervals?: readonly (readonly [x: number, low: number, high: number])[]
  /** 'line' unless told otherwise; 'both' for points that a line joins in the order given. */
  readonly mark?: 'line' | 'point' | 'both'
}

/**
 * Curves or points over two axes of numbers; points that are not finite leave a gap.
 *
 * @category Pictures
 */
export interface CurvesPicture {
  readonly kind: 'curves'
  /** Names the data and the setting. */
  readonly title: PictureText
  readonly x: PictureAxis
  readonly y: PictureAxis
  readonly series: readonly PictureSeries[]
  readonly rules?: readonly PictureRule[]
}
