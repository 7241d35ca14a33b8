/**
 * A dimension known to the type checker: a literal, a name such as `'batch'`, or `number` when unknown.
 *
 * @category Tensors
 */
export type Dimension = number | string

/**
 * A shape known to the type checker.
 *
 * @category Tensors
 */
export type Shape = readonly Dimension[]

/**
 * The run-time sizes of a shape: a named dimension is a number whose value is not known.
 *
 * @category Tensors
 */
export type SizesOf<S extends Shape> = {
  readonly [K in keyof S]: S[K] extends number ? S[K] : number
}

type IsAny<T> = 0 extends 1 & T ? true : false

type IsUnion<T, Whole = T> = T extends unknown ? ([Whole] extends [T] ? false : true) : never

/**
 * Whether the type checker cannot follow a shape: its length is not known, it is a union of shapes, or its
 * rank is above 6, where type recursion stops. Every rule lets such a shape pass and yields `Shape`.
 */
export type IsUnknownRank<S extends Shape> =
  IsAny<S> extends true
    ? true
    : [S] extends [never]
      ? true
      : IsUnion<S> extends false
        ? S['length'] extends 0 | 1 | 2 | 3 | 4 | 5 | 6
          ? false
          : true
        : true

/** Whether every shape of a list is one the type checker can follow. */
type AllKnown<Shapes extends readonly Shape[]> = Shapes extends readonly [
  infer First extends Shape,
  ...infer Rest extends readonly Shape[],
]
  ? IsUnknownRank<First> extends true
    ? false
    : AllKnown<Rest>
  : true

/** What is known about one number or dimension; a union of several counts as unknown. */
type Knowledge<D> =
  IsAny<D> extends true
    ? 'unknown'
    : [D] extends [never]
      ? 'unknown'
      : IsUnion<D> extends false
        ? number extends D
          ? 'unknown'
          : string extends D
            ? 'unknown'
            : D extends number
              ? 'literal'
              : 'name'
        : 'unknown'

/** Two dimensions that can never be equal: different literals, or different names. */
type Differ<A, B> =
  Knowledge<A> extends 'unknown'
    ? false
    : Knowledge<A> extends Knowledge<B>
      ? [A] extends [B]
        ? false
        : true
      : false

/** The most that is known of two dimensions that must be equal: a literal before a name before `number`. */
type Agreed<A extends Dimension, B extends Dimension> =
  Differ<A, B> extends true
    ? number
    : Knowledge<A> extends 'literal'
      ? A
      : Knowledge<B> extends 'literal'
        ? B
        : Knowledge<A> extends 'name'
          ? A
          : Knowledge<B> extends 'name'
            ? B
            : number

// Broadcasting

type BroadcastDimension<A extends Dimension, B extends Dimension> = [A] extends [1]
  ? B
  : [B] extends [1]
    ? A
    : Agreed<A, B>

type BroadcastKnown<A extends Shape, B extends Shape, Out extends Shape = readonly []> = A extends readonly [
  ...infer Before extends Shape,
  infer Last extends Dimension,
]
  ? B extends readonly [...infer BeforeB extends Shape, infer LastB extends Dimension]
    ? BroadcastKnown<Before, BeforeB, readonly [BroadcastDimension<Last, LastB>, ...Out]>
    : readonly [...A, ...Out]
  : readonly [...B, ...Out]

type NeverBroadcast<A extends Shape, B extends Shape> = A extends readonly [
  ...infer Before extends Shape,
  infer Last extends Dimension,
]
  ? B extends readonly [...infer BeforeB extends Shape, infer LastB extends Dimension]
    ? [Last] extends [1]
      ? NeverBroadcast<Before, BeforeB>
      : [LastB] extends [1]
        ? NeverBroadcast<Before, BeforeB>
        : Differ<Last, LastB> extends true
          ? true
          : NeverBroadcast<Before, BeforeB>
    : false
  : false

/**
 * The shape of an elementwise operation under NumPy broadcasting: aligned at the last axis, a literal 1
 * stretches, and of two dimensions the better known one is the result.
 */
export type BroadcastShape<A extends Shape, B extends Shape> =
  AllKnown<readonly [A, B]> extends true ? BroadcastKnown<A, B> : Shape

/** `unknown` unless two shapes can never broadcast; to be intersected with the type of the second argument. */
export type Broadcastable<A extends Shape, B extends Shape> =
  AllKnown<readonly [A, B]> extends true
    ? NeverBroadcast<A, B> extends true
      ? { readonly 'shapes do not broadcast': readonly [A, B] }
      : unknown
    : unknown

// Matrix multiplication

type MatmulKnown<A extends Shape, B extends Shape> = A extends readonly [Dimension]
  ? B extends readonly [Dimension]
    ? readonly []
    : B extends readonly [...infer Batch extends Shape, Dimension, infer Columns extends Dimension]
      ? readonly [...Batch, Columns]
      : Shape
  : A extends readonly [...infer Batch extends Shape, infer Rows extends Dimension, Dimension]
    ? B extends readonly [Dimension]
      ? readonly [...Batch, Rows]
      : B extends readonly [...infer BatchB extends Shape, Dimension, infer Columns extends Dimension]
        ? readonly [...BroadcastKnown<Batch, BatchB>, Rows, Columns]
        : Shape
    : Shape

/**
 * The shape of a matrix product under NumPy's rules: a vector on the left is a row, on the right a column, and
 * its axis is absent from the result; axes before the last two are batches and broadcast.
 */
export type MatmulShape<A extends Shape, B extends Shape> =
  AllKnown<readonly [A, B]> extends true ? MatmulKnown<A, B> : Shape

type InnerLeft<A extends Shape> = A extends readonly [...Shape, infer Inner extends Dimension]
  ? Inner
  : number

type InnerRight<B extends Shape> = B extends readonly [infer Inner extends Dimension]
  ? Inner
  : B extends readonly [...Shape, infer Inner extends Dimension, Dimension]
    ? Inner
    : number

type BatchOf<S extends Shape> = S extends readonly [...infer Batch extends Shape, Dimension, Dimension]
  ? Readonly<Batch>
  : readonly []

/** `unknown` unless two shapes can never be multiplied; to be intersected with the type of the second argument. */
export type Matmulable<A extends Shape, B extends Shape> =
  AllKnown<readonly [A, B]> extends true
    ? 0 extends A['length'] | B['length']
      ? { readonly 'a scalar has no axis to contract': readonly [A, B] }
      : Differ<InnerLeft<A>, InnerRight<B>> extends true
        ? { readonly 'inner dimensions differ': readonly [InnerLeft<A>, InnerRight<B>] }
        : NeverBroadcast<BatchOf<A>, BatchOf<B>> extends true
          ? { readonly 'batch dimensions do not broadcast': readonly [BatchOf<A>, BatchOf<B>] }
          : unknown
    : unknown

// Axes

/** The last `n` axes of a shape, for counting a negative axis from the end. */
interface Tails {
  readonly '1': readonly [Dimension]
  readonly '2': readonly [Dimension, Dimension]
  readonly '3': readonly [Dimension, Dimension, Dimension]
  readonly '4': readonly [Dimension, Dimension, Dimension, Dimension]
  readonly '5': readonly [Dimension, Dimension, Dimension, Dimension, Dimension]
  readonly '6': readonly [Dimension, Dimension, Dimension, Dimension, Dimension, Dimension]
  readonly '7': readonly [Dimension, Dimension, Dimension, Dimension, Dimension, Dimension, Dimension]
}

/** The non-negative index of an axis, `'unknown'` if it is not a literal, `'absent'` if the shape has no such axis. */
type Position<S extends Shape, Axis extends number> =
  Knowledge<Axis> extends 'literal'
    ? `${Axis}` extends keyof S
      ? Axis
      : `${Axis}` extends `-${infer FromEnd extends keyof Tails}`
        ? S extends readonly [...infer Before extends Shape, ...Tails[FromEnd]]
          ? Before['length']
          : 'absent'
        : 'absent'
    : 'unknown'

/** The union of the positions of several axes. */
type Positions<
  S extends Shape,
  Axes extends readonly number[],
  Out extends number | string = never,
> = number extends Axes['length']
  ? 'unknown'
  : Axes extends readonly [infer Axis extends number, ...infer Rest extends readonly number[]]
    ? Positions<S, Rest, Out | Position<S, Axis>>
    : Out

type Size<S extends Shape, Position extends number> = S[Position] extends infer D extends Dimension
  ? D
  : number

// Reduction

type Reduce<
  S extends Shape,
  Reduced extends number | string,
  Keep extends boolean,
  Out extends Shape = readonly [],
  Index extends readonly unknown[] = readonly [],
> = [Reduced] extends [number]
  ? S extends readonly [infer D extends Dimension, ...infer Rest extends Shape]
    ? Reduce<
        Rest,
        Reduced,
        Keep,
        Index['length'] extends Reduced
          ? Keep extends true
            ? readonly [...Out, 1]
            : Out
          : readonly [...Out, D],
        readonly [...Index, D]
      >
    : Out
  : Shape

/**
 * The shape after reducing over axes, negative ones counting from the end, `undefined` meaning all of them;
 * with `Keep` the reduced axes stay with size 1. A total reduction is a scalar even when the shape is unknown.
 */
export type ReducedShape<
  S extends Shape,
  Axes extends number | readonly number[] | undefined,
  Keep extends boolean,
> =
  IsUnion<Keep> extends false
    ? [Axes] extends [undefined]
      ? Keep extends true
        ? IsUnknownRank<S> extends true
          ? Shape
          : { readonly [K in keyof S]: 1 }
        : readonly []
      : IsUnknownRank<S> extends true
        ? Shape
        : [Axes] extends [number]
          ? Reduce<S, Position<S, Axes>, Keep>
          : [Axes] extends [readonly number[]]
            ? Reduce<S, Positions<S, Axes>, Keep>
            : Shape
    : Shape

// Transposition

type Reversed<S extends Shape, Out extends Shape = readonly []> = S extends readonly [
  infer D extends Dimension,
  ...infer Rest extends Shape,
]
  ? Reversed<Rest, readonly [D, ...Out]>
  : Out

type Permuted<
  S extends Shape,
  P extends readonly number[],
  Out extends Shape = readonly [],
> = P extends readonly [infer Axis extends number, ...infer Rest extends readonly number[]]
  ? Position<S, Axis> extends infer From extends number
    ? Permuted<S, Rest, readonly [...Out, Size<S, From>]>
    : Shape
  : Out

type Indices<S extends Shape> = Exclude<keyof S, keyof (readonly [])>

type IsPermutation<S extends Shape, P extends readonly number[]> = P['length'] extends S['length']
  ? 'unknown' extends Positions<S, P>
    ? true
    : [Indices<S>] extends [`${Positions<S, P>}`]
      ? true
      : false
  : false

/** The shape after permuting the axes; without a permutation they are reversed. */
export type TransposedShape<S extends Shape, P extends readonly number[] | undefined> =
  IsUnknownRank<S> extends true
    ? Shape
    : [P] extends [undefined]
      ? Reversed<S>
      : [P] extends [readonly number[]]
        ? number extends P['length']
          ? Shape
          : IsPermutation<S, P> extends true
            ? Permuted<S, P>
            : Shape
        : Shape

/** `unknown` unless `P` can never be a permutation of the axes of `S`; to be intersected with the type of `P`. */
export type Permutation<S extends Shape, P extends readonly number[] | undefined> =
  IsUnknownRank<S> extends true
    ? unknown
    : [P] extends [readonly number[]]
      ? number extends P['length']
        ? unknown
        : IsPermutation<S, P> extends true
          ? unknown
          : { readonly 'not a permutation of the axes': readonly [S, P] }
      : unknown

// Decimal arithmetic on sizes: digits with the least significant one first, so carries run along the list

/** A digit as a tuple of that many units, so that lengths add. */
interface Units {
  readonly '0': readonly []
  readonly '1': readonly [1]
  readonly '2': readonly [1, 1]
  readonly '3': readonly [1, 1, 1]
  readonly '4': readonly [1, 1, 1, 1]
  readonly '5': readonly [1, 1, 1, 1, 1]
  readonly '6': readonly [1, 1, 1, 1, 1, 1]
  readonly '7': readonly [1, 1, 1, 1, 1, 1, 1]
  readonly '8': readonly [1, 1, 1, 1, 1, 1, 1, 1]
  readonly '9': readonly [1, 1, 1, 1, 1, 1, 1, 1, 1]
}

type Digit = keyof Units

type Digits = readonly Digit[]

type LengthOf<T> = T extends { readonly length: infer N extends number } ? N : never

interface Multiples<U extends readonly 1[]> {
  readonly '0': readonly []
  readonly '1': U
  readonly '2': readonly [...U, ...U]
  readonly '3': readonly [...U, ...U, ...U]
  readonly '4': readonly [...U, ...U, ...U, ...U]
  readonly '5': readonly [...U, ...U, ...U, ...U, ...U]
  readonly '6': readonly [...U, ...U, ...U, ...U, ...U, ...U]
  readonly '7': readonly [...U, ...U, ...U, ...U, ...U, ...U, ...U]
  readonly '8': readonly [...U, ...U, ...U, ...U, ...U, ...U, ...U, ...U]
  readonly '9': readonly [...U, ...U, ...U, ...U, ...U, ...U, ...U, ...U, ...U]
}

type FirstDigit<N extends Digits> = N extends readonly [infer D extends Digit, ...Digits] ? D : '0'

type RestDigits<N extends Digits> = N extends readonly [Digit, ...infer Rest extends Digits]
  ? Rest
  : readonly []

/** One column of a multiplication, in units. */
type Column<U extends readonly 1[], D extends Digit, Plus extends Digit, Carry extends Digit> = readonly [
  ...Multiples<U>[D],
  ...Units[Plus],
  ...Units[Carry],
]

/** `N · D + Plus`; a column is at most 9 · 9 + 9 + 9 = 99, so it splits into one digit and one carry. */
type MultiplyAdd<
  N extends Digits,
  D extends Digit,
  Plus extends Digits,
  Carry extends Digit = '0',
  Out extends Digits = readonly [],
> = [N, Plus, Carry] extends [readonly [], readonly [], '0']
  ? Out
  : `${LengthOf<Column<Units[FirstDigit<N>], D, FirstDigit<Plus>, Carry>>}` extends infer Value
    ? Value extends Digit
      ? MultiplyAdd<RestDigits<N>, D, RestDigits<Plus>, '0', readonly [...Out, Value]>
      : Value extends `${infer Tens extends Digit}${infer Ones extends Digit}`
        ? MultiplyAdd<RestDigits<N>, D, RestDigits<Plus>, Tens, readonly [...Out, Ones]>
        : never
    : never

/** The decimal text of a size; `never` when it has a sign, a point or an exponent. */
type DigitsOf<Text extends string, Out extends Digits = readonly []> = Text extends ''
  ? Out
  : Text extends `${infer D extends Digit}${infer Rest}`
    ? DigitsOf<Rest, readonly [D, ...Out]>
    : never

type TextOf<N extends Digits, Out extends string = ''> = N extends readonly [
  infer D extends Digit,
  ...infer Rest extends Digits,
]
  ? TextOf<Rest, `${D}${Out}`>
  : Out

type NumberOf<N extends Digits> = TextOf<N> extends `${infer Value extends number}` ? Value : number

/** `N · Text`, by Horner's rule along the decimal text. */
type MultiplyByText<
  N extends Digits,
  Text extends string,
  Out extends Digits = readonly [],
> = Text extends `${infer D extends Digit}${infer Rest}`
  ? MultiplyByText<N, Rest, MultiplyAdd<N, D, Out extends readonly [] ? Out : readonly ['0', ...Out]>>
  : Out

type MultiplyAll<S extends Shape, Out extends Digits = readonly ['1']> = S extends readonly [
  infer D extends number,
  ...infer Rest extends Shape,
]
  ? MultiplyAll<Rest, D extends 1 ? Out : MultiplyByText<Out, `${D}`>>
  : NumberOf<Out>

/** Whether every dimension is a literal size that decimal digits can spell. */
type IsSpelled<S extends Shape> = S extends readonly [infer D extends Dimension, ...infer Rest extends Shape]
  ? Knowledge<D> extends 'literal'
    ? [DigitsOf<`${D}`>] extends [never]
      ? false
      : IsSpelled<Rest>
    : false
  : true

/** The number of elements, `number` unless every dimension is a literal. */
type ElementCount<S extends Shape> =
  IsSpelled<S> extends true ? (0 extends S[number] ? 0 : MultiplyAll<S>) : number

type Sum<A extends Dimension, B extends Dimension> =
  IsSpelled<readonly [A, B]> extends true
    ? NumberOf<MultiplyAdd<DigitsOf<`${A}`>, '1', DigitsOf<`${B}`>>>
    : number

// Reshaping

type CountOfInferred<T extends Shape, Out extends readonly unknown[] = readonly []> = T extends readonly [
  infer D extends Dimension,
  ...infer Rest extends Shape,
]
  ? CountOfInferred<Rest, Knowledge<D> extends 'literal' ? (D extends -1 ? [...Out, D] : Out) : Out>
  : Out['length']

/** The dimensions without the first `D`; `never` when there is none. */
type Without<S extends Shape, D extends Dimension, Out extends Shape = readonly []> = S extends readonly [
  infer First extends Dimension,
  ...infer Rest extends Shape,
]
  ? [First, D] extends [D, First]
    ? readonly [...Out, ...Rest]
    : Without<Rest, D, readonly [...Out, First]>
  : never

/** The size that -1 stands for, when the other sizes of `T` occur among those of `S`; else `number`. */
type InferredSize<S extends Shape, T extends Shape> = [S] extends [never]
  ? number
  : T extends readonly [infer D extends Dimension, ...infer Rest extends Shape]
    ? D extends -1 | 1
      ? InferredSize<S, Rest>
      : D extends 0
        ? number
        : InferredSize<Without<S, D>, Rest>
    : ElementCount<S>

/** The shape after reshaping to `T`, where one -1 is inferred, by the type checker if that takes no division. */
export type ReshapedShape<S extends Shape, T extends Shape> =
  IsUnknownRank<T> extends true
    ? Shape
    : {
        readonly [K in keyof T]: T[K] extends -1
          ? IsUnknownRank<S> extends true
            ? number
            : CountOfInferred<T> extends 1
              ? InferredSize<S, T>
              : number
          : T[K]
      }

/**
 * `unknown` unless `S` can never be reshaped to `T`; to be intersected with the type of the target shape.
 * The numbers of elements are compared when every dimension of both is a literal.
 */
export type Reshapable<S extends Shape, T extends Shape> =
  AllKnown<readonly [S, T]> extends true
    ? CountOfInferred<T> extends 0 | 1
      ? Differ<ElementCount<S>, ElementCount<T>> extends true
        ? { readonly 'numbers of elements differ': readonly [ElementCount<S>, ElementCount<T>] }
        : unknown
      : { readonly 'only one dimension can be inferred': T }
    : unknown

// Concatenation and stacking

/** Two shapes of equal rank as one: sizes are added at `Along`, and agree everywhere else. */
type Join<
  A extends Shape,
  B extends Shape,
  Along extends number | 'none',
  Out extends Shape = readonly [],
> = A extends readonly [infer D extends Dimension, ...infer Rest extends Shape]
  ? B extends readonly [infer E extends Dimension, ...infer RestB extends Shape]
    ? Join<Rest, RestB, Along, readonly [...Out, Out['length'] extends Along ? Sum<D, E> : Agreed<D, E>]>
    : Out
  : Out

/** Two shapes that can never be joined: other ranks, or sizes that differ at another axis than `Along`. */
type NeverJoin<
  A extends Shape,
  B extends Shape,
  Along extends number | 'none',
  Index extends readonly unknown[] = readonly [],
> = A extends readonly [infer D extends Dimension, ...infer Rest extends Shape]
  ? B extends readonly [infer E extends Dimension, ...infer RestB extends Shape]
    ? Index['length'] extends Along
      ? NeverJoin<Rest, RestB, Along, readonly [...Index, D]>
      : Differ<D, E> extends true
        ? true
        : NeverJoin<Rest, RestB, Along, readonly [...Index, D]>
    : true
  : B extends readonly []
    ? false
    : true

type JoinAll<
  Joined extends Shape,
  Shapes extends readonly Shape[],
  Along extends number | 'none',
> = Shapes extends readonly [infer Next extends Shape, ...infer Rest extends readonly Shape[]]
  ? NeverJoin<Joined, Next, Along> extends true
    ? 'mismatch'
    : JoinAll<Join<Joined, Next, Along>, Rest, Along>
  : Joined

type ReplaceAt<S extends Shape, Position extends number, D extends Dimension> = {
  readonly [K in keyof S]: K extends `${Position}` ? D : S[K]
}

/** The concatenation of a known list of known shapes, `'mismatch'` when there can be none. */
type Concatenate<Shapes extends readonly Shape[], Axis extends number> = Shapes extends readonly [
  infer First extends Shape,
  ...infer Rest extends readonly Shape[],
]
  ? AllKnown<Shapes> extends true
    ? Position<First, Axis> extends infer Along extends number
      ? JoinAll<Readonly<First>, Rest, Along>
      : Shape
    : Shape
  : Shapes extends readonly []
    ? Shape
    : IsUnknownRank<Shapes[number]> extends true
      ? Shape
      : Position<Shapes[number], Axis> extends infer Along extends number
        ? ReplaceAt<Shapes[number], Along, number>
        : Shape

/** The shape of tensors joined along an axis: the sizes along it are added, all others agree. */
export type ConcatenatedShape<Shapes extends readonly Shape[], Axis extends number> =
  Concatenate<Shapes, Axis> extends infer Joined extends Shape ? Joined : Shape

/** `unknown` unless the shapes can never be concatenated; to be intersected with the type of the list. */
export type Concatenable<Shapes extends readonly Shape[], Axis extends number> =
  Concatenate<Shapes, Axis> extends 'mismatch'
    ? { readonly 'shapes differ outside the axis': Shapes }
    : unknown

type InsertAt<
  S extends Shape,
  Position extends number,
  D extends Dimension,
  Out extends Shape = readonly [],
> = Out['length'] extends Position
  ? readonly [...Out, D, ...S]
  : S extends readonly [infer First extends Dimension, ...infer Rest extends Shape]
    ? InsertAt<Rest, Position, D, readonly [...Out, First]>
    : Shape

type Insert<S extends Shape, Axis extends number, D extends Dimension> =
  IsUnknownRank<S> extends true
    ? Shape
    : Position<readonly [...S, D], Axis> extends infer At extends number
      ? InsertAt<S, At, D>
      : Shape

/** The shape with a new axis of size 1 at `Axis`; a negative axis counts from the end of the result. */
export type ExpandedShape<S extends Shape, Axis extends number> = Insert<S, Axis, 1>

/** The shape of equally shaped tensors stacked along a new axis, whose size is how many they are. */
export type StackedShape<Shapes extends readonly Shape[], Axis extends number> = Shapes extends readonly [
  infer First extends Shape,
  ...infer Rest extends readonly Shape[],
]
  ? AllKnown<Shapes> extends true
    ? JoinAll<Readonly<First>, Rest, 'none'> extends infer Joined extends Shape
      ? Insert<Joined, Axis, Shapes['length']>
      : Shape
    : Shape
  : Shapes extends readonly []
    ? Shape
    : Insert<Shapes[number], Axis, number>
