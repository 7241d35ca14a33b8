import type { PictureText } from './picture-text.ts'

/**
 * How many rows of each class were taken for each class.
 *
 * @category Pictures
 */
export interface ConfusionPicture {
  readonly kind: 'confusion'
  readonly title: PictureText
  readonly classes: readonly PictureText[]
  /** `counts[i][j]` rows of class i were taken for class j. */
  readonly counts: readonly (readonly number[])[]
}
