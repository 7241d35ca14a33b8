import { argsortKernel } from '../kernel/argsort.ts'
import { argmaxKernel, cumsumKernel, reduceMaxKernel, sumKernel } from '../kernel/reduction.ts'
import { ArgumentError } from '../tensor/errors.ts'
import { showShape, sizeOf, withoutAxes, withUnitAxes } from '../tensor/shape.ts'
import type { Value } from '../tensor/tensor.ts'
import type { NoParameters, Operations, OwnPrimitive, Typed } from './primitive.ts'
import { inputAt, requireComputing, requireDType } from './typing.ts'

export interface AxesParameters {
  readonly axes: readonly number[]
}

export interface AxisParameters {
  readonly axis: number
}

export interface CumsumParameters extends AxisParameters {
  readonly reverse: boolean
}

const first = (inputs: readonly Value[]): Value => inputs[0]!

const shifted = (axes: readonly number[]): readonly number[] => axes.map((axis) => axis + 1)

const requireAxes = (name: string, x: Typed, axes: readonly number[]): void => {
  if (axes.some((axis) => !(axis >= 0 && axis < x.shape.length)) || new Set(axes).size !== axes.length)
    throw new ArgumentError(`${name}: axes ${showShape(axes)} do not suit the shape ${showShape(x.shape)}`)
}

/** A reduced value repeated along the axes it was reduced over. */
const spread = (o: Operations, y: Value, shape: readonly number[], axes: readonly number[]): Value =>
  o.broadcastTo(o.reshape(y, withUnitAxes(shape, axes)), shape)

export const sum: OwnPrimitive<AxesParameters, 'sum'> = {
  name: 'sum',
  bounds: 'rising',
  arity: 1,
  parameters: { axes: 'counts' },
  traits: { exact: true },
  type: (inputs, { axes }) => {
    const x = inputAt(inputs, 0, 'sum')
    requireAxes('sum', x, axes)
    requireDType(x, ['float32', 'float64', 'int32', 'uint32'], 'sum')
    return { shape: withoutAxes(x.shape, axes), dtype: x.dtype }
  },
  kernel: ([x], { axes }) => sumKernel(x!, axes),
  derivative: { kind: 'linear' },
  linear: {
    inputs: [0],
    transpose: (o, ct, inputs, _, { axes }) => [spread(o, ct, inputAt(inputs, 0, 'sum').shape, axes)],
    support: 'counted',
    axes: (shape, _, { axes }) => [...shape.keys()].filter((axis) => !axes.includes(axis)),
  },
  batch: (o, inputs, _, __, { axes }) => o.sum(first(inputs), shifted(axes)),
  lowering: { kind: 'own' },
}

/** Elements that tie for the maximum share the derivative equally. */
export const reduceMax: OwnPrimitive<AxesParameters, 'reduceMax'> = {
  name: 'reduceMax',
  bounds: 'rising',
  arity: 1,
  parameters: { axes: 'counts' },
  traits: { exact: true },
  type: (inputs, { axes }) => {
    const x = inputAt(inputs, 0, 'max')
    requireAxes('max', x, axes)
    requireComputing(x, 'max')
    if (axes.length > 0 && sizeOf(axes.map((axis) => x.shape[axis] ?? 0)) === 0)
      throw new ArgumentError(`max: the maximum of no elements is not defined, got ${showShape(x.shape)}`)
    return { shape: withoutAxes(x.shape, axes), dtype: x.dtype }
  },
  kernel: ([x], { axes }) => reduceMaxKernel(x!, axes),
  derivative: {
    kind: 'general',
    tangent: (o, [x], [t], out, { axes }) => {
      if (t === undefined || x === undefined) return undefined
      const p = o.plain
      const everywhere = spread(p, out, x.shape, axes)
      const largest = p.cast(p.equal(x, everywhere), x.dtype)
      const share = p.div(largest, spread(p, p.sum(largest, axes), x.shape, axes))
      return o.sum(o.select(p.less(x, everywhere), o.zero(t), o.times(t, share)), axes)
    },
  },
  batch: (o, inputs, _, __, { axes }) => o.bind(reduceMax, [first(inputs)], { axes: shifted(axes) }),
  lowering: { kind: 'own' },
}

export const cumsum: OwnPrimitive<CumsumParameters, 'cumsum'> = {
  name: 'cumsum',
  bounds: 'rising',
  arity: 1,
  parameters: { axis: 'count', reverse: 'flag' },
  traits: { exact: true },
  type: (inputs, { axis }) => {
    const x = inputAt(inputs, 0, 'cumsum')
    requireAxes('cumsum', x, [axis])
    requireDType(x, ['float32', 'float64', 'int32', 'uint32'], 'cumsum')
    return x
  },
  kernel: ([x], { axis, reverse }) => cumsumKernel(x!, axis, reverse),
  derivative: { kind: 'linear' },
  linear: {
    inputs: [0],
    transpose: (o, ct, _, __, { axis, reverse }) => [o.bind(cumsum, [ct], { axis, reverse: !reverse })],
    support: 'counted',
  },
  batch: (o, inputs, _, __, { axis, reverse }) =>
    o.bind(cumsum, [first(inputs)], { axis: axis + 1, reverse }),
  lowering: { kind: 'own' },
}

export const argmax: OwnPrimitive<AxisParameters, 'argmax'> = {
  name: 'argmax',
  arity: 1,
  parameters: { axis: 'count' },
  traits: { exact: true },
  type: (inputs, { axis }) => {
    const x = inputAt(inputs, 0, 'argmax')
    requireComputing(x, 'argmax')
    requireAxes('argmax', x, [axis])
    if (x.shape[axis] === 0)
      throw new ArgumentError(`argmax: axis ${String(axis)} of ${showShape(x.shape)} has no elements`)
    return { shape: withoutAxes(x.shape, [axis]), dtype: 'int32' }
  },
  kernel: ([x], { axis }) => argmaxKernel(x!, axis),
  derivative: { kind: 'zero' },
  batch: (o, inputs, _, __, { axis }) => o.bind(argmax, [first(inputs)], { axis: axis + 1 }),
  lowering: { kind: 'own' },
}

/** Along the last axis. */
export const argsort: OwnPrimitive<NoParameters, 'argsort'> = {
  name: 'argsort',
  arity: 1,
  parameters: {},
  traits: { exact: true },
  type: (inputs) => {
    const x = inputAt(inputs, 0, 'argsort')
    requireComputing(x, 'argsort')
    if (x.shape.length === 0) throw new ArgumentError('argsort: a scalar has no axis to sort')
    return { shape: x.shape, dtype: 'int32' }
  },
  kernel: ([x]) => argsortKernel(x!),
  derivative: { kind: 'zero' },
  batch: (o, inputs) => o.bind(argsort, [first(inputs)], {}),
  lowering: { kind: 'own' },
}
