import { repeatedNumber } from '../tensor/concrete.ts'
import { sameShape } from '../tensor/shape.ts'
import { add, div, equal, less, mul, neg, select, sub } from './elementwise.ts'
import { broadcastTo, cast, pad, reshape, slice, transpose } from './movement.ts'
import type { Value } from '../tensor/tensor.ts'
import type { Bind, NoParameters, Operations } from './primitive.ts'
import { sum } from './reduction.ts'

const none: NoParameters = {}

/** The language of rules over a way to apply primitives. */
export const operationsOf = <V extends Value>(bind: Bind<V>): Operations<V> => {
  /** Whatever is bound is of the kind of values that are made. */
  const unchanged = (x: Value): V => x as V
  const spread: Operations<V>['broadcastTo'] = (x, shape) =>
    sameShape(x.shape, shape) ? unchanged(x) : bind(broadcastTo, [x], { shape })
  return {
    bind,
    call: (primitive, ...inputs) => bind(primitive, inputs, none),
    add: (x, y) => bind(add, [x, y], none),
    sub: (x, y) => bind(sub, [x, y], none),
    neg: (x) => bind(neg, [x], none),
    mul: (x, y) => bind(mul, [x, y], none),
    div: (x, y) => bind(div, [x, y], none),
    equal: (x, y) => bind(equal, [x, y], none),
    less: (x, y) => bind(less, [x, y], none),
    select: (condition, x, y) => bind(select, [condition, x, y], none),
    cast: (x, dtype) => (x.dtype === dtype ? unchanged(x) : bind(cast, [x], { dtype })),
    sum: (x, axes) => (axes.length === 0 ? unchanged(x) : bind(sum, [x], { axes })),
    broadcastTo: spread,
    reshape: (x, shape) => (sameShape(x.shape, shape) ? unchanged(x) : bind(reshape, [x], { shape })),
    transpose: (x, permutation) =>
      permutation.every((axis, i) => axis === i) ? unchanged(x) : bind(transpose, [x], { permutation }),
    slice: (x, region) => bind(slice, [x], region),
    pad: (x, region) => bind(pad, [x], region),
    constant: (value, like) => unchanged(repeatedNumber(value, like.dtype, like.shape)),
  }
}
