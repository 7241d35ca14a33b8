import { greatestOf } from '../core/tensor/extremes.ts'
import type { Chart } from './chart.ts'
import type { Sheet } from './sheet.ts'
import { textWidth, wrapText } from './text-width.ts'

/** A name in the legend and how what it names is drawn. */
export interface LegendEntry {
  readonly label: string
  readonly colour: string
  /** As a line with these dashes; [] for one without gaps. */
  readonly dash?: readonly number[]
  /** As a point of this shape. */
  readonly shape?: string
  /** Whether the point, or the box of what has neither line nor point, is full. */
  readonly full?: boolean
  /** How much of a box one sees through to the ground: 1 for none. */
  readonly opacity?: number
}

const size = 12
const lineHeight = 16
const sample = 26

interface PlacedEntry extends LegendEntry {
  readonly lines: readonly string[]
  readonly x: number
  readonly y: number
}

/** A legend of which every entry has its place. */
export interface PlacedLegend {
  readonly height: number
  readonly entries: readonly PlacedEntry[]
}

/** Entries from left to right, in as many rows as they need. */
export const placedLegend = (entries: readonly LegendEntry[], width: number): PlacedLegend => {
  const { placed, y, below } = entries.reduce<{
    readonly placed: readonly PlacedEntry[]
    readonly x: number
    readonly y: number
    readonly below: number
  }>(
    ({ placed, x, y, below }, entry) => {
      const lines = wrapText(entry.label, width - sample, size)
      const across = sample + greatestOf(lines.map((line) => textWidth(line, size)))
      const breaks = x > 0 && x + across > width
      const at = breaks ? { x: 0, y: y + below } : { x, y }
      const tall = lines.length * lineHeight + 2
      return {
        placed: [...placed, { ...entry, lines, ...at }],
        x: at.x + across + 16,
        y: at.y,
        below: breaks ? tall : Math.max(below, tall),
      }
    },
    { placed: [], x: 0, y: 0, below: 0 },
  )
  return { height: placed.length === 0 ? 0 : y + below, entries: placed }
}

const asIs = (field: string): Chart => ({ field, type: 'quantitative', scale: null, axis: null })
const drawnAsIs = (field: string): Chart => ({ field, type: 'nominal', scale: null })

/** The legend as layers, its upper left corner at a place of the plot. */
export const legendLayers = (
  { entries }: PlacedLegend,
  { colours }: Sheet,
  left: number,
  top: number,
): readonly Chart[] => {
  const values = entries.map(({ colour, dash, shape, full = true, opacity = 1, lines, x, y }) => ({
    colour,
    dash: dash ?? [],
    lined: dash !== undefined,
    shape: shape ?? 'square',
    size: shape === undefined ? 140 : 55,
    marked: shape !== undefined || dash === undefined,
    fill: full ? colour : 'transparent',
    opacity,
    text: lines,
    x: left + x,
    x2: left + x + sample - 6,
    mid: left + x + (sample - 6) / 2,
    beside: left + x + sample,
    y: top + y + lineHeight / 2,
    above: top + y + 2,
  }))
  const layer = (mark: Chart, encoding: Chart, shown: typeof values = values): readonly Chart[] =>
    shown.length === 0 ? [] : [{ data: { values: shown }, mark, encoding }]
  return [
    ...layer(
      { type: 'rule', strokeWidth: 2, strokeCap: 'butt' },
      {
        x: asIs('x'),
        x2: { field: 'x2' },
        y: asIs('y'),
        color: drawnAsIs('colour'),
        strokeDash: drawnAsIs('dash'),
      },
      values.filter(({ lined }) => lined),
    ),
    ...layer(
      { type: 'point', strokeWidth: 1.5 },
      {
        x: asIs('mid'),
        y: asIs('y'),
        shape: drawnAsIs('shape'),
        size: asIs('size'),
        fill: drawnAsIs('fill'),
        stroke: drawnAsIs('colour'),
        fillOpacity: asIs('opacity'),
      },
      values.filter(({ marked }) => marked),
    ),
    ...layer(
      { type: 'text', align: 'left', baseline: 'top', lineHeight, fontSize: size, color: colours.text },
      { x: asIs('beside'), y: asIs('above'), text: { field: 'text', type: 'nominal' } },
    ),
  ]
}
