import { viewOf, type ConcreteTensor } from '../tensor/concrete.ts'
import { allocate, type Buffer } from '../tensor/dtype.ts'
import { sizeOf, sizesBetween } from '../tensor/shape.ts'

/** Depth of the packed panels: a 4-row panel of this depth stays in the first-level cache. */
const depthBlock = 256

/**
 * Packs a rows × depth block (any strides) into panels of four rows, depth-major inside a panel, padding the
 * last panel with zeros: the inner kernel then reads four neighbours per step whatever the layout was.
 */
const packPanels = (
  packed: Buffer,
  data: Buffer,
  offset: number,
  rows: number,
  depth: number,
  rowStride: number,
  depthStride: number,
): void => {
  let next = 0
  for (let r = 0; r < rows; r += 4) {
    const base = offset + r * rowStride
    if (r + 4 <= rows) {
      for (let p = 0; p < depth; p++) {
        const at = base + p * depthStride
        packed[next] = data[at]!
        packed[next + 1] = data[at + rowStride]!
        packed[next + 2] = data[at + 2 * rowStride]!
        packed[next + 3] = data[at + 3 * rowStride]!
        next += 4
      }
    } else {
      const rest = rows - r
      for (let p = 0; p < depth; p++) {
        const at = base + p * depthStride
        for (let k = 0; k < 4; k++) packed[next++] = k < rest ? data[at + k * rowStride]! : 0
      }
    }
  }
}

/** out[4×4 at `at`] += panel of a · panel of b, accumulated in registers (double precision). */
const multiplyTile = (
  a: Buffer,
  aAt: number,
  b: Buffer,
  bAt: number,
  depth: number,
  out: Buffer,
  at: number,
  rowLength: number,
  rows: number,
  columns: number,
): void => {
  let c00 = 0
  let c01 = 0
  let c02 = 0
  let c03 = 0
  let c10 = 0
  let c11 = 0
  let c12 = 0
  let c13 = 0
  let c20 = 0
  let c21 = 0
  let c22 = 0
  let c23 = 0
  let c30 = 0
  let c31 = 0
  let c32 = 0
  let c33 = 0
  for (let p = 0, i = aAt, j = bAt; p < depth; p++, i += 4, j += 4) {
    const a0 = a[i]!
    const a1 = a[i + 1]!
    const a2 = a[i + 2]!
    const a3 = a[i + 3]!
    const b0 = b[j]!
    const b1 = b[j + 1]!
    const b2 = b[j + 2]!
    const b3 = b[j + 3]!
    c00 += a0 * b0
    c01 += a0 * b1
    c02 += a0 * b2
    c03 += a0 * b3
    c10 += a1 * b0
    c11 += a1 * b1
    c12 += a1 * b2
    c13 += a1 * b3
    c20 += a2 * b0
    c21 += a2 * b1
    c22 += a2 * b2
    c23 += a2 * b3
    c30 += a3 * b0
    c31 += a3 * b1
    c32 += a3 * b2
    c33 += a3 * b3
  }
  if (rows === 4 && columns === 4) {
    out[at]! += c00
    out[at + 1]! += c01
    out[at + 2]! += c02
    out[at + 3]! += c03
    at += rowLength
    out[at]! += c10
    out[at + 1]! += c11
    out[at + 2]! += c12
    out[at + 3]! += c13
    at += rowLength
    out[at]! += c20
    out[at + 1]! += c21
    out[at + 2]! += c22
    out[at + 3]! += c23
    at += rowLength
    out[at]! += c30
    out[at + 1]! += c31
    out[at + 2]! += c32
    out[at + 3]! += c33
    return
  }
  const tile = [c00, c01, c02, c03, c10, c11, c12, c13, c20, c21, c22, c23, c30, c31, c32, c33]
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) out[at + r * rowLength + c]! += tile[4 * r + c]!
}

/** A product of matrices in memory: offsets and strides count elements; the columns of `out` are neighbours. */
export interface Product {
  readonly m: number
  readonly n: number
  readonly k: number
  readonly a: Buffer
  readonly aOffset: number
  readonly aRow: number
  readonly aColumn: number
  readonly b: Buffer
  readonly bOffset: number
  readonly bRow: number
  readonly bColumn: number
  readonly out: Buffer
  readonly outOffset: number
  readonly outRow: number
}

/** The product without packing, for blocks too small to repay it. */
const multiplySmall = (product: Product): void => {
  const { m, n, k, a, aOffset, aRow, aColumn, b, bOffset, bRow, bColumn, out, outOffset, outRow } = product
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++) {
      let sum = 0
      let x = aOffset + i * aRow
      let y = bOffset + j * bColumn
      for (let p = 0; p < k; p++) {
        sum += a[x]! * b[y]!
        x += aColumn
        y += bRow
      }
      out[outOffset + i * outRow + j] = sum
    }
}

/** Packed panels are kept: a product writes them before it reads them. */
const panels: { a: Buffer; b: Buffer } = { a: new Float32Array(0), b: new Float32Array(0) }

const panelOf = (which: 'a' | 'b', like: Buffer, size: number): Buffer => {
  const kept = panels[which]
  if (kept.length >= size && kept.BYTES_PER_ELEMENT === like.BYTES_PER_ELEMENT) return kept
  const panel = like instanceof Float64Array ? new Float64Array(size) : new Float32Array(size)
  panels[which] = panel
  return panel
}

/**
 * `out = a · b`, overwriting. Products accumulate in double precision within blocks of depth `block`; with the whole
 * depth in one block every element is one ascending sum, rounded once.
 */
export const multiply = (product: Product, block = depthBlock): void => {
  const { m, n, k, a, aOffset, aRow, aColumn, b, bOffset, bRow, bColumn, out, outOffset, outRow } = product
  if (m < 4 || n < 4 || m * n * k < 2048) {
    multiplySmall(product)
    return
  }
  const most = Math.min(k, block)
  const panelA = panelOf('a', a, 4 * Math.ceil(m / 4) * most)
  const panelB = panelOf('b', b, 4 * Math.ceil(n / 4) * most)
  for (let i = 0; i < m; i++) out.fill(0, outOffset + i * outRow, outOffset + i * outRow + n)
  for (let p = 0; p < k; p += block) {
    const depth = Math.min(block, k - p)
    packPanels(panelA, a, aOffset + p * aColumn, m, depth, aRow, aColumn)
    packPanels(panelB, b, bOffset + p * bRow, n, depth, bColumn, bRow)
    for (let i = 0; i < m; i += 4)
      for (let j = 0; j < n; j += 4)
        multiplyTile(
          panelA,
          i * depth,
          panelB,
          j * depth,
          depth,
          out,
          outOffset + i * outRow + j,
          outRow,
          Math.min(4, m - i),
          Math.min(4, n - j),
        )
  }
}

/**
 * Batched matrix product `[…b, m, k] × […b, k, n] → […b, m, n]`; batch axes are equal, strides are free, so
 * transposes and broadcasts cost nothing. `block` is that of {@link multiply}.
 */
export const matmulKernel = (a: ConcreteTensor, b: ConcreteTensor, block = depthBlock): ConcreteTensor => {
  const rank = a.shape.length
  const m = a.shape[rank - 2]!
  const k = a.shape[rank - 1]!
  const n = b.shape[rank - 1]!
  const batch = sizesBetween(a.shape, 0, rank - 2)
  const out = allocate(a.dtype, sizeOf(batch) * m * n)
  const each = (axis: number, at: number, aOffset: number, bOffset: number): number => {
    if (axis === batch.length) {
      multiply(
        {
          m,
          n,
          k,
          a: a.view.data,
          aOffset,
          aRow: a.view.stride[rank - 2]!,
          aColumn: a.view.stride[rank - 1]!,
          b: b.view.data,
          bOffset,
          bRow: b.view.stride[rank - 2]!,
          bColumn: b.view.stride[rank - 1]!,
          out,
          outOffset: at,
          outRow: n,
        },
        block,
      )
      return at + m * n
    }
    let next = at
    for (let i = 0; i < batch[axis]!; i++)
      next = each(axis + 1, next, aOffset + i * a.view.stride[axis]!, bOffset + i * b.view.stride[axis]!)
    return next
  }
  if (sizeOf(batch) > 0) each(0, 0, a.view.offset, b.view.offset)
  return viewOf(out, a.dtype, [...batch, m, n])
}
