import type { Wording } from './wording.ts'

/**
 * An axis of a picture.
 *
 * @category Pictures
 */
export interface PictureAxis {
  readonly title: Wording
  readonly scale?: 'linear' | 'log'
}

/**
 * A named row of points of {@link CurvesPicture}.
 *
 * @category Pictures
 */
export interface PictureSeries {
  readonly name: Wording
  readonly points: readonly (readonly [x: number, y: number])[]
  /** Drawn as a band: the 95 % intervals of measured points. */
  readonly intervals?: readonly (readonly [x: number, low: number, high: number])[]
  /** 'line' unless told otherwise; both for points that a line joins. */
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
  readonly title: Wording
  readonly x: PictureAxis
  readonly y: PictureAxis
  readonly series: readonly PictureSeries[]
  /** Lines across the picture at a value of an axis, like the chosen epoch. */
  readonly rules?: readonly { readonly name: Wording; readonly axis: 'x' | 'y'; readonly at: number }[]
}

/**
 * A picture as plain data.
 *
 * @category Pictures
 */
export type Picture = CurvesPicture
