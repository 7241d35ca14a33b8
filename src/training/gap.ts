import { squareAndAdd, type Interval } from './confidence.ts'
import type { Problem } from './problem.ts'

/**
 * The distance from one error to the next, and whether it is above the tolerance.
 *
 * @category Diagnosis
 */
export interface ErrorGap {
  readonly problem: Problem
  readonly gap: number
  /** The 95 % interval of the gap. */
  readonly interval: Interval
  /**
   * `yes` or `no` where the whole interval is on one side of the tolerance. To the baseline `no` is an interval below 0,
   * and `yes` one that is nowhere below it by more than the tolerance.
   */
  readonly present: 'yes' | 'no' | 'inconclusive'
  /** About how many rows would bring the interval to one side, were the errors to stay as they are. */
  readonly rowsNeeded: number
}

/** An error on some rows; `intervalAt` is its interval on so many times as many rows. */
export interface MeasuredError {
  readonly value: number
  readonly n: number
  readonly intervalAt: (times: number) => Interval
}

/** How far the higher of two errors on different rows is above the lower. */
const between = (higher: MeasuredError, lower: MeasuredError): MeasuredError => ({
  value: higher.value - lower.value,
  n: higher.n,
  intervalAt: (times) =>
    squareAndAdd(
      { value: higher.value, interval: higher.intervalAt(times) },
      { value: lower.value, interval: lower.intervalAt(times) },
    ),
})

/** How far an error is above a known one. */
const above = ({ value, n, intervalAt }: MeasuredError, known: number): MeasuredError => ({
  value: value - known,
  n,
  intervalAt: (times) => {
    const [lower, upper] = intervalAt(times)
    return [lower - known, upper - known]
  },
})

type Side = (interval: Interval) => ErrorGap['present']

const overTolerance =
  (tolerance: number): Side =>
  ([lower, upper]) =>
    lower > tolerance ? 'yes' : upper > tolerance ? 'inconclusive' : 'no'

const notBelow =
  (tolerance: number): Side =>
  ([lower, upper]) =>
    upper < 0 ? 'no' : lower > -tolerance ? 'yes' : 'inconclusive'

/** How often rows can be doubled before a gap counts as equal to the tolerance. */
const mostDoublings = 40

/** The gap of a problem from its interval at 1, 2, 4 … times as many rows. */
const gapOf = (problem: Problem, { value, n, intervalAt }: MeasuredError, side: Side): ErrorGap => {
  const needed = (doublings: number): number =>
    doublings > mostDoublings
      ? Infinity
      : side(intervalAt(2 ** doublings)) === 'inconclusive'
        ? needed(doublings + 1)
        : n * 2 ** doublings
  return {
    problem,
    gap: value,
    interval: intervalAt(1),
    present: side(intervalAt(1)),
    rowsNeeded: n === 0 ? Infinity : needed(0),
  }
}

/**
 * Errors of parts that stand in one order.
 *
 * @category Diagnosis
 */
export interface ErrorsByPart<E> {
  /** On the training rows, evaluated like the others. */
  readonly train: E
  readonly dev: E
  readonly test?: E
  /** Rows from the distribution of the training data that were kept out of training. */
  readonly trainDev?: E
  /** The training rows in `calibrateMode`: normalized by statistics of their own instead of the tracked ones. */
  readonly ownStatistics?: E
}

/** What errors are measured against. */
export interface ErrorBounds {
  readonly floor: number
  readonly baseline: number | undefined
  readonly tolerance: number
}

export const gapsBetween = (
  { train, dev, test, trainDev, ownStatistics }: ErrorsByPart<MeasuredError>,
  { floor, baseline, tolerance }: ErrorBounds,
): readonly [ErrorGap, ErrorGap, ...ErrorGap[]] => {
  const over = overTolerance(tolerance)
  const gap = (problem: Problem, higher: MeasuredError, lower: MeasuredError): ErrorGap =>
    gapOf(problem, between(higher, lower), over)
  return [
    gapOf('high-bias', above(ownStatistics ?? train, floor), over),
    gap('high-variance', trainDev ?? dev, train),
    ...(ownStatistics === undefined ? [] : [gap('normalization-mismatch', train, ownStatistics)]),
    ...(trainDev === undefined ? [] : [gap('mismatch', dev, trainDev)]),
    ...(test === undefined ? [] : [gap('dev-overfit', test, dev)]),
    ...(baseline === undefined
      ? []
      : [gapOf('no-better-than-baseline', above(dev, baseline), notBelow(tolerance))]),
  ]
}

/** The rule of the slide: train and dev both large, dev far above test. */
export const gapsOfSlide = (
  train: MeasuredError,
  dev: MeasuredError,
  test: MeasuredError,
  tolerance: number,
): readonly [ErrorGap, ErrorGap] => [
  gapOf('high-bias', train.value < dev.value ? train : dev, overTolerance(tolerance)),
  gapOf('high-variance', between(dev, test), overTolerance(tolerance)),
]
