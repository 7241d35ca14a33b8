import * as E from 'fp-ts/lib/Either.js'
import { valuesAndGrads } from '../../autodiff/values-and-grads.ts'
import { trainMode } from '../../nn/index.ts'
import { mean, stack, tensor, type Key } from '../../numeric/index.ts'
import { applyStep, type Gradient, type Optimizer } from '../../optim/index.ts'
import { jit, type JitOptions } from '../../program/jit.ts'
import { ArgumentError } from '../../tensor/errors.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import type { Model, TrainingStep } from '../../training/index.ts'
import { weightedGradient } from './joint-gradient.ts'
import { gramianOf, numbersOf, readGramian } from './objective-gradients.ts'
import type { Weighting } from './weighting.ts'

/**
 * One step of training by several objectives: the network runs once, each objective has its gradient of all
 * parameters, the weighting joins them, the optimizer takes the result for a gradient. For `fit`, like `supervisedStep`;
 * the loss it reports is the mean of the objectives.
 *
 * Where the weighting has no weights (a left), the step takes the mean's: a run does not end at one batch in which the
 * objectives are opposed.
 *
 * @param objectives scalars of the predictions, the batch and the parameters (for penalties), by name.
 * @param weighting from the step's key: `() => upGradWeighting`, or `pcGradWeighting`, which draws its orders from it.
 * @param compile how to compile; false for functions that read elements, which cannot be.
 * @throws ArgumentError where there is no objective; in a step ShapeError where one is not a scalar.
 * @example
 * ```ts
 * import { item, key, mean, square, sub, tensor, type Tensor } from 'puregrad'
 * import { dense, network } from 'puregrad/nn'
 * import { sgd } from 'puregrad/optim'
 * import { minNormWeighting, multiObjectiveStep } from 'puregrad/study'
 * const model = network(1, dense('output', 1))
 * const { params, state: layers } = model.init(key(0))
 * const optimizer = sgd<typeof params>({ learningRate: 0.1 })
 * const step = multiObjectiveStep({
 *   model,
 *   objectives: {
 *     fit: (predictions, { y }: { readonly x: Tensor; readonly y: Tensor }) => mean(square(sub(predictions, y))),
 *     size: (_, __, { output }) => mean(square(output.weight)),
 *   },
 *   weighting: () => minNormWeighting,
 *   optimizer,
 * })
 * const start = { params, layers, optimizer: optimizer.init(params), step: 0 }
 * const batch = { x: tensor([[1], [2]]), y: tensor([[2], [4]]) }
 * const after = step(start, batch, key(1))
 * step({ ...after, step: 1 }, batch, key(2)).loss < after.loss // => true
 * ```
 */
export const multiObjectiveStep = <P, S, O, B extends { readonly x: Tensor }>({
  model,
  objectives,
  weighting,
  optimizer,
  compile = {},
}: {
  readonly model: Model<P, S>
  readonly objectives: Readonly<Record<string, (predictions: Tensor, batch: B, params: P) => Tensor>>
  readonly weighting: (key: Key) => Weighting
  readonly optimizer: Optimizer<P, O>
  readonly compile?: JitOptions | false
}): TrainingStep<P, S, O, B> => {
  const all = Object.values(objectives)
  if (all.length === 0)
    throw new ArgumentError('multiObjectiveStep: expected at least one objective, got none')
  const derive = (params: P, layers: S, batch: B, key: Key) => {
    const found = valuesAndGrads(
      (at: P) => {
        const [predictions, after] = model.apply(trainMode(key), at, layers, batch.x)
        return [all.map((objective) => objective(predictions, batch, at)), after] as const
      },
      params,
      'multiObjectiveStep',
    )
    return { ...found, gramian: gramianOf(found.gradients) }
  }
  const update = (
    params: P,
    state: O,
    gradients: readonly P[],
    weights: Tensor,
    values: readonly Tensor[],
    step: Tensor,
  ) => {
    const [move, after] = optimizer.update(weightedGradient(gradients, weights) as Gradient<P>, state, {
      params,
      step,
      value: mean(stack(values)) as Tensor,
    })
    return { params: applyStep(params, move), optimizer: after }
  }
  const [first, second] =
    compile === false ? [derive, update] : ([jit(derive, compile), jit(update, compile)] as const)
  return ({ params, layers, optimizer: state, step }, batch, key) => {
    const { values, gradients, auxiliary, gramian } = first(params, layers, batch, key)
    const weights = E.getOrElse((): readonly number[] => all.map(() => 1 / all.length))(
      weighting(key)(readGramian(gramian)),
    )
    const float64 = { dtype: 'float64' } as const
    const after = second(params, state, gradients, tensor(weights, float64), values, tensor(step, float64))
    const losses = numbersOf(values)
    return {
      ...after,
      layers: auxiliary,
      loss: losses.reduce((total, loss) => total + loss, 0) / losses.length,
    }
  }
}
