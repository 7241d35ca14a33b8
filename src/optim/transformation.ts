import type { Monoid } from 'fp-ts/lib/Monoid.js'
import type { Tensor } from '../core/tensor/tensor.ts'

declare const space: unique symbol

/** A record like the parameters that holds a gradient; what `grad` returns is one without further ado. */
export type Gradient<P> = P & { readonly [space]?: 'gradient' }

/**
 * A record like the parameters that holds a step: what is added to them. Its sign and rate are settled. The tag is
 * required and only `descend` puts it on, so a gradient cannot be applied by mistake.
 */
export type Step<P> = P & { readonly [space]: 'step' }

/** What every update is told besides its input. */
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

/** A transformation all the way from the gradient to the step. */
export type Optimizer<P, S = unknown> = Transformation<P, Gradient<P>, Step<P>, S>

type Part<P> = Transformation<P, unknown, unknown>

const partsOf = <P, A, B, S>(transformation: Transformation<P, A, B, S>): readonly Part<P>[] =>
  transformation.parts ?? [transformation as unknown as Part<P>]

const fromParts = <P, A, B>(parts: readonly Part<P>[]): Transformation<P, A, B, readonly unknown[]> => ({
  name: parts.length === 0 ? 'identity' : parts.map(({ name }) => name).join(' → '),
  parts,
  init: (params) => parts.map(({ init }) => init(params)),
  update: (input, states, context) => {
    const { output, after } = parts.reduce<{ readonly output: unknown; readonly after: readonly unknown[] }>(
      (sofar, { update }, i) => {
        const [output, state] = update(sofar.output, states[i], context)
        return { output, after: [...sofar.after, state] }
      },
      { output: input, after: [] },
    )
    return [output as B, after]
  },
})

/**
 * One transformation after another. Associative, with {@link identity} as unit: the parts are kept in one list.
 *
 * @example
 * ```ts
 * import { tensor, toArray, type Tensor } from 'puregrad'
 * import { chain, descend, trace } from 'puregrad/optim'
 * const optimizer = chain(trace<{ w: Tensor }>(0.9), descend(0.1))
 * const params = { w: tensor([1]) }
 * const [step] = optimizer.update({ w: tensor([2]) }, optimizer.init(params), { params, step: 0, value: 0 })
 * toArray(step.w) // => [-0.2]
 * ```
 */
export const chain = <P, A, B, C, S, T>(
  first: Transformation<P, A, B, S>,
  second: Transformation<P, B, C, T>,
): Transformation<P, A, C, readonly unknown[]> => fromParts([...partsOf(first), ...partsOf(second)])

/** The transformation that changes nothing. */
export const identity = <P, A>(): Transformation<P, A, A, readonly unknown[]> => fromParts([])

/** Transformations within one space under {@link chain}. */
export const transformationMonoid = <P, A>(): Monoid<Transformation<P, A, A, readonly unknown[]>> => ({
  empty: identity(),
  concat: (first, second) => chain(first, second),
})
