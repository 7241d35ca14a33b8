import { barsChart } from './bars-chart.ts'
import type { Chart } from './chart.ts'
import { curvesChart } from './curves-chart.ts'
import { boundaryChart } from './boundary-chart.ts'
import { confusionChart } from './confusion-chart.ts'
import { frontChart } from './front-chart.ts'
import { histogramsChart } from './histograms-chart.ts'
import { imagesChart } from './images-chart.ts'
import { importanceChart } from './importance-chart.ts'
import { isolinesChart } from './isolines-chart.ts'
import { lambdaFrontChart } from './lambda-front-chart.ts'
import { parallelChart } from './parallel-chart.ts'
import { reliabilityChart } from './reliability-chart.ts'
import { signalsChart } from './signals-chart.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import type { Picture } from './picture.ts'
import { sheetOf, type DrawingOptions, type Sheet } from './sheet.ts'

type Charts = {
  readonly [K in Picture['kind']]: (picture: Extract<Picture, { kind: K }>, sheet: Sheet) => Chart
}

const charts: Charts = {
  curves: curvesChart,
  bars: barsChart,
  boundary: boundaryChart,
  confusion: confusionChart,
  front: frontChart,
  histograms: histogramsChart,
  images: imagesChart,
  importance: importanceChart,
  isolines: isolinesChart,
  'lambda-front': lambdaFrontChart,
  parallel: parallelChart,
  reliability: reliabilityChart,
  signals: signalsChart,
}

/**
 * A picture as a chart for vega-lite, in a language, for a light page or a dark one. What it says is placed by
 * calculation, so that it fits wherever it is drawn: {@link toSvg} and {@link pictureSvg} draw it in Node, and a page
 * gives it to its own vega.
 *
 * @throws ArgumentError for another kind of picture or another option.
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
  checkChoice('pictureChart', 'kind', picture.kind, Object.keys(charts))
  const draw = charts[picture.kind] as (picture: Picture, sheet: Sheet) => Chart
  return draw(picture, sheetOf('pictureChart', options))
}
