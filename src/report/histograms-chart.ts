import { greatestOf } from '../core/tensor/extremes.ts'
import type { Chart } from './chart.ts'
import { described, spanOf } from './describe.ts'
import { framed, plotOf } from './frame.ts'
import type { HistogramsPicture } from './histograms-picture.ts'
import { placedAxis, type PlacedNumbers } from './placed-axis.ts'
import { words } from './picture-words.ts'
import type { Sheet } from './sheet.ts'
import { textWidth } from './text-width.ts'

type Panel = HistogramsPicture['panels'][number]

const panelHeight = 74
/** The room above the bars of a panel for its name. */
const head = 20

const totalOf = ({ bins, notFinite = 0 }: Panel): number =>
  bins.reduce((total, { count }) => total + count, notFinite)

/** How many values, which share of them is in the fullest bin, and how many none of them holds. */
const remarkOf = ({ say, number }: Sheet, panel: Panel): string => {
  const total = totalOf(panel)
  const fullest = Math.max(0, greatestOf(panel.bins.map(({ count }) => count)))
  return [
    `${number(total, 6)} ${say(words.values)}`,
    `${say(words.fullest)} ${number((100 * fullest) / Math.max(1, total))} %`,
    ...((panel.notFinite ?? 0) > 0 ? [`${say(words.notFinite)}: ${number(panel.notFinite ?? 0, 6)}`] : []),
  ].join(', ')
}

const panelLayers = (
  sheet: Sheet,
  panel: Panel,
  index: number,
  x: PlacedNumbers,
  width: number,
): readonly Chart[] => {
  const bottom = (index + 1) * panelHeight
  const fullest = Math.max(1, greatestOf(panel.bins.map(({ count }) => count)))
  const [text, baseline] = [
    { type: 'text', baseline: 'top', fontSize: 11 },
    { value: index * panelHeight + 5 },
  ]
  const name = sheet.say(panel.name)
  const remark = remarkOf(sheet, panel)
  const fits = textWidth(name, 12) + textWidth(remark, 11) + 16 < width
  return [
    {
      data: {
        values: panel.bins
          .filter(({ count }) => count > 0)
          .map(({ low, high, count }) => ({
            low,
            high,
            y: bottom - (count / fullest) * (panelHeight - head - 2),
          })),
      },
      mark: {
        type: 'rect',
        color: sheet.colour(0),
        opacity: 0.85,
        stroke: sheet.colours.background,
        strokeWidth: 0.4,
        clip: true,
      },
      encoding: {
        x: x.channel('low'),
        x2: { field: 'high' },
        y: { field: 'y', type: 'quantitative', scale: null, axis: null },
        y2: { value: bottom },
      },
    },
    {
      data: { values: [{}] },
      mark: { type: 'rule', color: sheet.colours.faint, strokeWidth: 1 },
      encoding: { x: { value: 0 }, x2: { value: width }, y: { value: bottom } },
    },
    {
      data: { values: [{}] },
      mark: { ...text, text: name, fontSize: 12, fontWeight: 600, align: 'left', color: sheet.colours.text },
      encoding: { x: { value: 0 }, y: baseline },
    },
    ...(fits
      ? [
          {
            data: { values: [{}] },
            mark: { ...text, text: remark, align: 'right', color: sheet.colours.faint },
            encoding: { x: { value: width }, y: baseline },
          },
        ]
      : []),
  ]
}

export const histogramsChart = (picture: HistogramsPicture, sheet: Sheet): Chart => {
  const { title, panels } = picture
  const { left, width } = plotOf(sheet, [])
  const ends = panels.flatMap(({ bins }) => bins.flatMap(({ low, high }) => [low, high]))
  const x = placedAxis(sheet, picture.x, ends, { side: 'x', length: width, margin: 0 })
  return framed(sheet, {
    title: sheet.say(title),
    left,
    plotWidth: width,
    plotHeight: Math.max(1, panels.length) * panelHeight,
    x,
    layers: panels.flatMap((panel, i) => panelLayers(sheet, panel, i, x, width)),
    description: described(sheet, picture, [
      spanOf(sheet, x),
      ...panels.map((panel) => `${sheet.say(panel.name)}: ${remarkOf(sheet, panel)}`),
    ]),
  })
}
