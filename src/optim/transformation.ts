import type { Monoid } from 'fp-ts/lib/Monoid.js'
import { ArgumentError } from '../core/tensor/errors.ts'
import { showText, showValue } from '../core/tensor/show-value.ts'
import type { Tensor } from '../core/tensor/tensor.ts'

declare const space: unique symbol

/**
 * A record like the parameters that holds a gradient; what `grad` returns is one without further ado.
 *
 * @category Transformations
 */
export type Gradient<P> = P & { readonly [space]?: 'gradient' }

/**
 * A record like the parameters that holds a step: what is added to them. Its sign and rate are settled. The tag is
 * required and only `descend` puts it on, so a gradient cannot be applied by mistake.
 *
 * @category Transformations
 */
export type Step<P> = P & { readonly [space]: 'step' }

/**
 * What every update is told besides its input.
 *
 * @category Transformations
 */
export interface UpdateContext<P> {
  readonly params: P
  /** The number of steps before this one; a float64 scalar where the update is compiled. */
  readonly step: Tensor | number
  /** The value of the loss at these parameters. */
  readonly value: Tensor | number
}

/**
 * A pure function of a gradient or step with a state that is a value. `A` and `B` say in which space its input and
 * output lie, so that weight decay on the wrong side of the learning rate does not compile.
 *
 * @category Transformations
 */
export interface Transformation<P, A, B, S = unknown> {
  readonly name: string
  /** The settings it was made with, for reading; those of a chain are in its parts. */
  readonly hyperParameters?: Readonly<Record<string, unknown>>
  /** The state before the first step. */
  readonly init: (params: P) => S
  readonly update: (input: A, state: S, context: UpdateContext<P>) => readonly [B, S]
  /** The parts of a chain, in order; a chain of chains is flat, so the grouping leaves no trace. */
  readonly parts?: readonly Transformation<P, unknown, unknown>[]
}

/**
 * A transformation all the way from the gradient to the step.
 *
 * @category Transformations
 */
export type Optimizer<P, S = unknown> = Transformation<P, Gradient<P>, Step<P>, S>

/** @throws ArgumentError for what is no transformation. */
export const checkTransformation = (where: string, name: string, value: unknown): void => {
  const given = (typeof value === 'object' && value !== null ? value : {}) as Readonly<
    Record<string, unknown>
  >
  if (
    typeof given['name'] !== 'string' ||
    typeof given['init'] !== 'function' ||
    typeof given['update'] !== 'function'
  )
    throw new ArgumentError(
      `${where}: ${name}: expected a transformation such as descend(0.1), a record of name, init and update, got ${showValue(value)}`,
    )
}

type Part<P> = Transformation<P, unknown, unknown>

const partsOf = <P, A, B, S>(transformation: Transformation<P, A, B, S>): readonly Part<P>[] =>
  transformation.parts ?? [transformation as unknown as Part<P>]

const fromParts = <P, A, B>(parts: readonly Part<P>[]): Transformation<P, A, B, readonly unknown[]> => ({
  name: parts.length === 0 ? 'identity' : parts.map(({ name }) => name).join(' → '),
  parts,
  init: (params) => parts.map(({ init }) => init(params)),
  update: (input, states, context) => {
    const { output, after } = parts.reduce<{ readonly output: unknown; readonly after: readonly unknown[] }>(
      (sofar, { name, update }, i) => {
        const updated: unknown = update(sofar.output, states[i], context)
        if (!Array.isArray(updated) || updated.length !== 2)
          throw new ArgumentError(
            `chain: part ${i + 1}, ${showText(name)}: update: expected a pair of output and state, got ${showValue(updated)}`,
          )
        const [output, state] = updated as readonly unknown[]
        return { output, after: [...sofar.after, state] }
      },
      { output: input, after: [] },
    )
    return [output as B, after]
  },
})

// oxlint-disable-next-line typescript/no-explicit-any -- a transformation is contravariant in its input, state and parameters
type AnyTransformation = Transformation<any, any, any, any>

type Parts = readonly AnyTransformation[]

// oxlint-disable-next-line typescript/no-explicit-any -- as above
type InputOf<T> = T extends Transformation<any, infer A, any, any> ? A : never
// oxlint-disable-next-line typescript/no-explicit-any -- as above
type OutputOf<T> = T extends Transformation<any, any, infer B, any> ? B : never
// oxlint-disable-next-line typescript/no-explicit-any -- as above
type OwnParams<T> = T extends Transformation<infer P, any, any, any> ? P : never

/** Whether every transformation takes what the one before it gives. */
type Linked<T extends Parts> = T extends readonly [
  infer A,
  infer B extends AnyTransformation,
  ...infer Rest extends Parts,
]
  ? OutputOf<A> extends InputOf<B>
    ? Linked<readonly [B, ...Rest]>
    : false
  : true

type Last<T extends Parts> = T extends readonly [...Parts, infer Z] ? Z : T[number]

type Chained<P, A, B> = Transformation<P, A, B, readonly unknown[]>

/** Up to six parts are typed one after the other, so that the first tells the others their parameters. */
interface Chain {
  <P, A>(): Chained<P, A, A>
  <P, A, B, R>(first: Transformation<P, A, B, R>): Chained<P, A, B>
  <P, A, B, C, R, S>(first: Transformation<P, A, B, R>, second: Transformation<P, B, C, S>): Chained<P, A, C>
  <P, A, B, C, D, R, S, T>(
    first: Transformation<P, A, B, R>,
    second: Transformation<P, B, C, S>,
    third: Transformation<P, C, D, T>,
  ): Chained<P, A, D>
  <P, A, B, C, D, E, R, S, T, U>(
    first: Transformation<P, A, B, R>,
    second: Transformation<P, B, C, S>,
    third: Transformation<P, C, D, T>,
    fourth: Transformation<P, D, E, U>,
  ): Chained<P, A, E>
  <P, A, B, C, D, E, F, R, S, T, U, V>(
    first: Transformation<P, A, B, R>,
    second: Transformation<P, B, C, S>,
    third: Transformation<P, C, D, T>,
    fourth: Transformation<P, D, E, U>,
    fifth: Transformation<P, E, F, V>,
  ): Chained<P, A, F>
  <P, A, B, C, D, E, F, G, R, S, T, U, V, W>(
    first: Transformation<P, A, B, R>,
    second: Transformation<P, B, C, S>,
    third: Transformation<P, C, D, T>,
    fourth: Transformation<P, D, E, U>,
    fifth: Transformation<P, E, F, V>,
    sixth: Transformation<P, F, G, W>,
  ): Chained<P, A, G>
  <const T extends Parts>(
    ...parts: Linked<T> extends true ? T : { readonly [I in keyof T]: never }
  ): Chained<OwnParams<T[0]>, InputOf<T[0]>, OutputOf<Last<T>>>
}

/**
 * Any number of transformations, one after another: each takes what the one before it gives. Associative, with
 * {@link identity}, the chain of none, as unit: the parts are kept in one list.
 *
 * @throws ArgumentError for a part that is no transformation.
 * @example
 * ```ts
 * import { tensor, toArray, type Tensor } from 'puregrad'
 * import { chain, clipByValue, descend, trace } from 'puregrad/optim'
 * const optimizer = chain(clipByValue<{ w: Tensor }>(1), trace(0.9), descend(0.1))
 * const params = { w: tensor([1]) }
 * const [step] = optimizer.update({ w: tensor([2]) }, optimizer.init(params), { params, step: 0, value: 0 })
 * toArray(step.w) // => [-0.1]
 * ```
 * @category Transformations
 */
export const chain: Chain = (...parts: Parts): never => {
  parts.forEach((part, i) => checkTransformation('chain', `part ${i + 1}`, part))
  return fromParts(parts.flatMap((part) => partsOf(part))) as never
}

/**
 * The transformation that changes nothing.
 *
 * @example
 * ```ts
 * import { tensor, toArray, type Tensor } from 'puregrad'
 * import { identity, type Gradient } from 'puregrad/optim'
 * type Params = { readonly w: Tensor }
 * const nothing = identity<Params, Gradient<Params>>()
 * const params = { w: tensor([0]) }
 * const [gradient] = nothing.update({ w: tensor([3]) }, nothing.init(params), { params, step: 0, value: 0 })
 * toArray(gradient.w) // => [3]
 * ```
 * @category Transformations
 */
export const identity = <P, A>(): Transformation<P, A, A, readonly unknown[]> => chain<P, A>()

/**
 * Transformations within one space under {@link chain}.
 *
 * @example
 * ```ts
 * import { concatAll } from 'fp-ts/lib/Monoid.js'
 * import { tensor, toArray, type Tensor } from 'puregrad'
 * import { clipByValue, transformationMonoid, type Gradient } from 'puregrad/optim'
 * type Params = { readonly w: Tensor }
 * const clipped = concatAll(transformationMonoid<Params, Gradient<Params>>())([clipByValue(2), clipByValue(1)])
 * const params = { w: tensor([0]) }
 * const [gradient] = clipped.update({ w: tensor([5]) }, clipped.init(params), { params, step: 0, value: 0 })
 * toArray(gradient.w) // => [1]
 * ```
 * @category Transformations
 */
export const transformationMonoid = <P, A>(): Monoid<Transformation<P, A, A, readonly unknown[]>> => ({
  empty: identity(),
  concat: (first, second) => chain(first, second),
})
