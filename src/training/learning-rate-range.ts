/* eslint-disable functional/no-let, functional/no-loop-statements --
   events are consumed until the loss has risen too far, which a fold could not leave early */
import { sub } from '../core/numeric/index.ts'
import type { Schedule } from '../optim/learning-rate.ts'
import { exponentialDecay } from '../optim/schedules.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import { fraction, positive } from '../core/tensor/setting-ranges.ts'
import { fit, type Plan } from './fit.ts'
import type { TrainingState } from './training-state.ts'

/**
 * What a learning rate did.
 *
 * @category Progress
 */
export interface RatePoint {
  readonly rate: number
  /** The loss of the next batch, after the step at this rate. */
  readonly loss: number
  /** Its exponential average over the rates so far, bias-corrected. */
  readonly smoothed: number
}

/**
 * A sweep over learning rates.
 *
 * @category Progress
 */
export interface LearningRateRange {
  readonly points: readonly RatePoint[]
  /** The rate at which the smoothed loss falls most steeply; `undefined` where it never falls. */
  readonly suggestion: number | undefined
}

/**
 * Which rates {@link learningRateRange} tries.
 *
 * @category Progress
 */
export interface RangeOptions {
  /** The first and the last rate; those between are in geometric progression. */
  readonly from: number
  readonly to: number
  /** How many rates; 100 unless told otherwise. */
  readonly steps?: number
  /** The weight of the past in the smoothed loss; 0.9 unless told otherwise. */
  readonly smoothing?: number
  /** The sweep ends where the smoothed loss is so many times its lowest; 4 unless told otherwise. */
  readonly until?: number
}

const steepest = (points: readonly RatePoint[]): number | undefined => {
  const slopes = points.slice(1, -1).map(({ rate }, i) => ({
    rate,
    slope: (points[i + 2]?.smoothed ?? NaN) - (points[i]?.smoothed ?? NaN),
  }))
  return slopes.reduce<{ readonly rate: number | undefined; readonly slope: number }>(
    (best, point) => (point.slope < best.slope ? point : best),
    { rate: undefined, slope: 0 },
  ).rate
}

const settled = (options: RangeOptions): Required<RangeOptions> => {
  const where = 'learningRateRange'
  checkOptions(where, options, { from: true, to: true, steps: true, smoothing: true, until: true })
  const { from, to, steps = 100, smoothing = 0.9, until = 4 } = options
  checkSetting(where, 'from', from, positive)
  checkSetting(where, 'to', to, positive)
  if (from >= to) throw new ArgumentError(`${where}: expected 0 < from < to, got ${from} and ${to}`)
  checkSetting(where, 'steps', steps, { min: 3, whole: true })
  checkSetting(where, 'smoothing', smoothing, fraction)
  checkSetting(where, 'until', until, { above: 1, infinite: true })
  return { from, to, steps, smoothing, until }
}

/**
 * Trains from a state with a learning rate that rises at every step, to see which rates are good. The state is a value:
 * nothing has to be put back afterwards.
 *
 * Source: L. N. Smith, "Cyclical learning rates for training neural networks", WACV 2017, section 3.3.
 *
 * @param planOf how to train with a schedule; its budget and its measure are not used.
 * @throws ArgumentError for another option, and unless 0 < from < to, there are at least 3 steps, the smoothing lies in
 * [0, 1) and `until` is above 1.
 * @example
 * ```ts
 * import { key, mul, square, sum, tensor, type Tensor } from 'puregrad'
 * import { sgd, type Schedule } from 'puregrad/optim'
 * import { learningRateRange, startTraining, supervisedStep } from 'puregrad/training'
 * const model = { apply: (_: unknown, w: Tensor, layers: object, x: Tensor) => [mul(x, w), layers] as const }
 * const planOf = (schedule: Schedule) => ({
 *   step: supervisedStep({ model, loss: (a: Tensor) => sum(square(a)), optimizer: sgd<Tensor>({ learningRate: schedule }) }),
 *   batches: () => [{ x: tensor([1]), y: tensor([0]) }],
 *   batchesPerEpoch: 1,
 * })
 * const params: Tensor = tensor(1)
 * const state = startTraining({ params, layers: {}, optimizer: sgd<Tensor>({ learningRate: 0 }).init(params), key: key(0) })
 * // Of w² the best rate is 1/2, and from 1 on the loss rises.
 * const { points, suggestion = 0 } = learningRateRange(planOf, { from: 1e-3, to: 10 })(state)
 * suggestion > 0.03 && suggestion < 0.5 // => true
 * const last = points.at(-1)
 * last !== undefined && last.rate > 1 && last.rate < 10 // => true
 * ```
 * @category Progress
 */
export const learningRateRange = <P, S, O, B>(
  planOf: (schedule: Schedule) => Pick<Plan<P, S, O, B, unknown>, 'step' | 'batches' | 'batchesPerEpoch'>,
  options: RangeOptions,
): ((start: TrainingState<P, S, O>) => LearningRateRange) => {
  const { from, to, steps, smoothing, until } = settled(options)
  return (start) => {
    const rising = exponentialDecay({ from, rate: to / from, every: steps - 1 })
    const events = fit<P, S, O, B, unknown>(
      {
        ...planOf((step) => rising(sub(step, start.step))),
        score: () => NaN,
        monitor: () => NaN,
        stopping: { mode: 'min', patience: Infinity, minDelta: 0 },
        epochs: Infinity,
      },
      { batches: true },
    )(start)
    const points: RatePoint[] = []
    let past = 0
    let lowest = Infinity
    for (const event of events) {
      // The loss of a batch is that before its own step: it shows what the rate before did.
      const index = event.kind === 'batch' ? event.state.step - start.step - 2 : -1
      if (event.kind === 'done' || index >= steps) break
      if (event.kind !== 'batch' || index < 0) continue
      past = smoothing * past + (1 - smoothing) * event.loss
      const smoothed = past / (1 - smoothing ** (index + 1))
      lowest = Math.min(lowest, smoothed)
      // eslint-disable-next-line functional/immutable-data -- the list is not handed out before it is whole
      points.push({ rate: from * (to / from) ** (index / (steps - 1)), loss: event.loss, smoothed })
      if (smoothed > lowest + (until - 1) * Math.abs(lowest)) break
    }
    return { points, suggestion: steepest(points) }
  }
}
