import { transpose } from '../core/numeric/index.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { ShapeError } from '../core/tensor/errors.ts'
import { count } from '../core/tensor/setting-ranges.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import type { ImagesPicture } from './images-picture.ts'
import { rowsOf } from './numbers-of.ts'
import type { PictureText } from './picture-text.ts'
import { words } from './picture-words.ts'

/**
 * How numbers become images.
 *
 * @category Makers of pictures
 */
export interface ImagesOptions {
  readonly title?: PictureText
  /** Rows and columns of an image; a square unless told otherwise. */
  readonly shape?: readonly [rows: number, columns: number]
  /** What stands below an image; its number unless told otherwise. */
  readonly caption?: (index: number) => PictureText
  /** The most images, the first ones; 24 unless told otherwise. */
  readonly most?: number
}

const imagesOf = (
  where: string,
  rows: readonly (readonly number[])[],
  { shape, caption, most = 24 }: ImagesOptions,
): ImagesPicture['images'] => {
  checkSetting(where, 'most', most, count)
  const pixels = rows[0]?.length ?? 0
  const side = Math.sqrt(pixels)
  const [height, width] = shape ?? [side, side]
  if (!Number.isInteger(height) || !Number.isInteger(width) || height * width !== pixels)
    throw new ShapeError(
      shape === undefined
        ? `${where}: ${pixels} numbers are no square; give the shape of an image, such as { shape: [rows, columns] }`
        : `${where}: shape: expected rows × columns = ${pixels}, got ${height} × ${width}`,
    )
  return rows.slice(0, most).map((row, k) => ({
    caption: caption?.(k) ?? String(k + 1),
    pixels: Array.from({ length: height }, (_, j) => row.slice(j * width, (j + 1) * width)),
  }))
}

const known = { title: true, shape: true, caption: true, most: true } as const

/**
 * The weights of each unit of a layer as an image of the inputs, by a scale with its middle at 0.
 *
 * @param weight `[inputs, units]`, as a dense layer has it.
 * @throws ShapeError unless the weights have two axes and the inputs the shape of an image; ArgumentError for another
 * option.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { weightImages } from 'puregrad/report'
 * const { images } = weightImages(tensor([[1, 5], [2, 6], [3, 7], [4, 8]]))
 * images.map(({ pixels }) => pixels) // => [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]
 * ```
 * @category Makers of pictures
 */
export const weightImages = (weight: Tensor, options: ImagesOptions = {}): ImagesPicture => {
  checkOptions('weightImages', options, known)
  if (weight.rank !== 2) rowsOf('weightImages', 'weight', weight)
  return {
    kind: 'images',
    title: options.title ?? words.weights,
    scale: 'signed',
    value: { title: words.weight },
    images: imagesOf('weightImages', rowsOf('weightImages', 'weight', transpose(weight)), options),
  }
}

/**
 * Rows of inks as grey images: samples of digits, or those that were taken for another.
 *
 * @param x `[rows, pixels]`
 * @throws ShapeError unless x has two axes and a row the shape of an image; ArgumentError for another option.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { inkImages } from 'puregrad/report'
 * inkImages(tensor([[0, 1, 1, 0]]), { caption: () => 'a cross' }).images // => [{ caption: 'a cross', pixels: [[0, 1], [1, 0]] }]
 * ```
 * @category Makers of pictures
 */
export const inkImages = (x: Tensor, options: ImagesOptions = {}): ImagesPicture => {
  checkOptions('inkImages', options, known)
  return {
    kind: 'images',
    title: options.title ?? words.rows,
    scale: 'ink',
    value: { title: words.ink },
    images: imagesOf('inkImages', rowsOf('inkImages', 'x', x), options),
  }
}
