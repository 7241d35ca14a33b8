import type { PictureText } from './picture-text.ts'

/**
 * Numbers as images: signed ones, like weights, by a scale that has its middle at 0, and inks in grey. All images of a
 * picture have one scale.
 *
 * @category Pictures
 */
export interface ImagesPicture {
  readonly kind: 'images'
  readonly title: PictureText
  readonly scale: 'signed' | 'ink'
  /** What the numbers are. */
  readonly value: { readonly title: PictureText }
  readonly images: readonly {
    readonly caption: PictureText
    /** Rows from the top, each of the same length. */
    readonly pixels: readonly (readonly number[])[]
  }[]
}
