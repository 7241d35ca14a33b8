import type { Chart } from './chart.ts'

/**
 * The losses of one epoch.
 *
 * @category Charts
 */
export interface EpochRecord {
  readonly epoch: number
  readonly train: number
  readonly dev: number
}

/**
 * What a learning curve shows besides the losses.
 *
 * @category Charts
 */
export interface LearningCurveOptions {
  readonly title?: string
  /** The epoch early stopping returned, marked by a rule. */
  readonly best?: number
  /** What the losses measure; 'loss' unless told otherwise. */
  readonly measure?: string
}

/**
 * Train and dev loss over epochs, as data for vega-lite. Losses that are not finite leave a gap.
 *
 * @example
 * ```ts
 * import { learningCurveChart } from 'puregrad/report'
 * const chart = learningCurveChart([{ epoch: 1, train: 0.9, dev: 1 }, { epoch: 2, train: 0.5, dev: NaN }])
 * JSON.stringify(chart.data) // => '{"values":[{"epoch":1,"part":"train","loss":0.9},{"epoch":2,"part":"train","loss":0.5},{"epoch":1,"part":"dev","loss":1},{"epoch":2,"part":"dev","loss":null}]}'
 * ```
 * @category Charts
 */
export const learningCurveChart = (
  records: readonly EpochRecord[],
  { title = 'Learning curve', best, measure = 'loss' }: LearningCurveOptions = {},
): Chart => {
  const curve = (part: 'train' | 'dev'): readonly Chart[] =>
    records.map((record) => ({
      epoch: record.epoch,
      part,
      loss: Number.isFinite(record[part]) ? record[part] : null,
    }))
  const epochs = {
    field: 'epoch',
    type: 'quantitative',
    title: 'epoch',
    axis: { tickMinStep: 1, format: 'd' },
  }
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    title,
    width: 640,
    height: 360,
    background: 'white',
    data: { values: [...curve('train'), ...curve('dev')] },
    layer: [
      {
        mark: { type: 'line', point: true, invalid: 'break-paths-show-domains' },
        encoding: {
          x: epochs,
          y: { field: 'loss', type: 'quantitative', title: measure },
          color: { field: 'part', type: 'nominal', title: null, sort: ['train', 'dev'] },
        },
      },
      ...(best === undefined
        ? []
        : [
            {
              data: { values: [{ epoch: best }] },
              mark: { type: 'rule', strokeDash: [4, 4], color: 'gray' },
              encoding: { x: epochs },
            },
          ]),
    ],
  }
}
