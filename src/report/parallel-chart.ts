import { greatestOf, leastOf } from '../core/tensor/extremes.ts'
import type { Chart } from './chart.ts'
import { described } from './describe.ts'
import { framed } from './frame.ts'
import { haloedText } from './haloed-text.ts'
import type { ParallelAxis, ParallelPicture } from './parallel-picture.ts'
import { placeOn } from './placed-axis.ts'
import { words } from './picture-words.ts'
import type { Sheet } from './sheet.ts'
import { widestOf, wrapText } from './text-width.ts'
import { mixed } from './theme.ts'
import { ticksOf } from './ticks.ts'

interface Scale {
  readonly title: readonly string[]
  /** From 0 at the bottom to 1 at the top; NaN for what has no place. */
  readonly share: (value: number) => number
  readonly ticks: readonly { readonly share: number; readonly label: string }[]
}

const choiceScale = (
  sheet: Sheet,
  choices: NonNullable<ParallelAxis['choices']>,
): Pick<Scale, 'share' | 'ticks'> => {
  const share = (value: number): number => (choices.length < 2 ? 0.5 : value / (choices.length - 1))
  return { share, ticks: choices.map((choice, i) => ({ share: share(i), label: sheet.say(choice) })) }
}

const numberScale = (
  sheet: Sheet,
  { scale = 'linear', whole }: ParallelAxis,
  values: readonly number[],
): Pick<Scale, 'share' | 'ticks'> => {
  const known = values.filter(placeOn(scale))
  const ends = [leastOf(known), greatestOf(known)] as const
  const [low, high] =
    ends[0] < ends[1] ? ends : known.length === 0 ? [1, 10] : [ends[0] * 0.5, ends[0] * 1.5 || 1]
  const share = (value: number): number =>
    !placeOn(scale)(value)
      ? NaN
      : scale === 'log'
        ? Math.log(value / low) / Math.log(high / low)
        : (value - low) / (high - low)
  const ticks = ticksOf(low, high, { scale, whole: whole === true, count: 5, language: sheet.language })
  return { share, ticks: ticks.values.map((value, i) => ({ share: share(value), label: ticks.labels[i]! })) }
}

const scaleOf = (sheet: Sheet, axis: ParallelAxis, values: readonly number[], room: number): Scale => ({
  title: wrapText(sheet.say(axis.title), room, 11),
  ...(axis.choices === undefined ? numberScale(sheet, axis, values) : choiceScale(sheet, axis.choices)),
})

const asIs = (field: string): Chart => ({ field, type: 'quantitative', scale: null, axis: null })

const axisLayers = (
  sheet: Sheet,
  scales: readonly Scale[],
  xOf: (axis: number) => number,
  height: number,
): readonly Chart[] => [
  {
    data: { values: scales.map((_, i) => ({ x: xOf(i) })) },
    mark: { type: 'rule', color: sheet.colours.faint, strokeWidth: 1.2 },
    encoding: { x: asIs('x'), y: { value: 0 }, y2: { value: height } },
  },
  {
    data: { values: scales.map(({ title }, i) => ({ x: xOf(i), text: title })) },
    mark: {
      type: 'text',
      fontSize: 11,
      fontWeight: 600,
      lineHeight: 13,
      baseline: 'top',
      color: sheet.colours.text,
    },
    encoding: { x: asIs('x'), y: { value: height + 10 }, text: { field: 'text', type: 'nominal' } },
  },
  ...haloedText(sheet, {
    data: {
      values: scales.flatMap(({ ticks }, i) =>
        ticks.map(({ share, label }) => ({ x: xOf(i), y: (1 - share) * height, text: label })),
      ),
    },
    mark: { align: 'left', dx: 4 },
    encoding: { x: asIs('x'), y: asIs('y'), text: { field: 'text', type: 'nominal' } },
  }),
]

/** Lines of trials, each with its colour. */
const trialLayer = (
  values: readonly { readonly trial: number; readonly colour: string }[],
  mark: Chart,
): Chart => ({
  data: { values },
  mark: { type: 'line', invalid: 'break-paths-show-domains', ...mark },
  encoding: {
    x: asIs('x'),
    y: asIs('y'),
    order: { field: 'order', type: 'quantitative' },
    detail: { field: 'trial', type: 'nominal' },
    color: { field: 'colour', type: 'nominal', scale: null },
  },
})

/** The trials from the worst to the best, so that the better ones lie on top. */
const ranked = ({ objective, trials }: ParallelPicture): ParallelPicture['trials'] => {
  const sign = objective.direction === 'min' ? -1 : 1
  return trials
    .filter((trial) => Number.isFinite(trial.objective))
    .toSorted((a, b) => sign * (a.objective - b.objective))
}

const sentencesOf = (
  { say, number }: Sheet,
  { axes, objective }: ParallelPicture,
  trials: ParallelPicture['trials'],
): readonly string[] => {
  const best = trials.at(-1)
  const settings = axes.map(({ title, choices }, i) => {
    const value = best?.values[i] ?? NaN
    return `${say(title)} ${choices === undefined ? number(value) : say(choices[value] ?? '—')}`
  })
  return [
    `${String(trials.length)} ${say(words.trials)}`,
    ...(best === undefined
      ? []
      : [`${say(words.best)}: ${say(objective.title)} ${number(best.objective, 4)}; ${settings.join('; ')}`]),
  ]
}

export const parallelChart = (picture: ParallelPicture, sheet: Sheet): Chart => {
  const { title, axes, objective } = picture
  const { say, number, colours } = sheet
  const height = Math.round(Math.min(300, sheet.width * 0.5))
  const trials = ranked(picture)
  const room = (sheet.width - 20) / (axes.length + 1) - 6
  const scales = [...axes, objective].map((axis, i) =>
    scaleOf(
      sheet,
      axis,
      trials.map((trial) => (i < axes.length ? trial.values[i]! : trial.objective)),
      room,
    ),
  )
  const last =
    Math.ceil(
      widestOf(
        scales.at(-1)!.ticks.map(({ label }) => label),
        11,
      ),
    ) + 8
  const left = 10 + Math.ceil(room / 2)
  const width = Math.max(80, sheet.width - left - Math.max(last, Math.ceil(room / 2)) - 10)
  const xOf = (i: number): number => (i / axes.length) * width
  const top = trials.length - 1
  const lines = trials.flatMap((trial, rank) =>
    scales.map(({ share }, i) => {
      const at = share(i < axes.length ? trial.values[i]! : trial.objective)
      return {
        trial: rank,
        x: xOf(i),
        y: Number.isFinite(at) ? (1 - at) * height : null,
        order: i,
        colour:
          rank === top
            ? sheet.colour(1)
            : mixed(colours.ramp[0], colours.ramp[1], 0.15 + (0.85 * rank) / Math.max(1, top)),
      }
    }),
  )
  const titleLines = greatestOf(scales.map((scale) => scale.title.length))
  const best = trials.at(-1)
  return framed(sheet, {
    title: say(title),
    left,
    plotWidth: width,
    plotHeight: height,
    x: { title: '', labels: [], depth: titleLines * 13 + 4 },
    legend:
      best === undefined
        ? []
        : [
            { label: `${say(words.best)}: ${number(best.objective, 4)}`, colour: sheet.colour(1), dash: [] },
            { label: `${String(trials.length)} ${say(words.trials)}`, colour: colours.ramp[1], dash: [] },
          ],
    layers: [
      trialLayer(
        lines.filter(({ trial }) => trial < top),
        { strokeWidth: 1.2, opacity: 0.8 },
      ),
      trialLayer(
        lines.filter(({ trial }) => trial === top),
        { strokeWidth: 3 },
      ),
      ...axisLayers(sheet, scales, xOf, height),
    ],
    description: described(sheet, picture, sentencesOf(sheet, picture, trials)),
  })
}
