import type { PictureAxis } from './picture-axis.ts'
import type { PictureText } from './picture-text.ts'

/**
 * What a model says at the points of a grid, `[j][i]` at `(xs[i], ys[j])`: the probability of each class, or one score,
 * which speaks for the second class above the threshold.
 *
 * @category Pictures
 */
export type BoundaryField =
  | { readonly kind: 'probabilities'; readonly values: readonly (readonly (readonly number[])[])[] }
  | {
      readonly kind: 'score'
      readonly values: readonly (readonly number[])[]
      /** 0.5 unless told otherwise. */
      readonly threshold?: number
    }

/**
 * Which class a model gives to each point of a plane, how sure it is, where it changes its mind, and the rows.
 *
 * @category Pictures
 */
export interface BoundaryPicture {
  readonly kind: 'boundary'
  readonly title: PictureText
  readonly x: PictureAxis
  readonly y: PictureAxis
  readonly classes: readonly PictureText[]
  readonly grid: {
    readonly xs: readonly number[]
    readonly ys: readonly number[]
    readonly field: BoundaryField
  }
  /** Rows, by the number of their class; rows for training are full and rows apart from it are hollow. */
  readonly points: readonly {
    readonly at: readonly [x: number, y: number]
    readonly class: number
    readonly part: 'train' | 'dev' | 'test'
  }[]
}
