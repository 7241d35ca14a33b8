import { add, cos, div, log, minimum, mul, sub } from '../core/numeric/index.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { count, notNegative } from '../core/tensor/setting-ranges.ts'
import type { ScheduleFunction } from './schedules.ts'

/**
 * Cycles from 0 to `peak` and back to 0, each twice as long as the one before: with t = step/steps the rate is
 * peak · ½(1 − cos 2π log₂(1 + (2^cycles − 1)t)), and 0 after `steps`. Four cycles unless told otherwise.
 *
 * Source: D. Holzmüller, L. Grinsztajn, I. Steinwart, arXiv:2407.04491, 2024.
 *
 * @throws ArgumentError for another option, and unless `peak` is ≥ 0 and `steps` and `cycles` are positive integers.
 * @example
 * ```ts
 * import { item } from 'puregrad'
 * import { cosineLogCycles, rateAt } from 'puregrad/optim'
 * const schedule = cosineLogCycles({ peak: 1, steps: 3, cycles: 2 })
 * const rates = [0, 1, 3].map((step) => item(rateAt(schedule, step)).toFixed(3))
 * rates // => ['0.000', '0.000', '0.000']
 * ```
 * @category Learning rates
 */
export const cosineLogCycles = (options: {
  readonly peak: number
  readonly steps: number
  readonly cycles?: number
}): ScheduleFunction => {
  checkOptions('cosineLogCycles', options, { peak: true, steps: true, cycles: true })
  const { peak, steps, cycles = 4 } = options
  checkSetting('cosineLogCycles', 'peak', peak, notNegative)
  checkSetting('cosineLogCycles', 'steps', steps, count)
  checkSetting('cosineLogCycles', 'cycles', cycles, count)
  return (step) => {
    const through = minimum(div(step, steps), 1)
    const turns = div(log(add(1, mul(through, 2 ** cycles - 1))), Math.LN2)
    return mul(sub(1, cos(mul(turns, 2 * Math.PI))), peak / 2)
  }
}
