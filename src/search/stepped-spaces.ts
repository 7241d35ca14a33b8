import { numberCodec } from '../core/codec/refined-codec.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import { checkBounds, shares, unit, type Space } from './space.ts'

/** How many steps there are from the least value to the greatest; a remainder by rounding alone is a step. */
const stepCount = (low: number, high: number, step: number): number => Math.floor((high - low) / step + 1e-9)

/** low + place · step, to 15 digits: from 0 by 0.1 the third is 0.3 and not 0.30000000000000004. */
export const stepValue = (low: number, step: number, place: number): number =>
  Number((low + place * step).toPrecision(15))

/** The greatest value that steps from `low` reach. */
export const lastStep = (low: number, high: number, step: number): number =>
  stepValue(low, step, stepCount(low, high, step))

/**
 * Numbers from `low` to at most `high` in steps, all alike: units by 8, a drop rate by 0.1. A grid finer than the steps
 * has each once.
 *
 * @throws ArgumentError unless bounds are finite, low < high, and the step is positive and fits between them.
 * @example
 * ```ts
 * import { spaces } from 'puregrad/search'
 * spaces.uniformStep(0, 0.5, 0.1).grid(9) // => [0, 0.1, 0.2, 0.3, 0.4, 0.5]
 * ```
 * @category Spaces
 */
export const uniformStep = (low: number, high: number, step: number): Space<number> => {
  checkBounds('uniformStep', low, high)
  checkSetting('uniformStep', 'step', step, { above: 0, max: high - low })
  const steps = stepCount(low, high, step)
  const value = (place: number): number => stepValue(low, step, place)
  return {
    spec: { kind: 'uniformStep', low, high, step },
    codec: numberCodec(`a number from ${low} to ${value(steps)} by ${step}`, (x) => {
      const place = Math.round((x - low) / step)
      return place >= 0 && place <= steps && value(place) === x
    }),
    sample: (key) => value(Math.floor(unit(key) * (steps + 1))),
    grid: (perAxis) => [...new Set(shares(perAxis).map((share) => value(Math.round(share * steps))))],
  }
}

/**
 * Positive integers from `low` to `high`, both included, whose logarithms are all alike: for widths and sizes of
 * batches. Each stands for what rounds to it.
 *
 * @throws ArgumentError unless both are integers and 0 < low < high.
 * @example
 * ```ts
 * import { spaces } from 'puregrad/search'
 * spaces.logInteger(1, 100).grid(3) // => [1, 10, 100]
 * ```
 * @category Spaces
 */
export const logInteger = (low: number, high: number): Space<number> => {
  checkBounds('logInteger', low, high, 0)
  if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high))
    throw new ArgumentError(`logInteger: expected integers for bounds, got ${low} and ${high}`)
  const within = (x: number): number => Math.min(high, Math.max(low, Math.round(x)))
  const between = (from: number, to: number, share: number): number =>
    from * Math.exp(share * Math.log(to / from))
  return {
    spec: { kind: 'logInteger', low, high },
    codec: numberCodec(
      `an integer from ${low} to ${high}`,
      (x) => Number.isInteger(x) && x >= low && x <= high,
    ),
    sample: (key) => within(between(low - 0.5, high + 0.5, unit(key))),
    grid: (perAxis) => [...new Set(shares(perAxis).map((share) => within(between(low, high, share))))],
  }
}
