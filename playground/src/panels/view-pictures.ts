import type {
  ConfusionPicture,
  CurvesPicture,
  HistogramsPicture,
  IsolinesPicture,
  SignalsPicture,
  Wording,
} from 'puregrad/report'
import type {
  ConfusionView,
  CriteriaView,
  DescentView,
  EpochRecord,
  SignalsView,
} from '../engine/messages.ts'
import { fill } from '../engine/wordings.ts'
import { words } from '../words.ts'

type Row = readonly [x: number, y: number]

/** As many of a long row of values as a picture can show, with the last one. */
const thinned = <A>(values: readonly A[], most: number): readonly A[] => {
  const stride = Math.ceil(values.length / most)
  return stride <= 1 ? values : values.filter((_, i) => i % stride === 0 || i === values.length - 1)
}

/** The next of 1, 2, 5, 10, … at or above a number: axes that grow by leaps keep their marks while curves grow. */
const leap = (value: number): number => {
  const power = 10 ** Math.floor(Math.log10(value))
  return ([1, 2, 5, 10].find((digit) => digit * power >= value * (1 - 1e-9)) ?? 10) * power
}

const finite = (values: readonly number[]): readonly number[] => values.filter(Number.isFinite)

/** Where the axes end for some histories, so that pictures beside each other have the same. */
export const curveEnds = (
  histories: readonly (readonly EpochRecord[])[],
): { readonly epochs: number; readonly loss: number } => {
  const losses = finite(
    histories.flatMap((history) => history.flatMap(({ trainLoss, devLoss }) => [trainLoss, devLoss])),
  )
  return {
    epochs: leap(Math.max(10, ...histories.map((history) => history.at(-1)?.epoch ?? 0))),
    // What rises beyond several times the first loss leaves the picture, and the rest stays readable.
    loss: leap(
      Math.min(
        Math.max(0.1, ...losses),
        4 * Math.max(0.1, ...finite(histories.map(([first]) => first?.trainLoss ?? 1))),
      ),
    ),
  }
}

/** Losses by epoch, with the best epoch. */
export const curvesOf = (
  history: readonly EpochRecord[],
  best: number,
  data: Wording,
  ends: ReturnType<typeof curveEnds>,
): CurvesPicture => {
  const shown = thinned(history, 300)
  const row = (of: (record: EpochRecord) => number): readonly Row[] =>
    shown.map((record) => [record.epoch, Math.min(of(record), ends.loss)])
  return {
    kind: 'curves',
    title: fill(words.curvesTitle, { data }),
    x: { title: words.epochAxis, whole: true, domain: [0, ends.epochs] },
    y: { title: words.lossAxis, domain: [0, ends.loss] },
    series: [
      { name: words.trainSeries, points: row(({ trainLoss }) => trainLoss) },
      { name: words.devSeries, points: row(({ devLoss }) => devLoss) },
    ],
    ...(best > 0 && history.length > 5 ? { rules: [{ name: words.bestRule, axis: 'x', at: best }] } : {}),
  }
}

/** What each layer gives out. */
export const activationsOf = ({ layers }: SignalsView): HistogramsPicture => ({
  kind: 'histograms',
  title: words.activationsTitle,
  x: { title: words.activationAxis },
  panels: layers.map(({ title, histogram: { low, high, counts } }) => ({
    name: title,
    bins: Array.from(counts, (count, i) => ({
      low: low + ((high - low) * i) / counts.length,
      high: low + ((high - low) * (i + 1)) / counts.length,
      count,
    })),
  })),
})

/** What comes back to each layer. */
export const returningOf = ({ layers }: SignalsView): SignalsPicture => ({
  kind: 'signals',
  title: words.returningTitle,
  y: { title: words.returningAxis },
  layers: layers.map(({ title }) => title),
  series: [{ name: words.signalColumn, values: layers.map(({ signal }) => signal) }],
})

const evenly = ([low, high]: readonly [number, number], count: number): readonly number[] =>
  Array.from({ length: count }, (_, i) => low + ((high - low) * i) / Math.max(1, count - 1))

/** The loss over a plane through the way, and the way. */
export const descentOf = ({ x, y, columns, rows, losses, path, axes }: DescentView): IsolinesPicture => {
  const way: readonly Row[] = Array.from({ length: path.length / 3 }, (_, i) => [
    path[3 * i + 1]!,
    path[3 * i + 2]!,
  ])
  const ends = [
    { name: words.startPlace, at: way[0] },
    { name: words.nowPlace, at: way.at(-1) },
  ]
  return {
    kind: 'isolines',
    title: words.descentTitle,
    x: { title: axes[0], domain: x },
    y: { title: axes[1], domain: y },
    grid: {
      xs: evenly(x, columns),
      ys: evenly(y, rows),
      values: Array.from({ length: rows }, (_, j) =>
        Array.from(losses.subarray(j * columns, (j + 1) * columns)),
      ),
    },
    value: { title: words.lossAxis },
    paths: [{ name: words.pathName, points: thinned(way, 200) }],
    places: ends.flatMap(({ name, at }) => (at === undefined ? [] : [{ name, at }])),
  }
}

/** The loss against the size of the weights, a point for each epoch. */
export const criteriaOf = ({ points }: CriteriaView, size: 'l1' | 'l2'): CurvesPicture => ({
  kind: 'curves',
  title: words.criteriaTitle,
  x: { title: size === 'l1' ? words.l1Axis : words.l2Axis },
  y: { title: words.lossAxis },
  series: [
    {
      name: words.pathName,
      mark: 'both',
      points: thinned(points, 80).map(({ loss, [size]: omega }) => [omega, loss]),
    },
  ],
})

export const confusionOf = ({ classes, counts }: ConfusionView): ConfusionPicture => ({
  kind: 'confusion',
  title: words.confusionTitle,
  classes,
  counts: classes.map((_, i) => Array.from(counts.subarray(i * classes.length, (i + 1) * classes.length))),
})
