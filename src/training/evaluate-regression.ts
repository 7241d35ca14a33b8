import { toTypedArray } from '../core/autodiff/read.ts'
import { evalMode } from '../nn/mode.ts'
import { withFixedNumbers } from '../compile/jit/fixed-numbers.ts'
import { jit } from '../compile/jit/jit.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { isFloat } from '../core/tensor/dtype.ts'
import { DTypeError, ShapeError } from '../core/tensor/errors.ts'
import { count } from '../core/tensor/setting-ranges.ts'
import { showShape } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { meanInterval, type Interval } from './confidence.ts'
import type { Batch, Model } from './objective.ts'
import { rowWeights } from './row-weights.ts'
import { rowsBetween } from './rows-between.ts'

/**
 * How far the estimates of a regression are from the targets over rows.
 *
 * @category Evaluation
 */
export interface RegressionEvaluation {
  readonly n: number
  /** How many rows that count the same tell as much as these: (Σ w)² / Σ w². Only where rows have weights. */
  readonly effectiveRows?: number
  /** The mean of (ŷ − y)² over rows and columns, without penalties. */
  readonly meanSquaredError: number
  /** Its 95 % interval, by the means of rows. */
  readonly meanSquaredErrorInterval: Interval
  readonly rootMeanSquaredError: number
  readonly meanAbsoluteError: number
  /**
   * 1 − Σ (ŷ − y)² / Σ (y − ȳ)² with the mean ȳ of each column over these rows: 1 for exact estimates, 0 for the means
   * themselves, negative for worse ones. NaN where no column varies.
   */
  readonly rSquared: number
}

type Estimates<P, S> = (params: P, layers: S, x: Tensor) => Tensor

/** Compiled once for a model, as training evaluates it after every epoch. */
const known = new WeakMap<object, unknown>()

const compiledEstimates = <P, S>(model: Model<P, S>): Estimates<P, S> => {
  const found = known.get(model) as Estimates<P, S> | undefined
  if (found !== undefined) return found
  const made: Estimates<P, S> = jit(
    (params, layers, x) => model.apply(evalMode, params, layers, x)[0],
    withFixedNumbers({}, [0, 1]),
  )
  known.set(model, made)
  return made
}

const mean = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0) / values.length

/** @throws ArgumentError for another option, or a chunk that is no positive integer. */
export const checkedChunk = (where: string, options: { readonly chunk?: number }): number => {
  checkOptions<{ readonly chunk?: number }>(where, options, { chunk: true })
  const { chunk = 512 } = options
  checkSetting(where, 'chunk', chunk, count)
  return chunk
}

/** What a model estimates for the rows of a batch, row by row, checked against the targets. */
export const estimatesOf = <P, S>(
  where: string,
  model: Model<P, S>,
  params: P,
  layers: S,
  { x, y }: Batch,
  options: { readonly chunk?: number },
): readonly number[] => {
  const chunk = checkedChunk(where, options)
  if (!isFloat(y.dtype))
    throw new DTypeError(
      `${where}: expected numbers, y float32 or float64, got ${y.dtype} ${showShape(y.shape)}; classes are evaluated by evaluate`,
    )
  const n = x.shape[0] ?? 0
  if (n === 0 || y.rank < 1 || y.rank > 2 || y.shape[0] !== n)
    throw new ShapeError(
      `${where}: expected y [rows] or [rows, columns] with the rows of x ${showShape(x.shape)}, got ${showShape(y.shape)}`,
    )
  return Array.from({ length: Math.ceil(n / chunk) }, (_, i) => i * chunk).flatMap((start) => {
    const stop = Math.min(n, start + chunk)
    const found = compiledEstimates(model)(params, layers, rowsBetween(x, start, stop))
    const expected = [stop - start, ...y.shape.slice(1)]
    const column = y.rank === 1 && found.rank === 2 && found.shape[1] === 1
    if (!column && showShape(found.shape) !== showShape(expected))
      throw new ShapeError(
        `${where}: expected estimates ${showShape(expected)} as the targets, got ${showShape(found.shape)}`,
      )
    return Array.from(toTypedArray(found))
  })
}

/**
 * Evaluates a regression (estimates of the shape of the targets, `[rows]` or `[rows, columns]`; `[rows, 1]` for `[rows]`
 * too) in evaluation mode, `chunk` rows at a time, 512 unless told otherwise. Where rows have weights, means are over the
 * sum of weights and the interval by the effective number of rows.
 *
 * @throws DTypeError unless the targets are floating; ShapeError where estimates and targets do not go together, or
 * there is no row; ArgumentError for another option, or a chunk that is not a positive integer.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { activation, network } from 'puregrad/nn'
 * import { evaluateRegression } from 'puregrad/training'
 * const net = network(1, activation('identity'))
 * const rows = { x: tensor([[1], [2], [4]]), y: tensor([1, 2, 3]) }
 * evaluateRegression(net, {}, {}, rows).rSquared // => 0.5
 * ```
 * @category Evaluation
 */
export const evaluateRegression = <P, S>(
  model: Model<P, S>,
  params: P,
  layers: S,
  batch: Batch,
  options: { readonly chunk?: number } = {},
): RegressionEvaluation => {
  const estimates = estimatesOf('evaluateRegression', model, params, layers, batch, options)
  const { y, weights } = batch
  const n = y.shape[0] ?? 0
  const targets = Array.from(toTypedArray(y))
  const columns = targets.length / n
  const residuals = estimates.map((estimate, i) => estimate - (targets[i] ?? NaN))
  const { of, total, effective } = rowWeights('evaluateRegression', n, weights)
  const weighted = (value: (row: number) => number): number =>
    Array.from({ length: n }, (_, row) => of(row) * value(row)).reduce((sum, term) => sum + term, 0) / total
  /** Σ over all elements, each by the weight of its row. */
  const weightedSum = (term: (i: number) => number): number =>
    targets.reduce((sum, _target, i) => sum + of(Math.floor(i / columns)) * term(i), 0)
  const residual = (i: number): number => residuals[i] ?? NaN
  const squares = Array.from({ length: n }, (_, row) =>
    mean(residuals.slice(row * columns, (row + 1) * columns).map((each) => each ** 2)),
  )
  const means = Array.from({ length: columns }, (_, column) =>
    weighted((row) => targets[row * columns + column] ?? NaN),
  )
  const spread = weightedSum((i) => ((targets[i] ?? NaN) - (means[i % columns] ?? NaN)) ** 2)
  const meanSquaredError = weighted((row) => squares[row] ?? NaN)
  const scatter = squares.reduce((sum, square, row) => sum + of(row) * (square - meanSquaredError) ** 2, 0)
  const variance = (scatter * (effective / total)) / Math.max(1, effective - 1)
  return {
    n,
    ...(weights === undefined ? {} : { effectiveRows: effective }),
    meanSquaredError,
    meanSquaredErrorInterval: meanInterval({
      mean: meanSquaredError,
      deviation: Math.sqrt(variance),
      n: effective,
    }),
    rootMeanSquaredError: Math.sqrt(meanSquaredError),
    meanAbsoluteError: weightedSum((i) => Math.abs(residual(i))) / (total * columns),
    rSquared: spread === 0 ? NaN : 1 - (meanSquaredError * (total * columns)) / spread,
  }
}
