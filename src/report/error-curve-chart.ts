import type { ErrorPair } from '../study/error-pair.ts'
import type { SweepPoint } from '../study/sweep.ts'
import type { Chart } from './chart.ts'

/**
 * What is swept, and how its axis is drawn.
 *
 * @category Charts
 */
export interface ErrorCurveOptions {
  readonly title?: string
  /** The title of the horizontal axis: 'training rows', 'units' … */
  readonly setting: string
  readonly scale?: 'linear' | 'log'
}

/**
 * Train and dev error of a sweep with their 95 % intervals as bands, as data for vega-lite: a learning curve over
 * training rows, a sweep of label noise or of capacity.
 *
 * @example
 * ```ts
 * import { errorCurveChart } from 'puregrad/report'
 * const error = (value: number) => ({ value, n: 10, interval: [value, 1] as const })
 * const chart = errorCurveChart([{ setting: 8, result: { train: error(0), dev: error(0.5) } }], { setting: 'units' })
 * JSON.stringify(chart.data) // => '{"values":[{"setting":8,"part":"train","error":0,"low":0,"high":1},{"setting":8,"part":"dev","error":0.5,"low":0.5,"high":1}]}'
 * ```
 * @category Charts
 */
export const errorCurveChart = (
  points: readonly SweepPoint<number, ErrorPair>[],
  { title = 'Errors', setting, scale = 'linear' }: ErrorCurveOptions,
): Chart => {
  const parts = ['train', 'dev'] as const
  const x = {
    field: 'setting',
    type: 'quantitative',
    title: setting,
    scale: { type: scale, ...(scale === 'log' ? {} : { zero: false }) },
  }
  const color = { field: 'part', type: 'nominal', title: null, sort: parts }
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    title,
    width: 640,
    height: 360,
    background: 'white',
    data: {
      values: parts.flatMap((part) =>
        points.map(({ setting: at, result }) => {
          const { value, interval } = result[part]
          return { setting: at, part, error: value, low: interval[0], high: interval[1] }
        }),
      ),
    },
    layer: [
      {
        mark: { type: 'area', opacity: 0.2 },
        encoding: {
          x,
          y: { field: 'low', type: 'quantitative', title: 'error, with its 95 % interval' },
          y2: { field: 'high' },
          color,
        },
      },
      {
        mark: { type: 'line', point: true },
        encoding: { x, y: { field: 'error', type: 'quantitative' }, color },
      },
    ],
  }
}
