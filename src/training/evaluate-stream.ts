/* eslint-disable functional/no-let, functional/no-loop-statements, functional/immutable-data --
   sums over rows are kept while batches are consumed as they come; nobody else sees them */
import * as E from 'fp-ts/lib/Either.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import { toTypedArray } from '../core/autodiff/read.ts'
import { ShapeError } from '../core/tensor/errors.ts'
import { meanInterval, wilsonInterval } from './confidence.ts'
import { checkedEvaluation, measuredRows, type EvaluateOptions, type Evaluation } from './evaluate.ts'
import { checkedChunk, estimatesOf, type RegressionEvaluation } from './evaluate-regression.ts'
import type { Batch, Model } from './objective.ts'
import { rowWeights } from './row-weights.ts'

/** Weighted mean and Σ w (value − mean)² of values one after another. Source: D. H. D. West, CACM 22, 1979. */
interface Running {
  readonly add: (value: number, weight: number) => void
  readonly mean: () => number
  readonly scatter: () => number
}

const running = (): Running => {
  let [total, sum, mean, scatter] = [0, 0, 0, 0]
  return {
    add: (value, weight) => {
      if (weight === 0) return
      const from = mean
      total += weight
      sum += weight * value
      mean += (weight * (value - from)) / total
      scatter += weight * (value - from) * (value - mean)
    },
    mean: () => sum / total,
    scatter: () => scatter,
  }
}

/** How many rows, how much they count, and by how many that count the same. */
const tally = () => {
  let [n, total, squares, weighted] = [0, 0, 0, false]
  return {
    add: (weight: number): void => {
      n++
      total += weight
      squares += weight * weight
    },
    hasWeights: (): void => {
      weighted = true
    },
    read: () => ({ n, total, effective: weighted ? (total * total) / squares : n, weighted }),
  }
}

const requireRows = (where: string, n: number): void => {
  if (n === 0) throw new ShapeError(`${where}: expected at least one row: of none there is no mean`)
}

const interval = (mean: number, scatter: number, total: number, n: number): readonly [number, number] =>
  meanInterval({ mean, deviation: Math.sqrt((scatter * (n / total)) / Math.max(1, n - 1)), n })

/**
 * {@link evaluate} over a stream of batches (or data sets) in turn: the same loss and accuracy as on all rows at once,
 * with one batch held at a time. A left value of the stream is passed on.
 *
 * @throws as {@link evaluate}.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { tensor } from 'puregrad'
 * import { activation, network } from 'puregrad/nn'
 * import { evaluateStream } from 'puregrad/training'
 * const net = network(2, activation('identity'))
 * async function* batches() {
 *   yield E.right({ x: tensor([[3, 0], [0, 3]]), y: tensor([0, 1], { dtype: 'int32' }) })
 *   yield E.right({ x: tensor([[1, 0]]), y: tensor([1], { dtype: 'int32' }) })
 * }
 * const done = await evaluateStream(net, {}, {}, { [Symbol.asyncIterator]: batches })()
 * E.isRight(done) ? done.right.accuracy : 0 // => 0.66666667
 * ```
 * @category Evaluation
 */
export const evaluateStream = <P, S, X>(
  model: Model<P, S>,
  params: P,
  layers: S,
  batches: AsyncIterable<E.Either<X, Batch>>,
  options: EvaluateOptions = {},
): TE.TaskEither<X, Evaluation> => {
  checkedEvaluation('evaluateStream', options)
  return async () => {
    const [losses, hits, counted] = [running(), running(), tally()]
    let correct = 0
    for await (const batch of batches) {
      if (E.isLeft(batch)) return batch
      const rows = measuredRows('evaluateStream', model, params, layers, batch.right, options)
      const { of } = rowWeights('evaluateStream', rows.length, batch.right.weights)
      if (batch.right.weights !== undefined) counted.hasWeights()
      rows.forEach(({ loss, hit }, i) => {
        losses.add(loss, of(i))
        hits.add(hit ? 1 : 0, of(i))
        counted.add(of(i))
        correct += hit ? 1 : 0
      })
    }
    const { n, total, effective, weighted } = counted.read()
    requireRows('evaluateStream', n)
    const [loss, accuracy] = [losses.mean(), hits.mean()]
    return E.right({
      n,
      ...(weighted ? { effectiveRows: effective } : {}),
      loss,
      lossInterval: interval(loss, losses.scatter(), total, effective),
      correct,
      accuracy,
      accuracyInterval: wilsonInterval(
        weighted ? Math.min(effective, accuracy * effective) : correct,
        effective,
      ),
    })
  }
}

/**
 * {@link evaluateRegression} over a stream of batches (or data sets) in turn, with one of them held at a time. A left value
 * of the stream is passed on.
 *
 * @throws as {@link evaluateRegression}.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { tensor } from 'puregrad'
 * import { activation, network } from 'puregrad/nn'
 * import { evaluateRegressionStream } from 'puregrad/training'
 * const net = network(1, activation('identity'))
 * async function* batches() {
 *   yield E.right({ x: tensor([[1], [2]]), y: tensor([1, 2]) })
 *   yield E.right({ x: tensor([[4]]), y: tensor([3]) })
 * }
 * const done = await evaluateRegressionStream(net, {}, {}, { [Symbol.asyncIterator]: batches })()
 * E.isRight(done) ? done.right.rSquared : 0 // => 0.5
 * ```
 * @category Evaluation
 */
export const evaluateRegressionStream = <P, S, X>(
  model: Model<P, S>,
  params: P,
  layers: S,
  batches: AsyncIterable<E.Either<X, Batch>>,
  options: { readonly chunk?: number } = {},
): TE.TaskEither<X, RegressionEvaluation> => {
  checkedChunk('evaluateRegressionStream', options)
  return async () => {
    const [squares, sizes, counted] = [running(), running(), tally()]
    const ofColumn: Running[] = []
    for await (const batch of batches) {
      if (E.isLeft(batch)) return batch
      const { y, weights } = batch.right
      const estimates = estimatesOf('evaluateRegressionStream', model, params, layers, batch.right, options)
      const targets = toTypedArray(y)
      const n = y.shape[0] ?? 0
      const columns = y.shape[1] ?? 1
      const { of } = rowWeights('evaluateRegressionStream', n, weights)
      if (weights !== undefined) counted.hasWeights()
      for (let row = 0; row < n; row++) {
        let [square, size] = [0, 0]
        for (let column = 0; column < columns; column++) {
          const target = targets[row * columns + column] ?? NaN
          const residual = (estimates[row * columns + column] ?? NaN) - target
          ;(ofColumn[column] ??= running()).add(target, of(row))
          square += residual ** 2
          size += Math.abs(residual)
        }
        squares.add(square / columns, of(row))
        sizes.add(size / columns, of(row))
        counted.add(of(row))
      }
    }
    const { n, total, effective, weighted } = counted.read()
    requireRows('evaluateRegressionStream', n)
    const meanSquaredError = squares.mean()
    const spread = ofColumn.reduce((sum, column) => sum + column.scatter(), 0)
    return E.right({
      n,
      ...(weighted ? { effectiveRows: effective } : {}),
      meanSquaredError,
      meanSquaredErrorInterval: interval(meanSquaredError, squares.scatter(), total, effective),
      rootMeanSquaredError: Math.sqrt(meanSquaredError),
      meanAbsoluteError: sizes.mean(),
      rSquared: spread === 0 ? NaN : 1 - (meanSquaredError * (total * ofColumn.length)) / spread,
    })
  }
}
