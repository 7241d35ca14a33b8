import { valueAndGradWithAux } from '../autodiff/grad.ts'
import { trainMode, type Mode, penaltyValue, type Penalty } from '../nn/index.ts'
import { item } from '../autodiff/read.ts'
import { add } from '../numeric/index.ts'
import { applyStep, type Gradient, type Optimizer } from '../optim/index.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { TrainingStep } from './fit.ts'

/** What training needs of a network: its function of mode, parameters, layer state and inputs. */
export interface Model<P, S> {
  readonly apply: (mode: Mode, params: P, layers: S, x: Tensor) => readonly [Tensor, S]
}

/** Inputs `[rows, features]` with their targets. */
export interface Batch {
  readonly x: Tensor
  readonly y: Tensor
}

/**
 * One step of supervised training: the loss of a batch plus the penalties, its gradient by reverse mode, and the
 * optimizer's update. The reported loss includes the penalties.
 *
 * @param loss predictions first, targets second, reduced to a scalar.
 */
export const supervisedStep =
  <P, S, O>({
    model,
    loss,
    penalty,
    optimizer,
  }: {
    readonly model: Model<P, S>
    readonly loss: (predictions: Tensor, targets: Tensor) => Tensor
    readonly penalty?: Penalty<P>
    readonly optimizer: Optimizer<P, O>
  }): TrainingStep<P, S, O, Batch> =>
  (current, batch, key) => {
    const [value, gradient, layers] = valueAndGradWithAux((params: P) => {
      const [predictions, after] = model.apply(trainMode(key), params, current.layers, batch.x)
      const fitLoss = loss(predictions, batch.y)
      return [penalty === undefined ? fitLoss : add(fitLoss, penaltyValue(penalty, params)), after] as const
    })(current.params)
    const { params, step } = current
    const [move, state] = optimizer.update(gradient as Gradient<P>, current.optimizer, {
      params,
      step,
      value: item(value),
    })
    return { params: applyStep(params, move), layers, optimizer: state, loss: item(value) }
  }
