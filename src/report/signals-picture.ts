import type { PictureText } from './picture-text.ts'

/**
 * Sizes by depth on a log axis: how signals and gradients grow or fade from layer to layer. A size that is 0 or not
 * finite has no place and leaves a gap.
 *
 * @category Pictures
 */
export interface SignalsPicture {
  readonly kind: 'signals'
  readonly title: PictureText
  /** What is measured. */
  readonly y: { readonly title: PictureText }
  /** Names of the layers, first layer first. */
  readonly layers: readonly PictureText[]
  readonly series: readonly {
    readonly name: PictureText
    /** One for each layer. */
    readonly values: readonly number[]
  }[]
}
