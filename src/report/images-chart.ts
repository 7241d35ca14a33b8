import { greatestOf, leastOf } from '../core/tensor/extremes.ts'
import type { Chart } from './chart.ts'
import { described } from './describe.ts'
import { framed } from './frame.ts'
import type { ImagesPicture } from './images-picture.ts'
import type { Sheet } from './sheet.ts'
import { mixed, type ThemeColours } from './theme.ts'
import { wrapText } from './text-width.ts'

const steps = 24
const gap = 10
const captionSize = 11
const edge = 10

type Pixels = ImagesPicture['images'][number]['pixels']

/** The ends of the one scale of all images. */
const scaleOf = ({ scale, images }: ImagesPicture): readonly [low: number, high: number] => {
  const all = images.flatMap(({ pixels }) => pixels.flat()).filter(Number.isFinite)
  if (scale === 'signed') {
    const reach = Math.max(0, greatestOf(all.map(Math.abs))) || 1
    return [-reach, reach]
  }
  const [low, high] = [Math.min(0, leastOf(all)), greatestOf(all)]
  return low < high ? [low, high] : [low, low + 1]
}

const colourAt = ({ signed, ink }: ThemeColours, scale: ImagesPicture['scale'], share: number): string =>
  scale === 'ink'
    ? mixed(ink[0], ink[1], share)
    : share < 0.5
      ? mixed(signed[1], signed[0], 1 - 2 * share)
      : mixed(signed[1], signed[2], 2 * share - 1)

/** The step of the scale that each pixel is drawn with; an even number of steps, so that 0 lies between two. */
const stepOf = (value: number, [low, high]: readonly [number, number]): number =>
  Math.round(((value - low) / (high - low)) * steps)

/** The pixels of one colour as a path, neighbours of a row joined: `side` is the length of a pixel. */
const pathsByStep = (
  pixels: Pixels,
  ends: readonly [number, number],
  side: number,
): ReadonlyMap<number, string> => {
  const runs = pixels.flatMap((row, j) =>
    row.reduce<
      readonly { readonly step: number; readonly i: number; readonly j: number; readonly n: number }[]
    >((sofar, value, i) => {
      const step = stepOf(value, ends)
      const last = sofar.at(-1)
      return last?.step === step && last.i + last.n === i
        ? [...sofar.slice(0, -1), { ...last, n: last.n + 1 }]
        : Number.isFinite(value)
          ? [...sofar, { step, i, j, n: 1 }]
          : sofar
    }, []),
  )
  return new Map(
    [...new Set(runs.map(({ step }) => step))].map((step) => [
      step,
      runs
        .filter((run) => run.step === step)
        .map(({ i, j, n }) => `M${i * side} ${j * side}h${n * side}v${side}h${-n * side}z`)
        .join(''),
    ]),
  )
}

interface Layout {
  readonly columns: number
  readonly cell: number
  readonly side: number
  readonly rowHeight: number
}

/** As many columns as give images that are neither tiny nor huge, with pixels of whole size. */
const layoutOf = (
  { images }: ImagesPicture,
  width: number,
  captionLines: (width: number) => number,
): Layout => {
  const wide = Math.max(1, greatestOf(images.map(({ pixels }) => pixels[0]?.length ?? 0)))
  const tall = Math.max(1, greatestOf(images.map(({ pixels }) => pixels.length)))
  const most = Math.max(1, Math.min(images.length, Math.floor((width + gap) / (64 + gap))))
  const rows = Math.ceil(images.length / most)
  const columns = Math.ceil(images.length / rows)
  const cell = (width + gap) / columns - gap
  const side = Math.max(0.5, Math.min(12, cell / wide >= 1 ? Math.floor(cell / wide) : cell / wide))
  const room = Math.min(cell, 160)
  return { columns, cell, side, rowHeight: tall * side + captionLines(room) * 14 + 4 + gap }
}

/** The scale as a strip of its colours with its ends, and 0 where it is the middle. */
const stripLayers = (
  sheet: Sheet,
  picture: ImagesPicture,
  ends: readonly [number, number],
  top: number,
): readonly Chart[] => {
  const length = 168
  const one = length / (steps + 1)
  const marks = picture.scale === 'signed' ? [ends[0], 0, ends[1]] : ends
  return [
    {
      data: {
        values: Array.from({ length: steps + 1 }, (_, i) => ({
          x: i * one,
          x2: (i + 1) * one,
          fill: colourAt(sheet.colours, picture.scale, i / steps),
        })),
      },
      mark: { type: 'rect', strokeWidth: 0.5 },
      encoding: {
        x: { field: 'x', type: 'quantitative', scale: null },
        x2: { field: 'x2' },
        y: { value: top },
        y2: { value: top + 10 },
        fill: { field: 'fill', type: 'nominal', scale: null },
        stroke: { field: 'fill', type: 'nominal', scale: null },
      },
    },
    ...marks.map((mark, i) => ({
      data: { values: [{}] },
      mark: {
        type: 'text',
        text: sheet.number(mark),
        fontSize: captionSize,
        baseline: 'top',
        align: i === 0 ? 'left' : i === marks.length - 1 ? 'right' : 'center',
        color: sheet.colours.faint,
      },
      encoding: { x: { value: (length * i) / (marks.length - 1) }, y: { value: top + 13 } },
    })),
    {
      data: { values: [{}] },
      mark: {
        type: 'text',
        text: wrapText(sheet.say(picture.value.title), sheet.width - 2 * edge - length - 12, 12),
        fontSize: 12,
        lineHeight: 15,
        align: 'left',
        baseline: 'top',
        color: sheet.colours.text,
      },
      encoding: { x: { value: length + 12 }, y: { value: top - 2 } },
    },
  ]
}

/** A field whose values are what is drawn: places in pixels, colours, shapes. */
const asIs = (field: string, type: 'quantitative' | 'nominal'): Chart => ({
  field,
  type,
  scale: null,
  axis: null,
})
const drawnAsIs = (field: string): Chart => ({ field, type: 'nominal', scale: null })

const imageLayers = (
  sheet: Sheet,
  picture: ImagesPicture,
  ends: readonly [number, number],
  { columns, cell, side, rowHeight }: Layout,
): readonly Chart[] => {
  const placed = picture.images.map(({ caption, pixels }, k) => {
    const [x, y] = [Math.floor((k % columns) * (cell + gap)), Math.floor(k / columns) * rowHeight]
    const [x2, y2] = [x + (pixels[0]?.length ?? 0) * side, y + pixels.length * side]
    return {
      x,
      y,
      x2,
      y2,
      caption: y2 + 4,
      pixels,
      text: wrapText(sheet.say(caption), Math.min(cell, 160), captionSize),
    }
  })
  const at = { x: asIs('x', 'quantitative'), y: asIs('y', 'quantitative') }
  return [
    {
      data: {
        values: placed.flatMap(({ x, y, pixels }) =>
          [...pathsByStep(pixels, ends, side)].map(([step, path]) => ({
            x,
            y,
            path,
            fill: colourAt(sheet.colours, picture.scale, step / steps),
          })),
        ),
      },
      // A path is scaled by half the root of its size. The stroke closes the hair between neighbours.
      mark: { type: 'point', size: 4, opacity: 1, strokeWidth: 0.4 },
      encoding: { ...at, shape: drawnAsIs('path'), fill: drawnAsIs('fill'), stroke: drawnAsIs('fill') },
    },
    {
      data: { values: placed.map(({ x, y, x2, y2 }) => ({ x, y, x2, y2 })) },
      mark: { type: 'rect', fill: null, stroke: sheet.colours.faint, strokeWidth: 0.8 },
      encoding: { ...at, x2: { field: 'x2' }, y2: { field: 'y2' } },
    },
    {
      data: { values: placed.map(({ x, caption, text }) => ({ x, y: caption, text })) },
      mark: {
        type: 'text',
        fontSize: captionSize,
        lineHeight: 14,
        align: 'left',
        baseline: 'top',
        color: sheet.colours.text,
      },
      encoding: { ...at, text: { field: 'text', type: 'nominal' } },
    },
  ]
}

export const imagesChart = (picture: ImagesPicture, sheet: Sheet): Chart => {
  const { title, images, value } = picture
  const { say, number } = sheet
  const width = sheet.width - 2 * edge
  const ends = scaleOf(picture)
  const layout = layoutOf(picture, width, (room) =>
    Math.max(1, greatestOf(images.map(({ caption }) => wrapText(say(caption), room, captionSize).length))),
  )
  const rows = Math.ceil(images.length / layout.columns)
  const strip = rows * layout.rowHeight + 2
  return framed(sheet, {
    title: say(title),
    left: edge,
    plotWidth: width,
    plotHeight: strip + 28,
    layers: [...imageLayers(sheet, picture, ends, layout), ...stripLayers(sheet, picture, ends, strip)],
    description: described(sheet, picture, [
      `${say(value.title)}: ${number(ends[0])} … ${number(ends[1])}`,
      images.map(({ caption }) => say(caption)).join('; '),
    ]),
  })
}
