import { sizeOf } from '../../../core/tensor/shape.ts'
import type { Extent, NestBody, Store, StridedPlace } from '../kernel-program.ts'
import type { Space } from '../typescript/nest.ts'
import { binderOf } from './binder.ts'
import {
  indexText,
  neededBy,
  registerLine,
  registerOf,
  storeLine,
  stridesOf,
  type IndexOf,
} from './body-text.ts'
import { elementKernel, type Kernel } from './kernel.ts'
import type { Site } from './site.ts'

/*
 * Work on every element, one invocation each. Axes that lie behind each other in everything that is read and written are
 * one: y = x + b, x [6, 4, 10], b [10] runs over 24 rows of 10 columns, and over 240 elements where b is as large as x.
 */

/** Axes that were joined: a size, and a stride for each access. */
interface Axis {
  readonly size: number
  readonly strides: readonly number[]
}

/** The axes that are longer than one, neighbours joined wherever every access allows it. */
const joinedAxes = (axes: readonly Axis[]): readonly Axis[] =>
  axes
    .filter(({ size }) => size !== 1)
    .reduceRight<readonly Axis[]>((joined, axis) => {
      const [next, ...rest] = joined
      return next?.strides.every((stride, i) => axis.strides[i] === stride * next.size) === true
        ? [{ size: axis.size * next.size, strides: next.strides }, ...rest]
        : [axis, ...joined]
    }, [])

/** The position along each axis, of the number of the element. */
export const positionLines = (
  number: string,
  sizes: readonly number[],
  names: readonly string[],
): readonly string[] =>
  sizes.map((size, k) => {
    const inner = sizeOf(sizes.slice(k + 1))
    const quotient = inner === 1 ? number : `${number} / ${String(inner)}`
    return `let ${names[k]!} = ${k === 0 ? quotient : `(${quotient}) % ${String(size)}`};`
  })

const extentOf = (body: NestBody, { register }: Store): Extent => registerOf(body, register).extent

/** The kernel that stores the registers of one extent. */
const partKernel = (
  site: Site,
  body: NestBody,
  { outer, rows, columns }: Space,
  extent: Extent,
): Kernel[] => {
  const stores = body.stores.filter((store) => extentOf(body, store) === extent)
  const sizes = [...outer, ...(extent === 'scalar' ? [] : [rows]), ...(extent === 'full' ? [columns] : [])]
  const count = sizeOf(sizes)
  if (stores.length === 0 || count === 0) return []
  const binder = binderOf(site.placementOf)
  const writer = { site, binder, body }
  const needed = neededBy(
    body,
    stores.map(({ register }) => register),
  )
  const registers = [...needed].sort((a, b) => a - b)
  const accesses: readonly (readonly [StridedPlace, Extent])[] = [
    ...registers.flatMap((r) => {
      const load = body.loads[r]
      return load === undefined ? [] : [[load, load.extent] as const]
    }),
    ...stores.map((store) => [store, extent] as const),
  ]
  const strides = accesses.map(([access, spans]) => stridesOf(access, spans))
  const axes = joinedAxes(sizes.map((size, k) => ({ size, strides: strides.map((list) => list[k]!) })))
  const names = axes.map((_, k) => `x${String(k)}`)
  const indexOf: IndexOf = (access) => {
    const i = accesses.findIndex(([known]) => known === access)
    return indexText(
      access.place.offset,
      axes.map((axis, k) => [names[k]!, axis.strides[i]!] as const),
    )
  }
  return [
    elementKernel(binder, count, [
      ...positionLines(
        'i',
        axes.map(({ size }) => size),
        names,
      ),
      ...registers.map((r) => registerLine(writer, r, indexOf)),
      ...stores.map((store) => storeLine(writer, store.register, store, indexOf)),
    ]),
  ]
}

/**
 * A nest that reduces nothing: what spans columns, then what spans rows, then what spans neither, since a narrow store
 * may lie where a wider part reads.
 */
export const elementNest = (site: Site, body: NestBody, space: Space): readonly Kernel[] =>
  (['full', 'row', 'scalar'] as const).flatMap((extent) => partKernel(site, body, space, extent))
