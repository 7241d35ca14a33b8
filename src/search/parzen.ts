/* eslint-disable functional/no-let, functional/no-loop-statements, functional/immutable-data --
   the inner loops of a proposal: kernels times candidates times settings */
import { axisLine, type AxisLine, type AxisValues, type SpaceAxis } from './space-axes.ts'
import { normalBelow, normalBetween, normalQuantile } from './normal-law.ts'

/** The kernels of one setting: one for each trial, and the prior last. */
type Column =
  | {
      readonly kind: 'line'
      readonly line: AxisLine
      /** NaN of a trial that does not have the setting: its kernel is even there. */
      readonly centres: Float64Array
      readonly widths: Float64Array
      /** How much of each kernel is on the line. */
      readonly masses: Float64Array
    }
  | {
      readonly kind: 'choice'
      readonly count: number
      readonly places: Float64Array
      /** What each choice has of a kernel before the place of its trial is counted. */
      readonly base: number
    }

/**
 * A density over some settings of a space: a kernel for each trial and a wide one for what was believed before, each a
 * product over the settings.
 *
 * Source: J. Bergstra, R. Bardenet, Y. Bengio, B. Kégl, "Algorithms for hyper-parameter optimization", 2011; widths and
 * weights as S. Watanabe, "Tree-structured Parzen estimator", arXiv:2304.11127, 2023, describes those of Optuna.
 */
export interface Mixture {
  readonly axes: readonly SpaceAxis[]
  readonly columns: readonly Column[]
  /** They add up to 1. */
  readonly weights: Float64Array
}

/**
 * How far the neighbours of each trial are that has the setting, the farther of two; at the ends the neighbour decides and
 * not the bound, unless there is none.
 */
const neighbourWidths = (places: readonly number[], { low, high }: AxisLine): readonly number[] => {
  const order = places
    .flatMap((place, i) => (Number.isNaN(place) ? [] : [i]))
    .sort((a, b) => places[a]! - places[b]! || a - b)
  const widths = places.map(() => NaN)
  order.forEach((i, place) => {
    const [before, after] = [order[place - 1], order[place + 1]]
    const gaps = [before, after].flatMap((other) =>
      other === undefined ? [] : [Math.abs(places[other]! - places[i]!)],
    )
    widths[i] = gaps.length === 0 ? Math.max(places[i]! - low, high - places[i]!) : Math.max(...gaps)
  })
  return widths
}

const columnOf = (axis: SpaceAxis, values: readonly number[]): Column => {
  const { spec } = axis
  const kernels = values.length + 1
  if (spec.kind === 'oneOf')
    return {
      kind: 'choice',
      count: spec.choices.length,
      places: Float64Array.of(...values, NaN),
      base: 1 / kernels,
    }
  const line = axisLine(spec)
  const range = line.high - line.low
  const places = values.map(line.at)
  const centres = Float64Array.of(...places, (line.low + line.high) / 2)
  const widths = Float64Array.of(...neighbourWidths(places, line), range)
  // Never narrower than a share of the range: one lucky trial is not all that is believed.
  const least = range / Math.min(100, 1 + kernels)
  const masses = new Float64Array(kernels)
  for (let k = 0; k < kernels; k++) {
    const width = Math.min(range, Math.max(least, widths[k]!))
    widths[k] = width
    masses[k] = normalBetween((line.low - centres[k]!) / width, (line.high - centres[k]!) / width)
  }
  return { kind: 'line', line, centres, widths, masses }
}

/** The mixture of some trials. */
export const mixtureOf = (
  axes: readonly SpaceAxis[],
  trials: readonly AxisValues[],
  weights: readonly number[],
): Mixture => {
  const total = weights.reduce((sum, weight) => sum + weight, 1)
  return {
    axes,
    columns: axes.map((axis, column) =>
      columnOf(
        axis,
        trials.map((values) => values[column]!),
      ),
    ),
    weights: Float64Array.from([...weights, 1], (weight) => weight / total),
  }
}

const evenLog = (column: Column, value: number): number => {
  if (column.kind === 'choice') return -Math.log(column.count)
  const { line } = column
  const [from, to] = line.cell?.(value) ?? [0, 1]
  return Math.log((to - from) / (line.high - line.low))
}

/** The logarithms of what each kernel says of a value, added to those of the settings before. */
const addLogs = (column: Column, value: number, sums: Float64Array): void => {
  const even = evenLog(column, value)
  if (column.kind === 'choice') {
    const { count, base, places } = column
    const whole = 1 + count * base
    const [own, other] = [Math.log((1 + base) / whole), Math.log(base / whole)]
    for (let k = 0; k < sums.length; k++) {
      const place = places[k]!
      sums[k]! += Number.isNaN(place) ? even : place === value ? own : other
    }
    return
  }
  const { line, centres, widths, masses } = column
  const cell = line.cell?.(value)
  const at = line.at(value)
  for (let k = 0; k < sums.length; k++) {
    const centre = centres[k]!
    const width = widths[k]!
    sums[k]! += Number.isNaN(centre)
      ? even
      : cell === undefined
        ? -0.5 * ((at - centre) / width) ** 2 - Math.log(width * masses[k]!) - 0.9189385332046727
        : Math.log(normalBetween((cell[0] - centre) / width, (cell[1] - centre) / width) / masses[k]!)
  }
}

/** The logarithm of the density, of the settings that are open. */
export const logDensity = ({ columns, weights }: Mixture, values: AxisValues): number => {
  const sums = Float64Array.from(weights, Math.log)
  columns.forEach((column, axis) => {
    if (!Number.isNaN(values[axis]!)) addLogs(column, values[axis]!, sums)
  })
  let greatest = -Infinity
  for (const sum of sums) if (sum > greatest) greatest = sum
  let total = 0
  for (const sum of sums) total += Math.exp(sum - greatest)
  return greatest + Math.log(total)
}

const placeWithin = (weights: Iterable<number>, share: number): number => {
  let sum = 0
  let place = -1
  for (const weight of weights) {
    place += 1
    sum += weight
    if (share < sum) return place
  }
  return place
}

const drawnFrom = (column: Column, kernel: number, share: number): number => {
  if (column.kind === 'choice') {
    const { count, base } = column
    const own = column.places[kernel]!
    if (Number.isNaN(own)) return Math.min(count - 1, Math.floor(share * count))
    const whole = 1 + count * base
    return placeWithin(
      Array.from({ length: count }, (_, place) => (base + (place === own ? 1 : 0)) / whole),
      share,
    )
  }
  const { line } = column
  const centre = column.centres[kernel]!
  if (Number.isNaN(centre)) return line.valueAt(line.low + share * (line.high - line.low))
  const width = column.widths[kernel]!
  const from = normalBelow((line.low - centre) / width)
  const place = centre + width * normalQuantile(from + share * column.masses[kernel]!)
  return line.valueAt(Math.min(line.high, Math.max(line.low, place)))
}

/**
 * A draw of the mixture from numbers of [0, 1): one for the kernel and one for each setting. `isOpen` says of a setting,
 * given the values of those before it, whether it is open; the others are NaN.
 */
export const drawnMixture = (
  { columns, weights }: Mixture,
  shares: readonly number[],
  isOpen: (axis: number, values: AxisValues) => boolean,
): AxisValues => {
  const kernel = placeWithin(weights, shares[0]!)
  return columns.reduce<AxisValues>(
    (values, column, axis) => [
      ...values,
      isOpen(axis, values) ? drawnFrom(column, kernel, shares[axis + 1]!) : NaN,
    ],
    [],
  )
}
