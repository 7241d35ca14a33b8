import type { ElementFunction } from '../../../core/kernel/elementwise.ts'
import { elementOf, isStorage, numberOf, type DType } from '../../../core/tensor/dtype.ts'
import { stepOf, type KernelStep, type StepOperation } from '../steps.ts'

/** The functions that compiled nests call by name, by the names of the steps. */
export type Mathematics = Readonly<Record<string, ElementFunction>>

const stepAt = (operation: StepOperation): KernelStep => stepOf(operation)!

/** Where the integer arithmetic of a step is found, which text calls. */
const integerName = (operation: StepOperation): string => `${operation}OfIntegers`

/** Conversions from and to bits of 16: a register of such a dtype holds the bits. */
const ofBits: Mathematics = {
  numberOfFloat16: (bits) => numberOf(bits, 'float16'),
  numberOfBfloat16: (bits) => numberOf(bits, 'bfloat16'),
  float16Of: (x) => elementOf(x, 'float16'),
  bfloat16Of: (x) => elementOf(x, 'bfloat16'),
}

const functionsOf = (operation: StepOperation, portable: boolean): Mathematics => {
  const { element, portable: same, integer } = stepAt(operation)
  return {
    [operation]: portable ? (same ?? element) : element,
    ...(integer === undefined ? {} : { [integerName(operation)]: integer }),
  }
}

/**
 * The functions of these steps, of the engine or those that give the same bytes on every machine, and of the steps that
 * are made of: a conversion, the product of `mulAdd`.
 */
export const mathematicsOf = (operations: readonly StepOperation[], portable: boolean): Mathematics =>
  Object.assign(
    { ...ofBits },
    ...['cast' as const, 'mul' as const, ...operations].map((operation) => functionsOf(operation, portable)),
  ) as Mathematics

const isInteger = (dtype: DType): boolean => dtype === 'int32' || dtype === 'uint32'

const castText = (from: DType, to: DType, x: string): string => {
  const value =
    from === 'float16' ? `F.numberOfFloat16(${x})` : from === 'bfloat16' ? `F.numberOfBfloat16(${x})` : x
  return to === 'float16'
    ? `F.float16Of(${value})`
    : to === 'bfloat16'
      ? `F.bfloat16Of(${value})`
      : stepText('cast', to, [value])
}

/** The text of one step on registers, rounded to its dtype; a conversion is told from which dtype. */
export const stepText = (
  operation: StepOperation,
  dtype: DType,
  inputs: readonly string[],
  from: DType = dtype,
): string => {
  if (operation === 'cast' && (isStorage(dtype) || isStorage(from)))
    return from === dtype ? (inputs[0] ?? '') : castText(from, dtype, inputs[0] ?? '')
  if (operation === 'mulAdd')
    return roundedText(dtype, `${stepText('mul', dtype, inputs)} + ${inputs[2] ?? ''}`)
  const { text, chooses, gives, integer } = stepAt(operation)
  const f = integer !== undefined && isInteger(dtype) ? integerName(operation) : operation
  const value = text?.(inputs, dtype) ?? `F.${f}(${inputs.join(', ')})`
  return gives === 'bool' || chooses === true ? value : roundedText(dtype, value)
}

/** The text that rounds a number to a dtype, as the typed array of that dtype does. */
export const roundedText = (dtype: DType, text: string): string =>
  dtype === 'float32'
    ? `Math.fround(${text})`
    : dtype === 'int32'
      ? `((${text}) | 0)`
      : dtype === 'uint32'
        ? `((${text}) >>> 0)`
        : `(${text})`

const rounded: Readonly<Record<DType, (x: number) => number>> = {
  float32: Math.fround,
  float64: (x) => x,
  int32: (x) => x | 0,
  uint32: (x) => x >>> 0,
  bool: (x) => Number(x !== 0),
  float16: (x) => x,
  bfloat16: (x) => x,
}

/** One step as a function of its inputs, where text may not be compiled. */
export const stepFunction = (
  operation: StepOperation,
  dtype: DType,
  mathematics: Mathematics,
  from: DType = dtype,
): ElementFunction => {
  if (operation === 'cast' && from !== dtype && (isStorage(from) || isStorage(dtype))) {
    const round = rounded[dtype]
    return (x) => elementOf(round(numberOf(x, from)), dtype)
  }
  const { arity, integer, chooses, gives } = stepAt(operation)
  const f = integer !== undefined && isInteger(dtype) ? integer : mathematics[operation]!
  if (gives === 'bool' || chooses === true) return f
  const round = rounded[dtype]
  if (operation === 'mulAdd') {
    const product = stepFunction('mul', dtype, mathematics)
    return (a, b, c) => round(product(a, b) + c)
  }
  switch (arity) {
    case 1:
      return (a) => round(f(a))
    case 2:
      return (a, b) => round(f(a, b))
    default:
      return (a, b, c) => round(f(a, b, c))
  }
}

/** The number of operands of a step. */
export const arityOf = (operation: StepOperation): number => stepAt(operation).arity
