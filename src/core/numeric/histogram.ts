import { operations as o } from '../autodiff/apply.ts'
import { asValue, type AnyValue } from '../autodiff/value.ts'
import { checkChoice } from '../tensor/check-choice.ts'
import { checkList } from '../tensor/check-list.ts'
import { checkOptions } from '../tensor/check-options.ts'
import { checkSetting } from '../tensor/check-setting.ts'
import { fromElements, viewOf } from '../tensor/concrete.ts'
import { bufferFrom, isFloat } from '../tensor/dtype.ts'
import { ArgumentError, DTypeError, ShapeError } from '../tensor/errors.ts'
import { addressable, sameShape, showShape } from '../tensor/shape.ts'
import { showValue } from '../tensor/show-value.ts'
import { isTensor, type Tensor } from '../tensor/tensor.ts'
import { add, div, mul, stopGradient, sub } from './arithmetic.ts'
import { equal, isNaN, less, lessEqual, logicalAnd, logicalNot, where } from './comparison.ts'
import { tensorOf } from './operand.ts'
import { max, min, sum } from './reduce.ts'
import { cutRows } from './rows-of.ts'
import { positionsIn } from './search-sorted.ts'
import { segmentSum } from './segments.ts'

/**
 * Into which bins {@link histogram} puts elements, and what it counts.
 *
 * @category Reductions
 */
export interface HistogramOptions {
  /** The number of bins of one width, 10 unless told otherwise; or their edges in ascending order, one more than bins. */
  readonly bins?: number | readonly number[] | Tensor
  /** From where to where the bins of one width go; from the least to the largest element unless told otherwise. */
  readonly range?: readonly [number, number]
  /** What each element counts; 1 unless told otherwise. */
  readonly weights?: Tensor
  /** Shares of the total for each unit of width, which add up to 1 over the widths. */
  readonly density?: boolean
}

/**
 * What was counted in each bin, and the edges of the bins.
 *
 * @category Reductions
 */
export interface Histogram {
  /** [bins]; int32, or the dtype of weights or of a density. */
  readonly counts: Tensor
  /** [bins + 1] */
  readonly edges: Tensor
}

const evenEdges = (x: AnyValue, bins: number, range: readonly [number, number] | undefined): AnyValue => {
  checkSetting('histogram', 'bins', bins, { whole: true, min: 1 })
  addressable([bins + 1], 'histogram')
  const shares = viewOf(
    bufferFrom(
      x.dtype,
      Array.from({ length: bins + 1 }, (_, i) => i / bins),
    ),
    x.dtype,
    [bins + 1],
  )
  if (range === undefined) {
    if (x.size === 0) return asValue(shares)
    const [low, high] = [stopGradient(min(x)), stopGradient(max(x))]
    // Bins around a single value, as NumPy has them.
    const single = equal(low, high)
    const [from, to] = [where(single, sub(low, 0.5), low), where(single, add(high, 0.5), high)]
    return asValue(where(equal(shares, 1), to, add(from, mul(sub(to, from), shares))))
  }
  const ends: readonly unknown[] = Array.isArray(range) ? range : []
  if (ends.length !== 2)
    throw new ArgumentError(`histogram: expected a range [low, high], got ${showValue(range)}`)
  const [low, high] = range
  checkSetting('histogram', 'the start of the range', low)
  checkSetting('histogram', 'the end of the range', high, { above: low })
  return fromElements(
    Array.from({ length: bins + 1 }, (_, i) => (i === bins ? high : low + ((high - low) * i) / bins)),
    { dtype: x.dtype },
  )
}

const givenEdges = (x: AnyValue, bins: readonly number[] | Tensor): AnyValue => {
  if (!isTensor(bins)) {
    checkList('histogram', 'a number of bins or a list of edges', bins)
    bins.forEach((edge, i) => {
      checkSetting('histogram', `edge ${String(i)}`, edge, { min: bins[i - 1] ?? -Infinity })
    })
  }
  const edges = isTensor(bins) ? asValue(bins) : fromElements(bins, { dtype: x.dtype })
  if (edges.rank !== 1 || edges.size < 2)
    throw new ShapeError(`histogram: expected two edges or more, got shape ${showShape(edges.shape)}`)
  if (edges.dtype !== x.dtype)
    throw new DTypeError(
      `histogram: expected edges of ${x.dtype}, got ${edges.dtype}; convert them with cast`,
    )
  return edges
}

/**
 * How many elements lie in each bin. Every bin holds its lower edge and the last one its upper edge too; what lies outside,
 * and NaN, is not counted. Counts have no derivative; sums of weights have one by the weights.
 *
 * @throws ArgumentError for bins or a range that are none; ShapeError for weights of another shape; DTypeError for integers.
 * @example
 * ```ts
 * import { histogram, tensor, toArray } from 'puregrad'
 * const { counts, edges } = histogram(tensor([1, 2, 2, 4, 5]), { bins: 2, range: [0, 4] })
 * toArray(counts) // => [1, 3]
 * toArray(edges) // => [0, 2, 4]
 * ```
 * @category Reductions
 */
export const histogram = (x: Tensor, options: HistogramOptions = {}): Histogram => {
  checkOptions('histogram', options, { bins: true, range: true, weights: true, density: true })
  const value = tensorOf(x, 'histogram')
  const { bins = 10, range, weights, density = false } = options
  checkChoice('histogram', 'density', density, [true, false])
  if (!isFloat(value.dtype))
    throw new DTypeError(`histogram: expected float32 or float64, got ${value.dtype}; convert with cast`)
  const edges = typeof bins === 'number' ? evenEdges(value, bins, range) : givenEdges(value, bins)
  const count = edges.size - 1
  const flat = o.reshape(value, [value.size])
  const last = o.reshape(cutRows(edges, count, count + 1), [])
  const first = o.reshape(cutRows(edges, 0, 1), [])
  const within = logicalAnd(
    logicalNot(isNaN(flat)),
    logicalAnd(lessEqual(first, flat), lessEqual(flat, last)),
  )
  const bin = sub(positionsIn(edges, flat, 'right'), 1)
  const place = where(within, where(less(bin, count), bin, count - 1), count)
  const share =
    weights === undefined ? o.constant(1, { shape: flat.shape, dtype: 'int32' }) : weightsOf(value, weights)
  const sums = cutRows(asValue(segmentSum(share, place, { segments: count + 1 })), 0, count)
  if (!density) return { counts: sums, edges }
  const counts = weights === undefined ? o.cast(sums, value.dtype) : sums
  const widths = sub(cutRows(edges, 1, count + 1), cutRows(edges, 0, count))
  return { counts: div(div(counts, sum(counts)), asValue(widths)), edges }
}

const weightsOf = (x: AnyValue, weights: Tensor): AnyValue => {
  const value = tensorOf(weights, 'histogram', 'a tensor of weights')
  if (!sameShape(value.shape, x.shape))
    throw new ShapeError(
      `histogram: weights of shape ${showShape(value.shape)} for elements of shape ${showShape(x.shape)}`,
    )
  return o.reshape(value, [x.size])
}
