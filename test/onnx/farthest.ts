import { toTypedArray, type Tensor } from '../../src/index.ts'

const apart = (a: number, b: number): number =>
  Object.is(a, b) || a === b ? 0 : Math.abs(a - b) / Math.max(1, Math.abs(b))

/** The largest difference between two tensors, relative beyond 1; infinite where only one is NaN or their sizes differ. */
export const farthest = (found: Tensor, expected: Tensor): number => {
  const [a, b] = [toTypedArray(found), toTypedArray(expected)]
  if (a.length !== b.length) return Infinity
  return Array.from(a, (value, i) => {
    const difference = apart(value, b[i]!)
    return Number.isNaN(difference) ? Infinity : difference
  }).reduce((most, difference) => Math.max(most, difference), 0)
}
