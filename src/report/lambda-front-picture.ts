import type { PictureText } from './picture-text.ts'

/**
 * The price of complexity: the loss ℓ against the penalty Ω of the minima of ℓ + λΩ for several λ. Where the front is
 * smooth its slope at the minimum for λ is −λ, and the line of that slope through the chosen one lies below the front.
 *
 * @category Pictures
 */
export interface LambdaFrontPicture {
  readonly kind: 'lambda-front'
  readonly title: PictureText
  readonly loss: { readonly title: PictureText }
  readonly penalty: { readonly title: PictureText }
  readonly points: readonly { readonly lambda: number; readonly loss: number; readonly penalty: number }[]
  /** The λ of one of the points. */
  readonly chosen?: number
}
