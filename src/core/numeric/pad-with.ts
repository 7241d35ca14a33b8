import { checkChoice } from '../tensor/check-choice.ts'
import { checkList } from '../tensor/check-list.ts'
import { ArgumentError, ShapeError } from '../tensor/errors.ts'
import { addressable, showShape } from '../tensor/shape.ts'
import { showValue } from '../tensor/show-value.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { take } from './index-by.ts'
import { tensorOf } from './operand.ts'
import { pad } from './shape.ts'

export const paddingModes = ['zeros', 'reflect', 'edge', 'circular'] as const

/**
 * What lies around a tensor: zeros; its mirror image without the edge repeated; its edge; itself again.
 *
 * @category Convolutions
 */
export type PaddingMode = (typeof paddingModes)[number]

/** From a position, which may be outside of 0 … n − 1, to the one whose element is there. */
const sources: Readonly<Record<Exclude<PaddingMode, 'zeros'>, (at: number, n: number) => number>> = {
  reflect: (at, n) => {
    const period = Math.max(1, 2 * (n - 1))
    const inside = ((at % period) + period) % period
    return inside < n ? inside : period - inside
  },
  edge: (at, n) => Math.min(Math.max(at, 0), n - 1),
  circular: (at, n) => ((at % n) + n) % n,
}

/**
 * Surrounded by what the mode says: for each axis how many elements go before and after.
 *
 * @throws ArgumentError for widths that are not non-negative integers, or another mode; ShapeError for an axis of size 0
 * that has to grow, whose elements there is nothing to make of.
 * @example
 * ```ts
 * import { padWith, tensor, toArray } from 'puregrad'
 * toArray(padWith(tensor([1, 2, 3]), [[2, 1]], 'reflect')) // => [3, 2, 1, 2, 3, 2]
 * toArray(padWith(tensor([1, 2, 3]), [[2, 1]], 'edge')) // => [1, 1, 1, 2, 3, 3]
 * toArray(padWith(tensor([1, 2, 3]), [[2, 1]], 'circular')) // => [2, 3, 1, 2, 3, 1]
 * ```
 * @category Convolutions
 */
export const padWith = (
  x: Tensor,
  widths: readonly (readonly [number, number])[],
  mode: PaddingMode,
): Tensor => {
  tensorOf(x, 'padWith')
  checkChoice('padWith', 'mode', mode, paddingModes)
  checkList('padWith', 'a pair of non-negative integers for each axis', widths)
  const isPair = (pair: readonly unknown[]): boolean =>
    Array.isArray(pair) &&
    pair.length === 2 &&
    pair.every((w) => typeof w === 'number' && Number.isInteger(w) && w >= 0)
  if (widths.length !== x.rank || !widths.every(isPair))
    throw new ArgumentError(
      `padWith: expected a pair of non-negative integers for each axis of ${showShape(x.shape)}, got ${showValue(widths)}`,
    )
  addressable(
    x.shape.map((n, axis) => n + widths[axis]![0] + widths[axis]![1]),
    'padWith',
  )
  if (mode === 'zeros') return pad(x, widths)
  return widths.reduce<Tensor>((y, [before, behind], axis) => {
    const n = x.shape[axis]!
    if (before + behind === 0) return y
    if (n === 0)
      throw new ShapeError(
        `padWith: axis ${String(axis)} of ${showShape(x.shape)} has nothing to go around it`,
      )
    const positions = Array.from({ length: before + n + behind }, (_, i) => sources[mode](i - before, n))
    return take(y, positions, { axis })
  }, x)
}
