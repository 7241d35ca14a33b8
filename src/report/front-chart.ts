import { paretoRanks } from '../criteria/dominance.ts'
import { hypervolume } from '../criteria/hypervolume.ts'
import type { Chart } from './chart.ts'
import { described, spanOf } from './describe.ts'
import { framed, plotOf } from './frame.ts'
import type { FrontPicture } from './front-picture.ts'
import { placedAxis, placeOn, type PlacedNumbers } from './placed-axis.ts'
import { words } from './picture-words.ts'
import { dashOf, shapeOf, type Sheet } from './sheet.ts'

type Point = readonly [x: number, y: number]

interface Outcomes {
  readonly label: string
  readonly points: readonly Point[]
  /** Whether no other point of the method dominates it. */
  readonly best: readonly boolean[]
}

const outcomesOf = (sheet: Sheet, { x, y, methods, reference }: FrontPicture): readonly Outcomes[] => {
  const directions = [x.direction, y.direction]
  return methods.map(({ name, points }) => {
    const shown = points.filter((point) => placeOn(x.scale)(point[0]) && placeOn(y.scale)(point[1]))
    const volume = reference === undefined ? undefined : hypervolume(directions, reference, shown)
    return {
      label: `${sheet.say(name)}${volume === undefined ? '' : ` (${sheet.say(words.hypervolume)} ${sheet.number(volume, 4)})`}`,
      points: shown,
      best: paretoRanks(directions, shown).map((rank) => rank === 0),
    }
  })
}

const methodLayers = (
  sheet: Sheet,
  picture: FrontPicture,
  { points, best }: Outcomes,
  index: number,
  { x, y }: { readonly x: PlacedNumbers; readonly y: PlacedNumbers },
): readonly Chart[] => {
  const values = points.map(([px, py], i) => ({ x: px, y: py, best: best[i] }))
  const encoding = { x: x.channel('x'), y: y.channel('y') }
  const color = sheet.colour(index)
  const mark = { type: 'point', shape: shapeOf(index), filled: true, size: 46, color, clip: true }
  return [
    {
      data: { values: values.filter((value) => value.best === true) },
      // What a point with the smaller x beats lies to its right up to the next one; with the larger, to its left.
      mark: {
        type: 'line',
        interpolate: picture.x.direction === 'min' ? 'step-after' : 'step-before',
        color,
        strokeWidth: 1.8,
        strokeDash: dashOf(index),
        clip: true,
      },
      encoding: { ...encoding, order: { field: 'x', type: 'quantitative' } },
    },
    {
      data: { values: values.filter((value) => value.best !== true) },
      mark: { ...mark, opacity: 0.35 },
      encoding,
    },
    {
      data: { values: values.filter((value) => value.best === true) },
      mark: { ...mark, opacity: 1 },
      encoding,
    },
  ]
}

export const frontChart = (picture: FrontPicture, sheet: Sheet): Chart => {
  const { title, chosen } = picture
  const { say, number } = sheet
  const height = Math.round(Math.min(360, sheet.width * 0.62))
  const outcomes = outcomesOf(sheet, picture)
  const all = [...outcomes.flatMap(({ points }) => points), ...(chosen === undefined ? [] : [chosen])]
  const y = placedAxis(
    sheet,
    picture.y,
    all.map((point) => point[1]),
    { side: 'y', length: height, margin: 0.06 },
  )
  const { left, width } = plotOf(sheet, y.labels)
  const x = placedAxis(
    sheet,
    picture.x,
    all.map((point) => point[0]),
    { side: 'x', length: width, margin: 0.06 },
  )
  return framed(sheet, {
    title: say(title),
    left,
    plotWidth: width,
    plotHeight: height,
    x,
    y,
    legend: [
      ...outcomes.map(({ label }, i) => ({
        label,
        colour: sheet.colour(i),
        dash: dashOf(i),
        shape: shapeOf(i),
      })),
      ...(chosen === undefined
        ? []
        : [{ label: say(words.chosen), colour: sheet.colours.text, shape: 'circle', full: false }]),
    ],
    layers: [
      ...outcomes.flatMap((each, i) => methodLayers(sheet, picture, each, i, { x, y })),
      ...(chosen === undefined
        ? []
        : [
            {
              data: { values: [{ x: chosen[0], y: chosen[1] }] },
              mark: { type: 'point', size: 180, color: sheet.colours.text, strokeWidth: 2, opacity: 1 },
              encoding: { x: x.channel('x'), y: y.channel('y') },
            },
          ]),
    ],
    description: described(sheet, picture, [
      spanOf(sheet, x),
      spanOf(sheet, y),
      ...outcomes.map(
        ({ label, points, best }) =>
          `${label}: ${points
            .filter((_, i) => best[i])
            .map(([px, py]) => `(${number(px)}; ${number(py)})`)
            .join(' ')}`,
      ),
    ]),
  })
}
