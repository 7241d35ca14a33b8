import { evalMode, softmaxCrossEntropy } from '../nn/index.ts'
import { toTypedArray } from '../autodiff/read.ts'
import { argmax, slice } from '../numeric/index.ts'
import { jit } from '../program/jit.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { Batch, Model } from './step.ts'
import { meanInterval, wilsonInterval, type Interval } from './confidence.ts'

/** Loss and accuracy of a classifier over rows. */
export interface Evaluation {
  readonly n: number
  /** The mean cross-entropy, without penalties. */
  readonly loss: number
  /** The 95 % interval of the mean loss. */
  readonly lossInterval: Interval
  readonly correct: number
  readonly accuracy: number
  /** The 95 % interval of the accuracy. */
  readonly accuracyInterval: Interval
}

const rowsOf = (x: Batch['x'], start: number, stop: number): Batch['x'] =>
  slice(
    x,
    x.shape.map((_, axis) => (axis === 0 ? start : 0)),
    x.shape.map((size, axis) => (axis === 0 ? stop : size)),
  )

/** The losses and predicted classes of rows. */
type Rows<P, S> = (
  params: P,
  layers: S,
  x: Tensor,
  y: Tensor,
) => { readonly losses: Tensor; readonly predicted: Tensor }

const rowsFunction = <P, S>(model: Model<P, S>): Rows<P, S> =>
  jit((params, layers, x, y) => {
    const [logits] = model.apply(evalMode, params, layers, x)
    return {
      losses: softmaxCrossEntropy(logits, y, { reduction: 'none' }),
      predicted: argmax(logits, { axis: -1 }),
    }
  })

/** Compiled once for a model, as training evaluates it after every epoch. */
const known = new WeakMap<object, unknown>()

const compiledRows = <P, S>(model: Model<P, S>): Rows<P, S> => {
  const found = known.get(model) as Rows<P, S> | undefined
  if (found !== undefined) return found
  const made = rowsFunction(model)
  known.set(model, made)
  return made
}

/**
 * Evaluates a classifier (logits `[rows, classes]`, integer labels) in evaluation mode, `chunk` rows at a time;
 * the chunk bounds memory and does not change a row's result.
 */
export const evaluate = <P, S>(
  model: Model<P, S>,
  params: P,
  layers: S,
  { x, y }: Batch,
  { chunk = 512 }: { readonly chunk?: number } = {},
): Evaluation => {
  const n = x.shape[0] ?? 0
  const rows = Array.from({ length: Math.ceil(n / chunk) }, (_, i) => i * chunk).flatMap((start) => {
    const stop = Math.min(n, start + chunk)
    const labels = rowsOf(y, start, stop)
    const { losses, predicted } = compiledRows(model)(params, layers, rowsOf(x, start, stop), labels)
    const [classes, expected] = [toTypedArray(predicted), toTypedArray(labels)]
    return Array.from(toTypedArray(losses), (loss, i) => ({ loss, hit: classes[i] === expected[i] }))
  })
  const loss = rows.reduce((total, row) => total + row.loss, 0) / n
  const variance = rows.reduce((total, row) => total + (row.loss - loss) ** 2, 0) / Math.max(1, n - 1)
  const correct = rows.filter(({ hit }) => hit).length
  return {
    n,
    loss,
    lossInterval: meanInterval({ mean: loss, deviation: Math.sqrt(variance), n }),
    correct,
    accuracy: correct / n,
    accuracyInterval: wilsonInterval(correct, n),
  }
}
