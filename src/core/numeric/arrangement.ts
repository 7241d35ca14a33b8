import { operations as o } from '../autodiff/apply.ts'
import { asValue, type AnyValue } from '../autodiff/value.ts'
import { checkChoice } from '../tensor/check-choice.ts'
import { checkList } from '../tensor/check-list.ts'
import { checkOptions } from '../tensor/check-options.ts'
import { checkSetting } from '../tensor/check-setting.ts'
import { viewOf } from '../tensor/concrete.ts'
import { allocate } from '../tensor/dtype.ts'
import { ArgumentError, ShapeError } from '../tensor/errors.ts'
import { addressable, normalizeAxes, normalizeAxis, showShape } from '../tensor/shape.ts'
import type { Shape } from '../tensor/shape-types.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { sub } from './arithmetic.ts'
import { take } from './index-by.ts'
import { tensorOf, tensorsOf } from './operand.ts'
import { concat, slice, type AxesOption } from './shape.ts'

/**
 * Two axes exchanged. A view.
 *
 * @example
 * ```ts
 * import { swapAxes, zeros } from 'puregrad'
 * swapAxes(zeros([2, 3, 5]), 0, -1).shape // => [5, 3, 2]
 * ```
 * @category Shapes
 */
export const swapAxes = (x: Tensor, first: number, second: number): Tensor => {
  const value = tensorOf(x, 'swapAxes')
  const [a, b] = [normalizeAxis(first, value.rank, 'swapAxes'), normalizeAxis(second, value.rank, 'swapAxes')]
  return o.transpose(
    value,
    value.shape.map((_, axis) => (axis === a ? b : axis === b ? a : axis)),
  )
}

/**
 * All elements in a row, in row-major order. A view where possible.
 *
 * @example
 * ```ts
 * import { ravel, tensor, toArray } from 'puregrad'
 * toArray(ravel(tensor([[1, 2], [3, 4]]))) // => [1, 2, 3, 4]
 * ```
 * @category Shapes
 */
export const ravel = (x: Tensor): Tensor => {
  const value = tensorOf(x, 'ravel')
  return o.reshape(value, [value.size])
}

/** Elements moved on by so many places along one axis, those beyond its end to its start. */
const rolledAlong = (x: Tensor, by: number, axis: number): Tensor => {
  const n = x.shape[axis] ?? 0
  const cut = n === 0 ? 0 : ((-by % n) + n) % n
  if (cut === 0) return x
  const at = (start: number): readonly number[] => x.shape.map((_, i) => (i === axis ? start : 0))
  const stop = x.shape.map((size, i) => (i === axis ? cut : size))
  return concat([slice(x, at(cut)), slice(x, at(0), stop)], { axis })
}

/**
 * Elements moved on by a number of places along an axis, or several numbers along as many axes; what passes the end comes
 * in again at the start. Without an axis they are moved in row-major order.
 *
 * @throws ArgumentError for shifts that are not whole numbers, or not one for each axis.
 * @example
 * ```ts
 * import { roll, tensor, toArray } from 'puregrad'
 * toArray(roll(tensor([1, 2, 3, 4]), 1)) // => [4, 1, 2, 3]
 * toArray(roll(tensor([[1, 2], [3, 4]]), 1, { axis: 0 })) // => [[3, 4], [1, 2]]
 * ```
 * @category Shapes
 */
export const roll = <S extends Shape>(
  x: Tensor<S>,
  shift: number | readonly number[],
  options: AxesOption = {},
): Tensor<S> => {
  checkOptions('roll', options, { axis: true })
  const value = tensorOf(x, 'roll')
  const shifts = typeof shift === 'number' ? [shift] : shift
  checkList('roll', 'a number of places or a list of them', shifts)
  shifts.forEach((by, i) => {
    checkSetting('roll', `shift ${String(i)}`, by, { whole: true })
  })
  return rolled(value, shifts, options.axis) as Tensor<S>
}

const rolled = (value: AnyValue, shifts: readonly number[], axis: AxesOption['axis']): Tensor => {
  if (axis === undefined) {
    if (shifts.length !== 1)
      throw new ArgumentError(`roll: ${String(shifts.length)} shifts need as many axes`)
    return o.reshape(asValue(rolledAlong(ravel(value), shifts[0]!, 0)), value.shape)
  }
  const axes = normalizeAxes(axis, value.rank, 'roll')
  if (shifts.length !== 1 && shifts.length !== axes.length)
    throw new ArgumentError(
      `roll: ${String(shifts.length)} shifts for ${String(axes.length)} axes; expected one, or one for each`,
    )
  return axes.reduce<Tensor>((sofar, along, i) => rolledAlong(sofar, shifts[i] ?? shifts[0]!, along), value)
}

/**
 * Each element along an axis repeated: all of them so often, or each by its own number. Without an axis the elements are
 * taken in row-major order.
 *
 * @throws ArgumentError for numbers that are not whole or negative; ShapeError unless there is one for each element.
 * @example
 * ```ts
 * import { repeat, tensor, toArray } from 'puregrad'
 * toArray(repeat(tensor([1, 2]), 2)) // => [1, 1, 2, 2]
 * toArray(repeat(tensor([[1, 2], [3, 4]]), [2, 0], { axis: 1 })) // => [[1, 1], [3, 3]]
 * ```
 * @category Shapes
 */
export const repeat = (
  x: Tensor,
  times: number | readonly number[],
  options: { readonly axis?: number } = {},
): Tensor => {
  checkOptions('repeat', options, { axis: true })
  const value = options.axis === undefined ? asValue(ravel(x)) : tensorOf(x, 'repeat')
  const axis = normalizeAxis(options.axis ?? 0, value.rank, 'repeat')
  const n = value.shape[axis] ?? 0
  const each = typeof times === 'number' ? Array.from({ length: n }, () => times) : times
  checkList('repeat', 'a number of repetitions or a list of them', each)
  if (typeof times === 'number') checkSetting('repeat', 'times', times, { whole: true, min: 0 })
  each.forEach((count, i) => {
    checkSetting('repeat', `the number at ${String(i)}`, count, { whole: true, min: 0 })
  })
  if (each.length !== n)
    throw new ShapeError(
      `repeat: ${String(each.length)} numbers for the ${String(n)} elements along axis ${String(axis)} of ${showShape(value.shape)}`,
    )
  const total = each.reduce((sum, count) => sum + count, 0)
  addressable(
    value.shape.map((size, i) => (i === axis ? total : size)),
    'repeat',
  )
  const positions = allocate('int32', total)
  each.reduce((start, count, i) => {
    positions.fill(i, start, start + count)
    return start + count
  }, 0)
  return take(value, viewOf(positions, 'int32', [total]), { axis })
}

/**
 * How {@link meshgrid} orders axes.
 *
 * @category Shapes
 */
export interface MeshgridOptions {
  /** `xy`: the first vector runs along columns (the default, as in NumPy); `ij`: along axis 0. */
  readonly indexing?: 'xy' | 'ij'
}

/**
 * Grids of coordinates: one tensor for each vector, all of the shape that their lengths make. Views.
 *
 * @throws ShapeError for what is no vector.
 * @example
 * ```ts
 * import { meshgrid, tensor, toArray } from 'puregrad'
 * meshgrid([tensor([1, 2]), tensor([3, 4])]).map(toArray) // => [[[1, 2], [1, 2]], [[3, 3], [4, 4]]]
 * ```
 * @category Shapes
 */
export const meshgrid = (vectors: readonly Tensor[], options: MeshgridOptions = {}): readonly Tensor[] => {
  checkOptions('meshgrid', options, { indexing: true })
  const { indexing = 'xy' } = options
  checkChoice('meshgrid', 'indexing', indexing, ['xy', 'ij'])
  const values = tensorsOf(vectors, 'meshgrid')
  const odd = values.find(({ rank }) => rank !== 1)
  if (odd !== undefined)
    throw new ShapeError(`meshgrid: expected vectors, got a tensor of shape ${showShape(odd.shape)}`)
  const axisOf = (i: number): number => (indexing === 'xy' && values.length > 1 && i < 2 ? 1 - i : i)
  const shape = values.map((_, axis) => values[axisOf(axis)]!.size)
  return values.map((vector, i) =>
    o.broadcastTo(
      o.reshape(
        vector,
        shape.map((_, axis) => (axis === axisOf(i) ? vector.size : 1)),
      ),
      shape,
    ),
  )
}

/**
 * Differences of neighbours along an axis (the last unless told otherwise), `order` times over.
 *
 * @throws ArgumentError for an order that is not a whole number of 0 or more.
 * @example
 * ```ts
 * import { diff, tensor, toArray } from 'puregrad'
 * toArray(diff(tensor([1, 4, 9, 16]))) // => [3, 5, 7]
 * toArray(diff(tensor([1, 4, 9, 16]), { order: 2 })) // => [2, 2]
 * ```
 * @category Arithmetic
 */
export const diff = (
  x: Tensor,
  options: { readonly axis?: number; readonly order?: number } = {},
): Tensor => {
  checkOptions('diff', options, { axis: true, order: true })
  const { order = 1 } = options
  const value = tensorOf(x, 'diff')
  checkSetting('diff', 'order', order, { whole: true, min: 0 })
  const axis = normalizeAxis(options.axis === undefined ? -1 : options.axis, value.rank, 'diff')
  const differences = (sofar: Tensor, times: number): Tensor => {
    const n = sofar.shape[axis] ?? 0
    if (times === 0 || n === 0) return sofar
    const from = sofar.shape.map((_, i) => (i === axis ? 1 : 0))
    const to = sofar.shape.map((size, i) => (i === axis ? n - 1 : size))
    return differences(sub(slice(sofar, from), slice(sofar, [], to)), times - 1)
  }
  return differences(value, order)
}
