import { ArgumentError } from '../core/tensor/errors.ts'
import { barsChart } from './bars-chart.ts'
import type { Chart } from './chart.ts'
import { curvesChart } from './curves-chart.ts'
import type { Picture } from './picture.ts'
import { sheetOf, type DrawingOptions, type Sheet } from './sheet.ts'

type Charts = {
  readonly [K in Picture['kind']]: (picture: Extract<Picture, { kind: K }>, sheet: Sheet) => Chart
}

const charts: Partial<Charts> = {
  curves: curvesChart,
  bars: barsChart,
}

/**
 * A picture as a chart for vega-lite, in a language, for a light page or a dark one. What it says is placed by
 * calculation, so that it fits wherever it is drawn: {@link toSvg} and {@link pictureSvg} draw it in Node, and a page
 * gives it to its own vega.
 *
 * @throws ArgumentError for another kind of picture.
 * @example
 * ```ts
 * import { pictureChart } from 'puregrad/report'
 * const chart = pictureChart(
 *   {
 *     kind: 'curves',
 *     title: { en: 'A parabola', bg: 'Парабола' },
 *     x: { title: 'x' },
 *     y: { title: 'y' },
 *     series: [{ name: 'x²', points: [[0, 0], [1, 1], [2, 4]] }],
 *   },
 *   { language: 'bg', theme: 'dark' },
 * )
 * String(chart['description']).split('.')[0] // => 'Криви: Парабола'
 * ```
 * @category Drawing
 */
export const pictureChart = (picture: Picture, options: DrawingOptions = {}): Chart => {
  const draw = charts[picture.kind] as ((picture: Picture, sheet: Sheet) => Chart) | undefined
  if (draw === undefined) throw new ArgumentError(`pictureChart: no picture of kind ${picture.kind} is drawn`)
  return draw(picture, sheetOf(options))
}
