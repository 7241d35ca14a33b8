import * as E from 'fp-ts/lib/Either.js'
import { valuesAndGrads } from '../core/autodiff/values-and-grads.ts'
import { trainMode } from '../nn/mode.ts'
import { mean, stack, tensor, type Key } from '../core/numeric/index.ts'
import { applyStep } from '../optim/apply-step.ts'
import type { Gradient, Optimizer } from '../optim/transformation.ts'
import { withFixedNumbers } from '../compile/jit/fixed-numbers.ts'
import { jit, type JitOptions } from '../compile/jit/jit.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import type { StepInput, TrainingStep } from '../training/fit.ts'
import type { Model } from '../training/objective.ts'
import { firstNonFinite, type NonFiniteOrigin } from '../training/non-finite.ts'
import { weightedGradient } from './joint-gradient.ts'
import { gramianOf, numbersOf, readGramian } from './objective-gradients.ts'
import type { Weighting, WeightingError } from './weighting.ts'

/** Whether the mean's weights stand in for none, by the reason there are none. */
const hasFallback: Readonly<Record<WeightingError['kind'], boolean>> = {
  'not-finite': false,
  'no-common-descent': true,
  'dependent-gradients': true,
}

/** The first objective that is not finite, or the first whose gradient is not. */
const firstOf = (
  names: readonly string[],
  values: readonly number[],
  gradients: readonly unknown[],
): NonFiniteOrigin | undefined => {
  const at = values.findIndex((value) => !Number.isFinite(value))
  if (at >= 0) return { kind: 'loss', path: names[at] ?? '', value: values[at] ?? NaN }
  return gradients
    .map((gradient, i): NonFiniteOrigin | undefined => {
      const odd = firstNonFinite(gradient)
      return odd && { kind: 'gradient', path: `${names[i] ?? ''}: ${odd.path}`, value: odd.value }
    })
    .find((origin) => origin !== undefined)
}

/**
 * One step of training by several objectives: the network runs once, each objective has its gradient of all
 * parameters, the weighting joins them, the optimizer takes the result for a gradient. For `fit`, like `supervisedStep`;
 * the loss it reports is the mean of the objectives.
 *
 * Where the weighting has no weights (a left) because the objectives are opposed or their gradients depend on each other,
 * the step takes the mean's: a run does not end at one such batch. Where a gradient is not finite there is no step: the
 * loss is NaN, so that `fit` ends there with the state before, and says which objective it was.
 *
 * @throws ArgumentError where there is no objective, and for another setting; in a step ShapeError where one is not a scalar.
 * @example
 * ```ts
 * import { item, key, mean, square, sub, tensor, type Tensor } from 'puregrad'
 * import { dense, network } from 'puregrad/nn'
 * import { sgd } from 'puregrad/optim'
 * import { minNormWeighting, multiObjectiveStep } from 'puregrad/criteria'
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
 * @category Weighting of gradients
 */
export const multiObjectiveStep = <P, S, O, B extends { readonly x: Tensor }>(settings: {
  readonly model: Model<P, S>
  /** Scalars of the predictions, the batch and the parameters (for penalties), by name. */
  readonly objectives: Readonly<Record<string, (predictions: Tensor, batch: B, params: P) => Tensor>>
  /** From the step's key: `() => upGradWeighting`, or `pcGradWeighting`, which draws its orders from it. */
  readonly weighting: (key: Key) => Weighting
  readonly optimizer: Optimizer<P, O>
  /** How to compile; false for functions that read elements, which cannot be. */
  readonly compile?: JitOptions | false
}): TrainingStep<P, S, O, B> => {
  checkOptions('multiObjectiveStep', settings, {
    model: true,
    objectives: true,
    weighting: true,
    optimizer: true,
    compile: true,
  })
  const { model, objectives, weighting, optimizer, compile = {} } = settings
  const [names, all] = [Object.keys(objectives), Object.values(objectives)]
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
      value: mean(stack(values)),
    })
    return { params: applyStep(params, move), optimizer: after }
  }
  const [first, second] =
    compile === false
      ? [derive, update]
      : ([
          jit(derive, withFixedNumbers(compile, [0, 1])),
          jit(update, withFixedNumbers(compile, [0, 1, 2])),
        ] as const)
  const run: TrainingStep<P, S, O, B> = ({ params, layers, optimizer: state, step }, batch, key) => {
    const { values, gradients, auxiliary, gramian } = first(params, layers, batch, key)
    const found = weighting(key)(readGramian(gramian))
    if (E.isLeft(found) && !hasFallback[found.left.kind])
      return { params, layers, optimizer: state, loss: NaN }
    const weights = E.getOrElse((): readonly number[] => all.map(() => 1 / all.length))(found)
    const float64 = { dtype: 'float64' } as const
    const after = second(params, state, gradients, tensor(weights, float64), values, tensor(step, float64))
    const losses = numbersOf(values)
    return {
      ...after,
      layers: auxiliary,
      loss: losses.reduce((total, loss) => total + loss, 0) / losses.length,
    }
  }
  const explain = (
    { params, layers }: StepInput<P, S, O>,
    batch: B,
    key: Key,
  ): NonFiniteOrigin | undefined => {
    const { values, gradients } = derive(params, layers, batch, key)
    return firstOf(names, numbersOf(values), gradients)
  }
  // eslint-disable-next-line functional/immutable-data -- a function made here, which nobody has seen yet
  return Object.assign(run, { explain })
}
