import { ArgumentError, ShapeError } from './errors.ts'
import { isTracedNumber } from './traced-number.ts'

/** The sizes of a tensor at run time, outermost axis first. */
export type Sizes = readonly number[]

/** The number of elements of a shape; 1 for a scalar. */
export const sizeOf = (shape: Sizes): number => {
  let size = 1
  for (let i = 0; i < shape.length; i++) size *= shape[i]!
  return size
}

export const sameShape = (a: Sizes, b: Sizes): boolean => {
  if (a === b) return true
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** The first of several values that has not the shape of the one in front. */
export const ofOtherShape = <T extends { readonly shape: Sizes }>(values: readonly T[]): T | undefined => {
  for (let i = 1; i < values.length; i++) if (!sameShape(values[i]!.shape, values[0]!.shape)) return values[i]
  return undefined
}

/** A shape as it is written in messages, `[2, 3]`. */
export const showShape = (shape: Sizes): string => `[${shape.join(', ')}]`

/** Row-major strides, in elements. */
export const stridesOf = (shape: Sizes): readonly number[] => {
  const strides = new Array<number>(shape.length)
  let step = 1
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = step
    step *= shape[i] ?? 1
  }
  return strides
}

/** Where each of several shapes begins along an axis when they follow one another. */
export const startsAlong = (shapes: readonly Sizes[], axis: number): readonly number[] => {
  let end = 0
  return shapes.map((shape) => {
    const start = end
    end += shape[axis] ?? 0
    return start
  })
}

/** The sizes of the axes from `first` up to but without `end`. Engines take `slice` of a frozen array the long way. */
export const sizesBetween = (sizes: Sizes, first: number, end: number): Sizes => {
  const part: number[] = []
  for (let axis = Math.max(first, 0); axis < end; axis++) part.push(sizes[axis]!)
  return part
}

/** The sizes as an array that nobody can change: themselves where they are frozen, else a copy. */
export const frozenSizes = (sizes: Sizes): Sizes =>
  Object.isFrozen(sizes) ? sizes : Object.freeze(sizes.slice())

/** The largest element count an ndarray view can address: its offset is a 32-bit integer. */
const largestSize = 2 ** 31 - 1

/** The shape; throws where the whole cannot be addressed. */
export const addressable = (shape: Sizes, where: string): Sizes => {
  const size = sizeOf(shape)
  if (size > largestSize)
    throw new ShapeError(
      `${where}: ${showShape(shape)} has ${String(size)} elements; a tensor has at most ${String(largestSize)}`,
    )
  return shape
}

/** An entry that should be a number, for a message. A number that is not known yet has one of its own. */
const shownEntry = (entry: unknown): string => {
  if (isTracedNumber(entry)) entry.refuse()
  if (entry === undefined) return 'nothing'
  if (typeof entry === 'number' || typeof entry === 'boolean' || entry === null) return String(entry)
  return typeof entry === 'string'
    ? JSON.stringify(entry.slice(0, 60))
    : Array.isArray(entry)
      ? 'an array'
      : `a value of type ${typeof entry}`
}

/** A list that should be of numbers, for a message. */
export const shownSizes = (sizes: readonly unknown[]): string =>
  `[${[...sizes.slice(0, 20).map(shownEntry), ...(sizes.length > 20 ? ['…'] : [])].join(', ')}]`

/** Throws unless it is a list of non-negative integers and the whole can be addressed. */
export const checkShape = (shape: Sizes, where: string): void => {
  if (!Array.isArray(shape))
    throw new ShapeError(`${where}: expected a shape as an array of sizes, got ${shownEntry(shape)}`)
  if (Array.from(shape).some((n) => !Number.isInteger(n) || n < 0))
    throw new ShapeError(`${where}: a shape has non-negative integer dimensions, got ${shownSizes(shape)}`)
  addressable(shape, where)
}

/** The axis counted from the front, for an axis that may count from the back; throws outside −rank…rank−1. */
export const normalizeAxis = (axis: number, rank: number, where: string): number => {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank)
    throw new ArgumentError(
      `${where}: axis ${shownEntry(axis)} is outside a tensor of rank ${String(rank)} ` +
        (rank === 0 ? '(a scalar has no axes)' : `(expected ${String(-rank)} to ${String(rank - 1)})`),
    )
  return axis < 0 ? axis + rank : axis
}

/** Distinct axes counted from the front, ascending; `undefined` means all of them. */
export const normalizeAxes = (
  axes: number | readonly number[] | undefined,
  rank: number,
  where: string,
): readonly number[] => {
  if (axes === undefined) return Array.from({ length: rank }, (_, axis) => axis)
  const normalized = (Array.isArray(axes) ? (Array.from(axes) as readonly number[]) : [axes as number]).map(
    (axis) => normalizeAxis(axis, rank, where),
  )
  const distinct = [...new Set(normalized)].sort((a, b) => a - b)
  if (distinct.length !== normalized.length)
    throw new ArgumentError(`${where}: axes [${normalized.join(', ')}] name one axis twice`)
  return distinct
}

/** The shape two shapes broadcast to, aligned at the last axis (NumPy's rule), or an error naming both. */
export const broadcastShapes = (a: Sizes, b: Sizes, where: string): Sizes => {
  if (sameShape(a, b)) return a
  if (a.length === 0) return b
  if (b.length === 0) return a
  const rank = Math.max(a.length, b.length)
  const shape: number[] = []
  for (let i = 0; i < rank; i++) {
    const m = a[i - rank + a.length] ?? 1
    const n = b[i - rank + b.length] ?? 1
    if (m !== n && m !== 1 && n !== 1)
      throw new ShapeError(
        `${where}: shapes ${showShape(a)} and ${showShape(b)} do not broadcast: ` +
          `${String(m)} meets ${String(n)} at axis ${String(i)}`,
      )
    shape.push(m === 1 ? n : m)
  }
  return shape
}

/** A shape without the given (normalized) axes. */
export const withoutAxes = (shape: Sizes, axes: readonly number[]): Sizes =>
  shape.filter((_, axis) => !axes.includes(axis))

/** A shape with the given (normalized) axes set to 1. */
export const withUnitAxes = (shape: Sizes, axes: readonly number[]): Sizes =>
  shape.map((n, axis) => (axes.includes(axis) ? 1 : n))
