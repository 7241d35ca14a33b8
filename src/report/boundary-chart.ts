import { boundaryRuns } from './boundary-runs.ts'
import type { BoundaryPicture } from './boundary-picture.ts'
import { leads, saidBy } from './boundary-regions.ts'
import type { Chart } from './chart.ts'
import { described, spanOf } from './describe.ts'
import { framed, plotOf } from './frame.ts'
import { isolinesOf } from './isolines.ts'
import type { LegendEntry } from './legend.ts'
import { placedAxis, type PlacedNumbers } from './placed-axis.ts'
import { shareAlong } from './rule-layers.ts'
import { words } from './picture-words.ts'
import { shapeOf, type Sheet } from './sheet.ts'
import { mixed } from './theme.ts'

interface Axes {
  readonly x: PlacedNumbers
  readonly y: PlacedNumbers
}

/** Shades of a region by how sure the model is, from a breath of its colour to a good part of it. */
const shades = 4

/** Each region as a path of pixels, its rectangles joined. */
const regionLayer = (
  sheet: Sheet,
  { grid }: BoundaryPicture,
  { x, y }: Axes,
  { width, height }: { readonly width: number; readonly height: number },
): Chart => {
  const across = (at: number): number => Math.round(shareAlong(x, at) * width * 10) / 10
  const down = (at: number): number => Math.round((1 - shareAlong(y, at)) * height * 10) / 10
  const paths = boundaryRuns(grid, saidBy(grid.field), shades).reduce<ReadonlyMap<string, string>>(
    (sofar, { x: ends, y: sides, said }) => {
      const fill = mixed(sheet.colours.background, sheet.colour(said.class), 0.1 + 0.4 * said.sure)
      const [left, right, top, bottom] = [across(ends[0]), across(ends[1]), down(sides[1]), down(sides[0])]
      const path = `M${left} ${top}H${right}V${bottom}H${left}z`
      return new Map(sofar).set(fill, (sofar.get(fill) ?? '') + path)
    },
    new Map(),
  )
  return {
    data: { values: Array.from(paths, ([fill, shape]) => ({ fill, shape })) },
    // A path is scaled by half the root of its size. The stroke closes the hair between neighbours.
    mark: { type: 'point', size: 4, opacity: 1, strokeWidth: 0.6 },
    encoding: {
      x: { value: 0 },
      y: { value: 0 },
      shape: { field: 'shape', type: 'nominal', scale: null },
      fill: { field: 'fill', type: 'nominal', scale: null },
      stroke: { field: 'fill', type: 'nominal', scale: null },
    },
  }
}

const boundaryLayers = (sheet: Sheet, { grid }: BoundaryPicture, { x, y }: Axes): readonly Chart[] =>
  leads(grid.field)
    .flatMap((values) => isolinesOf({ xs: grid.xs, ys: grid.ys, values }, 0))
    .map((points) => ({
      data: { values: points.map(([px, py], order) => ({ x: px, y: py, order })) },
      mark: { type: 'line', strokeWidth: 2, color: sheet.colours.text, clip: true },
      encoding: { x: x.channel('x'), y: y.channel('y'), order: { field: 'order', type: 'quantitative' } },
    }))

const parts = ['train', 'dev', 'test'] as const

const pointMark = (sheet: Sheet, k: number, part: (typeof parts)[number], count: number): Chart => ({
  type: 'point',
  shape: shapeOf(k),
  size: count > 400 ? 18 : count > 120 ? 32 : 48,
  opacity: 1,
  clip: true,
  ...(part === 'train'
    ? { fill: sheet.colour(k), stroke: sheet.colours.text, strokeWidth: 0.8 }
    : {
        fill: null,
        stroke: mixed(sheet.colour(k), sheet.colours.text, 0.4),
        strokeWidth: part === 'dev' ? 1.6 : 1,
      }),
})

const pointLayers = (sheet: Sheet, { points, classes }: BoundaryPicture, { x, y }: Axes): readonly Chart[] =>
  classes.flatMap((_, k) =>
    parts.flatMap((part) => {
      const values = points
        .filter((point) => point.class === k && point.part === part && point.at.every(Number.isFinite))
        .map(({ at: [px, py] }) => ({ x: px, y: py }))
      return values.length === 0
        ? []
        : [
            {
              data: { values },
              mark: pointMark(sheet, k, part, points.length),
              encoding: { x: x.channel('x'), y: y.channel('y') },
            },
          ]
    }),
  )

const legendOf = (sheet: Sheet, { classes, points }: BoundaryPicture): readonly LegendEntry[] => {
  const present = parts.filter((part) => points.some((point) => point.part === part))
  return [
    ...classes.map((name, k) => ({ label: sheet.say(name), colour: sheet.colour(k), shape: shapeOf(k) })),
    ...(present.length < 2
      ? []
      : present.map((part) => ({
          label: sheet.say(words[part]),
          colour: sheet.colours.faint,
          shape: 'circle',
          full: part === 'train',
        }))),
  ]
}

export const boundaryChart = (picture: BoundaryPicture, sheet: Sheet): Chart => {
  const { title, grid, classes, points } = picture
  const { say, number } = sheet
  const height = Math.round(Math.min(400, sheet.width * 0.7))
  const y = placedAxis(sheet, picture.y, grid.ys, { side: 'y', length: height, margin: 0, grid: false })
  const { left, width } = plotOf(sheet, y.labels)
  const x = placedAxis(sheet, picture.x, grid.xs, { side: 'x', length: width, margin: 0, grid: false })
  const said = saidBy(grid.field).flat()
  return framed(sheet, {
    title: say(title),
    left,
    plotWidth: width,
    plotHeight: height,
    x,
    y,
    legend: legendOf(sheet, picture),
    layers: [
      regionLayer(sheet, picture, { x, y }, { width, height }),
      ...boundaryLayers(sheet, picture, { x, y }),
      ...pointLayers(sheet, picture, { x, y }),
    ],
    description: described(sheet, picture, [
      spanOf(sheet, x),
      spanOf(sheet, y),
      ...classes.map((name, k) => {
        const share = said.filter((each) => each.class === k).length / Math.max(1, said.length)
        const rows = points.filter((point) => point.class === k).length
        return `${say(name)}: ${number(100 * share)} %, ${String(rows)} ${say(words.rows)}`
      }),
    ]),
  })
}
