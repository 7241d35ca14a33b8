import { ArgumentError } from '../core/tensor/errors.ts'
import type { Tap } from '../nn/layer.ts'
import { trainMode, type Mode } from '../nn/mode.ts'
import type { Network } from '../nn/network.ts'
import { penaltyValue, type Penalty } from '../nn/penalty.ts'
import type { LossOptions } from '../nn/reduction.ts'
import { add, type Key } from '../core/numeric/index.ts'
import type { Tensor } from '../core/tensor/tensor.ts'

/**
 * What training needs of a network: its function of mode, parameters, layer state and inputs. One that hands its
 * layers' outputs to `tap` and names its layers can be told where a number that is not finite arose.
 *
 * @category Training
 */
export interface Model<P, S> extends Partial<Pick<Network<P, S>, 'layers' | 'input'>> {
  readonly apply: (mode: Mode, params: P, layers: S, x: Tensor, tap?: Tap) => readonly [Tensor, S]
}

/**
 * Inputs `[rows, features]` with their targets, and how much each row counts where not all count the same.
 *
 * @category Training
 */
export interface Batch {
  readonly x: Tensor
  readonly y: Tensor
  /** Floating `[rows]`. */
  readonly weights?: Tensor
}

/**
 * What supervised training makes small.
 *
 * @category Training
 */
export interface Objective<P, S> {
  readonly model: Model<P, S>
  /**
   * Predictions first, targets second, reduced to a scalar. The third argument has the weights of the rows, if the batch
   * has any: `(logits, labels, options) => softmaxCrossEntropy(logits, labels, options)`, or the loss itself.
   */
  readonly loss: (predictions: Tensor, targets: Tensor, options: Pick<LossOptions, 'weights'>) => Tensor
  readonly penalty?: Penalty<P>
}

/**
 * The loss of predictions of a batch, with the weights of its rows.
 *
 * @throws ArgumentError for a loss that does not look at weights where there are some: they would be lost without a word.
 */
export const lossOf = (
  loss: Objective<never, never>['loss'],
  predictions: Tensor,
  { y, weights }: Batch,
): Tensor => {
  if (weights === undefined) return loss(predictions, y, {})
  const asked: true[] = []
  const value = loss(predictions, y, {
    get weights() {
      // eslint-disable-next-line functional/immutable-data -- whether this was read; nobody else sees the list
      asked.push(true)
      return weights
    },
  })
  if (asked.length === 0)
    throw new ArgumentError(
      'supervisedStep: the rows have weights, which this loss does not take: hand on its third argument, as in (out, y, options) => softmaxCrossEntropy(out, y, options), or take the weights off with withWeights(data, undefined)',
    )
  return value
}

/** The loss of a batch plus the penalties as a function of the parameters, with the layer state afterwards. */
export const objectiveOf =
  <P, S>({ model, loss, penalty }: Objective<P, S>, layers: S, batch: Batch, key: Key) =>
  (params: P): readonly [Tensor, S] => {
    const [predictions, after] = model.apply(trainMode(key), params, layers, batch.x)
    const value = lossOf(loss, predictions, batch)
    return [penalty === undefined ? value : add(value, penaltyValue(penalty, params)), after]
  }
