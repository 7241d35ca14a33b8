import { operations as o } from '../autodiff/apply.ts'
import {
  fromNdarray as concreteFromNdarray,
  toNdarray as viewOfConcrete,
  viewOf,
  type Nested,
  type NumericArray,
} from '../tensor/concrete.ts'
import { checkRepresentable } from '../tensor/representable.ts'
import { concreteOf } from '../autodiff/read.ts'
import { tensorOf, valueFrom, valueOf } from './operand.ts'
import { bufferFrom, type DType } from '../tensor/dtype.ts'
import { checkedDType, dtypeOption, type DTypeOption } from './dtype-option.ts'
import { checkOptions } from '../tensor/check-options.ts'
import { ArgumentError, ShapeError } from '../tensor/errors.ts'
import { checkSetting } from '../tensor/check-setting.ts'
import { checkShape, showShape, sizeOf } from '../tensor/shape.ts'
import type { Shape } from '../tensor/shape-types.ts'
import { showValue } from '../tensor/show-value.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { isTracedNumber } from '../tensor/traced-number.ts'
import type { StridedView, View } from '../tensor/view.ts'

type TensorOptions = DTypeOption & { readonly shape?: readonly number[] }

const checkedTensorOptions = (options: TensorOptions): TensorOptions => {
  checkOptions('tensor', options, { dtype: true, shape: true })
  checkedDType('tensor', options.dtype)
  if (options.shape !== undefined) checkShape(options.shape, 'tensor')
  return options
}

/**
 * A tensor holding a copy of the elements: a number, nested arrays, or a typed array with a shape.
 *
 * @throws ShapeError for ragged arrays or a shape the elements do not fill; DTypeError for numbers that an integer
 * dtype does not hold: fractions, NaN and what is out of range (`cast` truncates and wraps).
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * String(tensor([[1, 2], [3, 4]])) // => '[[1. 2.]\n [3. 4.]]'
 * tensor(new Float64Array([1, 2, 3, 4]), { shape: [2, 2] }).shape // => [2, 2]
 * ```
 * @category Creation
 */
export const tensor: {
  (value: number | boolean, options?: DTypeOption): Tensor<readonly []>
  <const S extends readonly number[]>(
    elements: Nested | NumericArray,
    options: DTypeOption & { readonly shape: S },
  ): Tensor<S>
  (elements: Nested | NumericArray, options?: DTypeOption): Tensor
} = (elements: Nested | NumericArray, options: DTypeOption & { readonly shape?: readonly number[] } = {}) =>
  valueFrom(elements, checkedTensorOptions(options)) as never

/**
 * One number everywhere, stored once.
 *
 * @throws DTypeError for a number that the dtype does not hold.
 * @example
 * ```ts
 * import { full, toArray } from 'puregrad'
 * toArray(full([2], 7)) // => [7, 7]
 * ```
 * @category Creation
 */
export const full = <const S extends readonly number[]>(
  shape: S,
  value: number,
  options: DTypeOption = {},
): Tensor<S> => {
  const dtype = dtypeOption('full', options)
  checkShape(shape, 'full')
  const filled: Tensor = o.broadcastTo(valueOf(value, dtype, 'full'), shape)
  return filled as Tensor<S>
}

/**
 * Zeros.
 *
 * @example
 * ```ts
 * import { toArray, zeros } from 'puregrad'
 * toArray(zeros([2, 2])) // => [[0, 0], [0, 0]]
 * ```
 * @category Creation
 */
export const zeros = <const S extends readonly number[]>(shape: S, options: DTypeOption = {}): Tensor<S> =>
  full(shape, 0, options)

/**
 * Ones.
 *
 * @example
 * ```ts
 * import { ones, toArray } from 'puregrad'
 * toArray(ones([2, 2])) // => [[1, 1], [1, 1]]
 * ```
 * @category Creation
 */
export const ones = <const S extends readonly number[]>(shape: S, options: DTypeOption = {}): Tensor<S> =>
  full(shape, 1, options)

/**
 * Zeros in the shape and dtype of another tensor.
 *
 * @example
 * ```ts
 * import { tensor, toArray, zerosLike } from 'puregrad'
 * toArray(zerosLike(tensor([3, 4]))) // => [0, 0]
 * ```
 * @category Creation
 */
export const zerosLike = <S extends Shape>(x: Tensor<S>): Tensor<S> => filledLike(x, 0, 'zerosLike')

/**
 * Ones in the shape and dtype of another tensor.
 *
 * @example
 * ```ts
 * import { onesLike, tensor, toArray } from 'puregrad'
 * toArray(onesLike(tensor([3, 4]))) // => [1, 1]
 * ```
 * @category Creation
 */
export const onesLike = <S extends Shape>(x: Tensor<S>): Tensor<S> => filledLike(x, 1, 'onesLike')

const filledLike = <S extends Shape>(x: Tensor<S>, value: number, where: string): Tensor<S> => {
  const filled: Tensor = o.constant(value, tensorOf(x, where))
  return filled as Tensor<S>
}

/**
 * Where the ones of {@link tri} end, and their dtype.
 *
 * @category Creation
 */
export interface TriOptions extends DTypeOption {
  /** How far above the main diagonal the ones reach; 0 unless told otherwise. */
  readonly diagonal?: number
}

/** Arguments that are numbers, of which the last may be left out, and then options. */
const numbersAndOptions = <O extends object>(
  where: string,
  given: readonly unknown[],
  count: number,
): readonly [numbers: readonly (number | undefined)[], options: O] => {
  const isOption = (value: unknown): boolean =>
    typeof value === 'object' && value !== null && !isTracedNumber(value)
  const at = given.findIndex(isOption)
  const numbers = given.slice(0, at < 0 ? count : Math.min(at, count))
  numbers.forEach((value, i) => {
    if (isTracedNumber(value)) value.refuse()
    if (value !== undefined && typeof value !== 'number')
      throw new ArgumentError(
        `${where}: expected a number as argument ${String(i + 1)}, got ${showValue(value)}`,
      )
  })
  const rest = given.slice(numbers.length)
  if (rest.length > 1)
    throw new ArgumentError(`${where}: expected options last, got ${showValue(rest[1])} after them`)
  return [numbers as readonly (number | undefined)[], (rest[0] ?? {}) as O]
}

const fill = (
  where: string,
  shape: readonly number[],
  dtype: DType,
  element: (i: number) => number,
): Tensor => {
  checkShape(shape, where)
  const elements = Array.from({ length: sizeOf(shape) }, (_, i) => element(i))
  checkRepresentable(where, elements, dtype, 'choose a float dtype')
  return viewOf(bufferFrom(dtype, elements), dtype, shape)
}

/**
 * Ones at and below a diagonal, zeros above it: a lower triangle of ones.
 *
 * @example
 * ```ts
 * import { toArray, tri } from 'puregrad'
 * toArray(tri(2)) // => [[1, 0], [1, 1]]
 * ```
 * @category Creation
 */
export const tri: {
  (rows: number, options?: TriOptions): Tensor
  (rows: number, columns: number | undefined, options?: TriOptions): Tensor
} = (...given: readonly unknown[]): Tensor => {
  const [[rows = NaN, columns = rows], options] = numbersAndOptions<TriOptions>('tri', given, 2)
  checkOptions('tri', options, { diagonal: true, dtype: true })
  const { diagonal = 0 } = options
  checkSetting('tri', 'diagonal', diagonal, { whole: true })
  return fill('tri', [rows, columns], checkedDType('tri', options.dtype), (i) =>
    i % columns <= Math.floor(i / columns) + diagonal ? 1 : 0,
  )
}

/**
 * The identity matrix, or a rectangular one with ones on the main diagonal.
 *
 * @example
 * ```ts
 * import { eye, toArray } from 'puregrad'
 * toArray(eye(2)) // => [[1, 0], [0, 1]]
 * ```
 * @category Creation
 */
export const eye: {
  (rows: number, options?: DTypeOption): Tensor
  (rows: number, columns: number | undefined, options?: DTypeOption): Tensor
} = (...given: readonly unknown[]): Tensor => {
  const [[rows = NaN, columns = rows], options] = numbersAndOptions<DTypeOption>('eye', given, 2)
  return fill('eye', [rows, columns], dtypeOption('eye', options), (i) =>
    i % columns === Math.floor(i / columns) ? 1 : 0,
  )
}

/**
 * The diagonal of a matrix, or the square matrix with a vector on its diagonal.
 *
 * @example
 * ```ts
 * import { diag, tensor, toArray } from 'puregrad'
 * toArray(diag(tensor([1, 2]))) // => [[1, 0], [0, 2]]
 * toArray(diag(tensor([[1, 2], [3, 4]]))) // => [1, 4]
 * ```
 * @category Creation
 */
export const diag = (x: Tensor): Tensor => {
  const value = tensorOf(x, 'diag')
  const [rows = 0, columns = 0] = value.shape
  if (value.rank === 1) {
    const spread = o.pad(value, { start: [0], step: [rows + 1], shape: [rows * rows] })
    return o.reshape(spread, [rows, rows])
  }
  if (value.rank !== 2)
    throw new ShapeError(`diag: expected a vector or a matrix, got shape ${showShape(value.shape)}`)
  const n = Math.min(rows, columns)
  const flat = o.reshape(value, [rows * columns])
  return o.slice(flat, { start: [0], step: [columns + 1], shape: [n] })
}

/** i n-ths of the way from one number to another; the way itself may be longer than the largest number. */
const between = (start: number, stop: number, i: number, n: number): number => {
  const way = (stop - start) * i
  return Number.isFinite(way) ? start + way / n : start * (1 - i / n) + stop * (i / n)
}

/**
 * `count` numbers from `start` to `stop`, both included, equally spaced.
 *
 * @example
 * ```ts
 * import { linspace, toArray } from 'puregrad'
 * toArray(linspace(0, 1, 5)) // => [0, 0.25, 0.5, 0.75, 1]
 * ```
 * @category Creation
 */
export const linspace = (start: number, stop: number, count: number, options: DTypeOption = {}): Tensor => {
  checkSetting('linspace', 'start', start)
  checkSetting('linspace', 'stop', stop)
  return fill('linspace', [count], dtypeOption('linspace', options), (i) =>
    i === count - 1 && count > 1 ? stop : between(start, stop, i, Math.max(1, count - 1)),
  )
}

/**
 * Numbers from `start` up to but without `stop`, in steps; with one argument, from 0.
 *
 * @throws ArgumentError for a step of 0 or numbers that are not finite; DTypeError for numbers an integer dtype does
 * not hold.
 * @example
 * ```ts
 * import { arange, toArray } from 'puregrad'
 * toArray(arange(3)) // => [0, 1, 2]
 * toArray(arange(1, 7, 2)) // => [1, 3, 5]
 * arange(3, { dtype: 'int32' }).dtype // => 'int32'
 * ```
 * @category Creation
 */
export const arange: {
  (stop: number, options?: DTypeOption): Tensor
  (start: number, stop: number, options?: DTypeOption): Tensor
  (start: number, stop: number | undefined, step: number, options?: DTypeOption): Tensor
} = (...given: readonly unknown[]): Tensor => {
  const [[start, stop, step = 1], options] = numbersAndOptions<DTypeOption>('arange', given, 3)
  const dtype = dtypeOption('arange', options)
  if (start === undefined) throw new ArgumentError('arange: expected a number to count to')
  const [from, to] = stop === undefined ? [0, start] : [start, stop]
  if (step === 0) throw new ArgumentError('arange: the step is 0')
  checkSetting('arange', 'start', from)
  checkSetting('arange', 'stop', to)
  checkSetting('arange', 'step', step)
  return fill('arange', [Math.max(0, Math.ceil((to - from) / step))], dtype, (i) => from + i * step)
}

/**
 * A tensor on the same memory as a view of the package ndarray, or of one with its interface, without a copy; do not
 * write to it afterwards. `uint8` is taken as booleans. A tensor whose memory is transferred away is an error to use
 * from then on (DetachedError).
 *
 * @throws DTypeError for other element types, for memory that can be resized or that threads share, and for `uint8`
 * elements that are neither 0 nor 1; ShapeError for a view that reaches outside its data.
 * @example
 * ```ts
 * import { fromNdarray, toArray } from 'puregrad'
 * const view = { data: new Float32Array([1, 2, 3, 4]), shape: [2, 2], stride: [1, 2], offset: 0 }
 * toArray(fromNdarray(view)) // => [[1, 3], [2, 4]]
 * ```
 * @category Creation
 */
export const fromNdarray = (view: StridedView): Tensor => concreteFromNdarray(view)

/**
 * A view with the interface of ndarray on the same memory as the tensor, without a copy; do not write to it.
 *
 * @throws UnknownValueError under `vmap`.
 * @example
 * ```ts
 * import { tensor, toNdarray } from 'puregrad'
 * toNdarray(tensor([[1, 2], [3, 4]])).get(1, 0) // => 3
 * ```
 * @category Creation
 */
export const toNdarray = (x: Tensor): View => viewOfConcrete(concreteOf(x, 'toNdarray'))
