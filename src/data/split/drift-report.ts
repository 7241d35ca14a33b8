import * as E from 'fp-ts/lib/Either.js'
import { toTypedArray } from '../../core/autodiff/read.ts'
import {
  add,
  cast,
  concat,
  foldIn,
  matmul,
  mul,
  reshape,
  square,
  sum,
  tensor,
  zeros,
  type Key,
} from '../../core/numeric/index.ts'
import { sigmoidBinaryCrossEntropy } from '../../nn/classification-losses.ts'
import { minimizeLbfgs } from '../../optim/minimize-lbfgs.ts'
import { ArgumentError } from '../../core/tensor/errors.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'
import { dataset, type Classes, type Dataset, type Targets } from '../dataset.ts'
import { kFold } from './k-fold.ts'
import { scaled } from '../scale/scaler.ts'
import type { TrainDev } from './parts.ts'
import { standardize } from '../scale/standardize.ts'
import { areaUnderCurve, kolmogorovSmirnov, totalVariation } from './two-sample.ts'

/**
 * How far the distribution of one column differs, by the statistic of Kolmogorov and Smirnov, from 0 to 1.
 *
 * @category Drift
 */
export interface ColumnDrift {
  readonly name: string
  readonly statistic: number
}

/**
 * How two samples differ.
 *
 * @category Drift
 */
export interface DriftReport {
  readonly targets:
    | { readonly kind: 'classes'; readonly totalVariation: number }
    | { readonly kind: 'values'; readonly columns: readonly ColumnDrift[] }
  readonly features: readonly ColumnDrift[]
  /** What a statistic of one column exceeds with probability 0.05 if both samples come from one distribution. */
  readonly critical: number
  /** How well a classifier tells rows of the two samples apart: 0.5 not at all, 1 always. */
  readonly auc: number
  /** The standard deviation of `auc` if both samples come from one distribution. */
  readonly aucDeviation: number
}

const folds = 5

/** The columns of `[n]` or `[n, columns]`, one at a time. */
const columnsOf = (x: Tensor): ((column: number) => Float64Array) => {
  const [n = 0, width = 1] = x.shape
  const elements = toTypedArray(x)
  return (column) => Float64Array.from({ length: n }, (_, row) => elements[row * width + column] ?? NaN)
}

const columnDrifts = (names: readonly string[], a: Tensor, b: Tensor): readonly ColumnDrift[] => {
  const [first, second] = [columnsOf(a), columnsOf(b)]
  return names.map((name, i) => ({ name, statistic: kolmogorovSmirnov(first(i), second(i)) }))
}

const classShares = ({ y, n, targets }: Dataset, names: readonly string[]): readonly number[] => {
  const labels = Array.from(toTypedArray(y))
  return names.map((name) => labels.filter((label) => targets.names[label] === name).length / n)
}

const targetDrift = (a: Dataset, b: Dataset): DriftReport['targets'] => {
  if (a.targets.kind === 'values') return { kind: 'values', columns: columnDrifts(a.targets.names, a.y, b.y) }
  const names = [...new Set([...a.targets.names, ...b.targets.names])]
  return { kind: 'classes', totalVariation: totalVariation(classShares(a, names), classShares(b, names)) }
}

/** Standardized features and their squares: a shift and a change of spread both show. */
const regressors = (z: Tensor): Tensor => concat([z, square(z)], { axis: 1 })

/** The area under the curve, on dev, of a logistic regression fitted on train. */
const foldArea = ({ train, dev }: TrainDev<Classes>): number => {
  const standard = standardize(train, { constant: 'keep' })
  if (E.isLeft(standard)) throw new ArgumentError(`driftReport: ${standard.left.message}`)
  const x = regressors(scaled(train, standard.right).x)
  const y = reshape(cast(train.y, 'float64'), [train.n, 1])
  const width = x.shape[1] ?? 0
  const scores = (p: { readonly w: Tensor; readonly b: Tensor }, rows: Tensor): Tensor =>
    add(matmul(rows, p.w), p.b)
  const start: { readonly w: Tensor; readonly b: Tensor } = {
    w: zeros([width, 1], { dtype: 'float64' }),
    b: zeros([1], { dtype: 'float64' }),
  }
  // A little of a penalty keeps the minimum finite where a plane separates the samples.
  const { params } = minimizeLbfgs(
    (p: typeof start) => {
      const loss = sigmoidBinaryCrossEntropy(scores(p, x), y)
      return add(loss, mul(sum(square(p.w)), 1e-3))
    },
    start,
    { iterations: 50, tolerance: 1e-5 },
  )
  const found = toTypedArray(scores(params, regressors(scaled(dev, standard.right).x)))
  const labels = toTypedArray(dev.y)
  const of = (label: number): readonly number[] => Array.from(found).filter((_, i) => labels[i] === label)
  return areaUnderCurve(of(0), of(1))
}

/** Cross-fitted: every row is scored by a classifier that was not fitted on it, and compared within its fold. */
const twoSampleArea = (a: Dataset, b: Dataset, key: Key): number => {
  const both = dataset({
    x: concat([cast(a.x, 'float64'), cast(b.x, 'float64')], { axis: 0 }),
    y: tensor(Int32Array.from({ length: a.n + b.n }, (_, i) => (i < a.n ? 0 : 1))),
    featureNames: a.featureNames,
    classNames: ['first', 'second'],
  })
  const dealt = kFold(folds, { key: foldIn(key, 'folds') })(both)
  if (E.isLeft(dealt)) throw new ArgumentError(`driftReport: ${dealt.left.message}`)
  return dealt.right.reduce((total, fold) => total + foldArea(fold), 0) / folds
}

/**
 * How two samples differ: dev from test, where there should be no difference, or train from dev, where there may be one
 * but it should be known.
 *
 * Classes by the total variation of their shares, columns of numbers by the statistic of Kolmogorov and Smirnov, and all
 * features together by a logistic regression on them and their squares, fitted to tell the two samples apart; its area
 * under the curve is measured on rows it was not fitted on. The critical value is 1.358 · √((a + b)/ab) for a and b rows.
 *
 * Sources: N. Smirnov, "Table for estimating the goodness of fit of empirical distributions", 1948; J. Friedman, "On
 * multivariate goodness-of-fit and two-sample testing", 2003.
 *
 * @throws ArgumentError unless both have the same features and kind of targets, and 5 rows or more.
 * @example
 * ```ts
 * import { add, key } from 'puregrad'
 * import { car, driftReport, withFeatures } from 'puregrad/data'
 * const [now, later] = [car({ key: key(0), n: 200 }), car({ key: key(1), n: 200 })]
 * const same = driftReport(now, later, { key: key(2) })
 * Math.abs(same.auc - 0.5) < 3 * same.aucDeviation // => true
 * const dearer = driftReport(now, withFeatures(later, { x: add(later.x, 1_000_000) }), { key: key(2) })
 * dearer.auc > 0.9 // => true
 * ```
 * @category Drift
 */
export const driftReport = <T extends Targets>(
  a: Dataset<Dataset['role'], T>,
  b: Dataset<Dataset['role'], T>,
  { key }: { readonly key: Key },
): DriftReport => {
  const names = (data: Dataset): string => JSON.stringify([data.featureNames, data.targets.kind])
  if (names(a) !== names(b))
    throw new ArgumentError(
      `driftReport: expected the same features and kind of targets, got ${names(a)} and ${names(b)}`,
    )
  if (a.targets.kind === 'values' && a.targets.names.length !== b.targets.names.length)
    throw new ArgumentError(
      `driftReport: ${a.targets.names.length} columns of targets on one side, ${b.targets.names.length} on the other`,
    )
  if (Math.min(a.n, b.n) < folds)
    throw new ArgumentError(`driftReport: expected ${folds} rows or more of each, got ${a.n} and ${b.n}`)
  return {
    targets: targetDrift(a, b),
    features: columnDrifts(a.featureNames, a.x, b.x),
    critical: 1.358 * Math.sqrt((a.n + b.n) / (a.n * b.n)),
    auc: twoSampleArea(a, b, key),
    aucDeviation: Math.sqrt((a.n + b.n + folds) / (12 * a.n * b.n)),
  }
}
