import type { Chart } from './chart.ts'
import { legendLayers, placedLegend, type LegendEntry } from './legend.ts'
import { labelSize, overhang, type PlacedAxis } from './placed-axis.ts'
import type { Sheet } from './sheet.ts'
import { widestOf, wrapText } from './text-width.ts'

const titleSize = 15
const textSize = 12
const titleHeight = 19
const lineHeight = 15
const edge = 10
const font = 'system-ui, sans-serif'

/** The room of a plot along x, for labels of y of a width. */
export const plotOf = (
  sheet: Sheet,
  labelsOfY: readonly string[],
): { readonly left: number; readonly width: number } => {
  const left = edge + (labelsOfY.length === 0 ? 0 : Math.ceil(widestOf(labelsOfY, labelSize)) + 8)
  return { left, width: Math.max(80, sheet.width - left - 26) }
}

/** What surrounds a plot and what is in it. */
export interface Frame {
  readonly title: string
  /** Below the title: what else one has to know to read the picture. */
  readonly remarks?: readonly string[]
  readonly left: number
  readonly plotWidth: number
  readonly plotHeight: number
  /** Titles and labels; left out where a plot has no such axis. */
  readonly x?: Pick<PlacedAxis, 'title' | 'labels'> & { readonly depth?: number }
  readonly y?: Pick<PlacedAxis, 'title'>
  readonly legend?: readonly LegendEntry[]
  readonly layers: readonly Chart[]
  /** The whole picture in words, for those who do not see it. */
  readonly description: string
}

const configOf = ({ colours }: Sheet): Chart => ({
  font,
  mark: { aria: false },
  view: { stroke: null },
  axis: {
    aria: false,
    labelColor: colours.faint,
    labelFontSize: labelSize,
    labelLimit: 0,
    domainColor: colours.faint,
    tickColor: colours.faint,
    tickSize: 4,
    gridColor: colours.grid,
    labelPadding: 3,
  },
})

/** Lines of text that begin at a place of the plot. */
const textAt = (lines: readonly string[], x: number, y: number, mark: Chart): readonly Chart[] =>
  lines.length === 0
    ? []
    : [
        {
          data: { values: [{}] },
          mark: {
            type: 'text',
            text: lines,
            align: 'left',
            baseline: 'top',
            fontSize: textSize,
            lineHeight,
            ...mark,
          },
          encoding: { x: { value: x }, y: { value: y } },
        },
      ]

/**
 * A chart whose every text has its place by calculation, in lines that fit: it looks the same whatever measures its
 * texts, and nothing is cut off.
 */
export const framed = (sheet: Sheet, frame: Frame): Chart => {
  const { title, remarks = [], left, plotWidth, plotHeight, x, y, legend = [], layers, description } = frame
  const { colours, width } = sheet
  const across = width - 2 * edge
  const titles = wrapText(title, across, titleSize * 1.12)
  const notes = remarks.flatMap((remark) => wrapText(remark, across, textSize))
  const above = y === undefined || y.title === '' ? [] : wrapText(y.title, across, textSize)
  const below = x === undefined || x.title === '' ? [] : wrapText(x.title, across, textSize)
  const ticks = x === undefined ? 0 : 9 + (x.depth ?? 13)
  const placed = placedLegend(legend, across)
  const underTicks = plotHeight + ticks + 3
  const underTitle = underTicks + below.length * lineHeight
  const legendTop = underTitle + (placed.height === 0 ? 0 : 8)
  const head = above.length * lineHeight + (above.length === 0 ? 6 : 11)
  const top =
    edge + titles.length * titleHeight + (notes.length === 0 ? 0 : 4 + notes.length * lineHeight) + 4 + head
  const right = Math.max(edge, width - left - plotWidth)
  // In the middle of the plot, or as near to it as the edges of the picture allow.
  const half = widestOf(below, textSize) / 2
  const middle = Math.max(edge - left + half, Math.min(plotWidth / 2, width - edge - left - half))
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    description,
    background: colours.background,
    config: configOf(sheet),
    autosize: 'none',
    width: plotWidth,
    height: plotHeight,
    padding: {
      left,
      right: Math.max(
        right,
        x === undefined || x.depth !== undefined ? 0 : Math.ceil(overhang(x.labels)) + 2,
      ),
      top,
      bottom: Math.ceil(legendTop - plotHeight + placed.height + edge),
    },
    layer: [
      ...layers,
      ...textAt(titles, edge - left, edge - top, {
        fontSize: titleSize,
        fontWeight: 600,
        lineHeight: titleHeight,
        color: colours.text,
      }),
      ...textAt(notes, edge - left, edge - top + titles.length * titleHeight + 3, { color: colours.faint }),
      ...textAt(above, edge - left, -head + 3, { color: colours.text }),
      ...textAt(below, middle, underTicks, { color: colours.text, align: 'center' }),
      ...legendLayers(placed, sheet, edge - left, legendTop),
    ],
  }
}
