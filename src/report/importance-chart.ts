import type { Chart } from './chart.ts'
import { described } from './describe.ts'
import { framed } from './frame.ts'
import type { ImportancePicture } from './importance-picture.ts'
import { placedAxis, placedCategories } from './placed-axis.ts'
import type { Sheet } from './sheet.ts'

export const importanceChart = (picture: ImportancePicture, sheet: Sheet): Chart => {
  const { title, measure } = picture
  const { say, number, colours } = sheet
  const settings = picture.settings
    .filter(({ value }) => Number.isFinite(value))
    .toSorted((a, b) => b.value - a.value)
  const height = Math.max(1, settings.length) * 30
  const y = placedCategories(
    '',
    settings.map(({ name }) => say(name)),
    { side: 'y', length: height },
  )
  const left = 10 + Math.ceil(y.depth) + 10
  const width = Math.max(80, sheet.width - left - 26)
  const values = settings.map(({ value, interval }, row) => ({
    row,
    value,
    low: interval?.[0] ?? value,
    high: interval?.[1] ?? value,
  }))
  const x = placedAxis(
    sheet,
    measure,
    values.flatMap(({ value, low, high }) => [value, low, high]),
    { side: 'x', length: width, zero: true },
  )
  const place = { ...y.channel('row'), scale: { domain: settings.map((_, i) => i), padding: 0.3 } }
  return framed(sheet, {
    title: say(title),
    left,
    plotWidth: width,
    plotHeight: height,
    x,
    layers: [
      {
        data: { values },
        mark: { type: 'bar', color: sheet.colour(0) },
        encoding: { x: x.channel('value'), x2: { datum: 0 }, y: place },
      },
      {
        data: { values: values.filter(({ low, high }) => low < high) },
        mark: { type: 'rule', color: colours.text, strokeWidth: 1.5 },
        encoding: { x: x.channel('low'), x2: { field: 'high' }, y: place },
      },
    ],
    description: described(sheet, picture, [
      say(measure.title),
      settings.map(({ name, value }) => `${say(name)} ${number(value)}`).join('; '),
    ]),
  })
}
