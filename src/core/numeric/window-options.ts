import { checkChoice } from '../tensor/check-choice.ts'
import { checkSetting, type SettingRange } from '../tensor/check-setting.ts'
import { ArgumentError, ShapeError } from '../tensor/errors.ts'
import { count, countOrNone } from '../tensor/setting-ranges.ts'
import { showShape, type Sizes } from '../tensor/shape.ts'
import { showValue } from '../tensor/show-value.ts'

/**
 * One number for every axis of space, or one for each.
 *
 * @category Convolutions
 */
export type PerAxis = number | readonly number[]

/**
 * What surrounds images. `'valid'` is nothing; `'same'` is as much as lets a stride of 1 keep the size (of a stride s there
 * is one output for every s inputs, the last for a rest), an odd element behind; a number is so many on all sides; a list has
 * for each axis a number or a pair of before and behind.
 *
 * @category Convolutions
 */
export type Padding = 'valid' | 'same' | number | readonly (number | readonly [number, number])[]

/** The sizes of space of images `[n, …space, channels]`. @throws ShapeError for what are no images. */
export const spaceOf = (where: string, { shape }: { readonly shape: Sizes }): Sizes => {
  if (shape.length < 3 || shape.length > 5)
    throw new ShapeError(
      `${where}: expected images [n, …space, channels] with one to three axes of space, got ${showShape(shape)}` +
        (shape.length === 2 ? '; expandDims makes axes of size 1' : ''),
    )
  return shape.slice(1, -1)
}

/** A number for each axis of space. @throws ArgumentError for another length, or a number outside of the range. */
export const perAxis = (
  where: string,
  name: string,
  given: PerAxis,
  rank: number,
  range: SettingRange = count,
): readonly number[] => {
  const list: readonly number[] = Array.isArray(given) ? given : Array.from({ length: rank }, () => given)
  if (list.length !== rank)
    throw new ArgumentError(
      `${where}: ${name}: expected one number or one for each of ${String(rank)} axes of space, got ${showValue(given)}`,
    )
  list.forEach((n, axis) => {
    checkSetting(where, Array.isArray(given) ? `${name}[${String(axis)}]` : name, n, range)
  })
  return list
}

/** What is before and behind images along each axis. */
export interface Surround {
  readonly low: readonly number[]
  readonly high: readonly number[]
}

const pairOf = (where: string, name: string, given: unknown): readonly [number, number] => {
  const pair: readonly unknown[] = Array.isArray(given) ? given : [given, given]
  if (pair.length !== 2)
    throw new ArgumentError(`${where}: ${name}: expected a number or a pair, got ${showValue(given)}`)
  pair.forEach((n) => {
    checkSetting(where, name, n, countOrNone)
  })
  return pair as readonly [number, number]
}

/** How much a padding is, where `same` lets each axis have the total that it is given. */
export const surroundOf = (
  where: string,
  padding: Padding,
  rank: number,
  sameTotal: (axis: number) => number,
): Surround => {
  const axes = Array.from({ length: rank }, (_, axis) => axis)
  if (typeof padding === 'string') {
    checkChoice(where, 'padding', padding, ['valid', 'same'])
    const totals = axes.map((axis) => (padding === 'same' ? Math.max(0, sameTotal(axis)) : 0))
    return {
      low: totals.map((total) => Math.floor(total / 2)),
      high: totals.map((total) => Math.ceil(total / 2)),
    }
  }
  if (Array.isArray(padding) && padding.length !== rank)
    throw new ArgumentError(
      `${where}: padding: expected a number or a pair for each of ${String(rank)} axes of space, got ${showValue(padding)}`,
    )
  const pairs = axes.map((axis) =>
    Array.isArray(padding)
      ? pairOf(where, `padding[${String(axis)}]`, padding[axis])
      : pairOf(where, 'padding', padding),
  )
  return { low: pairs.map(([before]) => before), high: pairs.map(([, behind]) => behind) }
}

/** From the first tap to the last. */
export const reachOf = (taps: number, dilation: number): number => dilation * (taps - 1) + 1

/** The padding of windows over images of these sizes. @throws ShapeError where a window does not fit in. */
export const paddingOf = (
  where: string,
  padding: Padding,
  space: Sizes,
  windows: {
    readonly taps: readonly number[]
    readonly strides: readonly number[]
    readonly dilation: readonly number[]
  },
): Surround => {
  const reach = windows.taps.map((taps, axis) => reachOf(taps, windows.dilation[axis]!))
  const surround = surroundOf(where, padding, space.length, (axis) => {
    const stride = windows.strides[axis]!
    return (Math.ceil(space[axis]! / stride) - 1) * stride + reach[axis]! - space[axis]!
  })
  const padded = space.map((size, axis) => size + surround.low[axis]! + surround.high[axis]!)
  if (padded.some((size, axis) => size < reach[axis]!))
    throw new ShapeError(
      `${where}: a window of ${showShape(reach)} does not fit into ${showShape(padded)}` +
        (padding === 'valid' || padding === 0 ? '; padding makes room' : ', padding included'),
    )
  return surround
}
