import type { MeasuredValue, PictureAxis, PictureRule } from './picture-axis.ts'
import type { PictureText } from './picture-text.ts'

/**
 * A bar for each category, and several side by side where there are several series. On a log axis, which has no 0 that
 * bars could stand on, the values are points. A value that is not finite leaves its place empty.
 *
 * @category Pictures
 */
export interface BarsPicture {
  readonly kind: 'bars'
  readonly title: PictureText
  /** What the categories are. */
  readonly x: { readonly title: PictureText }
  readonly y: PictureAxis
  readonly categories: readonly PictureText[]
  readonly series: readonly {
    readonly name: PictureText
    /** One for each category. */
    readonly values: readonly MeasuredValue[]
  }[]
  /** Across the picture at a value of y. */
  readonly rules?: readonly PictureRule[]
}
