import { isContiguous, viewOf, type ConcreteTensor } from '../tensor/concrete.ts'
import { allocate, type Buffer, type DType } from '../tensor/dtype.ts'
import { sizeOf, sizesBetween, stridesOf, withoutAxes } from '../tensor/shape.ts'
import { permuted, reshaped } from './movement.ts'
import { eachRow, walkOf } from './strided.ts'

/** Sums of this many neighbours are plain loops; longer rows are halved, so error grows with log n. */
const pairwiseBlock = 128

const sumRow = (data: Buffer, offset: number, stride: number, n: number): number => {
  if (n > pairwiseBlock) {
    const half = n >> 1
    return sumRow(data, offset, stride, half) + sumRow(data, offset + half * stride, stride, n - half)
  }
  let total = 0
  let at = offset
  for (let i = 0; i < n; i++) {
    total += data[at]!
    at += stride
  }
  return total
}

const maxRow = (data: Buffer, offset: number, stride: number, n: number): number => {
  let largest = -Infinity
  let at = offset
  for (let i = 0; i < n; i++) {
    largest = Math.max(largest, data[at]!)
    at += stride
  }
  return largest
}

/** The reduced axes moved behind the kept ones; a view. */
const keptThenReduced = (x: ConcreteTensor, axes: readonly number[]): ConcreteTensor =>
  permuted(x, [...x.shape.keys()].filter((axis) => !axes.includes(axis)).concat(axes))

/**
 * Folds the reduced axes of every output element, row by row in the order of the axes. `combine` joins the
 * rows of one element when the reduced axes are not one strided run.
 */
const reduceRows = (
  x: ConcreteTensor,
  axes: readonly number[],
  dtype: DType,
  row: (data: Buffer, offset: number, stride: number, n: number) => number,
  combine: (a: number, b: number) => number,
  initial: number,
): ConcreteTensor => {
  const shape = withoutAxes(x.shape, axes)
  const out = allocate(dtype, sizeOf(shape))
  const moved = keptThenReduced(x, axes)
  const kept = shape.length
  const inner = walkOf(sizesBetween(moved.shape, kept, moved.rank), [
    sizesBetween(moved.view.stride, kept, moved.rank),
  ])
  const last = inner.sizes.length - 1
  const stride = inner.strides[0]![last]!
  const n = inner.sizes[last]!
  const { data } = x.view
  const reduceAt = (offset: number): number => {
    if (last === 0) return n === 0 ? initial : row(data, offset, stride, n)
    let value = initial
    eachRow(inner, [offset], (at) => {
      value = combine(value, row(data, at[0]!, stride, n))
    })
    return value
  }
  if (kept === 0) {
    out[0] = reduceAt(x.view.offset)
    return viewOf(out, dtype, [])
  }
  const outer = walkOf(shape, [sizesBetween(moved.view.stride, 0, kept), stridesOf(shape)])
  const outerLast = outer.sizes.length - 1
  const [inStep, outStep] = [outer.strides[0]![outerLast]!, outer.strides[1]![outerLast]!]
  const count = outer.sizes[outerLast]!
  eachRow(outer, [x.view.offset, 0], (at) => {
    for (let i = 0; i < count; i++) out[at[1]! + i * outStep] = reduceAt(at[0]! + i * inStep)
  })
  return viewOf(out, dtype, shape)
}

/** Column sums of a contiguous block: rows are added into a double-precision accumulator in memory order. */
const sumLeadingAxes = (
  x: ConcreteTensor,
  rows: number,
  columns: number,
  shape: readonly number[],
): ConcreteTensor => {
  const totals = new Float64Array(columns)
  const { data, offset } = x.view
  for (let r = 0; r < rows; r++) {
    const base = offset + r * columns
    for (let c = 0; c < columns; c++) totals[c]! += data[base + c]!
  }
  const out = allocate(x.dtype, columns)
  out.set(totals)
  return viewOf(out, x.dtype, shape)
}

/** A sum of one element is that element, −0 too; one of more, or of none, is never −0. */
export const sumKernel = (x: ConcreteTensor, axes: readonly number[]): ConcreteTensor => {
  const shape = withoutAxes(x.shape, axes)
  if (axes.every((axis) => x.shape[axis] === 1)) return reshaped(x, shape)
  const columns = sizeOf(shape)
  const leading = axes.every((axis, i) => axis === i)
  if (
    leading &&
    columns > 1 &&
    (x.dtype === 'float32' || x.dtype === 'float64') &&
    isContiguous(x) &&
    x.size > 0
  )
    return sumLeadingAxes(x, sizeOf(x.shape) / columns, columns, shape)
  return reduceRows(x, axes, x.dtype, sumRow, (a, b) => a + b, 0)
}

/** NaN wherever a NaN is among the elements, and 0 above −0, in any order; −∞ for no elements. */
export const reduceMaxKernel = (x: ConcreteTensor, axes: readonly number[]): ConcreteTensor =>
  reduceRows(x, axes, x.dtype, maxRow, Math.max, x.dtype === 'int32' ? -2147483648 : -Infinity)

/** Position of the first largest element along an axis; the first NaN counts as largest. */
export const argmaxKernel = (x: ConcreteTensor, axis: number): ConcreteTensor =>
  reduceRows(
    x,
    [axis],
    'int32',
    (data, offset, stride, n) => {
      let best = 0
      let largest = data[offset]!
      for (let i = 1; i < n && largest === largest; i++) {
        const value = data[offset + i * stride]!
        if (value > largest || value !== value) {
          largest = value
          best = i
        }
      }
      return best
    },
    (_, b) => b,
    0,
  )

/** Running sums along an axis, from the end when `reverse`. */
export const cumsumKernel = (x: ConcreteTensor, axis: number, reverse: boolean): ConcreteTensor => {
  const out = allocate(x.dtype, sizeOf(x.shape))
  const strides = stridesOf(x.shape)
  const n = x.shape[axis]!
  const step = x.view.stride[axis]!
  const outStep = strides[axis]!
  const others = [...x.shape.keys()].filter((a) => a !== axis)
  const walk = walkOf(
    others.map((a) => x.shape[a]!),
    [others.map((a) => x.view.stride[a]!), others.map((a) => strides[a]!)],
  )
  const last = walk.sizes.length - 1
  const { data } = x.view
  eachRow(walk, [x.view.offset, 0], (at) => {
    for (let r = 0; r < walk.sizes[last]!; r++) {
      const from = at[0]! + r * walk.strides[0]![last]!
      const to = at[1]! + r * walk.strides[1]![last]!
      let total = 0
      for (let i = 0; i < n; i++) {
        const j = reverse ? n - 1 - i : i
        total += data[from + j * step]!
        out[to + j * outStep] = total
      }
    }
  })
  return viewOf(out, x.dtype, x.shape)
}
