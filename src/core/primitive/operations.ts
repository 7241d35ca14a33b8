import { scalarOf } from '../tensor/concrete.ts'
import type { DType } from '../tensor/dtype.ts'
import { sameShape } from '../tensor/shape.ts'
import type { Value } from '../tensor/tensor.ts'
import type { NoParameters, Parameters, PrimitiveName, Region, Typed } from './primitive.ts'

/** Applies a primitive to values of any kind. */
export type Bind = <N extends PrimitiveName>(
  name: N,
  inputs: readonly Value[],
  params: Parameters[N],
) => Value

const none: NoParameters = {}

/** The primitives as functions: the language derivative, transposition and batching rules are written in. */
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- `Operations` is defined as its type
export const operationsOf = (bind: Bind) => {
  const unary =
    (name: PrimitiveName) =>
    (x: Value): Value =>
      bind(name, [x], none as Parameters[typeof name])
  const binary =
    (name: PrimitiveName) =>
    (x: Value, y: Value): Value =>
      bind(name, [x, y], none as Parameters[typeof name])
  const broadcastTo = (x: Value, shape: readonly number[]): Value =>
    sameShape(x.shape, shape) ? x : bind('broadcastTo', [x], { shape })
  return {
    bind,
    add: binary('add'),
    sub: binary('sub'),
    neg: unary('neg'),
    mul: binary('mul'),
    matmul: binary('matmul'),
    div: binary('div'),
    pow: binary('pow'),
    exp: unary('exp'),
    log: unary('log'),
    sqrt: unary('sqrt'),
    sin: unary('sin'),
    cos: unary('cos'),
    sign: unary('sign'),
    equal: binary('equal'),
    less: binary('less'),
    lessEqual: binary('lessEqual'),
    select: (condition: Value, x: Value, y: Value): Value => bind('select', [condition, x, y], none),
    cast: (x: Value, dtype: DType): Value => (x.dtype === dtype ? x : bind('cast', [x], { dtype })),
    sum: (x: Value, axes: readonly number[]): Value => (axes.length === 0 ? x : bind('sum', [x], { axes })),
    cumsum: (x: Value, axis: number, reverse: boolean): Value => bind('cumsum', [x], { axis, reverse }),
    broadcastTo,
    reshape: (x: Value, shape: readonly number[]): Value =>
      sameShape(x.shape, shape) ? x : bind('reshape', [x], { shape }),
    transpose: (x: Value, permutation: readonly number[]): Value =>
      permutation.every((axis, i) => axis === i) ? x : bind('transpose', [x], { permutation }),
    slice: (x: Value, region: Region): Value => bind('slice', [x], region),
    pad: (x: Value, region: Region): Value => bind('pad', [x], region),
    gather: (x: Value, indices: Value, params: Parameters['gather']): Value =>
      bind('gather', [x, indices], params),
    scatterAdd: (updates: Value, indices: Value, params: Parameters['scatterAdd']): Value =>
      bind('scatterAdd', [updates, indices], params),
    /** One number in the shape and dtype of another value. */
    constant: (value: number, like: { readonly shape: readonly number[]; readonly dtype: DType }): Value =>
      broadcastTo(scalarOf(value, like.dtype), like.shape),
  } as const
}

export type Operations = ReturnType<typeof operationsOf>

/**
 * The primitives as functions of tangents and cotangents, which know where nothing flows: a zero that stands for a
 * branch not taken, for padding or for an input that is held fixed stays zero, whatever it is multiplied by. Any other
 * zero is a number like the rest, and 0·∞ is NaN.
 */
export interface TangentOperations extends Operations {
  /** For coefficients, which are values and no tangents. */
  readonly plain: Operations
  /** Zeros through which nothing flows. */
  readonly zero: (like: Typed) => Value
  /** A tangent times a coefficient of the same shape. */
  readonly times: (tangent: Value, coefficient: Value) => Value
  /** A tangent over a coefficient of the same shape. */
  readonly over: (tangent: Value, coefficient: Value) => Value
  /** Declares what `tangent` times `factor` is, where computing it as a product would be 0·∞. */
  readonly declareProduct: (tangent: Value, factor: Value, product: () => Value) => void
  /** What the product has been declared to be. */
  readonly declaredProduct: (tangent: Value, factor: Value) => (() => Value) | undefined
}
