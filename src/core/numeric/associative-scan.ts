import { operations as o } from '../autodiff/apply.ts'
import { asValue, type AnyValue } from '../autodiff/value.ts'
import { concat } from '../primitive/movement.ts'
import { checkFunction } from '../tensor/check-function.ts'
import { checkOptions } from '../tensor/check-options.ts'
import { ArgumentError, ShapeError } from '../tensor/errors.ts'
import { normalizeAxis, sameShape, showShape } from '../tensor/shape.ts'
import { leavesOf, leavesWithPaths, withLeaves, zipTrees } from '../tensor/tree.ts'
import { tensorOf } from './operand.ts'

/**
 * Along which axis {@link associativeScan} goes, and from which end.
 *
 * @category Control flow
 */
export interface AssociativeScanOptions {
  /** The axis of every tensor; the first unless told otherwise. */
  readonly axis?: number
  /** From the last element to the first. */
  readonly reverse?: boolean
}

type Leaves = readonly AnyValue[]

/** Every `step`-th slice along an axis, so many of them. */
const sliced = (x: AnyValue, axis: number, start: number, step: number, count: number): AnyValue =>
  o.slice(x, {
    start: x.shape.map((_, i) => (i === axis ? start : 0)),
    step: x.shape.map((_, i) => (i === axis ? step : 1)),
    shape: x.shape.map((n, i) => (i === axis ? count : n)),
  })

/** Slices of two, one of each in turn; the first may have one more. */
const interleaved = (even: AnyValue, odd: AnyValue, axis: number): AnyValue => {
  const pairs = odd.shape[axis] ?? 0
  const unit = (x: AnyValue): AnyValue =>
    o.reshape(sliced(x, axis, 0, 1, pairs), [...x.shape.slice(0, axis), pairs, 1, ...x.shape.slice(axis + 1)])
  const both = o.reshape(
    o.bind(concat, [unit(even), unit(odd)], { axis: axis + 1 }),
    odd.shape.map((n, i) => (i === axis ? 2 * pairs : n)),
  )
  return (even.shape[axis] ?? 0) === pairs
    ? both
    : o.bind(concat, [both, sliced(even, axis, pairs, 1, 1)], { axis })
}

/** All partial results: neighbours are combined, the results of half as many found, and those in between made of them. */
const partial = (combine: (a: Leaves, b: Leaves) => Leaves, all: Leaves, axis: number): Leaves => {
  const n = all[0]?.shape[axis] ?? 0
  if (n < 2) return all
  const half = n >> 1
  const every = (list: Leaves, start: number, count: number, step = 2): Leaves =>
    list.map((x) => sliced(x, axis, start, step, count))
  const odd = partial(combine, combine(every(all, 0, half), every(all, 1, half)), axis)
  const later = n - 1 - half
  const even = later === 0 ? [] : combine(every(odd, 0, later, 1), every(all, 2, later))
  return all.map((x, i) => {
    const first = sliced(x, axis, 0, 1, 1)
    const rest = even[i]
    return interleaved(rest === undefined ? first : o.bind(concat, [first, rest], { axis }), odd[i]!, axis)
  })
}

/**
 * The results of an associative function over the first 1, 2, 3, … elements, in about 2 log n steps of whole tensors: sums of
 * more than numbers, such as recurrences that are linear. The function takes two slices of many elements at once, element by
 * element along the axis, and has to be associative: f(f(a, b), c) = f(a, f(b, c)).
 *
 * @throws ShapeError where lengths differ or the function changes a shape; ArgumentError for no tensors.
 * @example
 * ```ts
 * import { add, associativeScan, mul, tensor, toArray, type Tensor } from 'puregrad'
 * // x ← a·x + b, from x = 0: pairs (a, b) compose.
 * const compose = ([a, b]: readonly [Tensor, Tensor], [c, d]: readonly [Tensor, Tensor]) =>
 *   [mul(a, c), add(mul(c, b), d)] as const
 * const pairs = [tensor([2, 2, 2]), tensor([1, 1, 1])] as const
 * toArray(associativeScan(compose, pairs)[1]) // => [1, 3, 7]
 * ```
 * @category Control flow
 */
export const associativeScan = <T>(
  combine: (a: T, b: T) => T,
  elements: T,
  options: AssociativeScanOptions = {},
): T => {
  checkFunction('associativeScan', 'a function of two elements', combine)
  checkOptions('associativeScan', options, { axis: true, reverse: true })
  const { axis = 0, reverse = false } = options
  const leaves = leavesWithPaths(elements)
  const [first] = leaves
  if (first === undefined) throw new ArgumentError('associativeScan: there is nothing to combine')
  const along = normalizeAxis(axis, first.leaf.rank, 'associativeScan')
  const n = first.leaf.shape[along]
  const odd = leaves.find(({ leaf }) => leaf.shape[along] !== n)
  if (odd !== undefined)
    throw new ShapeError(
      `associativeScan: ${odd.path} of shape ${showShape(odd.leaf.shape)} does not have ${String(n)} elements along axis ${String(along)}`,
    )
  const turned = (list: Leaves): Leaves =>
    reverse && (n ?? 0) > 0 ? list.map((x) => sliced(x, along, (n ?? 0) - 1, -1, n ?? 0)) : list
  const apply = (a: Leaves, b: Leaves): Leaves => {
    const [left, right] = [withLeaves(elements, a), withLeaves(elements, b)]
    const result = combine(left, right)
    zipTrees(
      left,
      [result],
      ([x, y], path) => {
        if (x.dtype !== y.dtype || !sameShape(x.shape, y.shape))
          throw new ShapeError(
            `associativeScan: the function takes ${x.dtype}${showShape(x.shape)} and gives ${y.dtype}${showShape(y.shape)}` +
              (path === '' ? '' : ` at ${path}`),
          )
        return x
      },
      'associativeScan',
    )
    return leavesOf(result).map((x) => tensorOf(x, 'associativeScan'))
  }
  return withLeaves(elements, turned(partial(apply, turned(leaves.map(({ leaf }) => asValue(leaf))), along)))
}
