import type { Chart } from './chart.ts'
import { described, spanOf } from './describe.ts'
import { framed, plotOf } from './frame.ts'
import { haloedText, textBeside } from './haloed-text.ts'
import { isolineLevels } from './isoline-levels.ts'
import type { IsolinesPicture } from './isolines-picture.ts'
import { isolinesOf } from './isolines.ts'
import type { LegendEntry } from './legend.ts'
import { placedAxis, type PlacedNumbers } from './placed-axis.ts'
import { words } from './picture-words.ts'
import { shareAlong } from './rule-layers.ts'
import { dashOf, shapeOf, type Sheet } from './sheet.ts'
import { mixed } from './theme.ts'

type Point = readonly [x: number, y: number]

interface Plot {
  readonly x: PlacedNumbers
  readonly y: PlacedNumbers
  readonly width: number
  readonly height: number
}

interface Line {
  readonly level: number
  readonly rank: number
  readonly points: readonly Point[]
}

const pixelOf = ({ x, y, width, height }: Plot, [px, py]: Point): Point => [
  shareAlong(x, px) * width,
  (1 - shareAlong(y, py)) * height,
]

/** For each level a place on its longest line that keeps clear of the border and of the labels before it. */
const labelPlaces = (
  plot: Plot,
  lines: readonly Line[],
): readonly { readonly level: number; readonly at: Point }[] => {
  const clear = ([px, py]: Point, taken: readonly Point[]): boolean =>
    px > 24 &&
    px < plot.width - 24 &&
    py > 12 &&
    py < plot.height - 12 &&
    taken.every(([qx, qy]) => Math.abs(px - qx) > 52 || Math.abs(py - qy) > 17)
  return [...new Set(lines.map(({ level }) => level))].reduce<
    readonly { readonly level: number; readonly at: Point; readonly pixel: Point }[]
  >((placed, level) => {
    const candidates = lines
      .filter((line) => line.level === level && line.points.length > 8)
      .sort((a, b) => b.points.length - a.points.length)
      .flatMap(({ points }) =>
        [0.5, 0.25, 0.75, 0.1, 0.9, 0.4, 0.6].map(
          (share) => points[Math.floor(share * (points.length - 1))]!,
        ),
      )
    const taken = placed.map(({ pixel }) => pixel)
    const at = candidates.find((point) => clear(pixelOf(plot, point), taken))
    return at === undefined ? placed : [...placed, { level, at, pixel: pixelOf(plot, at) }]
  }, [])
}

const lineLayers = (sheet: Sheet, plot: Plot, lines: readonly Line[], ranks: number): readonly Chart[] => {
  const { x, y } = plot
  const { ramp } = sheet.colours
  const colourOf = (rank: number): string =>
    mixed(ramp[0], ramp[1], 0.3 + (0.7 * rank) / Math.max(1, ranks - 1))
  return [
    {
      data: {
        values: lines.flatMap(({ points, rank }, line) =>
          points.map(([px, py], order) => ({ x: px, y: py, order, line, colour: colourOf(rank) })),
        ),
      },
      mark: { type: 'line', strokeWidth: 1.2, clip: true },
      encoding: {
        x: x.channel('x'),
        y: y.channel('y'),
        order: { field: 'order', type: 'quantitative' },
        detail: { field: 'line', type: 'nominal' },
        color: { field: 'colour', type: 'nominal', scale: null },
      },
    },
    ...haloedText(sheet, {
      data: {
        values: labelPlaces(plot, lines).map(({ level, at }) => ({
          x: at[0],
          y: at[1],
          text: sheet.number(level),
        })),
      },
      mark: { fontSize: 10, color: sheet.colours.faint },
      encoding: { x: x.channel('x'), y: y.channel('y'), text: { field: 'text', type: 'nominal' } },
    }),
  ]
}

/** A way as a line, with its steps where they are few, a ring at its start and a full point at its end. */
const pathLayers = (
  sheet: Sheet,
  { x, y }: Plot,
  points: readonly Point[],
  index: number,
): readonly Chart[] => {
  const finite = points.filter((point) => point.every(Number.isFinite))
  const values = finite.map(([px, py], order) => ({ x: px, y: py, order }))
  const encoding = { x: x.channel('x'), y: y.channel('y') }
  const color = sheet.colour(index + 1)
  const point = { type: 'point', shape: shapeOf(index), opacity: 1, clip: true }
  return [
    {
      data: { values },
      mark: { type: 'line', color, strokeWidth: 2, strokeDash: dashOf(index), strokeCap: 'butt', clip: true },
      encoding: { ...encoding, order: { field: 'order', type: 'quantitative' } },
    },
    {
      data: { values: values.length > 80 ? values.slice(-1) : values.slice(1) },
      mark: { ...point, fill: color, stroke: color, size: 18 },
      encoding,
    },
    {
      data: { values: values.slice(0, 1) },
      mark: {
        ...point,
        fill: sheet.colours.background,
        stroke: color,
        strokeWidth: 2,
        size: 80,
      },
      encoding,
    },
    {
      data: { values: values.slice(-1) },
      mark: { ...point, fill: color, stroke: color, size: 80 },
      encoding,
    },
  ]
}

const placeLayers = (
  sheet: Sheet,
  { x, y }: Plot,
  places: NonNullable<IsolinesPicture['places']>,
): readonly Chart[] => {
  const values = places.map(({ name, at: [px, py] }) => ({
    x: px,
    y: py,
    text: sheet.say(name),
    share: shareAlong(x, px),
  }))
  const encoding = { x: x.channel('x'), y: y.channel('y') }
  return values.length === 0
    ? []
    : [
        {
          data: { values },
          mark: {
            type: 'point',
            shape: 'cross',
            filled: true,
            opacity: 1,
            size: 90,
            color: sheet.colours.text,
            clip: true,
          },
          encoding,
        },
        ...textBeside(sheet, values, encoding, { fontWeight: 600 }),
      ]
}

export const isolinesChart = (picture: IsolinesPicture, sheet: Sheet): Chart => {
  const { title, grid, value, paths = [], places = [] } = picture
  const { say, number } = sheet
  const height = Math.round(Math.min(380, sheet.width * 0.66))
  const y = placedAxis(sheet, picture.y, grid.ys, { side: 'y', length: height, margin: 0, grid: false })
  const { left, width } = plotOf(sheet, y.labels)
  const x = placedAxis(sheet, picture.x, grid.xs, { side: 'x', length: width, margin: 0, grid: false })
  const { scale, levels } = isolineLevels(grid.values, value.levels)
  const lines = levels.flatMap((level, rank) =>
    isolinesOf(grid, level, scale).map((points) => ({ level, rank, points })),
  )
  const plot = { x, y, width, height }
  const legend = paths.map(({ name }, i): LegendEntry => ({
    label: say(name),
    colour: sheet.colour(i + 1),
    dash: dashOf(i),
    shape: shapeOf(i),
  }))
  const drawn = [...new Set(lines.map(({ level }) => level))]
  return framed(sheet, {
    title: say(title),
    remarks: [`${say(words.isolines)}: ${say(value.title)}`],
    left,
    plotWidth: width,
    plotHeight: height,
    x,
    y,
    legend,
    layers: [
      ...lineLayers(sheet, plot, lines, levels.length),
      ...paths.flatMap(({ points }, i) => pathLayers(sheet, plot, points, i)),
      ...placeLayers(sheet, plot, places),
    ],
    description: described(sheet, picture, [
      spanOf(sheet, x),
      spanOf(sheet, y),
      `${say(value.title)}, ${say(words.levels)} ${drawn.map((level) => number(level)).join('; ')}`,
      ...paths.map(({ name, points }) => {
        const shown = ([px, py]: Point): string => `(${number(px)}; ${number(py)})`
        const [first, last] = [points[0], points.at(-1)]
        return first === undefined || last === undefined
          ? say(name)
          : `${say(name)}: ${shown(first)} … ${shown(last)}`
      }),
      ...places.map(({ name, at: [px, py] }) => `${say(name)}: (${number(px)}; ${number(py)})`),
    ]),
  })
}
