import type { AnyValue } from '../autodiff/value.ts'
import { operations } from '../autodiff/apply.ts'
import { fromElements, scalarOf, type Nested, type NumericArray } from '../tensor/concrete.ts'
import type { DType } from '../tensor/dtype.ts'
import { DTypeError } from '../tensor/errors.ts'
import { lifted } from '../tensor/lifted-numbers.ts'
import { broadcastShapes } from '../tensor/shape.ts'
import type { Shape } from '../tensor/shape-types.ts'
import { isTensor, type Tensor } from '../tensor/tensor.ts'
import { isTracedNumber, type TracedNumber } from '../tensor/traced-number.ts'

/** A tensor, or a JavaScript number standing for a scalar of its neighbour's dtype. */
export type Operand<S extends Shape = Shape> = Tensor<S> | number

/**
 * The value behind an operand; a number takes the given dtype. Where it is not known yet, in a function that is being
 * compiled, `check` is asked at every call.
 */
export const valueOf = (
  operand: Operand,
  dtype: DType,
  where: string,
  check?: (value: number) => void,
): AnyValue => {
  if (typeof operand === 'number') return (lifted(operand, dtype) ?? scalarOf(operand, dtype)) as AnyValue
  if (isTracedNumber(operand)) return operand.as(dtype, check) as AnyValue
  if (!isTensor(operand))
    throw new DTypeError(
      `${where}: expected a tensor or a number, got ${Array.isArray(operand) ? 'an array (make it one with tensor(...))' : typeof operand}`,
    )
  return operand as AnyValue
}

/** Whether an operand is a JavaScript number, or stands for one in a function that is being compiled. */
export const isNumber = (operand: unknown): operand is number =>
  typeof operand === 'number' || isTracedNumber(operand)

/** The dtype numbers among these operands take: that of the first tensor, `float32` without one. */
export const neighbourDType = (...operands: readonly Operand[]): DType =>
  operands.find((operand): operand is Tensor => !isNumber(operand))?.dtype ?? 'float32'

/** Two operands with one dtype rule applied and broadcast to one shape (views, no copies). */
export const aligned = (a: Operand, b: Operand, where: string): readonly [AnyValue, AnyValue] => {
  const dtype = neighbourDType(a, b)
  const [x, y] = [valueOf(a, dtype, where), valueOf(b, dtype, where)]
  const shape = broadcastShapes(x.shape, y.shape, where)
  return [operations.broadcastTo(x, shape) as AnyValue, operations.broadcastTo(y, shape) as AnyValue]
}

/** A traced number as an element of a tensor, where a boolean is whether it is not 0. */
const elementOf = (traced: TracedNumber, dtype: DType): AnyValue => {
  if (dtype !== 'bool') return traced.as(dtype) as AnyValue
  const zero = operations.equal(
    traced.as('float64') as AnyValue,
    operations.constant(0, { shape: [], dtype: 'float64' }) as AnyValue,
  ) as AnyValue
  return operations.equal(zero, operations.constant(0, zero) as AnyValue) as AnyValue
}

/** The elements of a nested or typed array as a value, numbers that are traced among them. */
export const valueFrom = (
  elements: Nested | NumericArray,
  options: { readonly dtype?: DType; readonly shape?: readonly number[] } = {},
): AnyValue => {
  const traced: (readonly [position: number, traced: TracedNumber])[] = []
  const known = fromElements(elements, options, (...found) => {
    // eslint-disable-next-line functional/immutable-data -- local to this call
    traced.push(found)
  })
  const unknown = lifted(elements, known.dtype, known.shape)
  if (unknown !== undefined) return unknown as AnyValue
  if (traced.length === 0) return known
  const { dtype, shape, size } = known
  if (size === 1)
    return traced.map(([, number]) => operations.reshape(elementOf(number, dtype), shape))[0] as AnyValue
  const flat = operations.reshape(known, [size]) as AnyValue
  const between = (start: number, stop: number): readonly AnyValue[] =>
    start === stop
      ? []
      : [operations.slice(flat, { start: [start], step: [1], shape: [stop - start] }) as AnyValue]
  const parts = traced.flatMap(([position, number], i) => [
    ...between(i === 0 ? 0 : (traced[i - 1]?.[0] ?? 0) + 1, position),
    operations.reshape(elementOf(number, dtype), [1]) as AnyValue,
  ])
  const rest = between((traced[traced.length - 1]?.[0] ?? 0) + 1, size)
  return operations.reshape(
    operations.bind('concat', [...parts, ...rest], { axis: 0 }) as AnyValue,
    shape,
  ) as AnyValue
}

/** Indices given as a tensor or as plain numbers. */
export const indicesOf = (indices: Tensor | number | readonly number[], where: string): AnyValue =>
  isNumber(indices) || Array.isArray(indices)
    ? valueFrom(indices as number | readonly number[], { dtype: 'int32' })
    : valueOf(indices as Tensor, 'int32', where)
