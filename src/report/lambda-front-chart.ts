import type { Chart } from './chart.ts'
import { described, spanOf } from './describe.ts'
import { framed, plotOf } from './frame.ts'
import { textBeside } from './haloed-text.ts'
import type { LambdaFrontPicture } from './lambda-front-picture.ts'
import { lineWithin } from './line-within.ts'
import { placedAxis, type PlacedNumbers } from './placed-axis.ts'
import { words } from './picture-words.ts'
import { shareAlong } from './rule-layers.ts'
import type { Sheet } from './sheet.ts'

interface Axes {
  readonly x: PlacedNumbers
  readonly y: PlacedNumbers
}

type Minimum = LambdaFrontPicture['points'][number]

/** Of the points those whose λ can stand beside them without touching another. */
const spaced = (
  { x, y }: Axes,
  points: readonly Minimum[],
  width: number,
  height: number,
): readonly Minimum[] =>
  points.reduce<readonly Minimum[]>((kept, point) => {
    const far = kept.every(
      (other) =>
        Math.abs(shareAlong(x, point.penalty) - shareAlong(x, other.penalty)) * width > 74 ||
        Math.abs(shareAlong(y, point.loss) - shareAlong(y, other.loss)) * height > 17,
    )
    return far ? [...kept, point] : kept
  }, [])

const tangentLayers = (sheet: Sheet, { x, y }: Axes, chosen: Minimum): readonly Chart[] => {
  const encoding = { x: x.channel('x'), y: y.channel('y') }
  return [
    {
      data: {
        values: lineWithin({ x, y }, [chosen.penalty, chosen.loss], -chosen.lambda).map(([px, py]) => ({
          x: px,
          y: py,
        })),
      },
      mark: { type: 'line', color: sheet.colour(1), strokeWidth: 2, strokeDash: [6, 4], clip: true },
      encoding,
    },
    {
      data: { values: [{ x: chosen.penalty, y: chosen.loss }] },
      mark: {
        type: 'point',
        shape: 'circle',
        size: 170,
        color: sheet.colour(1),
        strokeWidth: 2.5,
        opacity: 1,
      },
      encoding,
    },
  ]
}

export const lambdaFrontChart = (picture: LambdaFrontPicture, sheet: Sheet): Chart => {
  const { title, loss, penalty } = picture
  const { say, number } = sheet
  const height = Math.round(Math.min(340, sheet.width * 0.58))
  const points = picture.points
    .filter((point) => Number.isFinite(point.loss) && Number.isFinite(point.penalty))
    .toSorted((a, b) => a.lambda - b.lambda)
  const y = placedAxis(
    sheet,
    loss,
    points.map((point) => point.loss),
    { side: 'y', length: height, margin: 0.08 },
  )
  const { left, width } = plotOf(sheet, y.labels)
  const x = placedAxis(
    sheet,
    penalty,
    points.map((point) => point.penalty),
    { side: 'x', length: width, margin: 0.08 },
  )
  const chosen = points.find(({ lambda }) => lambda === picture.chosen)
  const values = points.map((point, order) => ({ x: point.penalty, y: point.loss, order }))
  const encoding = { x: x.channel('x'), y: y.channel('y') }
  const named = spaced({ x, y }, chosen === undefined ? points : [chosen, ...points], width, height)
  return framed(sheet, {
    title: say(title),
    left,
    plotWidth: width,
    plotHeight: height,
    x,
    y,
    legend: [
      { label: 'min ℓ + λΩ', colour: sheet.colour(0), dash: [], shape: 'circle' },
      ...(chosen === undefined
        ? []
        : [
            {
              label: `${say(words.chosen)} λ = ${number(chosen.lambda)}, ${say(words.slope)} −λ`,
              colour: sheet.colour(1),
              dash: [6, 4],
              shape: 'circle',
              full: false,
            },
          ]),
    ],
    layers: [
      {
        data: { values },
        mark: { type: 'line', color: sheet.colour(0), strokeWidth: 2 },
        encoding: { ...encoding, order: { field: 'order', type: 'quantitative' } },
      },
      {
        data: { values },
        mark: { type: 'point', filled: true, opacity: 1, size: 45, color: sheet.colour(0) },
        encoding,
      },
      ...(chosen === undefined ? [] : tangentLayers(sheet, { x, y }, chosen)),
      ...textBeside(
        sheet,
        named.map((point) => ({
          x: point.penalty,
          y: point.loss,
          text: `λ = ${number(point.lambda)}`,
          share: shareAlong(x, point.penalty),
        })),
        encoding,
      ),
    ],
    description: described(sheet, picture, [
      spanOf(sheet, x),
      spanOf(sheet, y),
      ...(chosen === undefined
        ? []
        : [
            `${say(words.chosen)} λ = ${number(chosen.lambda)}: Ω = ${number(chosen.penalty)}, ℓ = ${number(chosen.loss)}`,
          ]),
    ]),
  })
}
