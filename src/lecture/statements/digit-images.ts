import { toTypedArray, type Tensor } from 'puregrad'
import type { ImagesPicture, PictureText } from 'puregrad/report'

const side = 16

/** Some rows of digits, drawn. `x` is `[n, 256]`; a caption for each position. */
export const digitImages = (
  title: PictureText,
  x: Tensor,
  rows: readonly { readonly at: number; readonly caption: PictureText }[],
): ImagesPicture => {
  const inks = toTypedArray(x)
  return {
    kind: 'images',
    title,
    scale: 'ink',
    value: { title: { en: 'ink', bg: 'мастило' } },
    images: rows.map(({ at, caption }) => ({
      caption,
      pixels: Array.from({ length: side }, (_, j) =>
        Array.from(inks.slice((at * side + j) * side, (at * side + j + 1) * side), Number),
      ),
    })),
  }
}
