import type { Extent as AnyExtent } from '../../compile/program/extent.ts'

/** A size in a graph whose number of rows is free: `rows` times the number of rows, plus a number. */
export type Extent = Exclude<AnyExtent, number>

export type Extents = readonly Extent[]

/** Sizes with both of their parts. */
export const extents = (sizes: readonly AnyExtent[]): Extents =>
  sizes.map((size) => (typeof size === 'number' ? { rows: 0, plus: size } : size))

export const sameExtents = (a: Extents, b: Extents): boolean =>
  a.length === b.length && a.every(({ rows, plus }, i) => rows === b[i]!.rows && plus === b[i]!.plus)

const isOne = ({ rows, plus }: Extent): boolean => rows === 0 && plus === 1

/** Whether no element is there, whatever the number of rows. */
export const isEmpty = (sizes: Extents): boolean => sizes.some(({ rows, plus }) => rows === 0 && plus === 0)

/** What shapes give together by the rules of broadcasting; undefined where they do not fit. */
export const broadcastExtents = (shapes: readonly Extents[]): Extents | undefined => {
  const rank = Math.max(...shapes.map(({ length }) => length))
  const axes = Array.from({ length: rank }, (_, axis) => {
    const sizes = shapes.flatMap((shape) => shape[axis - rank + shape.length] ?? [])
    const wide = sizes.filter((size) => !isOne(size))
    return wide.length === 0
      ? sizes[0]
      : wide.every((size) => sameExtents([size], [wide[0]!]))
        ? wide[0]
        : undefined
  })
  return axes.flatMap((size) => size ?? []).length < rank ? undefined : axes.flatMap((size) => size ?? [])
}
