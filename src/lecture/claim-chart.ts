import type { Chart, Picture, PictureAxis } from 'puregrad/report'

/**
 * A picture of a claim as data for vega-lite; points that are not finite leave a gap.
 *
 * @example
 * ```ts
 * import { claimChart } from 'puregrad/claims'
 * const same = (text: string) => ({ en: text, bg: text })
 * const picture = {
 *   kind: 'curves',
 *   title: { en: 'A line', bg: 'Линия' },
 *   x: { title: same('n') },
 *   y: { title: same('f'), scale: 'log' },
 *   series: [{ name: same('f'), points: [[0, 1], [1, 2]] }],
 * } as const
 * claimChart(picture)['title'] // => 'A line'
 * ```
 * @category Ledger
 */
export const claimChart = ({ title, x, y, series }: Picture): Chart => {
  const channel = (field: string, axis: PictureAxis): Chart => ({
    field,
    type: 'quantitative',
    title: axis.title.en,
    scale: { type: axis.scale ?? 'linear', ...(axis.scale === 'log' ? {} : { zero: false }) },
  })
  const number = (value: number): number | null => (Number.isFinite(value) ? value : null)
  const color =
    series.length > 1
      ? { color: { field: 'series', type: 'nominal', title: null, sort: series.map(({ name }) => name.en) } }
      : {}
  const mark = series[0]?.mark ?? 'line'
  const drawn = {
    mark:
      mark === 'line'
        ? { type: 'line', invalid: 'break-paths-show-domains' }
        : { type: 'point', filled: true, size: 20 },
    encoding: {
      x: channel('x', x),
      y: channel('y', y),
      ...(mark === 'line' ? { order: { field: 'order', type: 'quantitative' } } : {}),
      ...color,
    },
  }
  const bands = series.flatMap(({ name, intervals = [] }) =>
    intervals.map(([px, low, high]) => ({
      x: number(px),
      low: number(low),
      high: number(high),
      series: name.en,
    })),
  )
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    title: title.en,
    width: 480,
    height: 280,
    background: 'white',
    data: {
      values: series.flatMap(({ name, points }) =>
        points.map(([px, py], order) => ({ x: number(px), y: number(py), series: name.en, order })),
      ),
    },
    ...(bands.length === 0
      ? drawn
      : {
          layer: [
            {
              data: { values: bands },
              mark: { type: 'area', opacity: 0.2 },
              encoding: { x: channel('x', x), y: channel('low', y), y2: { field: 'high' }, ...color },
            },
            drawn,
          ],
        }),
  }
}
