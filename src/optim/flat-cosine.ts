import { add, clip, cos, div, mul, sub } from '../core/numeric/index.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { count, notNegative } from '../core/tensor/setting-ranges.ts'
import type { ScheduleFunction } from './schedules.ts'

/**
 * `from` over the first half of the steps, then half a cosine to 0, and 0 after `steps`.
 *
 * Source: D. Holzmüller, L. Grinsztajn, I. Steinwart, arXiv:2407.04491, 2024.
 *
 * @throws ArgumentError for another option, and unless `from` is ≥ 0 and `steps` is a positive integer.
 * @example
 * ```ts
 * import { item } from 'puregrad'
 * import { flatCosine, rateAt } from 'puregrad/optim'
 * const rates = [0, 2, 3, 4].map((step) => item(rateAt(flatCosine({ from: 1, steps: 4 }), step)).toFixed(2))
 * rates // => ['1.00', '1.00', '0.50', '0.00']
 * ```
 * @category Learning rates
 */
export const flatCosine = (options: { readonly from: number; readonly steps: number }): ScheduleFunction => {
  checkOptions('flatCosine', options, { from: true, steps: true })
  const { from, steps } = options
  checkSetting('flatCosine', 'from', from, notNegative)
  checkSetting('flatCosine', 'steps', steps, count)
  return (step) => {
    const through = clip(sub(mul(div(step, steps), 2), 1), 0, 1)
    return mul(add(cos(mul(through, Math.PI)), 1), from / 2)
  }
}
