import type { Tap } from '../nn/layer.ts'
import { trainMode, type Mode } from '../nn/mode.ts'
import type { Network } from '../nn/network.ts'
import { penaltyValue, type Penalty } from '../nn/penalty.ts'
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
 * Inputs `[rows, features]` with their targets.
 *
 * @category Training
 */
export interface Batch {
  readonly x: Tensor
  readonly y: Tensor
}

/**
 * What supervised training makes small.
 *
 * @category Training
 */
export interface Objective<P, S> {
  readonly model: Model<P, S>
  /** Predictions first, targets second, reduced to a scalar. */
  readonly loss: (predictions: Tensor, targets: Tensor) => Tensor
  readonly penalty?: Penalty<P>
}

/** The loss of a batch plus the penalties as a function of the parameters, with the layer state afterwards. */
export const objectiveOf =
  <P, S>({ model, loss, penalty }: Objective<P, S>, layers: S, { x, y }: Batch, key: Key) =>
  (params: P): readonly [Tensor, S] => {
    const [predictions, after] = model.apply(trainMode(key), params, layers, x)
    const value = loss(predictions, y)
    return [penalty === undefined ? value : add(value, penaltyValue(penalty, params)), after]
  }
