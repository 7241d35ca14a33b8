/** A function along a line: its value at distance t from the point that is checked. */
export type AlongLine = (t: number) => number

/** What is found of one slope. */
export type SlopeVerdict =
  | { readonly kind: 'agrees'; readonly error: number }
  | { readonly kind: 'kink'; readonly left: number; readonly right: number }
  | { readonly kind: 'disagrees'; readonly numeric: number }
  | { readonly kind: 'undecided'; readonly reason: string }

export interface SlopeOptions {
  /** Largest relative error that agrees. */
  readonly tolerance: number
  /** The first step; those of the ladder are larger and smaller. */
  readonly step: number
  /** How large the coordinate is; steps are relative to it where it is above 1. */
  readonly size: number
  /** How far the values of the function are off by rounding. */
  readonly noise: number
}

/** The size two slopes are compared with. */
const scaleOf = (a: number, b: number): number => 1e-3 + Math.abs(a) + Math.abs(b)

/** Errors beyond this part of the scale would be seen; where noise is larger, nothing is told. */
const visible = 1e-3

interface Rung {
  readonly h: number
  readonly right: number
  readonly left: number
  readonly central: number
  /** |f(x + hv) − f(x) − h·slope|, and the same to the left. */
  readonly remainders: readonly [number, number]
  /** What rounding may add to a slope of this step. */
  readonly noise: number
}

const rungAt = (f: AlongLine, here: number, slope: number, h: number, noise: number): Rung => {
  const [above, below] = [f(h), f(-h)]
  return {
    h,
    right: (above - here) / h,
    left: (here - below) / h,
    central: (above - below) / (2 * h),
    remainders: [Math.abs(above - here - h * slope), Math.abs(below - here + h * slope)],
    noise: noise / h,
  }
}

const isFiniteRung = ({ right, left }: Rung): boolean => Number.isFinite(right) && Number.isFinite(left)

/** One step is a quarter of the one before, so errors of order h² become a sixteenth. */
const ratio = 4

const isLevel = ({ right, left }: Rung): boolean => right === 0 && left === 0

/**
 * Steps from an eighth of the size down. Where the function stands still over small steps and rises or falls through
 * larger ones it has stairs, as rounding to fewer digits makes them: they are no finer than the least change seen.
 */
const ladder = (
  f: AlongLine,
  here: number,
  slope: number,
  { size, noise }: SlopeOptions,
): readonly Rung[] => {
  const rungs = Array.from({ length: 12 }, (_, k) =>
    rungAt(f, here, slope, (size / 8) * ratio ** -k, noise),
  ).filter(isFiniteRung)
  if (!rungs.some(isLevel) || !rungs.some(({ left, right }) => left * right > 0)) return rungs
  const changes = rungs
    .flatMap(({ h, left, right }) => [Math.abs(left) * h, Math.abs(right) * h])
    .filter((change) => change > 0)
  const stair = changes.length === 0 ? noise : Math.max(noise, Math.min(...changes))
  return rungs.map((rung) => ({ ...rung, noise: stair / rung.h }))
}

interface Estimate {
  readonly value: number
  readonly error: number
}

/** Central quotients extrapolated to h = 0, by Neville's scheme, each with an estimate of its error. */
const extrapolations = (rungs: readonly Rung[]): readonly Estimate[] => {
  const start = rungs.map(({ central }) => central)
  const levels = rungs.slice(1).reduce<readonly (readonly number[])[]>(
    (sofar, _, k) => {
      const last = sofar[sofar.length - 1]!
      const factor = ratio ** (2 * (k + 1))
      const next = last.slice(1).map((finer, i) => (factor * finer - last[i]!) / (factor - 1))
      return [...sofar, next]
    },
    [start],
  )
  return levels.flatMap((level, k) =>
    level.flatMap((value, i) => {
      // From rungs i … i + k; the finest of them has the most noise.
      const finest = rungs[i + k]!
      const before = k === 0 ? level[i - 1] : levels[k - 1]?.[i + 1]
      return before === undefined ? [] : [{ value, error: Math.abs(value - before) + 2 * finest.noise }]
    }),
  )
}

const nothing: Estimate = { value: NaN, error: Infinity }

/**
 * Whether the finest rungs which are clear of noise bear a slope out: no further from the last of them than that one
 * moved from the one before.
 */
const isBorneOut = (value: number, coarser: Rung | undefined, finest: Rung): boolean =>
  Math.abs(value - finest.central) <=
  8 * finest.noise +
    Math.min(
      coarser === undefined ? Infinity : Math.abs(finest.central - coarser.central),
      8 * visible * scaleOf(value, finest.central),
    )

/**
 * The best of the estimates that are borne out. Two extrapolations from large steps may meet by chance, as where a
 * function oscillates faster than those steps.
 */
const estimate = (rungs: readonly Rung[], coarser: Rung | undefined, finest: Rung): Estimate =>
  extrapolations(rungs)
    .filter(({ value }) => isBorneOut(value, coarser, finest))
    .reduce((best, found) => (found.error < best.error ? found : best), nothing)

/** Whether noise would not hide an error of the slopes of a rung. */
const isClear = ({ noise, left, right }: Rung): boolean => 8 * noise <= visible * scaleOf(left, right)

const log4 = (x: number): number => Math.log(x) / Math.log(ratio)

/** The orders in which remainders fall from rung to rung, where they stand out of the noise. */
const orders = (rungs: readonly Rung[]): readonly number[] =>
  rungs.slice(1).flatMap((finer, i) =>
    [0, 1].flatMap((side) => {
      const [a, b] = [(rungs[i] as Rung).remainders[side]!, finer.remainders[side]!]
      return b > 32 * finer.noise * finer.h && a > 0 ? [log4(a / b)] : []
    }),
  )

/**
 * Judges a slope by the difference quotients over a ladder of steps, and by the order in which the remainder
 * f(x + hv) − f(x) − h·slope falls: h² for the right slope, h for a wrong one.
 */
const judged = (f: AlongLine, here: number, slope: number, options: SlopeOptions): SlopeVerdict => {
  const { tolerance } = options
  const rungs = ladder(f, here, slope, options)
  if (rungs.length < 3) return { kind: 'undecided', reason: 'the function is not finite around the point' }
  const clear = rungs.filter(isClear)
  const [first, coarser, finest] = clear.slice(-3)
  if (first === undefined || coarser === undefined || finest === undefined)
    return { kind: 'undecided', reason: 'rounding errors are too large' }
  const gapOf = ({ left, right }: Rung): number => Math.abs(right - left)
  // The gap of the one-sided slopes of a smooth function falls like h; at a kink it stays.
  if (
    gapOf(finest) > visible * scaleOf(finest.left, finest.right) + 8 * finest.noise &&
    gapOf(finest) > 0.5 * gapOf(first)
  )
    return gapOf(finest) > 2 * gapOf(first)
      ? { kind: 'undecided', reason: 'the function jumps at the point or beside it' }
      : { kind: 'kink', left: finest.left, right: finest.right }
  const { value, error } = estimate(rungs, coarser, finest)
  const scale = scaleOf(value, slope)
  if (!(error <= visible * scale))
    return { kind: 'undecided', reason: 'the slopes do not settle: a kink or a jump is nearby' }
  const off = Math.abs(value - slope)
  if (off <= Math.max(tolerance * scale, 4 * error)) return { kind: 'agrees', error: off / scale }
  const found = orders(rungs).slice(-4)
  const linear = found.length > 1 && found.every((order) => Math.abs(order - 1) < 0.3)
  const refuted = off > visible * scale && off > 64 * error && !isBorneOut(slope, coarser, finest)
  if (linear || refuted) return { kind: 'disagrees', numeric: value }
  // Where the curvature jumps, as that of elu at 0, the quotients settle like h only; the remainder tells all the same.
  return found.length > 1 && found.every((order) => order > 1.7) && off <= 0.1 * visible * scale
    ? { kind: 'agrees', error: off / scale }
    : { kind: 'undecided', reason: 'the remainder falls neither like h nor like h²' }
}

/** Whether a slope is that of the function at 0. */
export const checkSlope = (f: AlongLine, slope: number, options: SlopeOptions): SlopeVerdict => {
  const { tolerance, size, noise, step } = options
  const here = f(0)
  if (!Number.isFinite(here)) return { kind: 'undecided', reason: 'the function is not finite at the point' }
  if (!Number.isFinite(slope)) {
    const rungs = ladder(f, here, 0, options)
    const [coarser, finest] = rungs.filter(isClear).slice(-2)
    const { value, error } = finest === undefined ? nothing : estimate(rungs, coarser, finest)
    return error <= visible * scaleOf(value, value)
      ? { kind: 'disagrees', numeric: value }
      : { kind: 'undecided', reason: 'the derivative is not finite' }
  }
  const rung = rungAt(f, here, slope, 2 ** Math.round(Math.log2(step)) * size, noise)
  const { central, left, right } = rung
  const scale = scaleOf(central, slope)
  const error = Math.abs(central - slope) / scale
  const smooth = Math.abs(right - left) <= visible * scaleOf(left, right)
  const clear = rung.noise <= visible * tolerance ** 0.5 * scale
  return isFiniteRung(rung) && !isLevel(rung) && smooth && clear && error <= tolerance
    ? { kind: 'agrees', error }
    : judged(f, here, slope, options)
}

/**
 * How far the values of a function are off by rounding: what its third differences over steps too small for its
 * curvature to show leave over. After J. J. Moré, S. M. Wild, "Estimating computational noise", 2011.
 */
export const noiseOf = (f: AlongLine, size: number): number => {
  const values = Array.from({ length: 8 }, (_, i) => f(i * size * 2 ** -26))
  const differences = [1, 2, 3].reduce<readonly number[]>(
    (list) => list.slice(1).map((value, i) => value - list[i]!),
    values,
  )
  const mean = differences.reduce((total, d) => total + d * d, 0) / differences.length
  const rounding = Math.abs(values[0]!) * Number.EPSILON
  return Number.isFinite(mean) ? Math.max(rounding, 2 * Math.sqrt(mean / 20)) : rounding
}
