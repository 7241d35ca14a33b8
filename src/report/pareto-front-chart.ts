import { paretoRanks } from '../criteria/dominance.ts'
import { hypervolume } from '../criteria/hypervolume.ts'
import type { Direction } from '../criteria/dominance.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import type { Chart } from './chart.ts'
import { greatestOf, leastOf } from '../core/tensor/extremes.ts'

/**
 * Where the runs of one method ended, in two objectives.
 *
 * @category Charts
 */
export interface MethodOutcomes {
  readonly name: string
  readonly points: readonly (readonly [x: number, y: number])[]
}

/**
 * What a picture of a front shows.
 *
 * @category Charts
 */
export interface ParetoFrontOptions {
  readonly title?: string
  readonly x: { readonly title: string; readonly direction: Direction }
  readonly y: { readonly title: string; readonly direction: Direction }
  /** The method to beat: with tuned weights a plain weighted sum is hard to. Always drawn, first and in gray. */
  readonly weightedSum: MethodOutcomes['points']
  /** The other methods, in the order of the legend. */
  readonly others?: readonly MethodOutcomes[]
  /** Puts each method's hypervolume within this point into the legend. */
  readonly reference?: readonly [x: number, y: number]
  /** A point that was chosen, and at which price: the line of all that is as good as it by y + λx. */
  readonly chosen?: { readonly point: readonly [x: number, y: number]; readonly lambda?: number }
}

/**
 * The outcomes of several methods in two objectives, as data for vega-lite: each method's points, and the stairs of
 * those that none of its own dominates. Points that are not finite are left out.
 *
 * @throws ArgumentError where two methods have the same name.
 * @example
 * ```ts
 * import { paretoFrontChart } from 'puregrad/report'
 * const chart = paretoFrontChart({
 *   x: { title: 'loss', direction: 'min' },
 *   y: { title: 'size', direction: 'min' },
 *   weightedSum: [[0, 3], [3, 0]],
 *   others: [{ name: 'MGDA', points: [[1, 1]] }],
 *   reference: [4, 4],
 * })
 * JSON.stringify(chart.usermeta) // => '{"methods":["weighted sum (hypervolume 7)","MGDA (hypervolume 9)"]}'
 * ```
 * @category Charts
 */
export const paretoFrontChart = ({
  title = 'Pareto front',
  x,
  y,
  weightedSum,
  others = [],
  reference,
  chosen,
}: ParetoFrontOptions): Chart => {
  const directions = [x.direction, y.direction]
  const outcomes = [{ name: 'weighted sum', points: weightedSum }, ...others].map(({ name, points }) => ({
    name,
    points: points.filter((point) => point.every(Number.isFinite)),
  }))
  const names = outcomes.map(({ name }) => name)
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined) throw new ArgumentError(`paretoFrontChart: two methods are called ${twice}`)
  const legend = outcomes.map(({ name, points }) =>
    reference === undefined
      ? name
      : `${name} (hypervolume ${String(Number(hypervolume(directions, reference, points).toPrecision(4)))})`,
  )
  const values = outcomes.flatMap(({ points }, i) => {
    const ranks = paretoRanks(directions, points)
    return points.map(([px, py], k) => ({ x: px, y: py, method: legend[i], rank: ranks[k] }))
  })
  const axis = (field: 'x' | 'y', name: string): Chart => ({
    field,
    type: 'quantitative',
    title: name,
    scale: { zero: false },
  })
  const place = { x: axis('x', x.title), y: axis('y', y.title) }
  const color = {
    field: 'method',
    type: 'nominal',
    title: null,
    legend: { labelLimit: 400 },
    scale: {
      domain: legend,
      range: legend.map((_, i) => (i === 0 ? 'gray' : palette[(i - 1) % palette.length])),
    },
  }
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    title,
    width: 640,
    height: 480,
    background: 'white',
    usermeta: { methods: legend },
    data: { values },
    layer: [
      {
        transform: [{ filter: 'datum.rank === 0' }],
        // What a point with the smaller x beats lies to its right up to the next one; with the larger, to its left.
        mark: { type: 'line', interpolate: x.direction === 'min' ? 'step-after' : 'step-before' },
        encoding: { ...place, color, order: { field: 'x', type: 'quantitative' } },
      },
      {
        mark: { type: 'point', filled: true, size: 40 },
        encoding: {
          ...place,
          color,
          opacity: { condition: { test: 'datum.rank === 0', value: 1 }, value: 0.3 },
        },
      },
      ...(chosen === undefined ? [] : chosenLayers(chosen, values, place)),
    ],
  }
}

const palette = ['#4c78a8', '#f58518', '#54a24b', '#e45756', '#b279a2', '#9d755d']

/** A ring around the chosen point, and the line y + λx = const through it as far as the outcomes go. */
const chosenLayers = (
  { point: [px, py], lambda }: NonNullable<ParetoFrontOptions['chosen']>,
  values: readonly { readonly x: number; readonly y: number }[],
  place: Chart,
): readonly Chart[] => {
  const range = (own: number, all: readonly number[]): readonly number[] => [
    Math.min(own, leastOf(all)),
    Math.max(own, greatestOf(all)),
  ]
  const across = range(
    px,
    values.map(({ x }) => x),
  )
  const along = range(
    py,
    values.map(({ y }) => y),
  )
  const line = (slope: number): readonly Chart[] => {
    const reached = slope === 0 ? [-Infinity, Infinity] : along.map((y) => px - (y - py) / slope)
    const ends = [Math.max(across[0] ?? px, leastOf(reached)), Math.min(across[1] ?? px, greatestOf(reached))]
    return ends.map((x) => ({ x, y: py - slope * (x - px) }))
  }
  return [
    ...(lambda === undefined
      ? []
      : [
          {
            data: { values: line(lambda) },
            mark: { type: 'line', strokeDash: [4, 4], color: 'black' },
            encoding: place,
          },
        ]),
    {
      data: { values: [{ x: px, y: py }] },
      mark: { type: 'point', size: 160, color: 'black', strokeWidth: 2 },
      encoding: place,
    },
  ]
}
