import { abs, add, greater, isFinite, less, mul, onesLike, sub, where } from '../core/numeric/index.ts'
import type { Tensor } from '../core/tensor/tensor.ts'

/**
 * Whether small or large values are good.
 *
 * @category Learning rates
 */
export type Direction = 'min' | 'max'

/** The two directions. */
export const directions: readonly Direction[] = ['min', 'max']

/**
 * Whether a value is better than the best so far. NaN is never better, any other value is better than none or NaN, and
 * of equals the first stays. Best-so-far, early stopping, plateaus and ranks all follow this one order.
 */
export const isBetterValue = (direction: Direction, value: number, best: number | undefined): boolean =>
  !Number.isNaN(value) &&
  (best === undefined || Number.isNaN(best) || (direction === 'min' ? value < best : value > best))

/** The best first, NaN last; 0 for equals, so that a stable sort keeps their order. */
export const byValue =
  (direction: Direction) =>
  (a: number, b: number): number =>
    isBetterValue(direction, a, b) ? -1 : isBetterValue(direction, b, a) ? 1 : 0

/** The position of the first best value; −1 where none is a number. */
export const firstBest = (direction: Direction, values: readonly number[]): number =>
  values.reduce((best, value, i) => (isBetterValue(direction, value, values[best]) ? i : best), -1)

/** How far from the reference a value has to be for an improvement that counts. */
export interface Margin {
  readonly by: number
  /** A share of the reference's size, or a difference. */
  readonly mode: 'relative' | 'absolute'
}

/** What a value has to be better than. From an infinite reference no margin is taken: ∞ − ∞ is no bar. */
export const barOf = (direction: Direction, reference: number, { by, mode }: Margin): number => {
  const margin = mode === 'relative' ? by * Math.abs(reference) : by
  return Number.isFinite(reference)
    ? direction === 'min'
      ? reference - margin
      : reference + margin
    : reference
}

/** The same for scalars that may be known only when a program runs: the truth as a tensor. */
export const improves = (
  direction: Direction,
  value: Tensor,
  reference: Tensor,
  { by, mode }: Margin,
): Tensor => {
  const margin = mul(mode === 'relative' ? abs(reference) : onesLike(reference), by)
  const beyond = direction === 'min' ? sub(reference, margin) : add(reference, margin)
  const bar = where(isFinite(reference), beyond, reference)
  // A comparison with NaN is false, so NaN improves nothing.
  return direction === 'min' ? less(value, bar) : greater(value, bar)
}
