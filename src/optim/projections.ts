import {
  abs,
  arange,
  clip,
  cumsum,
  div,
  flip,
  greater,
  lessEqual,
  max,
  maximum,
  mul,
  norm,
  sign,
  sort,
  sub,
  sum,
  where,
} from '../core/numeric/index.ts'
import { lengthUnit } from '../core/numeric/length-unit.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import { positive } from '../core/tensor/setting-ranges.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { weightsOnly, type Where } from '../core/tensor/weights-only.ts'
import { onLeaves, type Projection } from './after-step.ts'
import { checkGrouping, withinGroups, type Grouping } from './grouping.ts'
import { checkWhere } from './optimizer-settings.ts'

/**
 * What a projection takes together, and which parameters it leaves alone.
 *
 * @category After the step
 */
export interface ProjectionOptions {
  /** What is projected on its own: every tensor as a whole unless told otherwise. */
  readonly by?: Grouping
  /** Which parameters, by path; weights unless told otherwise. */
  readonly where?: Where
}

const checkedSize = (name: string, what: string, size: number): number => {
  checkSetting(name, what, size, positive)
  return size
}

const settled = (name: string, options: ProjectionOptions): Required<ProjectionOptions> => {
  checkOptions(name, options, { by: true, where: true })
  const { by = 'leaf', where: chosen = weightsOnly } = options
  checkGrouping(name, by)
  return { by, where: chosen }
}

const projection = <P>(
  name: string,
  hyperParameters: Readonly<Record<string, unknown>>,
  chosen: Where,
  map: (leaf: Tensor) => Tensor,
): Projection<P> => {
  checkWhere(name, chosen)
  return { kind: 'projection', name, hyperParameters, apply: onLeaves<P>(chosen, map) }
}

/**
 * Every chosen weight into [low, high]; an infinite bound is none, so `box(0, Infinity)` keeps weights
 * from being negative.
 *
 * @throws ArgumentError unless low ≤ high.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { box } from 'puregrad/optim'
 * toArray(box(0, 1).apply({ weight: tensor([-1, 0.5, 2]) }).weight) // => [0, 0.5, 1]
 * ```
 * @category After the step
 */
export const box = <P>(low: number, high: number, chosen: Where = weightsOnly): Projection<P> => {
  if (
    typeof low !== 'number' ||
    typeof high !== 'number' ||
    !(low <= high) ||
    low === Infinity ||
    high === -Infinity
  )
    throw new ArgumentError(`box: expected low ≤ high, got ${String(low)} and ${String(high)}`)
  return projection('box', { low, high }, chosen, (leaf) => clip(leaf, low, high))
}

/**
 * Onto the ball ‖w‖₂ ≤ radius: what is longer is scaled to it.
 *
 * @throws ArgumentError unless the radius is finite and above 0.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { l2Ball } from 'puregrad/optim'
 * toArray(l2Ball(1).apply({ weight: tensor([0, 8]) }).weight) // => [0, 1]
 * ```
 * @category After the step
 */
export const l2Ball = <P>(radius: number, options: ProjectionOptions = {}): Projection<P> => {
  checkedSize('l2Ball', 'radius', radius)
  const { by, where: chosen } = settled('l2Ball', options)
  return projection('l2Ball', { radius, by }, chosen, (leaf) =>
    withinGroups(leaf, by, (groups) => {
      if (groups.size === 0) return groups
      const unit = lengthUnit(max(abs(groups), { axis: 1, keepDims: true }))
      const directions = div(groups, unit)
      const size = norm(directions, { axis: 1, keepDims: true })
      return where(lessEqual(mul(size, unit), radius), groups, mul(directions, div(radius, size)))
    }),
  )
}

/**
 * The incoming weights of every unit no longer than `most`: {@link l2Ball} by unit. A bound, where a penalty is a price:
 * it does nothing to short vectors.
 *
 * Source: N. Srebro, A. Shraibman, 2005; with dropout, N. Srivastava et al., 2014.
 *
 * @throws ArgumentError unless `most` is finite and above 0.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { maxNorm } from 'puregrad/optim'
 * toArray(maxNorm(2).apply({ weight: tensor([[4, 1], [0, 1]]) }).weight) // => [[2, 1], [0, 1]]
 * ```
 * @category After the step
 */
export const maxNorm = <P>(most: number, chosen: Where = weightsOnly): Projection<P> => ({
  ...l2Ball<P>(checkedSize('maxNorm', 'bound', most), { by: 'unit', where: chosen }),
  name: 'maxNorm',
  hyperParameters: { most },
})

/** The nearest points of Σw = total, w ≥ 0 to rows `[groups, members]`. */
const ontoSimplex = (rows: Tensor, total: number): Tensor => {
  const descending = flip(sort(rows), { axis: 1 })
  const counts = arange(1, (rows.shape[1] ?? 0) + 1, 1, { dtype: rows.dtype })
  // Taking the k largest down to Σ = total takes this off each; it grows as long as one more would stay positive.
  const levels = div(sub(cumsum(descending, { axis: 1 }), total), counts)
  const level = max(levels, { axis: 1, keepDims: true })
  return maximum(sub(rows, level), 0)
}

/**
 * Onto the simplex w ≥ 0, Σw = total: mixing weights. Small entries become exactly 0.
 *
 * Source: J. Duchi, S. Shalev-Shwartz, Y. Singer, T. Chandra, ICML 2008.
 *
 * @throws ArgumentError unless the total is finite and above 0.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { simplex } from 'puregrad/optim'
 * toArray(simplex().apply({ weight: tensor([1, 0.5, -2]) }).weight) // => [0.75, 0.25, 0]
 * ```
 * @category After the step
 */
export const simplex = <P>(total = 1, options: ProjectionOptions = {}): Projection<P> => {
  checkedSize('simplex', 'total', total)
  const { by, where: chosen } = settled('simplex', options)
  return projection('simplex', { total, by }, chosen, (leaf) =>
    withinGroups(leaf, by, (groups) => ontoSimplex(groups, total)),
  )
}

/**
 * Onto the ball ‖w‖₁ ≤ radius. What lies outside loses its small entries: exact zeros.
 *
 * Source: as {@link simplex}.
 *
 * @throws ArgumentError unless the radius is finite and above 0.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { l1Ball } from 'puregrad/optim'
 * toArray(l1Ball(1).apply({ weight: tensor([-2, 1.5, 0.5]) }).weight) // => [-0.75, 0.25, 0]
 * ```
 * @category After the step
 */
export const l1Ball = <P>(radius: number, options: ProjectionOptions = {}): Projection<P> => {
  checkedSize('l1Ball', 'radius', radius)
  const { by, where: chosen } = settled('l1Ball', options)
  return projection('l1Ball', { radius, by }, chosen, (leaf) =>
    withinGroups(leaf, by, (groups) => {
      const sizes = abs(groups)
      const inside = lessEqual(sum(sizes, { axis: 1, keepDims: true }), radius)
      const left = ontoSimplex(sizes, radius)
      return where(inside, groups, where(greater(left, 0), mul(sign(groups), left), 0))
    }),
  )
}
