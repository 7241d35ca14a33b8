import {
  broadcasted,
  castKernel,
  concatenated,
  padded,
  permuted,
  reshaped,
  sliced,
} from '../kernel/movement.ts'
import { isFloat } from '../tensor/dtype.ts'
import { ArgumentError, ShapeError } from '../tensor/errors.ts'
import { addressable, broadcastShapes, sameShape, showShape, sizeOf, startsAlong } from '../tensor/shape.ts'
import type { Value } from '../tensor/tensor.ts'
import type { Parameters, Primitive, Region } from './primitive.ts'
import { inputAt, requireSameDType, showTyped } from './typing.ts'

const linear = { kind: 'linear', positions: [0] } as const

const first = (inputs: readonly Value[]): Value => inputs[0] as Value

/** A region of a batch: the whole of the leading batch axis. */
const batchRegion = (size: number, { start, step, shape }: Region): Region => ({
  start: [0, ...start],
  step: [1, ...step],
  shape: [size, ...shape],
})

/** The last position a region touches along each axis. */
const ends = (
  start: readonly number[],
  step: readonly number[],
  count: readonly number[],
): readonly number[] => start.map((s, axis) => s + ((count[axis] ?? 0) - 1) * (step[axis] ?? 0))

const requireInside = (
  name: string,
  outer: readonly number[],
  inner: readonly number[],
  { start, step }: Region,
): void => {
  const last = ends(start, step, inner)
  const inside = (position: number, axis: number): boolean => position >= 0 && position < (outer[axis] ?? 0)
  if (
    start.length !== outer.length ||
    step.length !== outer.length ||
    inner.length !== outer.length ||
    (sizeOf(inner) > 0 && !(start.every(inside) && last.every(inside)))
  )
    throw new ArgumentError(
      `${name}: start ${showShape(start)}, step ${showShape(step)} and ${showShape(inner)} elements ` +
        `do not lie inside ${showShape(outer)}`,
    )
}

export const movement = {
  broadcastTo: {
    type: (inputs, { shape }) => {
      const x = inputAt(inputs, 0, 'broadcastTo')
      if (!sameShape(broadcastShapes(x.shape, shape, 'broadcastTo'), shape))
        throw new ShapeError(`broadcastTo: ${showShape(x.shape)} does not stretch to ${showShape(shape)}`)
      return { shape: addressable(shape, 'broadcastTo'), dtype: x.dtype }
    },
    kernel: ([x], { shape }) => broadcasted(x as never, shape),
    derivative: linear,
    transpose: (o, ct, inputs) => {
      const { shape } = inputAt(inputs, 0, 'broadcastTo')
      const added = ct.shape.length - shape.length
      const axes = [...ct.shape.keys()].filter(
        (axis) => axis < added || (shape[axis - added] === 1 && ct.shape[axis] !== 1),
      )
      return [o.reshape(o.sum(ct, axes), shape)]
    },
    batch: (o, inputs, _, size, { shape }) => {
      const x = first(inputs)
      const units = Array.from({ length: shape.length + 1 - x.shape.length }, () => 1)
      return o.broadcastTo(o.reshape(x, [size, ...units, ...x.shape.slice(1)]), [size, ...shape])
    },
  } satisfies Primitive<Parameters['broadcastTo']>,

  reshape: {
    type: (inputs, { shape }) => {
      const x = inputAt(inputs, 0, 'reshape')
      if (sizeOf(x.shape) !== sizeOf(shape))
        throw new ShapeError(
          `reshape: ${showShape(x.shape)} has ${String(sizeOf(x.shape))} elements, ` +
            `${showShape(shape)} asks for ${String(sizeOf(shape))}`,
        )
      return { shape, dtype: x.dtype }
    },
    kernel: ([x], { shape }) => reshaped(x as never, shape),
    derivative: linear,
    transpose: (o, ct, inputs) => [o.reshape(ct, inputAt(inputs, 0, 'reshape').shape)],
    batch: (o, inputs, _, size, { shape }) => o.reshape(first(inputs), [size, ...shape]),
  } satisfies Primitive<Parameters['reshape']>,

  transpose: {
    type: (inputs, { permutation }) => {
      const x = inputAt(inputs, 0, 'transpose')
      const sorted = [...permutation].sort((a, b) => a - b)
      if (permutation.length !== x.shape.length || sorted.some((axis, i) => axis !== i))
        throw new ArgumentError(
          `transpose: ${showShape(permutation)} is not a permutation of the axes of ${showTyped(x)}`,
        )
      return { shape: permutation.map((axis) => x.shape[axis] ?? 0), dtype: x.dtype }
    },
    kernel: ([x], { permutation }) => permuted(x as never, permutation),
    derivative: linear,
    transpose: (o, ct, _, __, { permutation }) => [
      o.transpose(
        ct,
        [...permutation.keys()].map((axis) => permutation.indexOf(axis)),
      ),
    ],
    batch: (o, inputs, _, __, { permutation }) =>
      o.transpose(first(inputs), [0, ...permutation.map((axis) => axis + 1)]),
  } satisfies Primitive<Parameters['transpose']>,

  slice: {
    type: (inputs, region) => {
      const x = inputAt(inputs, 0, 'slice')
      requireInside('slice', x.shape, region.shape, region)
      return { shape: region.shape, dtype: x.dtype }
    },
    kernel: ([x], { start, step, shape }) => sliced(x as never, start, step, shape),
    derivative: linear,
    transpose: (o, ct, inputs, _, { start, step }) => [
      o.pad(ct, { start, step, shape: inputAt(inputs, 0, 'slice').shape }),
    ],
    batch: (o, inputs, _, size, region) => o.slice(first(inputs), batchRegion(size, region)),
  } satisfies Primitive<Region>,

  pad: {
    type: (inputs, region) => {
      const x = inputAt(inputs, 0, 'pad')
      requireInside('pad', region.shape, x.shape, region)
      return { shape: addressable(region.shape, 'pad'), dtype: x.dtype }
    },
    kernel: ([x], { start, step, shape }) => padded(x as never, start, step, shape),
    derivative: linear,
    transpose: (o, ct, inputs, _, { start, step }) => [
      o.slice(ct, { start, step, shape: inputAt(inputs, 0, 'pad').shape }),
    ],
    batch: (o, inputs, _, size, region) => o.pad(first(inputs), batchRegion(size, region)),
  } satisfies Primitive<Region>,

  concat: {
    type: (inputs, { axis }) => {
      requireSameDType(inputs, 'concat')
      const x = inputAt(inputs, 0, 'concat')
      if (!(axis >= 0 && axis < x.shape.length))
        throw new ArgumentError(`concat: axis ${String(axis)} does not suit the shape ${showShape(x.shape)}`)
      const odd = inputs.find(
        ({ shape }) =>
          shape.length !== x.shape.length || shape.some((n, i) => i !== axis && n !== x.shape[i]),
      )
      if (odd !== undefined)
        throw new ShapeError(
          `concat: ${showShape(x.shape)} and ${showShape(odd.shape)} differ outside axis ${String(axis)}`,
        )
      const along = inputs.reduce((total, { shape }) => total + (shape[axis] ?? 0), 0)
      const shape = x.shape.map((n, i) => (i === axis ? along : n))
      return { shape: addressable(shape, 'concat'), dtype: x.dtype }
    },
    kernel: (inputs, { axis }) => concatenated(inputs, axis, movement.concat.type(inputs, { axis }).shape),
    derivative: { kind: 'linear', positions: 'all' },
    transpose: (o, ct, inputs, isLinear, { axis }) => {
      const starts = startsAlong(
        inputs.map(({ shape }) => shape),
        axis,
      )
      return inputs.map(({ shape }, i) =>
        isLinear[i] === true
          ? o.slice(ct, {
              start: shape.map((_, j) => (j === axis ? (starts[i] ?? 0) : 0)),
              step: shape.map(() => 1),
              shape,
            })
          : undefined,
      )
    },
    batch: (o, inputs, batched, size, { axis }) =>
      o.bind(
        'concat',
        inputs.map((x, i) => (batched[i] === true ? x : o.broadcastTo(x, [size, ...x.shape]))),
        { axis: axis + 1 },
      ),
  } as Primitive<Parameters['concat']>,

  /** Between real dtypes the derivative passes; to or from integers and booleans it is zero. */
  cast: {
    type: (inputs, { dtype }) => ({ shape: inputAt(inputs, 0, 'cast').shape, dtype }),
    kernel: ([x], { dtype }) => castKernel(x as never, dtype),
    derivative: {
      kind: 'general',
      tangent: (o, [x], [t], output, { dtype }) => {
        if (t === undefined || x === undefined || !isFloat(dtype) || !isFloat(x.dtype)) return undefined
        const moved = o.cast(t, dtype)
        const product = o.declaredProduct(t, x)
        if (product !== undefined) o.declareProduct(moved, output, () => o.cast(product(), dtype))
        return moved
      },
    },
    transpose: (o, ct, inputs) => [o.cast(ct, inputAt(inputs, 0, 'cast').dtype)],
    batch: (o, inputs, _, __, { dtype }) => o.cast(first(inputs), dtype),
  } satisfies Primitive<Parameters['cast']>,
} as const
