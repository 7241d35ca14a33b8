import { operations } from '../../core/autodiff/apply.ts'
import { asValue } from '../../core/autodiff/value.ts'
import {
  gather as gatherPrimitive,
  scatterAdd as scatterAddPrimitive,
} from '../../core/primitive/indexing.ts'
import {
  add,
  arange,
  argsort,
  broadcastTo,
  cast,
  concat,
  expandDims,
  flip,
  full,
  less,
  pad,
  reshape,
  slice,
  take,
  takeAlongAxis,
  tensor,
  tile,
  transpose,
  where,
} from '../../core/numeric/index.ts'
import { ArgumentError } from '../../core/tensor/errors.ts'
import { broadcastShapes, sizeOf } from '../../core/tensor/shape.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'
import { axisOf, knownNumbers, required } from './known-numbers.ts'
import type { Applied, Operator, Operators } from './operators.ts'
import * as E from 'fp-ts/lib/Either.js'
import { tensorOfProto } from './tensor-of-proto.ts'

/** Axes that are an input in later versions and a setting before. */
const axesOf = (
  inputs: readonly (Tensor | undefined)[],
  { settings }: Applied,
  position: number,
): readonly number[] | undefined =>
  inputs[position] === undefined ? settings.ints('axes') : knownNumbers(inputs[position])

const reshaped: Operator = (inputs, { settings }) => {
  const x = required(inputs, 0)
  const wanted = knownNumbers(required(inputs, 1))
  const keepZeros = settings.int('allowzero', 0) === 1
  const sizes = wanted.map((size, axis) => (size === 0 && !keepZeros ? (x.shape[axis] ?? 0) : size))
  const known = sizeOf(sizes.filter((size) => size !== -1))
  return [
    reshape(
      x,
      sizes.map((size) => (size === -1 ? (known === 0 ? 0 : x.size / known) : size)),
    ),
  ]
}

const flattened: Operator = (inputs, { settings }) => {
  const x = required(inputs, 0)
  const axis = axisOf(settings.int('axis', 1), x.rank)
  return [reshape(x, [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis))])]
}

const squeezed: Operator = (inputs, applied) => {
  const x = required(inputs, 0)
  const axes = axesOf(inputs, applied, 1)?.map((axis) => axisOf(axis, x.rank))
  return [
    reshape(
      x,
      x.shape.filter((size, axis) => (axes === undefined ? size !== 1 : !axes.includes(axis))),
    ),
  ]
}

const unsqueezed: Operator = (inputs, applied) => {
  const x = required(inputs, 0)
  const axes = axesOf(inputs, applied, 1) ?? []
  const rank = x.rank + axes.length
  return [
    axes
      .map((axis) => axisOf(axis, rank))
      .sort((a, b) => a - b)
      .reduce<Tensor>((sofar, axis) => expandDims(sofar, { axis }), x),
  ]
}

const transposed: Operator = (inputs, { settings }) => {
  const x = required(inputs, 0)
  return [transpose(x, settings.ints('perm') ?? [...x.shape.keys()].reverse())]
}

const expanded: Operator = (inputs) => {
  const x = required(inputs, 0)
  return [broadcastTo(x, broadcastShapes(x.shape, knownNumbers(required(inputs, 1)), 'Expand'))]
}

const sliced: Operator = (inputs, { settings, opset }) => {
  const x = required(inputs, 0)
  const given = (position: number, name: string): readonly number[] | undefined =>
    opset >= 10
      ? inputs[position] === undefined
        ? undefined
        : knownNumbers(inputs[position])
      : settings.ints(name)
  const starts = given(1, 'starts') ?? []
  const ends = given(2, 'ends') ?? []
  const axes = (given(3, 'axes') ?? starts.map((_, i) => i)).map((axis) => axisOf(axis, x.rank))
  const steps = given(4, 'steps') ?? starts.map(() => 1)
  const along = <T>(list: readonly T[], otherwise: (axis: number) => T): readonly T[] =>
    x.shape.map((_, axis) => (axes.includes(axis) ? list[axes.indexOf(axis)]! : otherwise(axis)))
  return [
    slice(
      x,
      along(starts, () => 0),
      along(ends, (axis) => x.shape[axis] ?? 0),
      along(steps, () => 1),
    ),
  ]
}

/** Of each axis before and behind; what is below 0 is cut off from what was padded. */
const padded: Operator = (inputs, { settings, opset }) => {
  const x = required(inputs, 0)
  const mode = settings.text('mode', 'constant')
  if (mode !== 'constant') throw new ArgumentError(`expected padding with a constant, got the mode ${mode}`)
  const given = opset >= 11 ? knownNumbers(required(inputs, 1)) : (settings.ints('pads') ?? [])
  const axes = inputs[3] === undefined ? [...x.shape.keys()] : knownNumbers(inputs[3])
  const value = inputs[2] === undefined ? settings.float('value', 0) : (knownNumbers(inputs[2])[0] ?? 0)
  const widths = x.shape.map((_, axis): readonly [number, number] => {
    const at = axes.findIndex((one) => axisOf(one, x.rank) === axis)
    return at < 0 ? [0, 0] : [given[at] ?? 0, given[at + axes.length] ?? 0]
  })
  const wide = pad(
    x,
    widths.map(([before, behind]) => [Math.max(0, before), Math.max(0, behind)] as const),
    value,
  )
  return [
    slice(
      wide,
      widths.map(([before]) => Math.max(0, -before)),
      widths.map(([, behind], axis) => wide.shape[axis]! - Math.max(0, -behind)),
    ),
  ]
}

/** Positions below 0 count from the end. */
const fromFront = (indices: Tensor, size: number): Tensor => {
  const at = cast(indices, 'int32')
  return where(less(at, 0), add(at, size), at)
}

const gathered: Operator = (inputs, { settings }) => {
  const [x, indices] = [required(inputs, 0), required(inputs, 1)]
  const axis = axisOf(settings.int('axis', 0), x.rank)
  return [take(x, fromFront(indices, x.shape[axis] ?? 0), { axis })]
}

/** The last axis of the positions has one of them, for the axis after the batch. */
const gatheredInBatch: Operator = (inputs, { settings }) => {
  const [x, indices] = [required(inputs, 0), required(inputs, 1)]
  const batchDims = settings.int('batch_dims', 0)
  if (indices.shape.at(-1) !== 1)
    throw new ArgumentError(`expected positions along one axis, got those along ${indices.shape.at(-1)}`)
  const at = fromFront(reshape(indices, indices.shape.slice(0, -1)), x.shape[batchDims] ?? 0)
  return [
    operations.bind(gatherPrimitive, [asValue(x), asValue(at)], {
      axis: batchDims,
      batchDims,
    }),
  ]
}

const gatheredAlong: Operator = (inputs, { settings }) => {
  const [x, indices] = [required(inputs, 0), required(inputs, 1)]
  const axis = axisOf(settings.int('axis', 0), x.rank)
  return [takeAlongAxis(x, fromFront(indices, x.shape[axis] ?? 0), { axis })]
}

/** Updates are added at positions along an axis that may differ from element to element. */
const scattered: Operator = (inputs, { settings }) => {
  const [x, indices, updates] = [required(inputs, 0), required(inputs, 1), required(inputs, 2)]
  const reduction = settings.text('reduction', 'none')
  if (reduction !== 'add') throw new ArgumentError(`expected the reduction add, got ${reduction}`)
  const axis = axisOf(settings.int('axis', 0), x.rank)
  const last = [...x.shape.keys()].filter((one) => one !== axis).concat(axis)
  const others = last.slice(0, -1)
  if (others.some((one) => indices.shape[one] !== x.shape[one]))
    throw new ArgumentError('expected positions for all elements outside the axis')
  const [at, values] = [transpose(indices, last), transpose(updates, last)]
  const size = x.shape[axis] ?? 0
  const added = operations.bind(scatterAddPrimitive, [asValue(values), asValue(fromFront(at, size))], {
    axis: x.rank - 1,
    batchDims: x.rank - 1,
    size,
  })
  return [
    add(
      x,
      transpose(
        added,
        [...x.shape.keys()].map((one) => last.indexOf(one)),
      ),
    ),
  ]
}

/** Sizes of the parts, or how many of them there are. */
const split: Operator = (inputs, { settings, opset, outputs }) => {
  const x = required(inputs, 0)
  const axis = axisOf(settings.int('axis', 0), x.rank)
  const n = x.shape[axis] ?? 0
  const each = Math.ceil(n / outputs)
  const sizes =
    (opset >= 13 && inputs[1] !== undefined ? knownNumbers(inputs[1]) : settings.ints('split')) ??
    Array.from({ length: outputs }, (_, i) => Math.min(each, n - i * each))
  const start = (i: number): number => sizes.slice(0, i).reduce((sum, size) => sum + size, 0)
  const at = (position: number, otherwise: readonly number[]): readonly number[] =>
    otherwise.map((size, one) => (one === axis ? position : size))
  return sizes.map((_, i) =>
    slice(
      x,
      at(
        start(i),
        x.shape.map(() => 0),
      ),
      at(start(i + 1), x.shape),
    ),
  )
}

const topped: Operator = (inputs, { settings }) => {
  const x = required(inputs, 0)
  const [k = 0] = knownNumbers(required(inputs, 1))
  const axis = axisOf(settings.int('axis', -1), x.rank)
  const largest = settings.int('largest', 1) === 1
  const n = x.shape[axis] ?? 0
  // Turned round before and after, so that of equals the first stays first.
  const order = largest
    ? flip(add(mirrored(argsort(flip(x, { axis }), { axis })), n - 1), { axis })
    : argsort(x, { axis })
  const indices = slice(
    order,
    x.shape.map(() => 0),
    x.shape.map((size, one) => (one === axis ? k : size)),
  )
  return [takeAlongAxis(x, indices, { axis }), indices]
}

const mirrored = (positions: Tensor): Tensor => operations.neg(asValue(positions))

const shapeOf: Operator = (inputs, { settings }) => {
  const { shape } = required(inputs, 0)
  return [
    tensor(shape.slice(settings.int('start', 0), settings.int('end', shape.length)), {
      dtype: 'int32',
    }),
  ]
}

const constantFrom = (proto: Parameters<typeof tensorOfProto>[0]): Tensor => {
  const read = tensorOfProto(proto)
  if (E.isLeft(read)) throw new ArgumentError(read.left)
  return read.right
}

const constant: Operator = (_, { settings }) => {
  const [value, ints, floats] = [
    settings.tensor('value'),
    settings.ints('value_ints'),
    settings.floats('value_floats'),
  ]
  if (value !== undefined) return [constantFrom(value)]
  if (ints !== undefined) return [tensor(ints, { dtype: 'int32' })]
  if (floats !== undefined) return [tensor(floats)]
  if (settings.has('value_int')) return [tensor(settings.int('value_int', 0), { dtype: 'int32' })]
  if (settings.has('value_float')) return [tensor(settings.float('value_float', 0))]
  throw new ArgumentError('expected a tensor or numbers as its value')
}

const filled: Operator = (inputs, { settings }) => {
  const shape = knownNumbers(required(inputs, 0))
  const value = settings.tensor('value')
  const one = value === undefined ? tensor([0]) : constantFrom(value)
  return [full(shape, knownNumbers(one)[0] ?? 0, { dtype: one.dtype })]
}

const counted: Operator = (inputs) => {
  const [start = 0, stop = 0, step = 1] = [0, 1, 2].map((i) => knownNumbers(required(inputs, i))[0]!)
  return [arange(start, stop, step, { dtype: required(inputs, 0).dtype })]
}

/** Operators that move elements, or that say where they lie. */
export const shapeOperators: Operators = {
  Concat: (inputs, { settings }) => [
    concat(
      inputs.map((_, i) => required(inputs, i)),
      { axis: settings.int('axis', 0) },
    ),
  ],
  Constant: constant,
  ConstantOfShape: filled,
  Expand: expanded,
  Flatten: flattened,
  Gather: gathered,
  GatherElements: gatheredAlong,
  GatherND: gatheredInBatch,
  Pad: padded,
  Range: counted,
  Reshape: reshaped,
  ScatterElements: scattered,
  Shape: shapeOf,
  Size: (inputs) => [tensor(required(inputs, 0).size, { dtype: 'int32' })],
  Slice: sliced,
  Split: split,
  Squeeze: squeezed,
  Tile: (inputs) => [tile(required(inputs, 0), knownNumbers(required(inputs, 1)))],
  TopK: topped,
  Transpose: transposed,
  Unsqueeze: unsqueezed,
}
