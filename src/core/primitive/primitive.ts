import type { ConcreteTensor } from '../tensor/concrete.ts'
import type { DType } from '../tensor/dtype.ts'
import type { Value } from '../tensor/tensor.ts'
import type { Operations, TangentOperations } from './operations.ts'

/** What is known of a value without its elements. */
export interface Typed {
  readonly shape: readonly number[]
  readonly dtype: DType
}

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
  /** Jointly linear in the inputs at these positions; the others carry no derivative. */
  | { readonly kind: 'linear'; readonly positions: readonly number[] | 'all' }
  /** Linear in each of two inputs: d(x∘y) = dx∘y + x∘dy, with ∘ the named primitive. */
  | { readonly kind: 'bilinear'; readonly product: 'mul' | 'matmul' }
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

/** All there is to know of a primitive, side by side. */
export interface Primitive<P> {
  /** Shape and dtype of the output, or a typed error that names what disagrees. */
  readonly type: (inputs: readonly Typed[], params: P) => Typed
  readonly kernel: (inputs: readonly ConcreteTensor[], params: P) => ConcreteTensor
  readonly derivative: Derivative<P>
  readonly transpose?: Transpose<P>
  readonly batch: Batch<P>
}

/** The parameters of a primitive that has none. */
export type NoParameters = Readonly<Record<never, never>>

/** What each primitive is told besides its inputs: plain data. */
export interface Parameters {
  readonly add: NoParameters
  readonly sub: NoParameters
  readonly neg: NoParameters
  readonly mul: NoParameters
  readonly matmul: NoParameters
  readonly div: NoParameters
  readonly pow: NoParameters
  readonly max: NoParameters
  readonly min: NoParameters
  readonly exp: NoParameters
  readonly log: NoParameters
  readonly log1p: NoParameters
  readonly expm1: NoParameters
  readonly sqrt: NoParameters
  readonly rsqrt: NoParameters
  readonly rootOfSquares: NoParameters
  readonly sin: NoParameters
  readonly cos: NoParameters
  readonly tanh: NoParameters
  readonly sigmoid: NoParameters
  readonly abs: NoParameters
  readonly erf: NoParameters
  readonly sign: NoParameters
  readonly floor: NoParameters
  readonly round: NoParameters
  readonly equal: NoParameters
  readonly less: NoParameters
  readonly lessEqual: NoParameters
  readonly select: NoParameters
  readonly stopGradient: NoParameters
  readonly cast: { readonly dtype: DType }
  readonly sum: { readonly axes: readonly number[] }
  readonly reduceMax: { readonly axes: readonly number[] }
  readonly cumsum: { readonly axis: number; readonly reverse: boolean }
  readonly argmax: { readonly axis: number }
  readonly argsort: NoParameters
  readonly broadcastTo: { readonly shape: readonly number[] }
  readonly reshape: { readonly shape: readonly number[] }
  readonly transpose: { readonly permutation: readonly number[] }
  readonly slice: Region
  readonly pad: Region
  readonly concat: { readonly axis: number }
  readonly gather: { readonly axis: number; readonly batchDims: number }
  readonly scatterAdd: { readonly axis: number; readonly batchDims: number; readonly size: number }
  readonly threefry: NoParameters
  readonly randomBits: { readonly shape: readonly number[] }
}

/** A strided box: along each axis, positions `start + i · step`; `shape` is that of the result. */
export interface Region {
  readonly start: readonly number[]
  readonly step: readonly number[]
  readonly shape: readonly number[]
}

export type PrimitiveName = keyof Parameters
