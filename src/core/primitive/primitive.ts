import type { ElementFunction } from '../kernel/elementwise.ts'
import type { Routine } from '../kernel/routine.ts'
import type { ConcreteTensor } from '../tensor/concrete.ts'
import type { DType } from '../tensor/dtype.ts'
import type { Value } from '../tensor/tensor.ts'

/*
 * A primitive is one literal with all there is to know of it. Everything else reads that literal: eager work, both modes
 * of differentiation and batching take the record itself, so that a bundle holds those records only that its functions
 * use; the checker, the codec, the printer, the passes, the lowering, the executors and the random programs find it by
 * its name in the table.
 */

/** What is known of a value without its elements. */
export interface Typed {
  readonly shape: readonly number[]
  readonly dtype: DType
}

/** The parameters of a primitive that has none. */
export type NoParameters = Readonly<Record<never, never>>

/** A strided box: along each axis, positions `start + i · step`; `shape` is that of the result. */
export interface Region {
  readonly start: readonly number[]
  readonly step: readonly number[]
  readonly shape: readonly number[]
}

/** What a parameter can be: whole numbers of 0 or more, integers, integers other than 0, true or false, a dtype. */
export type ParameterForm = 'count' | 'counts' | 'integers' | 'steps' | 'flag' | 'dtype'

/** One partial derivative of an elementwise primitive: a value of the output's shape. */
export type Partial<P> = (o: Operations, inputs: readonly Value[], output: Value, params: P) => Value

/**
 * How the tangent of the output depends linearly on the tangents of the inputs. One rule serves both modes:
 * forward mode runs it with tangents that are tensors, reverse mode with tangents that are symbolic.
 * A tangent that is `undefined` is exactly zero.
 */
export type Derivative<P> =
  /** The output is piecewise constant. */
  | { readonly kind: 'zero' }
  /** Jointly linear in the inputs where tangents may stand (see {@link Linear}); the others carry no derivative. */
  | { readonly kind: 'linear' }
  /** Linear in each of two inputs: d(x∘y) = dx∘y + x∘dy, with ∘ the primitive itself. */
  | { readonly kind: 'bilinear' }
  /** Elementwise: the sum of tangents times partial derivatives. */
  | { readonly kind: 'partials'; readonly partials: readonly Partial<P>[] }
  | {
      readonly kind: 'general'
      readonly tangent: (
        o: TangentOperations,
        inputs: readonly Value[],
        tangents: readonly (Value | undefined)[],
        output: Value,
        params: P,
      ) => Value | undefined
    }

/**
 * The adjoint of a primitive that is linear in the inputs marked so: the cotangent of the output gives one
 * cotangent for each of them. Inputs that are not marked are constants.
 */
export type Transpose<P> = (
  o: TangentOperations,
  cotangent: Value,
  inputs: readonly Typed[],
  linear: readonly boolean[],
  params: P,
) => readonly (Value | undefined)[]

/** A primitive that tangents pass through. */
export interface Linear<P> {
  /**
   * Where tangents may stand: at these positions, at any, at all of them at once, or at either of two but not both.
   */
  readonly inputs: readonly number[] | 'any' | 'all' | 'either'
  readonly transpose: Transpose<P>
  /** The primitive on tangents that are known, where that is more than itself; `linear` marks the tangents. */
  readonly onTangents?: (o: TangentOperations, inputs: readonly Value[], linear: readonly boolean[]) => Value
  /**
   * Where the result is more than a zero of structure, from where the inputs are: everywhere unless this is given.
   *
   * - `same`, `union`: where the one input is, or one of two;
   * - `chosen`: as the condition chooses;
   * - `moved`: the mask is moved as the elements are; `filled`: so it is, and new elements lie outside;
   * - `counted`: where one of the elements that are added up is; `scattered`: likewise, and new elements lie outside;
   * - `product`: in whole rows or columns.
   */
  readonly support?: 'same' | 'union' | 'chosen' | 'moved' | 'filled' | 'counted' | 'scattered' | 'product'
  /**
   * Of `moved` and `counted`, where whole axes move or are added up: which axis of an input of a shape each axis of the
   * result is, `undefined` for one along which elements repeat or that has length 1. Nothing where elements move otherwise.
   */
  readonly axes?: (
    shape: readonly number[],
    result: readonly number[],
    params: P,
  ) => readonly (number | undefined)[] | undefined
  /**
   * Where y·dy is declared, what it is of the result: `moved` as y is, or the `same`.
   */
  readonly ownProduct?: 'moved' | 'same'
}

/**
 * The primitive over a batch: marked inputs carry the batch as their axis 0, and so does the result.
 */
export type Batch<P> = (
  o: Operations,
  inputs: readonly Value[],
  batched: readonly boolean[],
  size: number,
  params: P,
) => Value

/** What passes may rely on; nothing is, unless it is said. */
export interface Traits {
  /** Every element of the result depends on the elements at its place alone. */
  readonly elementwise?: true
  /** The result is the elements of its input, seen in another way. */
  readonly view?: true
  /** Two inputs may be exchanged, to the last bit. */
  readonly commutative?: true
  /** Every engine gives the same bits, so that constants may be computed beforehand. */
  readonly exact?: true
  /** Computing it again costs less than reading its result from memory. */
  readonly cheap?: true
  /** No element of the result is −0. */
  readonly neverNegativeZero?: true
}

/**
 * The arithmetic of one element, an operation of kernel programs. In an executor that has no code of its own for it,
 * this is what runs.
 */
export interface Step {
  readonly operation: string
  readonly arity: number
  /** The dtypes it works on: those of real numbers, of integers, of both, or booleans too. */
  readonly of: ElementTypes
  /** The dtype of the result: that of the inputs, `bool`, or the one that is asked for. */
  readonly gives: 'same' | 'bool' | 'asked'
  /** The first input is a boolean, whatever the others are. */
  readonly condition?: true | undefined
  /** The result is one of the inputs, so that nothing has to be rounded. */
  readonly chooses?: true | undefined
  /** By functions of the engine; the result is rounded to the dtype afterwards. */
  readonly element: ElementFunction
  /** The same of integers, where `element` would lose bits before it is rounded. */
  readonly integer?: ElementFunction | undefined
  /** The same bytes on every machine, where `element` does not give them. */
  readonly portable?: ElementFunction | undefined
  /** The expression of JavaScript for it, where that runs faster than a call of `element`. */
  readonly text?: ((inputs: readonly string[], dtype: DType) => string) | undefined
  /** Whether `native/` has kernels for it; programs with a step that it has not run in the TypeScript executor. */
  readonly native: boolean
}

export type ElementTypes = 'floats' | 'integers' | 'numbers' | 'anything'

/** How a compiled program computes the primitive: every primitive has one of the ways. */
export type Lowering<P> =
  /** By a step of a loop, fused with its neighbours. */
  | { readonly kind: 'step'; readonly step: Step }
  /** By other primitives. */
  | {
      readonly kind: 'decompose'
      readonly into: (o: Operations, inputs: readonly Value[], params: P) => Value
    }
  /** By an instruction of its own, over the inputs in row-major order; all are of one float dtype. */
  | {
      readonly kind: 'routine'
      readonly routine: Routine
      readonly sizes: (inputs: readonly Typed[], params: P) => readonly number[]
    }
  /** By a rule of the compiler for this name, which its type asks for. */
  | { readonly kind: 'own' }

/**
 * How an operation carries intervals of its inputs over: where the results of the lower ends, in any of these ways, are
 * below those of all numbers between.
 */
export type Bounds =
  | 'rising'
  | 'falling'
  | 'difference'
  | 'even'
  | 'wave'
  | 'product'
  | 'quotient'
  | 'matrixProduct'
  | 'choice'
  | 'below'

/** An interval of numbers. */
export type Interval = readonly [low: number, high: number]

/** All there is to know of a primitive, side by side. */
export interface Primitive<P, N extends string = string> {
  readonly name: N
  /** The number of inputs. */
  readonly arity: number | 'one or more'
  readonly parameters: Readonly<Record<string, ParameterForm>>
  readonly traits: Traits
  /** Shape and dtype of the output, or a typed error that names what disagrees. */
  readonly type: (inputs: readonly Typed[], params: P) => Typed
  readonly kernel: (inputs: readonly ConcreteTensor[], params: P) => ConcreteTensor
  readonly derivative: Derivative<P>
  readonly linear?: Linear<P>
  readonly batch: Batch<P>
  readonly lowering: Lowering<P>
  /** How intervals go through it; a reading of intervals refuses a primitive without. */
  readonly bounds?: Bounds
  /** Elements (of the first input) at which random tests may ask for it and its derivatives; all unless it is given. */
  readonly domain?: Interval
  /**
   * Where the results lie, so that random programs draw the public function of its name: of one float, between its values
   * at the ends of an interval of elements; of any inputs, in one interval always, which may reach to the infinities and
   * is cut to what the dtype of the result holds.
   */
  readonly range?: 'between its ends' | Interval
}

/** The forms that suit the types of parameters. */
type FormsOf<P> = {
  readonly [K in keyof P]: P[K] extends number
    ? 'count'
    : P[K] extends boolean
      ? 'flag'
      : P[K] extends readonly number[]
        ? 'counts' | 'integers' | 'steps'
        : P[K] extends DType
          ? 'dtype'
          : never
}

/** A primitive whose parameters are described as they are. */
export interface ParameterizedPrimitive<P, N extends string> extends Primitive<P, N> {
  readonly parameters: FormsOf<P> & Readonly<Record<string, ParameterForm>>
}

/** A primitive that the compiler has a rule for. */
export interface OwnPrimitive<P, N extends string> extends ParameterizedPrimitive<P, N> {
  readonly lowering: { readonly kind: 'own' }
}

/** Any primitive, as far as its parameters are not needed. */
export type AnyPrimitive = Primitive<never>

/** Applies a primitive to values of any kind. */
export type Bind<V extends Value = Value> = <P>(
  primitive: Primitive<P>,
  inputs: readonly Value[],
  params: P,
) => V

/** The language that derivative, transposition and batching rules are written in. */
export interface Operations<V extends Value = Value> {
  readonly bind: Bind<V>
  /** A primitive without parameters. */
  readonly call: (primitive: Primitive<NoParameters>, ...inputs: readonly Value[]) => V
  readonly add: (x: Value, y: Value) => V
  readonly sub: (x: Value, y: Value) => V
  readonly neg: (x: Value) => V
  readonly mul: (x: Value, y: Value) => V
  readonly div: (x: Value, y: Value) => V
  readonly equal: (x: Value, y: Value) => V
  readonly less: (x: Value, y: Value) => V
  readonly select: (condition: Value, x: Value, y: Value) => V
  readonly cast: (x: Value, dtype: DType) => V
  readonly sum: (x: Value, axes: readonly number[]) => V
  readonly broadcastTo: (x: Value, shape: readonly number[]) => V
  readonly reshape: (x: Value, shape: readonly number[]) => V
  readonly transpose: (x: Value, permutation: readonly number[]) => V
  readonly slice: (x: Value, region: Region) => V
  readonly pad: (x: Value, region: Region) => V
  /** One number in the shape and dtype of another value. */
  readonly constant: (value: number, like: Typed) => V
}

/**
 * The primitives as functions of tangents and cotangents, which know where nothing flows: a zero that stands for a
 * branch not taken, for padding or for an input that is held fixed stays zero, whatever it is multiplied by. Any other
 * zero is a number like the rest, and 0·∞ is NaN.
 */
export interface TangentOperations<V extends Value = Value> extends Operations<V> {
  /** For coefficients, which are values and no tangents. */
  readonly plain: Operations
  /** Zeros through which nothing flows. */
  readonly zero: (like: Typed) => V
  /** A tangent times a coefficient of the same shape. */
  readonly times: (tangent: Value, coefficient: Value) => V
  /** A tangent over a coefficient of the same shape. */
  readonly over: (tangent: Value, coefficient: Value) => V
  /** Declares what `tangent` times `factor` is, where computing it as a product would be 0·∞. */
  readonly declareProduct: (tangent: Value, factor: Value, product: () => Value) => void
  /** What the product has been declared to be. */
  readonly declaredProduct: (tangent: Value, factor: Value) => (() => Value) | undefined
}
