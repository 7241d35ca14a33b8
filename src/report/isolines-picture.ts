import type { PictureAxis } from './picture-axis.ts'
import type { PictureText } from './picture-text.ts'

/**
 * The lines on which a function of two variables is constant, and ways over them.
 *
 * @category Pictures
 */
export interface IsolinesPicture {
  readonly kind: 'isolines'
  readonly title: PictureText
  readonly x: PictureAxis
  readonly y: PictureAxis
  /** `values[j][i]` at `(xs[i], ys[j])`, as `contourGrid` gives them; a value that is not finite is a hole. */
  readonly grid: {
    readonly xs: readonly number[]
    readonly ys: readonly number[]
    readonly values: readonly (readonly number[])[]
  }
  /** What is constant on a line. */
  readonly value: {
    readonly title: PictureText
    /** Even steps, equal ratios, or these; whichever of the first two shows more of the grid unless told otherwise. */
    readonly levels?: 'linear' | 'log' | readonly number[]
  }
  readonly paths?: readonly {
    readonly name: PictureText
    readonly points: readonly (readonly [x: number, y: number])[]
  }[]
  /** Places with a name, like a minimum. */
  readonly places?: readonly {
    readonly name: PictureText
    readonly at: readonly [x: number, y: number]
  }[]
}
