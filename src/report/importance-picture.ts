import type { MeasuredValue } from './picture-axis.ts'
import type { PictureText } from './picture-text.ts'

/**
 * How much each setting of a search matters, the greatest first.
 *
 * @category Pictures
 */
export interface ImportancePicture {
  readonly kind: 'importance'
  readonly title: PictureText
  /** What measures it. */
  readonly measure: { readonly title: PictureText }
  readonly settings: readonly (MeasuredValue & { readonly name: PictureText })[]
}
