import type * as TE from 'fp-ts/lib/TaskEither.js'
import { pictureChart } from './picture-chart.ts'
import type { Picture } from './picture.ts'
import type { DrawingOptions } from './sheet.ts'
import { toSvg, type DrawingError } from './svg.ts'

/**
 * Draws a picture as an SVG document, see {@link toSvg}.
 *
 * @throws ArgumentError for another kind of picture.
 * @example
 * ```ts
 * import { pictureSvg } from 'puregrad/report'
 * const svg = await pictureSvg({
 *   kind: 'bars',
 *   title: 'Accuracy on the digits',
 *   x: { title: 'activation' },
 *   y: { title: 'accuracy' },
 *   categories: ['ReLU', 'tanh'],
 *   series: [{ name: 'test', values: [{ value: 0.96 }, { value: 0.94 }] }],
 * })()
 * svg._tag === 'Right' && svg.right.includes('Accuracy on the digits') // => true
 * ```
 * @category Drawing
 */
export const pictureSvg = (
  picture: Picture,
  options: DrawingOptions = {},
): TE.TaskEither<DrawingError, string> => toSvg(pictureChart(picture, options))
