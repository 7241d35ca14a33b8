/*
 * How the axes of a group's domain become the loops of one instruction: any number of outer loops, one loop over rows and
 * one over columns, each with one stride an access. For a domain [3, 4, 5]:
 *
 *   nothing settled     x contiguous (strides 20, 5, 1) and read beside b of strides (0, 0, 1), as in x + b: axes 0 and 1
 *                       are one run for both accesses (20 = 5 · 4, 0 = 0 · 4), axis 2 is not (b: 0 ≠ 1 · 5). So columns
 *                       are axis 2, rows are axes 0 and 1 together, 12 of them.
 *   columns from 1      a sum over axes 1 and 2: both have to be walked by one stride, 5 = 1 · 5 for x. An access of strides
 *                       (20, 1, 4), a transpose, cannot: it is `copied` into memory where it can before the instruction.
 */

import type { Place, StridedPlace } from '../executors/kernel-program.ts'
import type { DType } from '../../core/tensor/dtype.ts'
import { bytesOf } from '../../core/tensor/dtype.ts'
import { PuregradError } from '../../core/tensor/errors.ts'
import type { Storage } from './graph.ts'

/** An access to memory over the axes of a domain. */
export interface Access {
  readonly storage: Storage
  readonly strides: readonly number[]
  readonly offset: number
}

/** A read of memory into a register. */
export interface LoadAccess extends Access {
  readonly dtype: DType
  /** Every position has its own value in the register, even where the memory repeats. */
  readonly full: boolean
}

/** The domain of a nest, and how far its axes are settled. */
export interface NestSpace {
  readonly domain: readonly number[]
  readonly outer: number | undefined
  readonly columns: number | undefined
}

/** What moves through memory in a nest. */
export interface Accesses {
  readonly loads: readonly Access[]
  readonly stores: readonly Access[]
  readonly accumulations: readonly Access[]
}

/** How the axes of a domain become outer loops, rows and columns. */
export interface Arrangement {
  readonly outer: readonly number[]
  readonly rows: number
  readonly columns: number
  /** For each outer loop, the rows and the columns: the axes they run over, outermost first. */
  readonly outerAxes: readonly (readonly number[])[]
  readonly rowAxes: readonly number[]
  readonly columnAxes: readonly number[]
}

export interface Arranged {
  readonly arrangement: Arrangement
  /** What the arrangement cannot follow. */
  readonly copied: readonly Access[]
  /** The axes that had to become one loop each. */
  readonly required: readonly (readonly number[])[]
}

/** Whether one stride walks through two axes together. */
const joins = (strides: readonly number[], axis: number, next: number, domain: readonly number[]): boolean =>
  strides[axis] === strides[next]! * domain[next]!

/** Whether one stride walks through these axes together. */
const merges = (strides: readonly number[], axes: readonly number[], domain: readonly number[]): boolean => {
  for (let i = 1; i < axes.length; i++) if (!joins(strides, axes[i - 1]!, axes[i]!, domain)) return false
  return true
}

/** Adjacent axes in runs that every access walks through with one stride. */
const runs = (
  axes: readonly number[],
  accesses: readonly Access[],
  domain: readonly number[],
): readonly (readonly number[])[] => {
  const found: number[][] = []
  for (let i = 0; i < axes.length; i++) {
    const axis = axes[i]!
    const before = axes[i - 1]
    let joined = before !== undefined
    for (let k = 0; joined && k < accesses.length; k++)
      joined = joins(accesses[k]!.strides, before!, axis, domain)
    if (joined) found[found.length - 1]!.push(axis)
    else found.push([axis])
  }
  return found
}

const sizeAlong = (axes: readonly number[], domain: readonly number[]): number => {
  let size = 1
  for (let i = 0; i < axes.length; i++) size *= domain[axes[i]!]!
  return size
}

const realAxesOf = (domain: readonly number[], start: number, end: number): readonly number[] => {
  const axes: number[] = []
  for (let axis = start; axis < end; axis++) if (domain[axis] !== 1) axes.push(axis)
  return axes
}

/** The axes that have to be one loop each, and those that are columns. */
const requiredRuns = (
  { domain, outer, columns }: NestSpace,
  all: readonly Access[],
): Pick<Arranged, 'required'> & { readonly columnAxes: readonly number[] } => {
  const rank = domain.length
  if (columns !== undefined) {
    const columnAxes = realAxesOf(domain, columns, rank)
    const rows = outer === undefined ? [] : [realAxesOf(domain, outer, columns)]
    return { required: [columnAxes].concat(rows), columnAxes }
  }
  const last = runs(realAxesOf(domain, 0, rank), all, domain).at(-1) ?? []
  // Without columns settled but all reduced, at most two runs are left as rows and columns.
  return {
    required: outer === undefined ? [] : [last, realAxesOf(domain, outer, last[0] ?? rank)],
    columnAxes: last,
  }
}

/**
 * Arranges the axes of a nest, and says which loads have to be copied first, and which stores copied behind it, because
 * the arrangement the reductions ask for is not one their strides can follow. `factors` are accesses of a product, whose
 * last two axes are a loop each whatever their strides.
 */
export const arrange = (
  space: NestSpace,
  { loads, stores, accumulations }: Accesses,
  factors: readonly Access[] = [],
): Arranged => {
  const { domain, outer, columns } = space
  const all = (loads as Access[]).concat(stores, factors)
  const { required, columnAxes } = requiredRuns(space, all)
  const copied =
    required.length === 0
      ? []
      : all.filter(({ strides }) => required.some((axes) => !merges(strides, axes, domain)))
  const rest = copied.length === 0 ? all : all.filter((access) => !copied.includes(access))
  const before = realAxesOf(domain, 0, columnAxes[0] ?? columns ?? domain.length)
  const outerPart = outer === undefined ? before : before.filter((axis) => axis < outer)
  const outerRuns = runs(outerPart, accumulations.length === 0 ? rest : rest.concat(accumulations), domain)
  const rowAxes =
    outer === undefined ? (outerRuns[outerRuns.length - 1] ?? []) : before.filter((axis) => axis >= outer)
  const outerAxes = outer === undefined ? outerRuns.slice(0, -1) : outerRuns
  return {
    arrangement: {
      outer: outerAxes.map((axes) => sizeAlong(axes, domain)),
      rows: sizeAlong(rowAxes, domain),
      columns: sizeAlong(columnAxes, domain),
      outerAxes,
      rowAxes,
      columnAxes,
    },
    copied,
    required,
  }
}

/**
 * The sizes that memory of its own has for an access that is copied: 1 along axes it repeats along, but for those of a
 * required loop it varies along elsewhere. Row-major memory of these sizes is walked by every required loop.
 */
export const spannedSizes = (
  { strides }: Access,
  domain: readonly number[],
  required: Arranged['required'],
): readonly number[] => {
  const varies = (axis: number): boolean => strides[axis] !== 0
  return domain.map((n, axis) =>
    varies(axis) || required.some((axes) => axes.includes(axis) && axes.some(varies)) ? n : 1,
  )
}

/** The stride of a loop over these axes, the last of which is the innermost. */
const strideAlong = (strides: readonly number[], axes: readonly number[]): number =>
  axes.length === 0 ? 0 : strides[axes[axes.length - 1]!]!

const noStrides: readonly number[] = []

/** Where element `offset` of a storage lies. */
export const placeOf = ({ place, dtype, within }: Storage, offset: number): Place => {
  if (within !== undefined) return placeOf(within.storage, within.offset + offset)
  if (place === undefined) throw new PuregradError('unreachable: memory without a place')
  if (place.space === 'input') return { space: 'input', index: place.index, offset }
  return { space: place.space, offset: place.byteOffset / bytesOf(dtype) + offset }
}

/** An access along the loops of an arrangement. */
export const stridedOf = (
  { storage, strides, offset }: Access,
  { outerAxes, rowAxes, columnAxes }: Arrangement,
): StridedPlace => ({
  place: placeOf(storage, offset),
  outerStrides: outerAxes.length === 0 ? noStrides : outerAxes.map((axes) => strideAlong(strides, axes)),
  rowStride: strideAlong(strides, rowAxes),
  columnStride: strideAlong(strides, columnAxes),
})
