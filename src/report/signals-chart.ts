import type { Chart } from './chart.ts'
import { curvesChart } from './curves-chart.ts'
import { described } from './describe.ts'
import { framed, plotOf } from './frame.ts'
import { placedAxis, placedCategories, placeOn } from './placed-axis.ts'
import { words } from './picture-words.ts'
import { dashOf, shapeOf, type Sheet } from './sheet.ts'
import type { SignalsPicture } from './signals-picture.ts'

/** With more layers than this their numbers say more than their names. */
const mostNames = 16

const byNumber = (picture: SignalsPicture, sheet: Sheet): Chart => ({
  ...curvesChart(
    {
      kind: 'curves',
      title: picture.title,
      x: { title: words.layer, whole: true },
      y: { ...picture.y, scale: 'log' },
      series: picture.series.map(({ name, values }) => ({
        name,
        points: values.map((value, i) => [i + 1, value]),
        mark: 'both',
      })),
    },
    sheet,
  ),
  description: descriptionOf(picture, sheet),
})

const descriptionOf = (picture: SignalsPicture, sheet: Sheet): string =>
  described(sheet, picture, [
    sheet.say(picture.y.title),
    ...picture.series.map(
      ({ name, values }) => `${sheet.say(name)}: ${values.map((value) => sheet.number(value)).join('; ')}`,
    ),
  ])

const byName = (picture: SignalsPicture, sheet: Sheet): Chart => {
  const { title, layers, series } = picture
  const height = Math.round(Math.min(300, sheet.width * 0.5))
  const fits = placeOn('log')
  const y = placedAxis(
    sheet,
    { ...picture.y, scale: 'log' },
    series.flatMap(({ values }) => values),
    { side: 'y', length: height, margin: 0.06 },
  )
  const { left, width } = plotOf(sheet, y.labels)
  const x = placedCategories(sheet.say(words.layer), layers.map(sheet.say), { side: 'x', length: width })
  const place = {
    ...x.channel('layer'),
    scale: { type: 'point', domain: layers.map((_, i) => i), padding: 0.5 },
  }
  return framed(sheet, {
    title: sheet.say(title),
    left,
    plotWidth: width,
    plotHeight: height,
    x,
    y,
    legend:
      series.length > 1
        ? series.map(({ name }, i) => ({
            label: sheet.say(name),
            colour: sheet.colour(i),
            dash: dashOf(i),
            shape: shapeOf(i),
          }))
        : [],
    layers: series.flatMap(({ values }, i) => {
      const points = values.map((value, layer) => ({ layer, y: fits(value) ? value : null }))
      const encoding = { x: place, y: y.channel('y') }
      const color = sheet.colour(i)
      return [
        {
          data: { values: points },
          mark: {
            type: 'line',
            color,
            strokeWidth: 2,
            strokeDash: dashOf(i),
            invalid: 'break-paths-show-domains',
          },
          encoding: { ...encoding, order: { field: 'layer', type: 'quantitative' } },
        },
        {
          data: { values: points.filter((point) => point.y !== null) },
          mark: { type: 'point', shape: shapeOf(i), filled: true, opacity: 1, size: 50, color },
          encoding,
        },
      ]
    }),
    description: descriptionOf(picture, sheet),
  })
}

export const signalsChart = (picture: SignalsPicture, sheet: Sheet): Chart =>
  picture.layers.length > mostNames ? byNumber(picture, sheet) : byName(picture, sheet)
