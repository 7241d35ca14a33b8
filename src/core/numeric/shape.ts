import { operations as o } from '../autodiff/apply.ts'
import * as movement from '../primitive/movement.ts'
import { asValue } from '../autodiff/value.ts'
import { checkList } from '../tensor/check-list.ts'
import { checkOptions } from '../tensor/check-options.ts'
import { ArgumentError, ShapeError } from '../tensor/errors.ts'
import { checkSetting } from '../tensor/check-setting.ts'
import { checkShape, normalizeAxes, normalizeAxis, showShape, shownSizes, sizeOf } from '../tensor/shape.ts'
import type {
  ConcatenatedShape,
  Concatenable,
  ExpandedShape,
  Permutation,
  Reshapable,
  ReshapedShape,
  Shape,
  TransposedShape,
} from '../tensor/shape-types.ts'
import { listLength } from '../tensor/setting-ranges.ts'
import { showValue } from '../tensor/show-value.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { isPlainly, tensorOf, tensorsOf, valueOf } from './operand.ts'

/**
 * Which axes to work on.
 *
 * @category Shapes
 */
export interface AxesOption {
  /** One axis or several, counted from the back when negative; all that qualify unless told otherwise. */
  readonly axis?: number | readonly number[]
}

const axisOption = { axis: true } as const

const checkedShape = <T extends readonly number[]>(shape: T, where: string): T => {
  checkShape(shape, where)
  return shape
}

/**
 * The same elements in another shape; one dimension may be −1, which is then worked out. A view where possible.
 *
 * @throws ShapeError where the number of elements differs.
 * @example
 * ```ts
 * import { arange, reshape, toArray } from 'puregrad'
 * toArray(reshape(arange(4), [2, -1])) // => [[0, 1], [2, 3]]
 * ```
 * @category Shapes
 */
export const reshape = <S extends Shape, const T extends readonly number[]>(
  x: Tensor<S>,
  shape: T & Reshapable<S, T>,
): Tensor<ReshapedShape<S, T>> => {
  const value = tensorOf(x, 'reshape')
  checkList('reshape', 'an array of sizes', shape)
  const wanted: readonly number[] = shape
  if (Array.from(wanted).some((n) => !Number.isInteger(n)))
    throw new ShapeError(
      `reshape: expected whole-number sizes, one of them -1 at most, got ${shownSizes(wanted)}`,
    )
  const open = wanted.filter((n) => n === -1).length
  if (open > 1) throw new ShapeError(`reshape: ${showShape(wanted)} leaves more than one dimension open`)
  const known = sizeOf(wanted.filter((n) => n !== -1))
  const complete = wanted.map((n) => (n === -1 ? value.size / known : n))
  if (sizeOf(complete) !== value.size || complete.some((n) => !Number.isInteger(n) || n < 0))
    throw new ShapeError(
      `reshape: ${showShape(value.shape)} has ${String(value.size)} elements, which do not fill ${showShape(wanted)}`,
    )
  return o.reshape(value, complete) as never
}

/**
 * The axes in another order, reversed unless a permutation is given. A view.
 *
 * @throws ArgumentError for anything but a permutation of the axes.
 * @example
 * ```ts
 * import { tensor, toArray, transpose } from 'puregrad'
 * toArray(transpose(tensor([[1, 2], [3, 4]]))) // => [[1, 3], [2, 4]]
 * ```
 * @category Shapes
 */
export const transpose = <S extends Shape, const P extends readonly number[] | undefined = undefined>(
  x: Tensor<S>,
  permutation?: P & Permutation<S, P>,
): Tensor<TransposedShape<S, P>> => {
  const value = tensorOf(x, 'transpose')
  const axes: readonly number[] = permutation ?? [...value.shape.keys()].reverse()
  checkList('transpose', 'a permutation of the axes such as [1, 0]', axes)
  return o.transpose(
    value,
    axes.map((axis) => normalizeAxis(axis, value.rank, 'transpose')),
  ) as never
}

/**
 * One axis moved to another position, the others keeping their order. A view.
 *
 * @example
 * ```ts
 * import { moveAxis, zeros } from 'puregrad'
 * moveAxis(zeros([2, 3, 5]), 0, 2).shape // => [3, 5, 2]
 * ```
 * @category Shapes
 */
export const moveAxis = (x: Tensor, from: number, to: number): Tensor => {
  const { rank } = tensorOf(x, 'moveAxis')
  const source = normalizeAxis(from, rank, 'moveAxis')
  const target = normalizeAxis(to, rank, 'moveAxis')
  const others = [...x.shape.keys()].filter((axis) => axis !== source)
  return o.transpose(asValue(x), [...others.slice(0, target), source, ...others.slice(target)])
}

/**
 * A new axis of size 1 at this position of the result (−1: last).
 *
 * @example
 * ```ts
 * import { expandDims, tensor } from 'puregrad'
 * expandDims(tensor([1, 2]), { axis: 0 }).shape // => [1, 2]
 * ```
 * @category Shapes
 */
export const expandDims = <S extends Shape, const A extends number>(
  x: Tensor<S>,
  options: { readonly axis: A },
): Tensor<ExpandedShape<S, A>> => {
  checkOptions('expandDims', options, axisOption)
  const value = tensorOf(x, 'expandDims')
  const { shape } = value
  const at = normalizeAxis(options.axis, value.rank + 1, 'expandDims')
  return o.reshape(value, [...shape.slice(0, at), 1, ...shape.slice(at)]) as never
}

/**
 * Axes of size 1 removed: the given ones, or all.
 *
 * @throws ShapeError where a given axis is not of size 1.
 * @example
 * ```ts
 * import { squeeze, zeros } from 'puregrad'
 * squeeze(zeros([1, 3, 1])).shape // => [3]
 * squeeze(zeros([1, 3, 1]), { axis: 0 }).shape // => [3, 1]
 * ```
 * @category Shapes
 */
export const squeeze = (x: Tensor, options: AxesOption = {}): Tensor => {
  checkOptions('squeeze', options, axisOption)
  tensorOf(x, 'squeeze')
  const { axis } = options
  const axes =
    axis === undefined
      ? [...x.shape.keys()].filter((i) => x.shape[i] === 1)
      : normalizeAxes(axis, x.rank, 'squeeze')
  const odd = axes.find((i) => x.shape[i] !== 1)
  if (odd !== undefined)
    throw new ShapeError(`squeeze: axis ${String(odd)} of ${showShape(x.shape)} does not have size 1`)
  return o.reshape(
    asValue(x),
    x.shape.filter((_, i) => !axes.includes(i)),
  )
}

/**
 * Stretched to a shape by NumPy's rule, without copying.
 *
 * @throws ShapeError where it does not stretch to it.
 * @example
 * ```ts
 * import { broadcastTo, tensor, toArray } from 'puregrad'
 * toArray(broadcastTo(tensor([1, 2]), [2, 2])) // => [[1, 2], [1, 2]]
 * ```
 * @category Shapes
 */
export const broadcastTo = <const T extends readonly number[]>(x: Tensor, shape: T): Tensor<T> => {
  const spread: Tensor = o.broadcastTo(tensorOf(x, 'broadcastTo'), checkedShape(shape, 'broadcastTo'))
  return spread as Tensor<T>
}

/**
 * Tensors joined along an axis that exists.
 *
 * @throws ShapeError where they differ along another axis; ArgumentError for an empty list.
 * @example
 * ```ts
 * import { concat, tensor, toArray } from 'puregrad'
 * toArray(concat([tensor([1, 2]), tensor([3])])) // => [1, 2, 3]
 * ```
 * @category Shapes
 */
export const concat = <const S extends readonly Shape[], const A extends number = 0>(
  parts: { readonly [K in keyof S]: Tensor<S[K]> } & Concatenable<S, A>,
  options: { readonly axis?: A } = {},
): Tensor<ConcatenatedShape<S, A>> => {
  checkOptions('concat', options, axisOption)
  const values = tensorsOf(parts, 'concat')
  const [first] = values
  if (first === undefined) throw new ArgumentError('concat: there is nothing to join')
  return o.bind(movement.concat, values, {
    axis: normalizeAxis(options.axis === undefined ? 0 : options.axis, first.rank, 'concat'),
  }) as never
}

/**
 * Tensors of one shape joined along a new axis.
 *
 * @example
 * ```ts
 * import { stack, tensor, toArray } from 'puregrad'
 * toArray(stack([tensor([1, 2]), tensor([3, 4])])) // => [[1, 2], [3, 4]]
 * ```
 * @category Shapes
 */
export const stack = (parts: readonly Tensor[], options: { readonly axis?: number } = {}): Tensor => {
  checkOptions('stack', options, axisOption)
  const { axis = 0 } = options
  const [first] = tensorsOf(parts, 'stack')
  if (first === undefined) throw new ArgumentError('stack: there is nothing to join')
  const at = normalizeAxis(axis, first.rank + 1, 'stack')
  const odd = parts.find(({ shape }) => showShape(shape) !== showShape(first.shape))
  if (odd !== undefined)
    throw new ShapeError(`stack: shapes ${showShape(first.shape)} and ${showShape(odd.shape)} differ`)
  return o.bind(
    movement.concat,
    parts.map((part) => asValue(expandDims(part, { axis: at }))),
    { axis: at },
  )
}

/**
 * A box of a tensor: along each axis from `start` up to but without `stop`, in steps. Negative positions count
 * from the end; axes that are not named are kept whole. A view.
 *
 * @throws ArgumentError for positions and steps that are not integers, a step of 0, or more positions than axes.
 * @example
 * ```ts
 * import { arange, slice, toArray } from 'puregrad'
 * toArray(slice(arange(6), [1], [5], [2])) // => [1, 3]
 * toArray(slice(arange(6), [-2])) // => [4, 5]
 * ```
 * @category Shapes
 */
export const slice = (
  x: Tensor,
  starts: readonly number[],
  stops: readonly number[] = [],
  steps: readonly number[] = [],
): Tensor => {
  tensorOf(x, 'slice')
  ;[starts, stops, steps].forEach((list) => {
    checkList('slice', 'lists of positions, one for each axis', list)
  })
  if (starts.length > x.rank || stops.length > x.rank || steps.length > x.rank)
    throw new ArgumentError(`slice: more positions than axes in ${showShape(x.shape)}`)
  const odd = [...starts, ...stops].find((position) => !Number.isInteger(position))
  if (odd !== undefined) throw new ArgumentError(`slice: a position is an integer, got ${showValue(odd)}`)
  const boxes = x.shape.map((n, axis) => {
    const step = steps[axis] === undefined ? 1 : steps[axis]
    if (!Number.isInteger(step) || step === 0)
      throw new ArgumentError(`slice: step ${showValue(step)} at axis ${String(axis)}`)
    const clamp = (position: number, low: number, high: number): number =>
      Math.min(high, Math.max(low, position < 0 ? position + n : position))
    const [low, high] = step > 0 ? [0, n] : [-1, n - 1]
    const start = starts[axis] === undefined ? (step > 0 ? 0 : n - 1) : clamp(starts[axis], low, high)
    const stop = stops[axis] === undefined ? (step > 0 ? n : -1) : clamp(stops[axis], low, high)
    const count = Math.max(0, Math.ceil((stop - start) / step))
    return { start: count === 0 ? 0 : start, step, count }
  })
  return o.slice(asValue(x), {
    start: boxes.map(({ start }) => start),
    step: boxes.map(({ step }) => step),
    shape: boxes.map(({ count }) => count),
  })
}

/**
 * Cut along an axis into this many equal parts, or at these positions.
 *
 * @throws ShapeError where the axis does not divide equally; ArgumentError for a number of parts that is not a positive
 * integer up to 2²⁴, or positions that are not integers in ascending order on the axis.
 * @example
 * ```ts
 * import { arange, split, toArray } from 'puregrad'
 * split(arange(5), [2]).map(toArray) // => [[0, 1], [2, 3, 4]]
 * ```
 * @category Shapes
 */
export const split = (
  x: Tensor,
  parts: number | readonly number[],
  options: { readonly axis?: number } = {},
): readonly Tensor[] => {
  checkOptions('split', options, axisOption)
  const along = normalizeAxis(
    options.axis === undefined ? 0 : options.axis,
    tensorOf(x, 'split').rank,
    'split',
  )
  if (typeof parts !== 'number') checkList('split', 'a number of parts or a list of positions', parts)
  const n = x.shape[along] ?? 0
  // An axis of no elements divides into any number of parts.
  if (typeof parts === 'number') checkSetting('split', 'parts', parts, { ...listLength, min: 1 })
  else
    parts.forEach((cut, i) => {
      checkSetting('split', `position ${String(i)}`, cut, { whole: true, min: parts[i - 1] ?? 0, max: n })
    })
  if (typeof parts === 'number' && n % parts !== 0)
    throw new ShapeError(
      `split: axis ${String(along)} of ${showShape(x.shape)} does not divide into ${String(parts)} equal parts`,
    )
  const cuts =
    typeof parts === 'number' ? Array.from({ length: parts - 1 }, (_, i) => ((i + 1) * n) / parts) : parts
  const whole = x.shape.map(() => 0)
  return [0, ...cuts].map((start, i) =>
    slice(
      x,
      whole.map((_, j) => (j === along ? start : 0)),
      x.shape.map((size, j) => (j === along ? (cuts[i] ?? n) : size)),
    ),
  )
}

/**
 * Surrounded by a constant: for each axis how many elements go before and after.
 *
 * @throws ArgumentError for widths that are not non-negative integers; DTypeError for a constant the dtype does not hold.
 * @example
 * ```ts
 * import { pad, tensor, toArray } from 'puregrad'
 * toArray(pad(tensor([1, 2]), [[1, 2]])) // => [0, 1, 2, 0, 0]
 * ```
 * @category Shapes
 */
export const pad = (x: Tensor, widths: readonly (readonly [number, number])[], value = 0): Tensor => {
  tensorOf(x, 'pad')
  checkList('pad', 'a pair of non-negative integers for each axis', widths)
  const isPair = (pair: readonly unknown[]): boolean =>
    Array.isArray(pair) && pair.length === 2 && pair.every((w) => Number.isInteger(w) && (w as number) >= 0)
  if (widths.length !== x.rank || !widths.every(isPair))
    throw new ArgumentError(
      `pad: expected a pair of non-negative integers for each axis of ${showShape(x.shape)}, got ${showValue(widths)}`,
    )
  const region = {
    start: widths.map(([before]) => before),
    step: x.shape.map(() => 1),
    shape: x.shape.map((n, axis) => n + (widths[axis]?.[0] ?? 0) + (widths[axis]?.[1] ?? 0)),
  }
  const placed = o.pad(asValue(x), region)
  if (isPlainly(value, 0)) return placed
  const inside = o.cast(o.pad(o.constant(1, { shape: x.shape, dtype: 'int32' }), region), 'bool')
  return o.select(inside, placed, o.broadcastTo(valueOf(value, placed.dtype, 'pad'), placed.shape))
}

/**
 * Reversed along the given axes (all unless told otherwise). A view.
 *
 * @example
 * ```ts
 * import { flip, tensor, toArray } from 'puregrad'
 * toArray(flip(tensor([1, 2, 3]))) // => [3, 2, 1]
 * ```
 * @category Shapes
 */
export const flip = <S extends Shape>(x: Tensor<S>, options: AxesOption = {}): Tensor<S> => {
  checkOptions('flip', options, axisOption)
  const axes = normalizeAxes(options.axis, tensorOf(x, 'flip').rank, 'flip')
  const shape: readonly number[] = x.shape
  if (sizeOf(shape) === 0) return x
  const turned: Tensor = o.slice(asValue(x), {
    start: shape.map((n, i) => (axes.includes(i) ? n - 1 : 0)),
    step: shape.map((_, i) => (axes.includes(i) ? -1 : 1)),
    shape,
  })
  return turned as Tensor<S>
}

/**
 * Repeated this many times along each axis.
 *
 * @example
 * ```ts
 * import { tensor, tile, toArray } from 'puregrad'
 * toArray(tile(tensor([1, 2]), [2])) // => [1, 2, 1, 2]
 * ```
 * @category Shapes
 */
export const tile = (x: Tensor, repetitions: readonly number[]): Tensor => {
  tensorOf(x, 'tile')
  checkList('tile', 'a list of repetitions', repetitions)
  const rank = Math.max(x.rank, repetitions.length)
  const sizes = [...Array.from({ length: rank - x.rank }, () => 1), ...x.shape]
  const times = [...Array.from({ length: rank - repetitions.length }, () => 1), ...repetitions]
  if (times.some((n) => !Number.isInteger(n) || n < 0))
    throw new ArgumentError(`tile: repetitions are non-negative integers, got ${showValue(repetitions)}`)
  const spread = o.reshape(
    asValue(x),
    sizes.flatMap((n) => [1, n]),
  )
  const repeated = o.broadcastTo(
    spread,
    sizes.flatMap((n, i) => [times[i] ?? 1, n]),
  )
  return o.reshape(
    repeated,
    sizes.map((n, i) => n * (times[i] ?? 1)),
  )
}
