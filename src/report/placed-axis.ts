import { greatestOf, leastOf } from '../core/tensor/extremes.ts'
import type { Chart } from './chart.ts'
import type { PictureAxis } from './picture-axis.ts'
import type { Sheet } from './sheet.ts'
import { textWidth, widestOf, wrapText } from './text-width.ts'
import { ticksOf, type Ticks } from './ticks.ts'

/** The size of the labels of ticks. */
export const labelSize = 11

/** An axis whose ends and marks are known. */
export interface PlacedAxis {
  readonly title: string
  readonly labels: readonly string[]
  /** How a field is placed along it; the same for all layers of a chart. */
  readonly channel: (field: string) => Chart
}

/** An axis of numbers that is placed. */
export interface PlacedNumbers extends PlacedAxis {
  readonly domain: readonly [low: number, high: number]
  readonly scale: 'linear' | 'log'
}

/** What may be drawn on a scale. */
export const placeOn =
  (scale: 'linear' | 'log' = 'linear') =>
  (value: number): boolean =>
    Number.isFinite(value) && (scale === 'linear' || value > 0)

const widened = (low: number, high: number, log: boolean): readonly [number, number] =>
  low < high
    ? [low, high]
    : log
      ? [low / 2, high * 2]
      : low === 0
        ? [-1, 1]
        : [low - Math.abs(low) / 2, high + Math.abs(low) / 2]

/** Ends that leave a little room around the data; 0 is an end where it is near, or where bars stand on it. */
const domainOf = (
  { scale = 'linear', domain }: PictureAxis,
  values: readonly number[],
  { margin, zero }: { readonly margin: number; readonly zero: boolean },
): readonly [number, number] => {
  if (domain !== undefined) return domain
  const log = scale === 'log'
  const placed = values.filter(placeOn(scale))
  if (placed.length === 0) return log ? [0.1, 10] : [0, 1]
  const all = zero && !log ? [0, ...placed] : placed
  const [low, high] = widened(leastOf(all), greatestOf(all), log)
  if (log) {
    const room = (high / low) ** margin
    return [low / room, high * room]
  }
  const room = (high - low) * margin
  const fromZero = low >= 0 && (zero || low < 0.3 * high) && margin > 0
  const toZero = high <= 0 && (zero || high > 0.3 * low) && margin > 0
  return [fromZero ? 0 : low - room, toZero ? 0 : high + room]
}

const labelled = (texts: readonly (string | readonly string[])[], values: readonly number[]): string =>
  `${JSON.stringify(texts)}[indexof(${JSON.stringify(values)}, datum.value)]`

export interface AxisPlace {
  readonly side: 'x' | 'y'
  /** In pixels. */
  readonly length: number
  /** The share of the span that is left free at both ends; 0.04 unless told otherwise. */
  readonly margin?: number
  /** Whether 0 is part of it. */
  readonly zero?: boolean
  readonly grid?: boolean
}

/** The most marks whose labels do not touch. */
const fitting = (
  domain: readonly [number, number],
  { scale = 'linear', whole }: PictureAxis,
  { side, length }: AxisPlace,
  { language }: Sheet,
): Ticks => {
  const most = Math.max(2, Math.round(length / (side === 'x' ? 60 : 45)))
  const tries = Array.from({ length: most - 1 }, (_, i) =>
    ticksOf(domain[0], domain[1], { scale, whole: whole === true, count: most - i, language }),
  )
  const fits = ({ labels }: Ticks): boolean =>
    side === 'y' || labels.length * (widestOf(labels, labelSize) + 10) <= length
  return tries.find(fits) ?? tries.at(-1)!
}

/** An axis for some values: its ends, and marks whose labels fit. */
export const placedAxis = (
  sheet: Sheet,
  axis: PictureAxis,
  values: readonly number[],
  place: AxisPlace,
): PlacedNumbers => {
  const { scale = 'linear' } = axis
  const domain = domainOf(axis, values, { margin: place.margin ?? 0.04, zero: place.zero ?? false })
  const ticks = fitting(domain, axis, place, sheet)
  const title = sheet.say(axis.title)
  return {
    title,
    domain,
    scale,
    labels: ticks.labels,
    channel: (field) => ({
      field,
      type: 'quantitative',
      scale: { type: scale, domain, nice: false, ...(scale === 'log' ? {} : { zero: false }) },
      axis: {
        title: null,
        values: ticks.values,
        labelExpr: labelled(ticks.labels, ticks.values),
        labelOverlap: false,
        labelFlush: false,
        grid: place.grid ?? true,
      },
    }),
  }
}

/** An axis of categories: their labels stand below in lines, or slanted where they are too wide for that. */
export interface PlacedCategories extends PlacedAxis {
  /** How much room the labels take, away from the picture. */
  readonly depth: number
}

/** Categories by number, at places along an axis of a length. */
export const placedCategories = (
  title: string,
  labels: readonly string[],
  { side, length }: { readonly side: 'x' | 'y'; readonly length: number },
): PlacedCategories => {
  const room = length / Math.max(1, labels.length) - 4
  const words = labels.flatMap((label) => label.split(/\s+/))
  const slanted = side === 'x' && widestOf(words, labelSize) > room
  const across = side === 'y' ? 170 : slanted ? 130 : room
  const lines = labels.map((label) => wrapText(label, across, labelSize))
  const most = Math.max(1, greatestOf(lines.map((each) => each.length)))
  const width = widestOf(lines.flat(), labelSize)
  const stride = slanted ? Math.max(1, Math.ceil((most * 13) / (room + 4))) : 1
  const shown = labels.map((_, i) => i).filter((i) => i % stride === 0)
  const depth = side === 'y' ? width : slanted ? width * 0.71 + most * 13 * 0.71 : most * 13
  return {
    title,
    labels: lines.flat(),
    depth,
    channel: (field) => ({
      field,
      type: 'nominal',
      sort: null,
      scale: { domain: labels.map((_, i) => i) },
      axis: {
        title: null,
        values: shown,
        labelExpr: labelled(
          lines.map((each) => (each.length === 1 ? each[0]! : each)),
          labels.map((_, i) => i),
        ),
        labelOverlap: false,
        labelAngle: slanted ? -45 : 0,
        ...(side === 'x' ? { labelAlign: slanted ? 'right' : 'center', labelBaseline: 'top' } : {}),
        grid: false,
      },
    }),
  }
}

/** How far the last label of an axis along x may reach past its end. */
export const overhang = (labels: readonly string[]): number => textWidth(labels.at(-1) ?? '', labelSize) / 2
