import { item, toTypedArray } from '../core/autodiff/read.ts'
import { valueAndGrad } from '../core/autodiff/grad.ts'
import { add, div, equal, sum, tensor, where } from '../core/numeric/index.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import type { Interval } from '../training/confidence.ts'
import type { ConfusionCounts } from './confusion-counts.ts'
import { normalMeasure, type Measured } from './measured.ts'

/** a / b, and `otherwise` where b is 0; of no slope there. */
export const ratio = (a: Tensor, b: Tensor, otherwise: number): Tensor => {
  const none = equal(b, 0)
  return where(none, otherwise, div(a, where(none, 1, b)))
}

/** Shares of the rows of one confusion: by pair of classes, `[classes, classes]`; of a class; taken for it; both. */
export interface ConfusionShares {
  readonly cells: Tensor
  readonly truth: Tensor
  readonly taken: Tensor
  readonly right: Tensor
}

export const sharesOf = (cells: Tensor, unit: Tensor): ConfusionShares => ({
  cells,
  truth: sum(cells, { axis: 1 }),
  taken: sum(cells, { axis: 0 }),
  right: sum(where(unit, cells, 0), { axis: 1 }),
})

/**
 * A smooth function of the shares of a confusion, with the interval of the delta method: the shares are those of a
 * multinomial of n rows, so the variance is (Σ p g² − (Σ p g)²) / n with g the gradient by the shares, which the library
 * takes itself.
 *
 * Source: Y. M. M. Bishop, S. E. Fienberg, P. W. Holland, Discrete Multivariate Analysis, 1975, section 14.6.
 */
export const confusionMetric = (
  { counts, rows }: ConfusionCounts,
  metric: (shares: ConfusionShares) => Tensor,
  possible: Interval,
): Measured => {
  const total = counts.flat().reduce((a, b) => a + b, 0)
  const classes = counts.length
  const cells = tensor(
    counts.map((row) => row.map((count) => count / total)),
    { dtype: 'float64' },
  )
  const unit = tensor(Array.from({ length: classes }, (_, i) => counts.map((_row, j) => i === j)))
  const [value, gradient] = valueAndGrad((of: Tensor) => add(metric(sharesOf(of, unit)), 0))(cells)
  const [p, g] = [toTypedArray(cells), toTypedArray(gradient)]
  const slopes = Array.from(p, (share, cell) => (share === 0 ? 0 : Number(g[cell])))
  const mean = slopes.reduce((sum, slope, cell) => sum + Number(p[cell]) * slope, 0)
  const square = slopes.reduce((sum, slope, cell) => sum + Number(p[cell]) * slope ** 2, 0)
  return normalMeasure(item(value), Math.sqrt(Math.max(0, square - mean ** 2) / rows), possible)
}
