import type { BarsPicture } from './bars-picture.ts'
import type { Chart } from './chart.ts'
import { described } from './describe.ts'
import { framed, plotOf } from './frame.ts'
import { placedAxis, placedCategories, placeOn } from './placed-axis.ts'
import { ruleLayers } from './rule-layers.ts'
import { shapeOf, type Sheet } from './sheet.ts'

/** How full the bars of a series are, so that nobody has to tell them apart by their colours. */
const fullness = [0.95, 0.45, 0.12, 0.7]
const fullnessOf = (index: number): number => fullness[index % fullness.length]!

export const barsChart = (picture: BarsPicture, sheet: Sheet): Chart => {
  const { title, categories, series, rules = [] } = picture
  const { say, colour } = sheet
  const height = Math.round(Math.min(300, sheet.width * 0.5))
  const log = picture.y.scale === 'log'
  const named = series.map((each) => ({ ...each, label: say(each.name) }))
  const bars = named.flatMap(({ values }, s) =>
    values.flatMap(({ value, interval }, category) => {
      const fits = placeOn(picture.y.scale)
      const [low, high] = interval ?? [value, value]
      return fits(value)
        ? [{ category, s, value, low: fits(low) ? low : value, high: fits(high) ? high : value }]
        : []
    }),
  )
  const y = placedAxis(
    sheet,
    picture.y,
    [...bars.flatMap(({ value, low, high }) => [value, low, high]), ...rules.map(({ at }) => at)],
    { side: 'y', length: height, zero: true },
  )
  const { left, width } = plotOf(sheet, y.labels)
  const x = placedCategories(say(picture.x.title), categories.map(say), { side: 'x', length: width })
  const group = {
    xOffset: { field: 's', type: 'nominal', scale: { domain: series.map((_, i) => i), paddingInner: 0.1 } },
  }
  const places = {
    x: { ...x.channel('category'), scale: { domain: categories.map((_, i) => i), padding: 0.25 } },
    ...(series.length > 1 ? group : {}),
  }
  const layerOf = (s: number): readonly Chart[] => {
    const data = { values: bars.filter((bar) => bar.s === s) }
    return [
      {
        data,
        mark: log
          ? { type: 'point', shape: shapeOf(s), filled: true, opacity: 1, size: 60, color: colour(s) }
          : { type: 'bar', color: colour(s), fillOpacity: fullnessOf(s), stroke: colour(s), strokeWidth: 1 },
        encoding: {
          ...places,
          y: y.channel('value'),
          ...(log ? {} : { y2: { datum: Math.max(0, y.domain[0]) } }),
        },
      },
      {
        data: { values: data.values.filter(({ low, high }) => low < high) },
        mark: { type: 'rule', color: sheet.colours.text, strokeWidth: 1.5 },
        encoding: { ...places, y: y.channel('low'), y2: { field: 'high' } },
      },
    ]
  }
  return framed(sheet, {
    title: say(title),
    left,
    plotWidth: width,
    plotHeight: height,
    x,
    y,
    legend:
      series.length > 1
        ? named.map(({ label }, s) => ({
            label,
            colour: colour(s),
            ...(log ? { shape: shapeOf(s) } : { opacity: fullnessOf(s) }),
          }))
        : [],
    layers: [...series.flatMap((_, s) => layerOf(s)), ...ruleLayers(sheet, rules, { y }, width)],
    description: described(
      sheet,
      picture,
      named.map(
        ({ label, values }) =>
          `${label}: ${values.map(({ value }, i) => `${say(categories[i] ?? '')} ${sheet.number(value)}`).join('; ')}`,
      ),
    ),
  })
}
