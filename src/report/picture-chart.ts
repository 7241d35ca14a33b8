import { barsChart } from './bars-chart.ts'
import type { Chart } from './chart.ts'
import { curvesChart } from './curves-chart.ts'
import type { Picture } from './picture.ts'
import { sheetOf, type DrawingOptions, type Sheet } from './sheet.ts'

const charts: { readonly [K in Picture['kind']]: (picture: Extract<Picture, { kind: K }>, sheet: Sheet) => Chart } = {
  curves: curvesChart,
  bars: barsChart,
}

export const pictureChart = (picture: Picture, options: DrawingOptions = {}): Chart => {
  const draw = charts[picture.kind] as (picture: Picture, sheet: Sheet) => Chart
  return draw(picture, sheetOf(options))
}
