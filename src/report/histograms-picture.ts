import type { PictureAxis } from './picture-axis.ts'
import type { PictureText } from './picture-text.ts'

/**
 * How many values lie from `low` up to `high`.
 *
 * @category Pictures
 */
export interface HistogramBin {
  readonly low: number
  readonly high: number
  readonly count: number
}

/**
 * Histograms one below the other over one axis, like those of the activations of each layer.
 *
 * @category Pictures
 */
export interface HistogramsPicture {
  readonly kind: 'histograms'
  readonly title: PictureText
  readonly x: PictureAxis
  readonly panels: readonly {
    readonly name: PictureText
    readonly bins: readonly HistogramBin[]
    /** How many values are not finite, which no bin holds. */
    readonly notFinite?: number
  }[]
}
