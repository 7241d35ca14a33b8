/** What several timings of the same work say: seconds per run. */
export interface Spread {
  readonly median: number
  readonly lower: number
  readonly upper: number
  readonly rounds: number
}

/** The value below which a fraction `q` of the sorted values lies, interpolated between neighbours. */
export const quantile = (sorted: readonly number[], q: number): number => {
  const at = (sorted.length - 1) * q
  const [low, high] = [sorted[Math.floor(at)] ?? Number.NaN, sorted[Math.ceil(at)] ?? Number.NaN]
  return low + (high - low) * (at - Math.floor(at))
}

/** Median and quartiles. */
export const spreadOf = (times: readonly number[]): Spread => {
  const sorted = [...times].sort((a, b) => a - b)
  return {
    median: quantile(sorted, 0.5),
    lower: quantile(sorted, 0.25),
    upper: quantile(sorted, 0.75),
    rounds: times.length,
  }
}

/** A duration with three digits and its unit. */
export const showSeconds = (seconds: number): string => {
  const [scale, unit] =
    seconds >= 1 ? [1, 's'] : seconds >= 1e-3 ? [1e3, 'ms'] : seconds >= 1e-6 ? [1e6, 'µs'] : [1e9, 'ns']
  return `${Number((seconds * scale).toPrecision(3)).toString()} ${unit}`
}
