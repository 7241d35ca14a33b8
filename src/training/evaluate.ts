import { softmaxCrossEntropy } from '../nn/classification-losses.ts'
import { calibrateMode, evalMode } from '../nn/mode.ts'
import { toTypedArray } from '../core/autodiff/read.ts'
import { argmax } from '../core/numeric/index.ts'
import { withFixedNumbers } from '../compile/jit/fixed-numbers.ts'
import { jit } from '../compile/jit/jit.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { count } from '../core/tensor/setting-ranges.ts'
import { isFloat } from '../core/tensor/dtype.ts'
import { DTypeError, ShapeError } from '../core/tensor/errors.ts'
import { showShape } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import type { Batch, Model } from './objective.ts'
import { rowsBetween } from './rows-between.ts'
import { rowWeights } from './row-weights.ts'
import { meanInterval, wilsonInterval, type Interval, type Proportion } from './confidence.ts'

/**
 * Loss and accuracy of a classifier over rows.
 *
 * @category Evaluation
 */
export interface Evaluation {
  readonly n: number
  /** How many rows that count the same tell as much as these: (Σ w)² / Σ w². Only where rows have weights. */
  readonly effectiveRows?: number
  /** The mean cross-entropy, without penalties. */
  readonly loss: number
  /** The 95 % interval of the mean loss. */
  readonly lossInterval: Interval
  /** How many rows have the right class, whatever their weights. */
  readonly correct: number
  readonly accuracy: number
  /** The 95 % interval of the accuracy. */
  readonly accuracyInterval: Interval
}

/** The losses and predicted classes of rows. */
type Rows<P, S> = (
  params: P,
  layers: S,
  x: Tensor,
  y: Tensor,
) => { readonly losses: Tensor; readonly predicted: Tensor }

const modes = { tracked: evalMode, own: calibrateMode } as const

const rowsFunction = <P, S>(model: Model<P, S>, statistics: keyof typeof modes): Rows<P, S> =>
  jit(
    (params, layers, x, y) => {
      const [logits] = model.apply(modes[statistics], params, layers, x)
      return {
        losses: softmaxCrossEntropy(logits, y, { reduction: 'none' }),
        predicted: argmax(logits, { axis: -1 }),
      }
    },
    withFixedNumbers({}, [0, 1]),
  )

/** Compiled once for a model, as training evaluates it after every epoch. */
const known = { tracked: new WeakMap<object, unknown>(), own: new WeakMap<object, unknown>() }

const compiledRows = <P, S>(model: Model<P, S>, statistics: keyof typeof modes): Rows<P, S> => {
  const found = known[statistics].get(model) as Rows<P, S> | undefined
  if (found !== undefined) return found
  const made = rowsFunction(model, statistics)
  known[statistics].set(model, made)
  return made
}

/**
 * How many rows {@link evaluate} takes at a time, and what they are normalized by.
 *
 * @category Evaluation
 */
export interface EvaluateOptions {
  /** Rows at a time; 512 unless told otherwise. */
  readonly chunk?: number
  /**
   * What normalization layers use: the statistics tracked in training (the default), or those of the chunk of rows at
   * hand. Where the two give different errors on the training rows, the tracked ones do not fit.
   */
  readonly statistics?: 'tracked' | 'own'
}

/** @throws ArgumentError for another option, or a chunk that is no positive integer. */
export const checkedEvaluation = (where: string, options: EvaluateOptions): Required<EvaluateOptions> => {
  checkOptions(where, options, { chunk: true, statistics: true })
  const { chunk = 512, statistics = 'tracked' } = options
  checkSetting(where, 'chunk', chunk, count)
  checkChoice(where, 'statistics', statistics, Object.keys(modes))
  return { chunk, statistics }
}

/** The loss of each row of a batch, and whether its class is the right one. */
export const measuredRows = <P, S>(
  where: string,
  model: Model<P, S>,
  params: P,
  layers: S,
  { x, y }: Batch,
  options: EvaluateOptions,
): readonly { readonly loss: number; readonly hit: boolean }[] => {
  const { chunk, statistics } = checkedEvaluation(where, options)
  if (isFloat(y.dtype))
    throw new DTypeError(
      `${where}: expected classes, integers [rows], got ${y.dtype} ${showShape(y.shape)}; targets that are numbers are evaluated by evaluateRegression`,
    )
  const n = x.shape[0] ?? 0
  if (n === 0 || y.rank !== 1 || y.shape[0] !== n)
    throw new ShapeError(
      `${where}: expected at least one row and y [rows] with the rows of x ${showShape(x.shape)}, got ${showShape(y.shape)}`,
    )
  return Array.from({ length: Math.ceil(n / chunk) }, (_, i) => i * chunk).flatMap((start) => {
    const stop = Math.min(n, start + chunk)
    const labels = rowsBetween(y, start, stop)
    const { losses, predicted } = compiledRows(model, statistics)(
      params,
      layers,
      rowsBetween(x, start, stop),
      labels,
    )
    const [classes, expected] = [toTypedArray(predicted), toTypedArray(labels)]
    return Array.from(toTypedArray(losses), (loss, i) => ({ loss, hit: classes[i] === expected[i] }))
  })
}

/**
 * Evaluates a classifier (logits `[rows, classes]`, integer labels) in evaluation mode, `chunk` rows at a time;
 * the chunk bounds memory and does not change a row's result (unless rows are normalized by their own statistics). Where
 * rows have weights, means are over the sum of weights and intervals by the effective number of rows.
 *
 * @throws ArgumentError for another option, or a chunk that is not a positive integer; DTypeError where the targets are
 * numbers to be estimated, which `evaluateRegression` takes; ShapeError unless there is a label for each row, and at
 * least one row: of none there is no mean.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { activation, network } from 'puregrad/nn'
 * import { evaluate } from 'puregrad/training'
 * const net = network(2, activation('identity'))
 * const rows = { x: tensor([[3, 0], [0, 3], [1, 0]]), y: tensor([0, 1, 1], { dtype: 'int32' }) }
 * evaluate(net, {}, {}, rows).accuracy // => 0.66666667
 * ```
 * @category Evaluation
 */
export const evaluate = <P, S>(
  model: Model<P, S>,
  params: P,
  layers: S,
  batch: Batch,
  options: EvaluateOptions = {},
): Evaluation => {
  const rows = measuredRows('evaluate', model, params, layers, batch, options)
  const n = rows.length
  const { weights } = batch
  const { of, total, effective } = rowWeights('evaluate', n, weights)
  const loss = rows.reduce((sum, row, i) => sum + of(i) * row.loss, 0) / total
  const scatter = rows.reduce((sum, row, i) => sum + of(i) * (row.loss - loss) ** 2, 0)
  const variance = (scatter * (effective / total)) / Math.max(1, effective - 1)
  const correct = rows.filter(({ hit }) => hit).length
  const accuracy = rows.reduce((sum, { hit }, i) => sum + (hit ? of(i) : 0), 0) / total
  return {
    n,
    ...(weights === undefined ? {} : { effectiveRows: effective }),
    loss,
    lossInterval: meanInterval({ mean: loss, deviation: Math.sqrt(variance), n: effective }),
    correct,
    accuracy,
    accuracyInterval: wilsonInterval(
      weights === undefined ? correct : Math.min(effective, accuracy * effective),
      effective,
    ),
  }
}

/**
 * The error rate of an evaluation, for `diagnose`; of weighted rows by their weights, on the effective number of rows.
 *
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { activation, network } from 'puregrad/nn'
 * import { errorRate, evaluate } from 'puregrad/training'
 * const net = network(2, activation('identity'))
 * const rows = { x: tensor([[1, 0], [1, 0]]), y: tensor([0, 1], { dtype: 'int32' }) }
 * errorRate(evaluate(net, {}, {}, rows)) // => { value: 0.5, n: 2 }
 * ```
 * @category Evaluation
 */
export const errorRate = ({ n, correct, accuracy, effectiveRows }: Evaluation): Proportion =>
  effectiveRows === undefined
    ? { value: (n - correct) / n, n }
    : { value: Math.max(0, 1 - accuracy), n: effectiveRows }
