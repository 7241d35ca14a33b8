import { operations as o } from '../autodiff/apply.ts'
import { asValue, type AnyValue } from '../autodiff/value.ts'
import { gather } from '../primitive/indexing.ts'
import { checkChoice } from '../tensor/check-choice.ts'
import { checkOptions } from '../tensor/check-options.ts'
import { DTypeError, ShapeError } from '../tensor/errors.ts'
import { showShape } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { add } from './arithmetic.ts'
import { isNaN, less, lessEqual, logicalAnd, logicalNot, logicalOr, where } from './comparison.ts'
import { tensorOf, valueOf, type Operand } from './operand.ts'

/**
 * On which side of equals {@link searchSorted} stays.
 *
 * @category Indices
 */
export interface SearchOptions {
  /** Before elements that are equal to the value (`left`, the default) or behind them. */
  readonly side?: 'left' | 'right'
}

/** The first position of ascending elements that a value does not lie beyond, in log n steps. */
export const positionsIn = (sorted: AnyValue, values: AnyValue, side: 'left' | 'right'): AnyValue => {
  const n = sorted.size
  const type = { shape: values.shape, dtype: 'int32' } as const
  const start = o.constant(0, type)
  if (n === 0) return start
  // NaN are larger than any number, as `sort` has them.
  const before = (element: Tensor): Tensor =>
    side === 'left'
      ? logicalOr(less(element, values), logicalAnd(isNaN(values), logicalNot(isNaN(element))))
      : logicalOr(lessEqual(element, values), isNaN(values))
  const steps = Math.ceil(Math.log2(n + 1))
  // Positions found so far lie at `low`; of the 2ˢ behind it those that are there are looked at half by half.
  const narrowed = (low: Tensor, step: number): Tensor => {
    if (step < 0) return low
    const next = add(low, 2 ** step)
    const at = asValue(add(low, 2 ** step - 1))
    const there = less(at, n)
    const element = o.bind(gather, [sorted, asValue(where(there, at, n - 1))], { axis: 0, batchDims: 0 })
    return narrowed(where(logicalAnd(there, before(element)), next, low), step - 1)
  }
  return asValue(narrowed(start, steps - 1))
}

/**
 * Where values belong in an ascending vector, so that it stays ascending with each put in there: int32 positions from 0 to
 * its length, found in log n steps. NaN come last, as `sort` has them.
 *
 * @throws ShapeError unless `sorted` is a vector; DTypeError for values of another dtype.
 * @example
 * ```ts
 * import { searchSorted, tensor, toArray } from 'puregrad'
 * toArray(searchSorted(tensor([1, 2, 2, 3]), tensor([0, 2, 9]))) // => [0, 1, 4]
 * toArray(searchSorted(tensor([1, 2, 2, 3]), 2, { side: 'right' })) // => 3
 * ```
 * @category Indices
 */
export const searchSorted = (sorted: Tensor, values: Operand, options: SearchOptions = {}): Tensor => {
  checkOptions('searchSorted', options, { side: true })
  const { side = 'left' } = options
  checkChoice('searchSorted', 'side', side, ['left', 'right'])
  const vector = tensorOf(sorted, 'searchSorted')
  if (vector.rank !== 1)
    throw new ShapeError(`searchSorted: expected a vector to search in, got shape ${showShape(vector.shape)}`)
  const wanted = valueOf(values, vector.dtype, 'searchSorted')
  if (wanted.dtype !== vector.dtype)
    throw new DTypeError(
      `searchSorted: expected values of ${vector.dtype}, got ${wanted.dtype}; convert them with cast`,
    )
  return positionsIn(vector, wanted, side)
}
