import type { ModelFigure } from '../model/trained-model.ts'
import type { Interval } from '../training/confidence.ts'
import type { StreamFigures } from './judge-stream.ts'

interface Figure {
  readonly name: string
  readonly value: number
  readonly interval?: Interval
}

const namedIn = (figures: StreamFigures): readonly Figure[] =>
  figures.kind === 'classes'
    ? [
        { name: 'accuracy', value: figures.accuracy, interval: figures.accuracyInterval },
        { name: 'log loss', value: figures.loss, interval: figures.lossInterval },
      ]
    : [
        { name: 'RMSE', value: figures.rootMeanSquaredError },
        { name: 'R²', value: figures.rSquared },
        { name: 'MAE', value: figures.meanAbsoluteError },
      ]

/** What the record of a model says of a part, beside its baseline where that was judged too. */
export const figuresIn = (
  part: ModelFigure['part'],
  figures: StreamFigures,
  baseline?: StreamFigures,
): readonly ModelFigure[] => {
  const beside = new Map(
    (baseline === undefined ? [] : namedIn(baseline)).map(({ name, value }) => [name, value]),
  )
  return namedIn(figures).flatMap(({ name, value, interval }) => {
    const without = beside.get(name)
    return Number.isFinite(value)
      ? [
          {
            name,
            part,
            value,
            ...(interval?.every(Number.isFinite) === true ? { low: interval[0], high: interval[1] } : {}),
            ...(without !== undefined && Number.isFinite(without) ? { baseline: without } : {}),
          },
        ]
      : []
  })
}
