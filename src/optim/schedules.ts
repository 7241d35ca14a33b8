import {
  abs,
  add,
  clip,
  cos,
  div,
  floor,
  less,
  log,
  maximum,
  minimum,
  mul,
  pow,
  sqrt,
  sub,
  tensor,
  where,
} from '../core/numeric/index.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import { count, countOrNone, notNegative, positive } from '../core/tensor/setting-ranges.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { checkSchedule, rateAt, type Schedule } from './learning-rate.ts'

/**
 * A schedule that is a function, of a float64 scalar.
 *
 * @category Learning rates
 */
export type ScheduleFunction = (step: Tensor) => Tensor

const checkRates = (where: string, rates: Readonly<Record<string, number>>): void =>
  Object.entries(rates).forEach(([name, rate]) => checkSetting(where, name, rate, notNegative))

const share = (step: Tensor, steps: number): Tensor => minimum(div(step, steps), 1)

/**
 * from · rate^(step / every); with `staircase` the exponent is rounded down.
 *
 * @throws ArgumentError for another option, and unless `from` is ≥ 0, `rate` above 0 and `every` a positive integer.
 * @example
 * ```ts
 * import { item } from 'puregrad'
 * import { exponentialDecay, rateAt } from 'puregrad/optim'
 * item(rateAt(exponentialDecay({ from: 1, rate: 0.5, every: 10 }), 20)) // => 0.25
 * ```
 * @category Learning rates
 */
export const exponentialDecay = (options: {
  readonly from: number
  readonly rate: number
  readonly every: number
  readonly staircase?: boolean
}): ScheduleFunction => {
  checkOptions('exponentialDecay', options, { from: true, rate: true, every: true, staircase: true })
  const { from, rate, every, staircase = false } = options
  checkRates('exponentialDecay', { from })
  checkSetting('exponentialDecay', 'rate', rate, positive)
  checkSetting('exponentialDecay', 'every', every, count)
  checkChoice('exponentialDecay', 'staircase', staircase, [true, false])
  return (step) => {
    const times = div(step, every)
    return mul(from, pow(rate, staircase ? floor(times) : times))
  }
}

/**
 * From `from` to `to` along (1 − step/steps)^power, then constant; power 1 (a straight line) unless told otherwise.
 *
 * @throws ArgumentError for another option, and unless both rates are ≥ 0, `steps` is a positive integer and `power`
 * above 0.
 * @example
 * ```ts
 * import { item } from 'puregrad'
 * import { polynomialDecay, rateAt } from 'puregrad/optim'
 * item(rateAt(polynomialDecay({ from: 1, to: 0, steps: 10 }), 5)) // => 0.5
 * ```
 * @category Learning rates
 */
export const polynomialDecay = (options: {
  readonly from: number
  readonly to: number
  readonly steps: number
  readonly power?: number
}): ScheduleFunction => {
  checkOptions('polynomialDecay', options, { from: true, to: true, steps: true, power: true })
  const { from, to, steps, power = 1 } = options
  checkRates('polynomialDecay', { from, to })
  checkSetting('polynomialDecay', 'steps', steps, count)
  checkSetting('polynomialDecay', 'power', power, positive)
  return (step) => add(to, mul(from - to, pow(sub(1, share(step, steps)), power)))
}

/**
 * Half a cosine from `from` to `to` (0 unless told otherwise), then constant.
 *
 * Source: I. Loshchilov, F. Hutter, "SGDR", ICLR 2017.
 *
 * @throws ArgumentError for another option, and unless both rates are ≥ 0 and `steps` is a positive integer.
 * @example
 * ```ts
 * import { item } from 'puregrad'
 * import { cosineDecay, rateAt } from 'puregrad/optim'
 * item(rateAt(cosineDecay({ from: 1, steps: 10 }), 10)) // => 0
 * ```
 * @category Learning rates
 */
export const cosineDecay = (options: {
  readonly from: number
  readonly to?: number
  readonly steps: number
}): ScheduleFunction => {
  checkOptions('cosineDecay', options, { from: true, to: true, steps: true })
  const { from, to = 0, steps } = options
  checkRates('cosineDecay', { from, to })
  checkSetting('cosineDecay', 'steps', steps, count)
  return (step) => add(to, mul((from - to) / 2, add(1, cos(mul(Math.PI, share(step, steps))))))
}

/**
 * Constant between boundaries: `values[i]` before step `boundaries[i]`, the last value from the last boundary on.
 *
 * @throws ArgumentError for another option, and unless boundaries are integers ≥ 0 that increase and there is one value,
 * ≥ 0, more than boundaries.
 * @example
 * ```ts
 * import { item } from 'puregrad'
 * import { piecewiseConstant, rateAt } from 'puregrad/optim'
 * const schedule = piecewiseConstant({ boundaries: [10, 20], values: [1, 0.5, 0.1] })
 * const rates = [9, 10, 20].map((step) => item(rateAt(schedule, step)))
 * rates // => [1, 0.5, 0.1]
 * ```
 * @category Learning rates
 */
export const piecewiseConstant = (options: {
  readonly boundaries: readonly number[]
  readonly values: readonly number[]
}): ScheduleFunction => {
  checkOptions('piecewiseConstant', options, { boundaries: true, values: true })
  const { boundaries, values } = options
  if (![boundaries, values].every((list: unknown) => Array.isArray(list)))
    throw new ArgumentError('piecewiseConstant: expected lists of boundaries and of values')
  boundaries.forEach((boundary, i) =>
    checkSetting('piecewiseConstant', `boundaries[${i}]`, boundary, countOrNone),
  )
  values.forEach((value, i) => checkSetting('piecewiseConstant', `values[${i}]`, value, notNegative))
  const last = values.at(-1)
  if (last === undefined || values.length !== boundaries.length + 1)
    throw new ArgumentError(
      `piecewiseConstant: ${boundaries.length} boundaries separate ${boundaries.length + 1} values, got ${values.length}`,
    )
  if (boundaries.some((boundary, i) => i > 0 && !(boundary > (boundaries[i - 1] ?? Infinity))))
    throw new ArgumentError(`piecewiseConstant: boundaries increase, got ${boundaries.join(', ')}`)
  return (step) =>
    boundaries.reduceRight<Tensor>(
      (rate, boundary, i) => where(less(step, boundary), values[i] ?? last, rate),
      tensor(last, { dtype: 'float64' }),
    )
}

/**
 * Linearly up from `from` (0 unless told otherwise) to where another schedule begins, then that schedule from its start.
 *
 * Source: P. Goyal et al., arXiv:1706.02677, 2017.
 *
 * @throws ArgumentError for another option, and unless the rates are ≥ 0 and `steps` is a positive integer.
 * @example
 * ```ts
 * import { item } from 'puregrad'
 * import { rateAt, warmUp } from 'puregrad/optim'
 * const schedule = warmUp({ steps: 4, then: 1 })
 * const rates = [0, 1, 4, 9].map((step) => item(rateAt(schedule, step)))
 * rates // => [0, 0.25, 1, 1]
 * ```
 * @category Learning rates
 */
export const warmUp = (options: {
  readonly steps: number
  readonly from?: number
  readonly then: Schedule
}): ScheduleFunction => {
  checkOptions('warmUp', options, { steps: true, from: true, then: true })
  const { steps, from = 0, then } = options
  checkSetting('warmUp', 'steps', steps, count)
  checkRates('warmUp', { from })
  checkSchedule('warmUp', 'then', then)
  return (step) => {
    const top = rateAt(then, 0)
    const rising = add(from, mul(sub(top, from), share(step, steps)))
    return where(less(step, steps), rising, rateAt(then, maximum(sub(step, steps), 0)))
  }
}

/**
 * One cycle: half a cosine up from peak/`divide` over the first `up` share of the steps, then half a cosine down to
 * peak/(`divide`·`finally`).
 *
 * Source: L. N. Smith, N. Topin, "Super-convergence", 2018.
 *
 * @throws ArgumentError for another option, and unless the peak is ≥ 0, `steps` an integer ≥ 2, `up` between 0 and 1, and
 * `divide` and `finally` are above 0.
 * @example
 * ```ts
 * import { item } from 'puregrad'
 * import { oneCycle, rateAt } from 'puregrad/optim'
 * item(rateAt(oneCycle({ peak: 1, steps: 100, up: 0.25 }), 25)) // => 1
 * ```
 * @category Learning rates
 */
export const oneCycle = (options: {
  readonly peak: number
  readonly steps: number
  readonly up?: number
  readonly divide?: number
  readonly finally?: number
}): ScheduleFunction => {
  checkOptions('oneCycle', options, { peak: true, steps: true, up: true, divide: true, finally: true })
  const { peak, steps, up = 0.3, divide = 25, finally: end = 1e4 } = options
  checkRates('oneCycle', { peak })
  checkSetting('oneCycle', 'steps', steps, { min: 2, whole: true })
  checkSetting('oneCycle', 'up', up, { above: 0, below: 1 })
  checkSetting('oneCycle', 'divide', divide, positive)
  checkSetting('oneCycle', 'finally', end, positive)
  const rising = Math.max(1, Math.round(up * steps))
  const rise = cosineDecay({ from: peak / divide, to: peak, steps: rising })
  const fall = cosineDecay({ from: peak, to: peak / (divide * end), steps: Math.max(1, steps - rising) })
  return (step) => where(less(step, rising), rise(step), fall(maximum(sub(step, rising), 0)))
}

/**
 * Half a cosine from `from` to `to` (0 unless told otherwise) over `steps`, again and again from the start, each cycle
 * `growth` times as long as the one before (1 unless told otherwise).
 *
 * Source: I. Loshchilov, F. Hutter, "SGDR: stochastic gradient descent with warm restarts", ICLR 2017.
 *
 * @throws ArgumentError for another option, and unless both rates are ≥ 0, `steps` is a positive integer and `growth` is
 * 1 or more.
 * @example
 * ```ts
 * import { item } from 'puregrad'
 * import { rateAt, warmRestarts } from 'puregrad/optim'
 * const schedule = warmRestarts({ from: 1, steps: 10, growth: 2 })
 * const rates = [0, 5, 10, 20, 30].map((step) => Number(item(rateAt(schedule, step)).toFixed(6)))
 * rates // => [1, 0.5, 1, 0.5, 1]
 * ```
 * @category Learning rates
 */
export const warmRestarts = (options: {
  readonly from: number
  readonly to?: number
  readonly steps: number
  readonly growth?: number
}): ScheduleFunction => {
  checkOptions('warmRestarts', options, { from: true, to: true, steps: true, growth: true })
  const { from, to = 0, steps, growth = 1 } = options
  checkRates('warmRestarts', { from, to })
  checkSetting('warmRestarts', 'steps', steps, count)
  checkSetting('warmRestarts', 'growth', growth, { min: 1 })
  /** The start and the length of the cycle of a step; n cycles that grow hold steps·(growthⁿ − 1)/(growth − 1) steps. */
  const cycleAt = (step: Tensor): { readonly begun: Tensor; readonly length: Tensor } => {
    if (growth === 1)
      return { begun: mul(floor(div(step, steps)), steps), length: tensor(steps, { dtype: 'float64' }) }
    const cycles = div(log(add(1, mul(div(step, steps), growth - 1))), Math.log(growth))
    // At the very start of a cycle the logarithm may fall short of a whole number by a rounding.
    const times = pow(growth, floor(add(cycles, 1e-9)))
    return { begun: mul(div(sub(times, 1), growth - 1), steps), length: mul(steps, times) }
  }
  return (step) => {
    const { begun, length } = cycleAt(step)
    const through = clip(div(sub(step, begun), length), 0, 1)
    return add(to, mul((from - to) / 2, add(1, cos(mul(Math.PI, through)))))
  }
}

/**
 * Up from `low` to `high` over `steps` steps and down again over as many, again and again; `shrink` multiplies the height
 * of each cycle by so much more (1 unless told otherwise: all are alike).
 *
 * Source: L. N. Smith, "Cyclical learning rates for training neural networks", WACV 2017.
 *
 * @throws ArgumentError for another option, and unless both rates are ≥ 0, `steps` is a positive integer and
 * 0 < `shrink` ≤ 1.
 * @example
 * ```ts
 * import { item } from 'puregrad'
 * import { rateAt, triangularCycles } from 'puregrad/optim'
 * const schedule = triangularCycles({ low: 1, high: 3, steps: 10, shrink: 0.5 })
 * const rates = [0, 5, 10, 20, 30].map((step) => item(rateAt(schedule, step)))
 * rates // => [1, 2, 3, 1, 2]
 * ```
 * @category Learning rates
 */
export const triangularCycles = (options: {
  readonly low: number
  readonly high: number
  readonly steps: number
  readonly shrink?: number
}): ScheduleFunction => {
  checkOptions('triangularCycles', options, { low: true, high: true, steps: true, shrink: true })
  const { low, high, steps, shrink = 1 } = options
  checkRates('triangularCycles', { low, high })
  checkSetting('triangularCycles', 'steps', steps, count)
  checkSetting('triangularCycles', 'shrink', shrink, { above: 0, max: 1 })
  return (step) => {
    const cycle = floor(div(step, 2 * steps))
    const height = sub(1, abs(sub(sub(div(step, steps), mul(cycle, 2)), 1)))
    return add(low, mul(mul(high - low, height), pow(shrink, cycle)))
  }
}

/**
 * Linearly up to `peak` over `warmUp` steps, then down with the inverse square root of the step:
 * peak · min(t/w, √(w/t)).
 *
 * Source: A. Vaswani et al., "Attention is all you need", NeurIPS 2017, equation 3.
 *
 * @throws ArgumentError for another option, and unless the peak is ≥ 0 and `warmUp` a positive integer.
 * @example
 * ```ts
 * import { item } from 'puregrad'
 * import { inverseSquareRoot, rateAt } from 'puregrad/optim'
 * const schedule = inverseSquareRoot({ peak: 1, warmUp: 4 })
 * const rates = [0, 2, 4, 16].map((step) => item(rateAt(schedule, step)))
 * rates // => [0, 0.5, 1, 0.5]
 * ```
 * @category Learning rates
 */
export const inverseSquareRoot = (options: {
  readonly peak: number
  readonly warmUp: number
}): ScheduleFunction => {
  checkOptions('inverseSquareRoot', options, { peak: true, warmUp: true })
  const { peak, warmUp: rising } = options
  checkRates('inverseSquareRoot', { peak })
  checkSetting('inverseSquareRoot', 'warmUp', rising, count)
  return (step) => mul(peak, minimum(div(step, rising), sqrt(div(rising, maximum(step, 1)))))
}
