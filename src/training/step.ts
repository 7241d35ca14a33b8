import { valueAndGradWithAux } from '../autodiff/grad.ts'
import { trainMode, type LayerSpec, type Mode, penaltyValue, type Penalty, type Tap } from '../nn/index.ts'
import { item } from '../autodiff/read.ts'
import { add, tensor, type Key } from '../numeric/index.ts'
import { jit, type JitOptions } from '../program/jit.ts'
import { afterSteps, applyStep, type AfterStep, type Gradient, type Optimizer } from '../optim/index.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { explainStep } from './explain-step.ts'
import type { StepInput, StepOutput, TrainingStep } from './fit.ts'

/**
 * What training needs of a network: its function of mode, parameters, layer state and inputs. One that hands its
 * layers' outputs to `tap` and names its layers can be told where a number that is not finite arose.
 */
export interface Model<P, S> {
  readonly spec?: { readonly layers: readonly LayerSpec[] }
  readonly apply: (mode: Mode, params: P, layers: S, x: Tensor, tap?: Tap) => readonly [Tensor, S]
}

/** Inputs `[rows, features]` with their targets. */
export interface Batch {
  readonly x: Tensor
  readonly y: Tensor
}

/**
 * One step of supervised training: the loss of a batch plus the penalties, its gradient by reverse mode, and the
 * optimizer's update and what follows it, compiled to one program. The reported loss includes the penalties. A number
 * that is not finite is traced to the layer where it arose.
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
  const step = (
    { params, layers, optimizer: state, step: count }: StepInput<P, S, O>,
    { x, y }: Batch,
    key: Key,
  ): StepOutput<P, S, O> => {
    const current = { params, layers, optimizer: state, step: tensor(count, { dtype: 'float64' }) }
    const { loss: value, ...next } = run(current, { x, y }, key)
    return { ...next, loss: item(value) }
  }
  const explained = { model, loss, ...(penalty === undefined ? {} : { penalty }) }
  // eslint-disable-next-line functional/immutable-data -- a function made here, which nobody has seen yet
  return Object.assign(step, {
    explain: (current: StepInput<P, S, O>, batch: Batch, key: Key) =>
      explainStep(explained, step, current, batch, key),
  })
}
