import type { Direction } from '../criteria/dominance.ts'
import type { PictureAxis } from './picture-axis.ts'
import type { PictureText } from './picture-text.ts'

/**
 * An objective: the axis of its values, and which of them are better.
 *
 * @category Pictures
 */
export interface ObjectiveAxis extends PictureAxis {
  readonly direction: Direction
}

/**
 * The outcomes of several methods in two objectives, and the front of each: those that none of its own dominates.
 *
 * @category Pictures
 */
export interface FrontPicture {
  readonly kind: 'front'
  readonly title: PictureText
  readonly x: ObjectiveAxis
  readonly y: ObjectiveAxis
  readonly methods: readonly {
    readonly name: PictureText
    readonly points: readonly (readonly [x: number, y: number])[]
  }[]
  /** Puts each method's hypervolume within this point into the legend. */
  readonly reference?: readonly [x: number, y: number]
  /** A point that was chosen. */
  readonly chosen?: readonly [x: number, y: number]
}
