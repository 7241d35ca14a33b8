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

/** What a step is made of. */
export interface StepSettings<P, S, O> extends Objective<P, S> {
  readonly optimizer: Optimizer<P, O>
  /** Proximal steps and projections of the new parameters, one after the other, with the optimizer's rate. */
  readonly after?: readonly AfterStep<P>[]
}

/** What is made small, without how. */
const objectiveIn = <P, S>({ model, loss, penalty }: Objective<P, S>): Objective<P, S> => ({
  model,
  loss,
  ...(penalty === undefined ? {} : { penalty }),
})

/** What a step reads of a state, with the number of steps as a tensor. */
interface Current<P, S, O> {
  readonly params: P
  readonly layers: S
  readonly optimizer: O
  readonly step: Tensor
}

/** The function that a step compiles. */
export const updateOf = <P, S, O>(
  settings: StepSettings<P, S, O>,
): ((
  current: Current<P, S, O>,
  batch: Batch,
  key: Key,
) => { readonly params: P; readonly layers: S; readonly optimizer: O; readonly loss: Tensor }) => {
  const { optimizer, after = [] } = settings
  const objective = objectiveIn(settings)
  const settled = afterSteps(optimizer, after)
  return (current: Current<P, S, O>, batch: Batch, key: Key) => {
    const { params, step } = current
    const scale = scaledLoss(current.optimizer)
    const [scaled, gradient, layers] = valueAndGradWithAux((p: P) => {
      const [loss, changed] = objectiveOf(objective, current.layers, batch, key)(p)
      return [scale.up(loss), changed]
    })(params)
    const value = scale.down(scaled)
    const [move, state] = optimizer.update(gradient as Gradient<P>, current.optimizer, {
      params,
      step,
      value,
    })
    return { params: settled(applyStep(params, move), step), layers, optimizer: state, loss: value }
  }
}

/** What the compiled function takes of a state and a batch. */
export const stepArguments = <P, S, O>(
  { params, layers, optimizer, step }: StepInput<P, S, O>,
  { x, y, weights }: Batch,
): readonly [Current<P, S, O>, Batch] => [
  { params, layers, optimizer, step: tensor(step, { dtype: 'float64' }) },
  { x, y, ...(weights === undefined ? {} : { weights }) },
]

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
  settings: StepSettings<P, S, O> & {
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
  const { compile = {}, ...rest } = settings
  const update = updateOf(rest)
  const run = compile === false ? update : jit(update, withFixedNumbers(compile))
  const step = (current: StepInput<P, S, O>, batch: Batch, key: Key): StepOutput<P, S, O> => {
    const { loss: value, ...next } = run(...stepArguments(current, batch), key)
    return { ...next, loss: item(value) }
  }
  // eslint-disable-next-line functional/immutable-data -- a function made here, which nobody has seen yet
  return Object.assign(step, {
    explain: (current: StepInput<P, S, O>, batch: Batch, key: Key) =>
      explainStep(objectiveIn(rest), step, current, batch, key),
  })
}
