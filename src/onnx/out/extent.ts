import { ArgumentError } from '../../core/tensor/errors.ts'

/** A size in a graph whose number of rows is free: `rows` times the number of rows, plus a number. */
export interface Extent {
  readonly rows: number
  readonly plus: number
}

export type Extents = readonly Extent[]

/** Sizes that are what they are. */
export const fixed = (sizes: readonly number[]): Extents => sizes.map((plus) => ({ rows: 0, plus }))

/**
 * The extent that is one number at one number of rows and another at another.
 *
 * @throws ArgumentError for a size that is no whole multiple of the rows and a constant.
 */
export const extentOf = (at: readonly [number, number], sizes: readonly [number, number]): Extent => {
  const rows = (sizes[1] - sizes[0]) / (at[1] - at[0])
  if (!Number.isInteger(rows))
    throw new ArgumentError(
      `a size of the program is ${String(sizes[0])} for ${String(at[0])} rows and ${String(sizes[1])} for ${String(at[1])}: ` +
        'it depends on the number of rows in a way that a graph cannot say',
    )
  return { rows, plus: sizes[0] - rows * at[0] }
}

export const sameExtents = (a: Extents, b: Extents): boolean =>
  a.length === b.length && a.every(({ rows, plus }, i) => rows === b[i]!.rows && plus === b[i]!.plus)

export const isOne = ({ rows, plus }: Extent): boolean => rows === 0 && plus === 1

/** Whether no element is there, whatever the number of rows. */
export const isEmpty = (extents: Extents): boolean =>
  extents.some(({ rows, plus }) => rows === 0 && plus === 0)

/** What shapes give together by the rules of broadcasting; undefined where they do not fit. */
export const broadcastExtents = (shapes: readonly Extents[]): Extents | undefined => {
  const rank = Math.max(...shapes.map(({ length }) => length))
  const axes = Array.from({ length: rank }, (_, axis) => {
    const sizes = shapes.flatMap((shape) => shape[axis - rank + shape.length] ?? [])
    const wide = sizes.filter((size) => !isOne(size))
    return wide.length === 0
      ? sizes[0]
      : sameExtents(
            wide,
            wide.map(() => wide[0]!),
          )
        ? wide[0]
        : undefined
  })
  return axes.some((size) => size === undefined) ? undefined : (axes as Extents)
}
