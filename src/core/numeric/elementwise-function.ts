import type { AnyValue } from '../autodiff/value.ts'
import { apply } from '../autodiff/apply.ts'
import type { NoParameters, Primitive } from '../primitive/primitive.ts'
import type { BroadcastShape, Broadcastable, Shape } from '../tensor/shape-types.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { aligned, alignedToCompare, valueOf, type Operand } from './operand.ts'

/**
 * A function applied to every element; the shape stays.
 *
 * @category Arithmetic
 */
export interface UnaryFunction {
  (x: number): Tensor<readonly []>
  <S extends Shape>(x: Tensor<S>): Tensor<S>
}

/**
 * A function of pairs of elements under NumPy's broadcasting rule. Literal shapes that cannot meet do not compile.
 *
 * @category Arithmetic
 */
export interface BinaryFunction {
  <A extends Shape>(a: Tensor<A>, b: number): Tensor<A>
  <B extends Shape>(a: number, b: Tensor<B>): Tensor<B>
  (a: number, b: number): Tensor<readonly []>
  <A extends Shape, B extends Shape>(
    a: Tensor<A>,
    b: Tensor<B> & Broadcastable<A, B>,
  ): Tensor<BroadcastShape<A, B>>
}

/** The elementwise function of a primitive with one input. */
export const unaryFunction = (primitive: Primitive<NoParameters>): UnaryFunction =>
  ((x: Operand): Tensor => apply(primitive, [valueOf(x, 'float32', primitive.name)], {})) as UnaryFunction

/** The broadcasting function of a primitive with two inputs. */
export const binaryFunction = (
  primitive: Primitive<NoParameters>,
  where: string = primitive.name,
): BinaryFunction =>
  ((a: Operand, b: Operand): Tensor => apply(primitive, aligned(a, b, where), {})) as BinaryFunction

/** A comparison of two operands with broadcasting, given by its work on aligned values; exact for every number. */
export const comparisonFunction = (where: string, f: (a: AnyValue, b: AnyValue) => Tensor): BinaryFunction =>
  ((a: Operand, b: Operand): Tensor => f(...alignedToCompare(a, b, where))) as BinaryFunction
