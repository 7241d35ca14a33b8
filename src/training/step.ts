import { valueAndGradWithAux } from '../autodiff/grad.ts'
import { trainMode, type Mode, penaltyValue, type Penalty } from '../nn/index.ts'
import { item } from '../autodiff/read.ts'
import { add, tensor, type Key } from '../numeric/index.ts'
import { jit, type JitOptions } from '../program/jit.ts'
import { afterSteps, applyStep, type AfterStep, type Gradient, type Optimizer } from '../optim/index.ts'
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
 * optimizer's update and what follows it, compiled to one program. The reported loss includes the penalties.
 *
 * @param loss predictions first, targets second, reduced to a scalar.
 * @param after proximal steps and projections of the new parameters, one after the other, with the optimizer's rate.
 * @param compile how to compile; false for functions that read elements, which cannot be.
 */
export const supervisedStep = <P, S, O>({
  model,
  loss,
  penalty,
  optimizer,
  after = [],
  compile = {},
}: {
  readonly model: Model<P, S>
  readonly loss: (predictions: Tensor, targets: Tensor) => Tensor
  readonly penalty?: Penalty<P>
  readonly optimizer: Optimizer<P, O>
  readonly after?: readonly AfterStep<P>[]
  readonly compile?: JitOptions | false
}): TrainingStep<P, S, O, Batch> => {
  const settled = afterSteps(optimizer, after)
  const update = (
    current: { readonly params: P; readonly layers: S; readonly optimizer: O; readonly step: Tensor },
    { x, y }: Batch,
    key: Key,
  ) => {
    const [value, gradient, layers] = valueAndGradWithAux((params: P) => {
      const [predictions, changed] = model.apply(trainMode(key), params, current.layers, x)
      const fitLoss = loss(predictions, y)
      return [penalty === undefined ? fitLoss : add(fitLoss, penaltyValue(penalty, params)), changed] as const
    })(current.params)
    const { params, step } = current
    const context = { params, step, value }
    const [move, state] = optimizer.update(gradient as Gradient<P>, current.optimizer, context)
    return { params: settled(applyStep(params, move), step), layers, optimizer: state, loss: value }
  }
  const run = compile === false ? update : jit(update, compile)
  return ({ params, layers, optimizer: state, step }, { x, y }, key) => {
    const current = { params, layers, optimizer: state, step: tensor(step, { dtype: 'float64' }) }
    const { loss: value, ...next } = run(current, { x, y }, key)
    return { ...next, loss: item(value) }
  }
}
