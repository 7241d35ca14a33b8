import { gatherKernel, scatterAddKernel } from '../kernel/indexing.ts'
import { ArgumentError, ShapeError } from '../tensor/errors.ts'
import { addressable, sameShape, showShape, sizesBetween } from '../tensor/shape.ts'
import type { Value } from '../tensor/tensor.ts'
import type { Operations, OwnPrimitive, Typed } from './primitive.ts'
import { inputAt, requireDType } from './typing.ts'

export interface GatherParameters {
  readonly axis: number
  readonly batchDims: number
}

export interface ScatterAddParameters extends GatherParameters {
  readonly size: number
}

const requireIndices = (name: string, x: Typed, indices: Typed, axis: number, batchDims: number): void => {
  requireDType(indices, ['int32', 'uint32'], `${name} indices`)
  if (!(axis >= batchDims && axis < x.shape.length) || indices.shape.length < batchDims)
    throw new ArgumentError(`${name}: axis ${String(axis)} does not suit the shape ${showShape(x.shape)}`)
  if (!sameShape(sizesBetween(x.shape, 0, batchDims), sizesBetween(indices.shape, 0, batchDims)))
    throw new ShapeError(
      `${name}: ${showShape(x.shape)} and indices ${showShape(indices.shape)} differ in their first ` +
        `${String(batchDims)} axes`,
    )
}

/** Both inputs with the batch in front. */
const bothBatched = (
  o: Operations,
  inputs: readonly Value[],
  batched: readonly boolean[],
  size: number,
): readonly [Value, Value] => {
  const repeat = (position: number): Value => {
    const x = inputs[position]!
    return batched[position] === true ? x : o.broadcastTo(x, [size, ...x.shape])
  }
  return [repeat(0), repeat(1)]
}

/** `x [batch…, outer…, n, inner…]` at `indices [batch…, k…]` → `[batch…, outer…, k…, inner…]`. */
export const gather: OwnPrimitive<GatherParameters, 'gather'> = {
  name: 'gather',
  bounds: 'rising',
  arity: 2,
  parameters: { axis: 'count', batchDims: 'count' },
  traits: { exact: true },
  type: (inputs, { axis, batchDims }) => {
    const [x, indices] = [inputAt(inputs, 0, 'gather'), inputAt(inputs, 1, 'gather')]
    requireIndices('gather', x, indices, axis, batchDims)
    const shape = [...x.shape.slice(0, axis), ...indices.shape.slice(batchDims), ...x.shape.slice(axis + 1)]
    return { shape: addressable(shape, 'gather'), dtype: x.dtype }
  },
  kernel: ([x, indices], { axis, batchDims }) => gatherKernel(x!, indices!, axis, batchDims),
  derivative: { kind: 'linear' },
  linear: {
    inputs: [0],
    transpose: (o, ct, [x, indices], _, { axis, batchDims }) => [
      o.bind(scatterAdd, [ct, indices as Value], { axis, batchDims, size: x?.shape[axis] ?? 0 }),
      undefined,
    ],
    support: 'moved',
  },
  batch: (o, inputs, batched, size, { axis, batchDims }) => {
    if (batchDims === 0 && batched[1] !== true)
      return o.bind(gather, [inputs[0]!, inputs[1]!], { axis: axis + 1, batchDims })
    const [x, indices] = bothBatched(o, inputs, batched, size)
    return o.bind(gather, [x, indices], { axis: axis + 1, batchDims: batchDims + 1 })
  },
  lowering: { kind: 'own' },
}

/** The adjoint of gather: updates added at their indices into zeros of `size` along `axis`. */
export const scatterAdd: OwnPrimitive<ScatterAddParameters, 'scatterAdd'> = {
  name: 'scatterAdd',
  bounds: 'rising',
  arity: 2,
  parameters: { axis: 'count', batchDims: 'count', size: 'count' },
  traits: { exact: true },
  type: (inputs, { axis, batchDims, size }) => {
    const [updates, indices] = [inputAt(inputs, 0, 'scatterAdd'), inputAt(inputs, 1, 'scatterAdd')]
    const picked = indices.shape.slice(batchDims)
    requireDType(updates, ['float32', 'float64', 'int32', 'uint32'], 'scatterAdd')
    if (!sameShape(updates.shape.slice(axis, axis + picked.length), picked))
      throw new ShapeError(
        `scatterAdd: updates ${showShape(updates.shape)} do not carry the axes of indices ` +
          `${showShape(indices.shape)} at axis ${String(axis)}`,
      )
    const shape = [...updates.shape.slice(0, axis), size, ...updates.shape.slice(axis + picked.length)]
    requireIndices('scatterAdd', { shape, dtype: updates.dtype }, indices, axis, batchDims)
    return { shape: addressable(shape, 'scatterAdd'), dtype: updates.dtype }
  },
  kernel: ([updates, indices], { axis, batchDims, size }) =>
    scatterAddKernel(updates!, indices!, axis, batchDims, size),
  derivative: { kind: 'linear' },
  linear: {
    inputs: [0],
    transpose: (o, ct, [, indices], _, { axis, batchDims }) => [
      o.bind(gather, [ct, indices as Value], { axis, batchDims }),
      undefined,
    ],
    support: 'scattered',
  },
  batch: (o, inputs, batched, size, params) => {
    const { axis, batchDims } = params
    if (batchDims === 0 && batched[1] !== true)
      return o.bind(scatterAdd, [inputs[0]!, inputs[1]!], { ...params, axis: axis + 1 })
    const [updates, indices] = bothBatched(o, inputs, batched, size)
    return o.bind(scatterAdd, [updates, indices], { ...params, axis: axis + 1, batchDims: batchDims + 1 })
  },
  lowering: { kind: 'own' },
}
