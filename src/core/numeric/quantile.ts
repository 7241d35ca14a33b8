import { operations as o } from '../autodiff/apply.ts'
import { asValue, type AnyValue } from '../autodiff/value.ts'
import { checkChoice } from '../tensor/check-choice.ts'
import { checkList } from '../tensor/check-list.ts'
import { checkOptions } from '../tensor/check-options.ts'
import { checkSetting } from '../tensor/check-setting.ts'
import { isFloat } from '../tensor/dtype.ts'
import { ArgumentError, DTypeError } from '../tensor/errors.ts'
import { normalizeAxes, showShape, withoutAxes, withUnitAxes } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { add, mul, sub } from './arithmetic.ts'
import { equal, isNaN, where } from './comparison.ts'
import { tensorOf } from './operand.ts'
import type { ReduceOptions } from './reduce.ts'
import { cutRows, orderOfRows, pickedFromRows } from './rows-of.ts'
import { stack } from './shape.ts'

/*
 * The nine definitions of R. Hyndman and Y. Fan, Sample quantiles in statistical packages, The American Statistician
 * 50(4), 1996, and the four of NumPy that take neighbours of (n − 1)q. Each says at which place, counted from 0, the
 * quantile lies among n ascending elements.
 */
const interpolated = (alpha: number, beta: number) => (n: number, q: number) =>
  q * (n + 1 - alpha - beta) + alpha - 1

/** A place as the element below it and how far it is to the next. */
interface Place {
  readonly below: number
  readonly share: number
}

const between = (at: number): Place => ({ below: Math.floor(at), share: at - Math.floor(at) })

const placeBy = {
  linear: (n: number, q: number) => between((n - 1) * q),
  lower: (n: number, q: number) => between(Math.floor((n - 1) * q)),
  higher: (n: number, q: number) => between(Math.ceil((n - 1) * q)),
  midpoint: (n: number, q: number) => {
    const at = (n - 1) * q
    return between((Math.floor(at) + Math.ceil(at)) / 2)
  },
  // Halves go to the even neighbour.
  nearest: (n: number, q: number) => {
    const { below, share } = between((n - 1) * q)
    return between(share > 0.5 || (share === 0.5 && below % 2 === 1) ? below + 1 : below)
  },
  invertedCdf: (n: number, q: number) => between(Math.ceil(n * q) - 1),
  averagedInvertedCdf: (n: number, q: number) => {
    const { below, share } = between(n * q - 1)
    return share > 0 ? between(below + 1) : { below, share: 0.5 }
  },
  // Of two that are equally near the one at an even place, counted from 1.
  closestObservation: (n: number, q: number) => {
    const { below, share } = between(n * q - 1.5)
    return between(share === 0 && Math.abs(below % 2) === 1 ? below : below + 1)
  },
  interpolatedInvertedCdf: (n: number, q: number) => between(interpolated(0, 1)(n, q)),
  hazen: (n: number, q: number) => between(interpolated(0.5, 0.5)(n, q)),
  weibull: (n: number, q: number) => between(interpolated(0, 0)(n, q)),
  medianUnbiased: (n: number, q: number) => between(interpolated(1 / 3, 1 / 3)(n, q)),
  normalUnbiased: (n: number, q: number) => between(interpolated(3 / 8, 3 / 8)(n, q)),
} as const

/**
 * How {@link quantile} takes what lies between two elements.
 *
 * @category Reductions
 */
export type QuantileMethod = keyof typeof placeBy

const methods: readonly string[] = Object.keys(placeBy)

/**
 * Which quantile {@link quantile} takes, and along which axes.
 *
 * @category Reductions
 */
export interface QuantileOptions extends ReduceOptions<number | readonly number[] | undefined, boolean> {
  /** What lies between two elements: on the line through them unless told otherwise. */
  readonly method?: QuantileMethod
}

/** Elements of rows at a place, of which NaN come last: a row with one is NaN. */
const atPlace = (sorted: AnyValue, { below, share }: Place): Tensor => {
  const n = sorted.shape[sorted.rank - 1] ?? 0
  const element = (at: number): AnyValue => {
    const inside = Math.min(n - 1, Math.max(0, at))
    return o.reshape(cutRows(sorted, inside, inside + 1), sorted.shape.slice(0, -1))
  }
  const low = element(below)
  if (share === 0 || below < 0 || below >= n - 1) return low
  const high = element(below + 1)
  // Equals stay what they are, infinities too.
  return where(equal(low, high), low, add(low, mul(sub(high, low), share)))
}

const quantiles = (
  where_: string,
  x: Tensor,
  shares: readonly number[],
  options: QuantileOptions,
): readonly Tensor[] => {
  checkOptions(where_, options, { axis: true, keepDims: true, method: true })
  const { axis, keepDims = false, method = 'linear' } = options
  checkChoice(where_, 'method', method, methods)
  const value = tensorOf(x, where_)
  if (!isFloat(value.dtype))
    throw new DTypeError(`${where_}: expected float32 or float64, got ${value.dtype}; convert with cast`)
  const axes = normalizeAxes(axis, value.rank, where_)
  const kept = [...value.shape.keys()].filter((i) => !axes.includes(i))
  const shape = withoutAxes(value.shape, axes)
  const n = axes.reduce((product, i) => product * (value.shape[i] ?? 1), 1)
  if (n === 0) throw new ArgumentError(`${where_}: no elements along these axes of ${showShape(value.shape)}`)
  const rows = o.reshape(o.transpose(value, [...kept, ...axes]), [...shape, n])
  const sorted = pickedFromRows(rows, orderOfRows(rows))
  const last = o.reshape(cutRows(sorted, n - 1, n), shape)
  return shares.map((share) => {
    const found = where(isNaN(last), last, atPlace(sorted, placeBy[method](n, share)))
    return keepDims ? o.reshape(asValue(found), withUnitAxes(value.shape, axes)) : found
  })
}

const checkedShares = (where_: string, shares: readonly number[], most: number): void => {
  checkList(where_, 'a share or a list of them', shares)
  shares.forEach((share, i) => {
    checkSetting(where_, `share ${String(i)}`, share, { min: 0, max: most })
  })
}

/**
 * Quantiles: the element below which this share of the others lies, from 0, the least, to 1, the largest; of several shares
 * the results are stacked along a new first axis. The methods are those of NumPy. NaN if any element is.
 *
 * @throws ArgumentError for shares outside [0, 1] or no elements; DTypeError for integers.
 * @example
 * ```ts
 * import { item, quantile, tensor, toArray } from 'puregrad'
 * const x = tensor([4, 1, 3, 2])
 * item(quantile(x, 0.5)) // => 2.5
 * toArray(quantile(x, [0, 0.25, 1])) // => [1, 1.75, 4]
 * item(quantile(x, 0.5, { method: 'lower' })) // => 2
 * ```
 * @category Reductions
 */
export const quantile = (
  x: Tensor,
  share: number | readonly number[],
  options: QuantileOptions = {},
): Tensor => {
  const shares = typeof share === 'number' ? [share] : share
  checkedShares('quantile', shares, 1)
  const found = quantiles('quantile', x, shares, options)
  return typeof share === 'number' ? found[0]! : stack(found)
}

/**
 * The same of shares in percent, from 0 to 100.
 *
 * @throws As {@link quantile}.
 * @example
 * ```ts
 * import { item, percentile, tensor } from 'puregrad'
 * item(percentile(tensor([4, 1, 3, 2]), 25)) // => 1.75
 * ```
 * @category Reductions
 */
export const percentile = (
  x: Tensor,
  percent: number | readonly number[],
  options: QuantileOptions = {},
): Tensor => {
  const shares = typeof percent === 'number' ? [percent] : percent
  checkedShares('percentile', shares, 100)
  const found = quantiles(
    'percentile',
    x,
    shares.map((share) => share / 100),
    options,
  )
  return typeof percent === 'number' ? found[0]! : stack(found)
}

/**
 * The middle of the sorted elements; of an even number the mean of the two in the middle. NaN if any element is.
 *
 * @throws ArgumentError for no elements; DTypeError for integers.
 * @example
 * ```ts
 * import { median, tensor, toArray } from 'puregrad'
 * toArray(median(tensor([[1, 9, 2], [4, 3, 5]]), { axis: 1 })) // => [2, 4]
 * ```
 * @category Reductions
 */
export const median = (x: Tensor, options: Omit<QuantileOptions, 'method'> = {}): Tensor => {
  checkOptions('median', options, { axis: true, keepDims: true })
  return quantiles('median', x, [0.5], options)[0]!
}
