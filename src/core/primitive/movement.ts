import {
  broadcasted,
  castKernel,
  concatenated,
  padded,
  permuted,
  reshaped,
  sliced,
} from '../kernel/movement.ts'
import { isReal, type DType } from '../tensor/dtype.ts'
import { ArgumentError, ShapeError } from '../tensor/errors.ts'
import { addressable, broadcastShapes, sameShape, showShape, sizeOf, startsAlong } from '../tensor/shape.ts'
import type { Value } from '../tensor/tensor.ts'
import type { OwnPrimitive, ParameterizedPrimitive, Region } from './primitive.ts'
import { inputAt, requireSameDType, showTyped } from './typing.ts'

const first = (inputs: readonly Value[]): Value => inputs[0]!

/** The axes of a reshaping that only puts in or takes out axes of length 1. */
const unitAxesMoved = (
  shape: readonly number[],
  result: readonly number[],
): readonly (number | undefined)[] | undefined => {
  const places = (of: readonly number[]): readonly number[] => [...of.keys()].filter((i) => of[i] !== 1)
  const [before, after] = [places(shape), places(result)]
  const sameSizes = before.length === after.length && before.every((i, k) => shape[i] === result[after[k]!])
  return sameSizes ? result.map((n, i) => (n === 1 ? undefined : before[after.indexOf(i)])) : undefined
}

export interface ShapeParameters {
  readonly shape: readonly number[]
}

export interface PermutationParameters {
  readonly permutation: readonly number[]
}

export interface AxisParameters {
  readonly axis: number
}

export interface DTypeParameters {
  readonly dtype: DType
}

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

export const broadcastTo: OwnPrimitive<ShapeParameters, 'broadcastTo'> = {
  name: 'broadcastTo',
  bounds: 'rising',
  arity: 1,
  parameters: { shape: 'counts' },
  traits: { view: true, exact: true },
  type: (inputs, { shape }) => {
    const x = inputAt(inputs, 0, 'broadcastTo')
    if (!sameShape(broadcastShapes(x.shape, shape, 'broadcastTo'), shape))
      throw new ShapeError(`broadcastTo: ${showShape(x.shape)} does not stretch to ${showShape(shape)}`)
    return { shape: addressable(shape, 'broadcastTo'), dtype: x.dtype }
  },
  kernel: ([x], { shape }) => broadcasted(x!, shape),
  derivative: { kind: 'linear' },
  linear: {
    inputs: [0],
    transpose: (o, ct, inputs) => {
      const { shape } = inputAt(inputs, 0, 'broadcastTo')
      const added = ct.shape.length - shape.length
      const axes = [...ct.shape.keys()].filter(
        (axis) => axis < added || (shape[axis - added] === 1 && ct.shape[axis] !== 1),
      )
      return [o.reshape(o.sum(ct, axes), shape)]
    },
    support: 'moved',
    axes: (shape, result) => {
      const added = result.length - shape.length
      return result.map((n, i) => (shape[i - added] === n ? i - added : undefined))
    },
    ownProduct: 'moved',
  },
  batch: (o, inputs, _, size, { shape }) => {
    const x = first(inputs)
    const units = Array.from({ length: shape.length + 1 - x.shape.length }, () => 1)
    return o.broadcastTo(o.reshape(x, [size, ...units, ...x.shape.slice(1)]), [size, ...shape])
  },
  lowering: { kind: 'own' },
}

export const reshape: OwnPrimitive<ShapeParameters, 'reshape'> = {
  name: 'reshape',
  bounds: 'rising',
  arity: 1,
  parameters: { shape: 'counts' },
  traits: { view: true, exact: true },
  type: (inputs, { shape }) => {
    const x = inputAt(inputs, 0, 'reshape')
    if (sizeOf(x.shape) !== sizeOf(shape))
      throw new ShapeError(
        `reshape: ${showShape(x.shape)} has ${String(sizeOf(x.shape))} elements, ` +
          `${showShape(shape)} asks for ${String(sizeOf(shape))}`,
      )
    return { shape, dtype: x.dtype }
  },
  kernel: ([x], { shape }) => reshaped(x!, shape),
  derivative: { kind: 'linear' },
  linear: {
    inputs: [0],
    transpose: (o, ct, inputs) => [o.reshape(ct, inputAt(inputs, 0, 'reshape').shape)],
    support: 'moved',
    axes: unitAxesMoved,
    ownProduct: 'moved',
  },
  batch: (o, inputs, _, size, { shape }) => o.reshape(first(inputs), [size, ...shape]),
  lowering: { kind: 'own' },
}

export const transpose: OwnPrimitive<PermutationParameters, 'transpose'> = {
  name: 'transpose',
  bounds: 'rising',
  arity: 1,
  parameters: { permutation: 'counts' },
  traits: { view: true, exact: true },
  type: (inputs, { permutation }) => {
    const x = inputAt(inputs, 0, 'transpose')
    const sorted = [...permutation].sort((a, b) => a - b)
    if (permutation.length !== x.shape.length || sorted.some((axis, i) => axis !== i))
      throw new ArgumentError(
        `transpose: ${showShape(permutation)} is not a permutation of the axes of ${showTyped(x)}`,
      )
    return { shape: permutation.map((axis) => x.shape[axis] ?? 0), dtype: x.dtype }
  },
  kernel: ([x], { permutation }) => permuted(x!, permutation),
  derivative: { kind: 'linear' },
  linear: {
    inputs: [0],
    transpose: (o, ct, _, __, { permutation }) => [
      o.transpose(
        ct,
        [...permutation.keys()].map((axis) => permutation.indexOf(axis)),
      ),
    ],
    support: 'moved',
    axes: (_, __, { permutation }) => permutation,
    ownProduct: 'moved',
  },
  batch: (o, inputs, _, __, { permutation }) =>
    o.transpose(first(inputs), [0, ...permutation.map((axis) => axis + 1)]),
  lowering: { kind: 'own' },
}

export const slice: OwnPrimitive<Region, 'slice'> = {
  name: 'slice',
  bounds: 'rising',
  arity: 1,
  parameters: { start: 'integers', step: 'steps', shape: 'counts' },
  traits: { view: true, exact: true },
  type: (inputs, region) => {
    const x = inputAt(inputs, 0, 'slice')
    requireInside('slice', x.shape, region.shape, region)
    return { shape: region.shape, dtype: x.dtype }
  },
  kernel: ([x], { start, step, shape }) => sliced(x!, start, step, shape),
  derivative: { kind: 'linear' },
  linear: {
    inputs: [0],
    transpose: (o, ct, inputs, _, { start, step }) => [
      o.pad(ct, { start, step, shape: inputAt(inputs, 0, 'slice').shape }),
    ],
    support: 'moved',
    ownProduct: 'moved',
  },
  batch: (o, inputs, _, size, region) => o.slice(first(inputs), batchRegion(size, region)),
  lowering: { kind: 'own' },
}

export const pad: OwnPrimitive<Region, 'pad'> = {
  name: 'pad',
  bounds: 'rising',
  arity: 1,
  parameters: { start: 'integers', step: 'steps', shape: 'counts' },
  traits: { exact: true },
  type: (inputs, region) => {
    const x = inputAt(inputs, 0, 'pad')
    requireInside('pad', region.shape, x.shape, region)
    return { shape: addressable(region.shape, 'pad'), dtype: x.dtype }
  },
  kernel: ([x], { start, step, shape }) => padded(x!, start, step, shape),
  derivative: { kind: 'linear' },
  linear: {
    inputs: [0],
    transpose: (o, ct, inputs, _, { start, step }) => [
      o.slice(ct, { start, step, shape: inputAt(inputs, 0, 'pad').shape }),
    ],
    support: 'filled',
  },
  batch: (o, inputs, _, size, region) => o.pad(first(inputs), batchRegion(size, region)),
  lowering: { kind: 'own' },
}

export const concat: OwnPrimitive<AxisParameters, 'concat'> = {
  name: 'concat',
  bounds: 'rising',
  arity: 'one or more',
  parameters: { axis: 'count' },
  traits: { exact: true },
  type: (inputs, { axis }) => {
    requireSameDType(inputs, 'concat')
    const x = inputAt(inputs, 0, 'concat')
    if (!(axis >= 0 && axis < x.shape.length))
      throw new ArgumentError(`concat: axis ${String(axis)} does not suit the shape ${showShape(x.shape)}`)
    const odd = inputs.find(
      ({ shape }) => shape.length !== x.shape.length || shape.some((n, i) => i !== axis && n !== x.shape[i]),
    )
    if (odd !== undefined)
      throw new ShapeError(
        `concat: ${showShape(x.shape)} and ${showShape(odd.shape)} differ outside axis ${String(axis)}`,
      )
    const along = inputs.reduce((total, { shape }) => total + (shape[axis] ?? 0), 0)
    const shape = x.shape.map((n, i) => (i === axis ? along : n))
    return { shape: addressable(shape, 'concat'), dtype: x.dtype }
  },
  kernel: (inputs, { axis }) => concatenated(inputs, axis, concat.type(inputs, { axis }).shape),
  derivative: { kind: 'linear' },
  linear: {
    inputs: 'any',
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
    support: 'filled',
  },
  batch: (o, inputs, batched, size, { axis }) =>
    o.bind(
      concat,
      inputs.map((x, i) => (batched[i] === true ? x : o.broadcastTo(x, [size, ...x.shape]))),
      { axis: axis + 1 },
    ),
  lowering: { kind: 'own' },
}

/** Between real dtypes the derivative passes, rounded as the elements are; to or from integers and booleans it is zero. */
export const cast: ParameterizedPrimitive<DTypeParameters, 'cast'> = {
  name: 'cast',
  bounds: 'rising',
  arity: 1,
  parameters: { dtype: 'dtype' },
  traits: { elementwise: true, exact: true, cheap: true },
  type: (inputs, { dtype }) => ({ shape: inputAt(inputs, 0, 'cast').shape, dtype }),
  kernel: ([x], { dtype }) => castKernel(x!, dtype),
  derivative: {
    kind: 'general',
    tangent: (o, [x], [t], output, { dtype }) => {
      if (t === undefined || x === undefined || !isReal(dtype) || !isReal(x.dtype)) return undefined
      const moved = o.cast(t, dtype)
      const product = o.declaredProduct(t, x)
      if (product !== undefined) o.declareProduct(moved, output, () => o.cast(product(), dtype))
      return moved
    },
  },
  linear: {
    inputs: [0],
    transpose: (o, ct, inputs) => [o.cast(ct, inputAt(inputs, 0, 'cast').dtype)],
    support: 'same',
  },
  batch: (o, inputs, _, __, { dtype }) => o.cast(first(inputs), dtype),
  lowering: {
    kind: 'step',
    step: {
      operation: 'cast',
      arity: 1,
      of: 'anything',
      gives: 'asked',
      element: (x) => x,
      text: ([x = ''], dtype) => (dtype === 'bool' ? `(${x} !== 0 ? 1 : 0)` : x),
      native: true,
    },
  },
}
