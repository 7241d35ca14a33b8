import { unitOf } from '../scale/unit-of.ts'

/** Numbers less their mean, in a unit in which their squares neither vanish nor overflow; zeros where they do not vary. */
export const centred = (numbers: Float64Array): Float64Array => {
  const mean = numbers.reduce((sum, x) => sum + x, 0) / numbers.length
  const apart = numbers.map((x) => x - mean)
  const largest = apart.reduce((most, x) => Math.max(most, Math.abs(x)), 0)
  const unit = largest > 0 ? unitOf(largest) : 1
  return apart.map((x) => x / unit)
}
