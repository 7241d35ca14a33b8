import { valueAndGradWithAux } from '../core/autodiff/grad.ts'
import { item } from '../core/autodiff/read.ts'
import { tensor, type Key } from '../core/numeric/index.ts'
import { withFixedNumbers } from '../compile/jit/fixed-numbers.ts'
import { jit, type JitOptions } from '../compile/jit/jit.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { afterSteps, type AfterStep } from '../optim/after-step.ts'
import { applyStep } from '../optim/apply-step.ts'
import { scaledLoss } from '../optim/loss-scaling.ts'
import type { Gradient, Optimizer } from '../optim/transformation.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { explainStep } from './explain-step.ts'
import type { StepInput, StepOutput, TrainingStep } from './fit.ts'
import { objectiveOf, type Batch, type Objective } from './objective.ts'

/**
 * One step of supervised training: the loss of a batch plus the penalties, its gradient by reverse mode, and the
 * optimizer's update and what follows it, compiled to one program. The reported loss includes the penalties. A number
 * that is not finite is traced to the layer where it arose.
 *
 * Numbers in parameters, layer state and optimizer state are structure, as in every tree: there is a program for each of
 * their values.
 *
 * Weights of the rows of a batch are handed to the loss: the mean is then over the sum of weights.
 *
 * @throws ArgumentError for another setting, and for a loss that does not take the weights that a batch has.
 * @example
 * ```ts
 * import { key, tensor, toArray } from 'puregrad'
 * import { dense, meanSquaredError, network } from 'puregrad/nn'
 * import { sgd } from 'puregrad/optim'
 * import { supervisedStep } from 'puregrad/training'
 * const model = network(1, dense('line', 1, { bias: false }))
 * const optimizer = sgd<{ readonly line: { readonly weight: ReturnType<typeof tensor> } }>({ learningRate: 0.25 })
 * const step = supervisedStep({ model, loss: (out, y) => meanSquaredError(out, y), optimizer })
 * const params = { line: { weight: tensor([[0]]) } }
 * const next = step(
 *   { params, layers: { line: {} }, optimizer: optimizer.init(params), step: 0 },
 *   { x: tensor([[1], [1]]), y: tensor([[2], [2]]) },
 *   key(0),
 * )
 * toArray(next.params.line.weight) // => [[1]]
 * ```
 * @category Training
 */
export const supervisedStep = <P, S, O>(
  settings: Objective<P, S> & {
    readonly optimizer: Optimizer<P, O>
    /** Proximal steps and projections of the new parameters, one after the other, with the optimizer's rate. */
    readonly after?: readonly AfterStep<P>[]
    /** How to compile; false for functions that read elements, which cannot be. */
    readonly compile?: JitOptions | false
  },
): TrainingStep<P, S, O, Batch> => {
  checkOptions('supervisedStep', settings, {
    model: true,
    loss: true,
    penalty: true,
    optimizer: true,
    after: true,
    compile: true,
  })
  const { optimizer, after = [], compile = {}, ...objective } = settings
  const settled = afterSteps(optimizer, after)
  const update = (
    current: { readonly params: P; readonly layers: S; readonly optimizer: O; readonly step: Tensor },
    batch: Batch,
    key: Key,
  ) => {
    const { params, step } = current
    const scale = scaledLoss(current.optimizer)
    const [scaled, gradient, layers] = valueAndGradWithAux((p: P) => {
      const [loss, after] = objectiveOf(objective, current.layers, batch, key)(p)
      return [scale.up(loss), after]
    })(params)
    const value = scale.down(scaled)
    const context = { params, step, value }
    const [move, state] = optimizer.update(gradient as Gradient<P>, current.optimizer, context)
    return { params: settled(applyStep(params, move), step), layers, optimizer: state, loss: value }
  }
  const run = compile === false ? update : jit(update, withFixedNumbers(compile))
  const step = (
    { params, layers, optimizer: state, step: count }: StepInput<P, S, O>,
    { x, y, weights }: Batch,
    key: Key,
  ): StepOutput<P, S, O> => {
    const current = { params, layers, optimizer: state, step: tensor(count, { dtype: 'float64' }) }
    const { loss: value, ...next } = run(
      current,
      { x, y, ...(weights === undefined ? {} : { weights }) },
      key,
    )
    return { ...next, loss: item(value) }
  }
  // eslint-disable-next-line functional/immutable-data -- a function made here, which nobody has seen yet
  return Object.assign(step, {
    explain: (current: StepInput<P, S, O>, batch: Batch, key: Key) =>
      explainStep(objective, step, current, batch, key),
  })
}
