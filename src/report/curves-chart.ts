import type { Chart } from './chart.ts'
import type { CurvesPicture, PictureSeries } from './curves-picture.ts'
import { described, spanOf } from './describe.ts'
import { framed, plotOf } from './frame.ts'
import type { LegendEntry } from './legend.ts'
import { placedAxis, placeOn, type PlacedNumbers } from './placed-axis.ts'
import { ruleLayers } from './rule-layers.ts'
import { dashOf, shapeOf, type Sheet } from './sheet.ts'

const marked = ({ mark = 'line' }: PictureSeries): { readonly line: boolean; readonly point: boolean } => ({
  line: mark !== 'point',
  point: mark !== 'line',
})

const entryOf = (sheet: Sheet, series: PictureSeries, index: number): LegendEntry => {
  const { line, point } = marked(series)
  return {
    label: sheet.say(series.name),
    colour: sheet.colour(index),
    ...(line ? { dash: dashOf(index) } : {}),
    ...(point ? { shape: shapeOf(index) } : {}),
  }
}

interface Axes {
  readonly x: PlacedNumbers
  readonly y: PlacedNumbers
}

const bandOf = (
  sheet: Sheet,
  { intervals = [] }: PictureSeries,
  index: number,
  { x, y }: Axes,
): readonly Chart[] => {
  const fits = placeOn(y.scale)
  const values = intervals
    .filter(([at, low, high]) => placeOn(x.scale)(at) && fits(high) && (fits(low) || low <= 0))
    .map(([at, low, high]) => ({ x: at, low: Math.max(low, y.domain[0]), high }))
  return values.length === 0
    ? []
    : [
        {
          data: { values },
          mark: { type: 'area', color: sheet.colour(index), opacity: 0.18, clip: true },
          encoding: { x: x.channel('x'), y: y.channel('low'), y2: { field: 'high' } },
        },
      ]
}

/** Points with a small area each where there are many. */
const pointSize = (count: number): number => (count > 300 ? 8 : count > 60 ? 18 : 36)

const seriesLayers = (
  sheet: Sheet,
  series: PictureSeries,
  index: number,
  { x, y }: Axes,
): readonly Chart[] => {
  const { line, point } = marked(series)
  const fits = ([px, py]: readonly [number, number]): boolean => placeOn(x.scale)(px) && placeOn(y.scale)(py)
  const values = series.points.map((each, order) => ({
    x: fits(each) ? each[0] : null,
    y: fits(each) ? each[1] : null,
    order,
  }))
  const encoding = { x: x.channel('x'), y: y.channel('y') }
  return [
    ...(line
      ? [
          {
            data: { values },
            mark: {
              type: 'line',
              color: sheet.colour(index),
              strokeWidth: 2,
              strokeDash: dashOf(index),
              strokeCap: 'butt',
              invalid: 'break-paths-show-domains',
              clip: true,
            },
            encoding: { ...encoding, order: { field: 'order', type: 'quantitative' } },
          },
        ]
      : []),
    ...(point
      ? [
          {
            data: { values: values.filter((each) => each.x !== null) },
            mark: {
              type: 'point',
              shape: shapeOf(index),
              filled: true,
              opacity: 1,
              size: pointSize(values.length),
              color: sheet.colour(index),
              clip: true,
            },
            encoding,
          },
        ]
      : []),
  ]
}

/** How a series begins and ends, in words. */
const courseOf = ({ say, number }: Sheet, { name, points }: PictureSeries): string => {
  const known = points.filter((point) => point.every(Number.isFinite))
  const [first, last] = [known[0], known.at(-1)]
  return first === undefined || last === undefined
    ? say(name)
    : `${say(name)}: (${number(first[0])}; ${number(first[1])}) … (${number(last[0])}; ${number(last[1])})`
}

export const curvesChart = (picture: CurvesPicture, sheet: Sheet): Chart => {
  const { title, series, rules = [] } = picture
  const height = Math.round(Math.min(320, sheet.width * 0.52))
  const along = (axis: 'x' | 'y', of: readonly number[]): readonly number[] => [
    ...of,
    ...rules.filter((rule) => rule.axis === axis).map(({ at }) => at),
  ]
  const xs = along(
    'x',
    series.flatMap(({ points, intervals = [] }) => [...points, ...intervals].map(([x]) => x)),
  )
  const ys = along(
    'y',
    series.flatMap(({ points, intervals = [] }) => [
      ...points.map(([, y]) => y),
      ...intervals.flatMap(([, low, high]) => [low, high]),
    ]),
  )
  const y = placedAxis(sheet, picture.y, ys, { side: 'y', length: height })
  const { left, width } = plotOf(sheet, y.labels)
  const x = placedAxis(sheet, picture.x, xs, { side: 'x', length: width, margin: 0.02 })
  return framed(sheet, {
    title: sheet.say(title),
    left,
    plotWidth: width,
    plotHeight: height,
    x,
    y,
    legend: series.length > 1 ? series.map((each, i) => entryOf(sheet, each, i)) : [],
    layers: [
      ...series.flatMap((each, i) => bandOf(sheet, each, i, { x, y })),
      ...ruleLayers(sheet, rules, { x, y }, width),
      ...series.flatMap((each, i) => seriesLayers(sheet, each, i, { x, y })),
    ],
    description: described(sheet, picture, [
      spanOf(sheet, x),
      spanOf(sheet, y),
      ...series.map((each) => courseOf(sheet, each)),
      ...rules.map(({ name, at }) => `${sheet.say(name)}: ${sheet.number(at)}`),
    ]),
  })
}
