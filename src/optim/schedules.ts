import {
  add,
  cos,
  div,
  floor,
  less,
  maximum,
  minimum,
  mul,
  pow,
  sub,
  tensor,
  where,
} from '../numeric/index.ts'
import { ArgumentError } from '../tensor/errors.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { rateAt, type Schedule } from './descend.ts'

/** A schedule that is a function, of a float64 scalar. */
export type ScheduleFunction = (step: Tensor) => Tensor

const positiveSteps = (name: string, steps: number): number => {
  if (!(Number.isInteger(steps) && steps >= 1))
    throw new ArgumentError(`${name}: the number of steps is a positive integer, got ${String(steps)}`)
  return steps
}

const share = (step: Tensor, steps: number): Tensor => minimum(div(step, steps), 1)

/**
 * from · rate^(step / every); with `staircase` the exponent is rounded down.
 *
 * @throws ArgumentError unless `every` is a positive integer.
 * @example
 * ```ts
 * import { item } from 'puregrad'
 * import { exponentialDecay, rateAt } from 'puregrad/optim'
 * item(rateAt(exponentialDecay({ from: 1, rate: 0.5, every: 10 }), 20)) // => 0.25
 * ```
 */
export const exponentialDecay = ({
  from,
  rate,
  every,
  staircase = false,
}: {
  readonly from: number
  readonly rate: number
  readonly every: number
  readonly staircase?: boolean
}): ScheduleFunction => {
  positiveSteps('exponentialDecay', every)
  return (step) => {
    const times = div(step, every)
    return mul(from, pow(rate, staircase ? floor(times) : times))
  }
}

/**
 * From `from` to `to` along (1 − step/steps)^power, then constant; power 1 (a straight line) unless told otherwise.
 *
 * @throws ArgumentError unless `steps` is a positive integer.
 * @example
 * ```ts
 * import { item } from 'puregrad'
 * import { polynomialDecay, rateAt } from 'puregrad/optim'
 * item(rateAt(polynomialDecay({ from: 1, to: 0, steps: 10 }), 5)) // => 0.5
 * ```
 */
export const polynomialDecay = ({
  from,
  to,
  steps,
  power = 1,
}: {
  readonly from: number
  readonly to: number
  readonly steps: number
  readonly power?: number
}): ScheduleFunction => {
  positiveSteps('polynomialDecay', steps)
  return (step) => add(to, mul(from - to, pow(sub(1, share(step, steps)), power)))
}

/**
 * Half a cosine from `from` to `to` (0 unless told otherwise), then constant.
 *
 * Source: I. Loshchilov, F. Hutter, "SGDR", ICLR 2017.
 *
 * @throws ArgumentError unless `steps` is a positive integer.
 * @example
 * ```ts
 * import { item } from 'puregrad'
 * import { cosineDecay, rateAt } from 'puregrad/optim'
 * item(rateAt(cosineDecay({ from: 1, steps: 10 }), 10)) // => 0
 * ```
 */
export const cosineDecay = ({
  from,
  to = 0,
  steps,
}: {
  readonly from: number
  readonly to?: number
  readonly steps: number
}): ScheduleFunction => {
  positiveSteps('cosineDecay', steps)
  return (step) => add(to, mul((from - to) / 2, add(1, cos(mul(Math.PI, share(step, steps))))))
}

/**
 * Constant between boundaries: `values[i]` before step `boundaries[i]`, the last value from the last boundary on.
 *
 * @throws ArgumentError unless boundaries increase and there is one value more than boundaries.
 * @example
 * ```ts
 * import { item } from 'puregrad'
 * import { piecewiseConstant, rateAt } from 'puregrad/optim'
 * const schedule = piecewiseConstant({ boundaries: [10, 20], values: [1, 0.5, 0.1] })
 * const rates = [9, 10, 20].map((step) => item(rateAt(schedule, step)))
 * rates // => [1, 0.5, 0.1]
 * ```
 */
export const piecewiseConstant = ({
  boundaries,
  values,
}: {
  readonly boundaries: readonly number[]
  readonly values: readonly number[]
}): ScheduleFunction => {
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
 * @throws ArgumentError unless `steps` is a positive integer.
 * @example
 * ```ts
 * import { item } from 'puregrad'
 * import { rateAt, warmUp } from 'puregrad/optim'
 * const schedule = warmUp({ steps: 4, then: 1 })
 * const rates = [0, 1, 4, 9].map((step) => item(rateAt(schedule, step)))
 * rates // => [0, 0.25, 1, 1]
 * ```
 */
export const warmUp = ({
  steps,
  from = 0,
  then,
}: {
  readonly steps: number
  readonly from?: number
  readonly then: Schedule
}): ScheduleFunction => {
  positiveSteps('warmUp', steps)
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
 * @throws ArgumentError unless `steps` is an integer ≥ 2 and `up` lies between 0 and 1.
 * @example
 * ```ts
 * import { item } from 'puregrad'
 * import { oneCycle, rateAt } from 'puregrad/optim'
 * item(rateAt(oneCycle({ peak: 1, steps: 100, up: 0.25 }), 25)) // => 1
 * ```
 */
export const oneCycle = ({
  peak,
  steps,
  up = 0.3,
  divide = 25,
  finally: end = 1e4,
}: {
  readonly peak: number
  readonly steps: number
  readonly up?: number
  readonly divide?: number
  readonly finally?: number
}): ScheduleFunction => {
  if (!(Number.isInteger(steps) && steps >= 2) || !(up > 0 && up < 1))
    throw new ArgumentError(
      `oneCycle: expected an integer number of steps from 2 and a share up between 0 and 1, got ${steps} and ${up}`,
    )
  const rising = Math.max(1, Math.round(up * steps))
  const rise = cosineDecay({ from: peak / divide, to: peak, steps: rising })
  const fall = cosineDecay({ from: peak, to: peak / (divide * end), steps: Math.max(1, steps - rising) })
  return (step) => where(less(step, rising), rise(step), fall(maximum(sub(step, rising), 0)))
}
