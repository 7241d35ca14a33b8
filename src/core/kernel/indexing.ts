import { copyElements, isContiguous, isRowMajor, viewOf, type ConcreteTensor } from '../tensor/concrete.ts'
import { allocate } from '../tensor/dtype.ts'
import { ArgumentError } from '../tensor/errors.ts'
import { sizeOf, sizesBetween } from '../tensor/shape.ts'
import { reshaped } from './movement.ts'

/** Sizes of the four groups of axes: batch, those before the indexed axis, the indexed axis, those after. */
const groups = (
  shape: readonly number[],
  axis: number,
  batchDims: number,
): { readonly batch: number; readonly outer: number; readonly n: number; readonly inner: number } => ({
  batch: sizeOf(sizesBetween(shape, 0, batchDims)),
  outer: sizeOf(sizesBetween(shape, batchDims, axis)),
  n: shape[axis]!,
  inner: sizeOf(sizesBetween(shape, axis + 1, shape.length)),
})

const checkIndex = (index: number, n: number, where: string): void => {
  if (!(index >= 0 && index < n))
    throw new ArgumentError(`${where}: index ${String(index)} is outside an axis of size ${String(n)}`)
}

const contiguous = (x: ConcreteTensor): ConcreteTensor => (isContiguous(x) ? x : reshaped(x, x.shape))

/** Where the elements of some axes lie from the first of them on, in row-major order; `undefined`: one after another. */
const offsetsOf = (shape: readonly number[], strides: readonly number[]): Float64Array | undefined => {
  if (isRowMajor(shape, strides)) return undefined
  const offsets = new Float64Array(sizeOf(shape))
  let filled = Math.min(1, offsets.length)
  for (let axis = shape.length - 1; axis >= 0 && offsets.length > 0; axis--) {
    const own = filled
    for (let i = 1; i < shape[axis]!; i++)
      for (let j = 0; j < own; j++) offsets[filled++] = i * strides[axis]! + offsets[j]!
  }
  return offsets
}

/**
 * `x [batch…, outer…, n, inner…]`, `indices [batch…, k…]` → `[batch…, outer…, k…, inner…]`. Views
 * are read where they lie: what it costs grows with what is taken, not with what it is taken from.
 */
export const gatherKernel = (
  x: ConcreteTensor,
  indices: ConcreteTensor,
  axis: number,
  batchDims: number,
): ConcreteTensor => {
  const { batch, outer, n, inner } = groups(x.shape, axis, batchDims)
  const picks = copyElements(indices)
  const k = batch === 0 ? 0 : picks.length / batch
  const { data, offset, stride } = x.view
  const starts = offsetsOf(x.shape.slice(0, axis), stride.slice(0, axis))
  const within = offsetsOf(x.shape.slice(axis + 1), stride.slice(axis + 1))
  const step = stride[axis]!
  const shape = [...x.shape.slice(0, axis), ...indices.shape.slice(batchDims), ...x.shape.slice(axis + 1)]
  const out = allocate(x.dtype, sizeOf(shape))
  for (let i = 0; i < picks.length; i++) checkIndex(picks[i]!, n, 'gather')
  let next = 0
  for (let b = 0; b < batch; b++)
    for (let o = 0; o < outer; o++) {
      const base = offset + (starts?.[b * outer + o] ?? b * outer + o)
      for (let i = 0; i < k; i++) {
        const from = base + picks[b * k + i]! * step
        if (within === undefined) for (let r = 0; r < inner; r++) out[next++] = data[from + r]!
        else for (let r = 0; r < inner; r++) out[next++] = data[from + within[r]!]!
      }
    }
  return viewOf(out, x.dtype, shape)
}

/** Zeros of size `n` along `axis`, with the updates added at the indices: the adjoint of {@link gatherKernel}. */
export const scatterAddKernel = (
  updates: ConcreteTensor,
  indices: ConcreteTensor,
  axis: number,
  batchDims: number,
  size: number,
): ConcreteTensor => {
  const indexRank = indices.shape.length - batchDims
  const shape = [...updates.shape.slice(0, axis), size, ...updates.shape.slice(axis + indexRank)]
  const { batch, outer, n, inner } = groups(shape, axis, batchDims)
  const picks = copyElements(indices)
  const k = batch === 0 ? 0 : picks.length / batch
  for (let i = 0; i < picks.length; i++) checkIndex(picks[i]!, n, 'scatterAdd')
  const out = allocate(updates.dtype, sizeOf(shape))
  const { data, offset } = contiguous(updates).view
  let next = offset
  for (let b = 0; b < batch; b++)
    for (let o = 0; o < outer; o++) {
      const base = (b * outer + o) * n * inner
      for (let i = 0; i < k; i++) {
        const to = base + picks[b * k + i]! * inner
        for (let r = 0; r < inner; r++) out[to + r]! += data[next++]!
      }
    }
  return viewOf(out, updates.dtype, shape)
}
