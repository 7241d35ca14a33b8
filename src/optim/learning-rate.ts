import { tensor } from '../core/numeric/index.ts'
import { valueOf } from '../core/numeric/operand.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { notNegative } from '../core/tensor/setting-ranges.ts'
import { isTensor, type Tensor } from '../core/tensor/tensor.ts'
import { isTracedNumber } from '../core/tensor/traced-number.ts'

/**
 * A learning rate, or how it depends on the number of steps taken, a float64 scalar.
 *
 * @category Learning rates
 */
export type Schedule = number | ((step: Tensor) => Tensor | number)

/**
 * A rate that `jit` traces is checked at every call, by `rateAt`.
 *
 * @throws ArgumentError unless the rate is a number ≥ 0, or a function of the number of steps.
 */
export const checkSchedule = (where: string, name: string, schedule: Schedule): void => {
  if (typeof schedule !== 'function' && !isTracedNumber(schedule))
    checkSetting(where, name, schedule, notNegative)
}

const checkRate = (rate: number): void => {
  checkSetting('rateAt', 'the rate', rate, notNegative)
}

/**
 * The rate of a schedule at a step.
 *
 * @throws ArgumentError for a rate that is a number of JavaScript and negative or not finite.
 * @example
 * ```ts
 * import { add, div, item } from 'puregrad'
 * import { rateAt } from 'puregrad/optim'
 * item(rateAt((step) => div(1, add(1, step)), 3)) // => 0.25
 * ```
 * @category Learning rates
 */
export const rateAt = (schedule: Schedule, step: Tensor | number): Tensor => {
  const at = isTensor(step) ? step : tensor(step, { dtype: 'float64' })
  const rate = typeof schedule === 'function' ? schedule(at) : schedule
  if (isTensor(rate)) return rate
  if (typeof rate === 'number') checkRate(rate)
  return valueOf(rate, 'float64', 'rateAt', checkRate)
}
