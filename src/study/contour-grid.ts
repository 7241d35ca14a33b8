import { vmap } from '../core/autodiff/vmap.ts'
import { toTypedArray } from '../core/autodiff/read.ts'
import { tensor } from '../core/numeric/index.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { checkList } from './sweep.ts'

/**
 * Values of a function of two variables on a grid: `values[j][i]` at `(xs[i], ys[j])`.
 *
 * @category Landscapes
 */
export interface ContourGrid {
  readonly xs: readonly number[]
  readonly ys: readonly number[]
  readonly values: readonly (readonly number[])[]
}

/**
 * The window of {@link contourGrid} and its grain.
 *
 * @category Landscapes
 */
export interface ContourGridOptions {
  readonly x: readonly [low: number, high: number]
  readonly y: readonly [low: number, high: number]
  /** Points along each side, at least 2; 51 unless told otherwise. */
  readonly points?: number
}

/**
 * A function of a point `[2]` on an even grid, by one batched evaluation in float64.
 *
 * @throws ArgumentError for another option, ends that are not finite, and unless there are at least two points along a
 * side.
 * @example
 * ```ts
 * import { mul, sum, type Tensor } from 'puregrad'
 * import { contourGrid } from 'puregrad/study'
 * contourGrid((p: Tensor) => sum(mul(p, p)), { x: [0, 2], y: [0, 1], points: 3 }).values // => [[0, 1, 4], [0.25, 1.25, 4.25], [1, 2, 5]]
 * ```
 * @category Landscapes
 */
export const contourGrid = (f: (point: Tensor) => Tensor, options: ContourGridOptions): ContourGrid => {
  checkOptions('contourGrid', options, { x: true, y: true, points: true })
  const { x, y, points = 51 } = options
  checkSetting('contourGrid', 'points', points, { min: 2, whole: true })
  checkList('contourGrid', 'x', x)
  checkList('contourGrid', 'y', y)
  ;[x, y].forEach((side, i) =>
    [0, 1].forEach((end) => checkSetting('contourGrid', `${i === 0 ? 'x' : 'y'}[${end}]`, side[end])),
  )
  const along = ([low, high]: readonly [number, number]): readonly number[] =>
    Array.from({ length: points }, (_, i) => low + ((high - low) * i) / (points - 1))
  const [xs, ys] = [along(x), along(y)]
  const all = tensor(
    ys.flatMap((b) => xs.map((a) => [a, b])),
    { dtype: 'float64' },
  )
  const flat = Array.from(toTypedArray(vmap(f)(all)))
  return { xs, ys, values: ys.map((_, j) => flat.slice(j * points, (j + 1) * points)) }
}
