import { valueAndGradWithAux } from '../core/autodiff/grad.ts'
import { add, cast, tensor } from '../core/numeric/index.ts'
import { withFixedNumbers } from '../compile/jit/fixed-numbers.ts'
import { jit, type JitOptions } from '../compile/jit/jit.ts'
import { checkFunction } from '../core/tensor/check-function.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { afterSteps, type AfterStep } from '../optim/after-step.ts'
import { applyStep } from '../optim/apply-step.ts'
import { scaledLoss } from '../optim/loss-scaling.ts'
import { checkTransformation, type Gradient, type Optimizer } from '../optim/transformation.ts'
import type { Tensor } from '../core/tensor/tensor.ts'

/**
 * Where a descent has come to: all that its next step needs.
 *
 * @category Training
 */
export interface Descent<P, O, S = undefined> {
  readonly params: P
  /** What the loss hands from step to step beside the parameters, such as the state of layers. */
  readonly carried: S
  readonly optimizer: O
  /** The number of steps taken, a float64 scalar. */
  readonly step: Tensor
  /** The loss at the parameters before the last step, a float64 scalar; NaN before the first. */
  readonly value: Tensor
}

/**
 * What follows each step of a descent, and how it is compiled.
 *
 * @category Training
 */
export interface DescendOptions<P> {
  /** Proximal steps and projections of the new parameters, one after the other, with the optimizer's rate. */
  readonly after?: readonly AfterStep<P>[]
  /** How to compile; false for losses that read elements, which cannot be. */
  readonly compile?: JitOptions | false
}

/**
 * A pure step of a descent: from where it is, and a batch, to where it is next. `start` makes the first place.
 *
 * @category Training
 */
export interface DescentStep<
  P,
  O,
  A extends readonly unknown[],
  S = undefined,
  C extends readonly unknown[] = readonly [],
> {
  (at: Descent<P, O, S>, ...batch: A): Descent<P, O, S>
  /** Before the first step: the parameters, and what the loss carries if it carries something. */
  readonly start: (params: P, ...carried: C) => Descent<P, O, S>
}

/**
 * Makes steps of one optimizer, for losses of its own.
 *
 * @category Training
 */
export interface DescendStep<O> {
  <P, A extends readonly unknown[]>(
    loss: (params: P, ...batch: A) => Tensor,
    options?: DescendOptions<P>,
  ): DescentStep<P, O, A>
  /** The same for a loss that hands something on beside the parameters: it is given it second and returns it with the value. */
  readonly carrying: <P, S, A extends readonly unknown[]>(
    loss: (params: P, carried: S, ...batch: A) => readonly [Tensor, S],
    options?: DescendOptions<P>,
  ) => DescentStep<P, O, A, S, readonly [S]>
}

const scalar = (value: number): Tensor => tensor(value, { dtype: 'float64' })

const compiled = <P, O, S, A extends readonly unknown[]>(
  optimizer: Optimizer<P, O>,
  loss: (params: P, carried: S, ...batch: A) => readonly [Tensor, S],
  options: DescendOptions<P>,
): ((at: Descent<P, O, S>, ...batch: A) => Descent<P, O, S>) => {
  checkOptions('descendStep', options, { after: true, compile: true })
  const { after = [], compile = {} } = options
  const settled = afterSteps(optimizer, after)
  const update = (at: Omit<Descent<P, O, S>, 'value'>, ...batch: A): Descent<P, O, S> => {
    const { params, step } = at
    const scale = scaledLoss(at.optimizer)
    const [scaled, gradient, carried] = valueAndGradWithAux((p: P) => {
      const [value, next] = loss(p, at.carried, ...batch)
      return [scale.up(value), next]
    })(params)
    const value = scale.down(scaled)
    const [move, state] = optimizer.update(gradient as Gradient<P>, at.optimizer, { params, step, value })
    return {
      params: settled(applyStep(params, move), step),
      carried,
      optimizer: state,
      step: add(step, 1),
      value: cast(value, 'float64'),
    }
  }
  const run = compile === false ? update : jit(update, withFixedNumbers(compile))
  return ({ params, carried, optimizer: state, step }, ...batch) =>
    run({ params, carried, optimizer: state, step }, ...batch)
}

const startOf = <P, O, S>(optimizer: Optimizer<P, O>, params: P, carried: S): Descent<P, O, S> => ({
  params,
  carried,
  optimizer: optimizer.init(params),
  step: scalar(0),
  value: scalar(NaN),
})

/**
 * A step of gradient descent for a loss of one's own: the value and its gradient by reverse mode, the optimizer's update,
 * and what follows it, compiled to one program. For networks, batches and checkpoints there is `supervisedStep`.
 *
 * The step is pure and its state a value of one structure, so that it can be a step of `scan` as well. A loss that
 * hands on something, such as the state of batch normalization, is given to `carrying`. Numbers in the state are
 * structure; those in a batch are traced.
 *
 * @throws ArgumentError for what is no optimizer or no function, and for another option; from the step ShapeError unless
 * the loss is a scalar.
 * @example
 * ```ts
 * import { item, square, sub, sum, tensor, toArray, type Tensor } from 'puregrad'
 * import { sgd } from 'puregrad/optim'
 * import { descendStep } from 'puregrad/training'
 * const step = descendStep(sgd({ learningRate: 0.25 }))(
 *   ({ w }: { readonly w: Tensor }, target: Tensor) => sum(square(sub(w, target))),
 * )
 * const start = step.start({ w: tensor([0, 0]) })
 * const [first, second] = [step(start, tensor([4, 8])), step(step(start, tensor([4, 8])), tensor([4, 8]))]
 * toArray(second.params.w) // => [3, 6]
 * const values = [item(first.value), item(second.value)]
 * values // => [80, 20]
 * ```
 * @category Training
 */
// oxlint-disable-next-line typescript/no-explicit-any -- an optimizer is contravariant in its parameters, which the loss names
export const descendStep = <O>(optimizer: Optimizer<any, O>): DescendStep<O> => {
  checkTransformation('descendStep', 'the optimizer', optimizer)
  const by = <P>(): Optimizer<P, O> => optimizer as Optimizer<P, O>
  const stateless = <P, A extends readonly unknown[]>(
    loss: (params: P, ...batch: A) => Tensor,
    options: DescendOptions<P> = {},
  ): DescentStep<P, O, A> => {
    checkFunction('descendStep', 'a loss, a function of the parameters and a batch', loss)
    const step = compiled<P, O, undefined, A>(
      by(),
      (params, _, ...batch) => [loss(params, ...batch), undefined],
      options,
    )
    // eslint-disable-next-line functional/immutable-data -- a function made here, which nobody has seen yet
    return Object.assign(step, { start: (params: P) => startOf(by<P>(), params, undefined) })
  }
  const carrying = <P, S, A extends readonly unknown[]>(
    loss: (params: P, carried: S, ...batch: A) => readonly [Tensor, S],
    options: DescendOptions<P> = {},
  ): DescentStep<P, O, A, S, readonly [S]> => {
    checkFunction('descendStep', 'a loss, a function of the parameters, what is carried and a batch', loss)
    const step = compiled<P, O, S, A>(by(), loss, options)
    // eslint-disable-next-line functional/immutable-data -- as above
    return Object.assign(step, {
      start: (params: P, carried: S) => startOf(by<P>(), params, carried),
    })
  }
  // eslint-disable-next-line functional/immutable-data -- as above
  return Object.assign(stateless, { carrying })
}
