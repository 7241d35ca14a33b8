import { asValue, isValue, type AnyValue } from '../autodiff/value.ts'
import { operations } from '../autodiff/apply.ts'
import { concat } from '../primitive/movement.ts'
import {
  castAdvice,
  fromElements,
  repeatedNumber,
  scalarOf,
  type Nested,
  type NumericArray,
} from '../tensor/concrete.ts'
import { isFloat, type DType } from '../tensor/dtype.ts'
import { ArgumentError, DTypeError } from '../tensor/errors.ts'
import { areNumbersLifted, lifted } from '../tensor/lifted-numbers.ts'
import { checkRepresentable, isRepresentable } from '../tensor/representable.ts'
import { broadcastShapes } from '../tensor/shape.ts'
import { showValue } from '../tensor/show-value.ts'
import type { Shape } from '../tensor/shape-types.ts'
import { isTensor, type Tensor } from '../tensor/tensor.ts'
import { isTracedNumber, type TracedNumber } from '../tensor/traced-number.ts'

/**
 * A tensor, or a JavaScript number standing for a scalar of its neighbour's dtype.
 *
 * @category Arithmetic
 */
export type Operand<S extends Shape = Shape> = Tensor<S> | number

/**
 * The value behind an operand; a number takes the given dtype, which has to hold it. Where it is not known yet, in a
 * function that is being compiled, `check` is asked at every call.
 *
 * @throws DTypeError for a number that an integer dtype would cut or wrap.
 */
export const valueOf = (
  operand: Operand,
  dtype: DType,
  where: string,
  check?: (value: number) => void,
): AnyValue => {
  if (typeof operand === 'number') {
    if (!isFloat(dtype)) requireHeld(where, operand, dtype)
    return asValue(lifted(operand, dtype) ?? scalarOf(operand, dtype))
  }
  if (isTracedNumber(operand))
    return asValue(
      operand.as(
        dtype,
        isFloat(dtype)
          ? check
          : (value) => {
              check?.(value)
              requireHeld(where, value, dtype)
            },
      ),
    )
  if (!isValue(operand)) throw notATensor(operand, where, 'a tensor or a number')
  return operand
}

const notATensor = (given: unknown, where: string, expected: string): DTypeError =>
  new DTypeError(
    `${where}: expected ${expected}, got ${showValue(given)}` +
      (Array.isArray(given) || typeof given === 'number' ? '; make it one with tensor(...)' : ''),
  )

/**
 * The value of an argument that has to be a tensor.
 *
 * @throws DTypeError for anything else.
 */
export const tensorOf = (given: unknown, where: string, expected = 'a tensor'): AnyValue => {
  if (!isValue(given)) throw notATensor(given, where, expected)
  return given
}

/** The values of a list that has to hold tensors. @throws DTypeError that names the first place of anything else. */
export const tensorsOf = (given: unknown, where: string): readonly AnyValue[] => {
  if (!Array.isArray(given)) throw notATensor(given, where, 'an array of tensors')
  return given.map((part, i) => tensorOf(part, `${where}: part ${String(i)}`))
}

const requireHeld = (where: string, value: number, dtype: DType): void => {
  checkRepresentable(where, [value], dtype, "convert the tensor with cast(x, 'float64') or the number first")
}

/** Whether an operand is a JavaScript number, or stands for one in a function that is being compiled. */
export const isNumber = (operand: unknown): operand is number =>
  typeof operand === 'number' || isTracedNumber(operand)

/**
 * Whether a number is one that has a shorter way. Never while numbers are lifted: a traced number does not take the
 * shorter way, so a function that takes it for a plain one would seem to decide by the number.
 */
export const isPlainly = (operand: unknown, number: number): boolean =>
  operand === number && !areNumbersLifted()

/** The dtype numbers among these operands take: that of the first tensor, `float32` without one. */
export const neighbourDType = (...operands: readonly Operand[]): DType =>
  operands.find((operand): operand is Tensor => isTensor(operand))?.dtype ?? 'float32'

/** A number beside a tensor of floats, which hold every number: repeated in its shape. Rules of gradients ask for many. */
const beside = (number: Operand, tensor: Operand): AnyValue | undefined =>
  typeof number === 'number' && isValue(tensor) && isFloat(tensor.dtype) && !areNumbersLifted()
    ? repeatedNumber(number, tensor.dtype, tensor.shape)
    : undefined

/** Two operands with one dtype rule applied and broadcast to one shape (views, no copies). */
export const aligned = (a: Operand, b: Operand, where: string): readonly [AnyValue, AnyValue] => {
  const second = beside(b, a)
  if (second !== undefined) return [asValue(a as Tensor), second]
  const first = beside(a, b)
  if (first !== undefined) return [first, asValue(b as Tensor)]
  const dtype = isTensor(a) ? a.dtype : isTensor(b) ? b.dtype : 'float32'
  const x = valueOf(a, dtype, where)
  const y = valueOf(b, dtype, where)
  const shape = broadcastShapes(x.shape, y.shape, where)
  return [operations.broadcastTo(x, shape), operations.broadcastTo(y, shape)]
}

/** A traced number as an element of a tensor, where a boolean is whether it is not 0. */
const elementOf = (traced: TracedNumber, dtype: DType, check: (value: number) => void): AnyValue => {
  if (dtype !== 'bool') return asValue(traced.as(dtype, isFloat(dtype) ? undefined : check))
  const zero = operations.equal(
    asValue(traced.as('float64')),
    operations.constant(0, { shape: [], dtype: 'float64' }),
  )
  return operations.equal(zero, operations.constant(0, zero))
}

/** The elements of a nested or typed array as a value, numbers that are traced among them. */
export const valueFrom = (
  elements: Nested | NumericArray,
  options: { readonly dtype?: DType; readonly shape?: readonly number[] } = {},
  check?: (value: number) => void,
): AnyValue => {
  const traced: (readonly [position: number, traced: TracedNumber])[] = []
  const known = fromElements(elements, options, (...found) => {
    // eslint-disable-next-line functional/immutable-data -- local to this call
    traced.push(found)
  })
  const unknown = lifted(elements, known.dtype, known.shape)
  if (unknown !== undefined) return asValue(unknown)
  if (traced.length === 0) return known
  const { dtype, shape, size } = known
  // The words of `tensor` for known numbers.
  const heldAt = (position: number) => (value: number) => {
    check?.(value)
    const all = Array.from({ length: size }, (_, i) => (i === position ? value : 0))
    checkRepresentable('tensor', all, dtype, castAdvice)
  }
  if (size === 1)
    return traced.map(([position, number]) =>
      operations.reshape(elementOf(number, dtype, heldAt(position)), shape),
    )[0]!
  const flat = operations.reshape(known, [size])
  const between = (start: number, stop: number): readonly AnyValue[] =>
    start === stop ? [] : [operations.slice(flat, { start: [start], step: [1], shape: [stop - start] })]
  const parts = traced.flatMap(([position, number], i) => [
    ...between(i === 0 ? 0 : (traced[i - 1]?.[0] ?? 0) + 1, position),
    operations.reshape(elementOf(number, dtype, heldAt(position)), [1]),
  ])
  const rest = between((traced[traced.length - 1]?.[0] ?? 0) + 1, size)
  return operations.reshape(operations.bind(concat, [...parts, ...rest], { axis: 0 }), shape)
}

/**
 * Two operands to compare, as {@link aligned}. A number that the integer dtype of the other does not hold, or that is not
 * known yet, is compared exactly, in float64, which holds all integers of 32 bits.
 */
export const alignedToCompare = (a: Operand, b: Operand, where: string): readonly [AnyValue, AnyValue] => {
  const dtype = neighbourDType(a, b)
  const fits = (operand: Operand): boolean =>
    !isNumber(operand) ||
    (typeof operand === 'number' && !areNumbersLifted() && isRepresentable(operand, dtype))
  if (isFloat(dtype) || (fits(a) && fits(b))) return aligned(a, b, where)
  const exact = (operand: Operand): Operand =>
    isNumber(operand)
      ? valueOf(operand, 'float64', where)
      : operations.cast(valueOf(operand, dtype, where), 'float64')
  return aligned(exact(a), exact(b), where)
}

/**
 * Indices given as a tensor or as plain numbers, which `check` looks at.
 *
 * @throws ArgumentError for a number that is not an integer of 32 bits.
 */
export const indicesOf = (
  indices: Tensor | number | readonly number[],
  where: string,
  check?: (index: number) => void,
): AnyValue => {
  const checkIndex = (index: unknown): void => {
    if (typeof index !== 'number' || !isRepresentable(index, 'int32'))
      throw new ArgumentError(`${where}: an index is an integer, got ${showValue(index)}`)
    check?.(index)
  }
  if (!isNumber(indices) && !Array.isArray(indices)) return valueOf(indices as Tensor, 'int32', where)
  const numbers = (isNumber(indices) ? [indices] : indices) as readonly number[]
  numbers.filter((index) => !isTracedNumber(index)).forEach(checkIndex)
  return isTracedNumber(indices)
    ? valueOf(indices as number, 'int32', where, checkIndex)
    : valueFrom(indices as number | readonly number[], { dtype: 'int32' }, checkIndex)
}
