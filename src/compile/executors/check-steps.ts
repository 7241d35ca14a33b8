import { dtypes, isFloat, isStorage, type DType } from '../../core/tensor/dtype.ts'
import type { Extent, Step } from './kernel-program.ts'
import { stepOf, type KernelStep } from './steps.ts'

/** The extents, the widest first. */
export const extents: readonly Extent[] = ['full', 'row', 'scalar']

/** What a step can know of a register. */
export interface RegisterType {
  readonly dtype: DType
  readonly extent: Extent
}

const isOffered = ({ of, gives }: KernelStep, dtype: DType): boolean =>
  isStorage(dtype)
    ? gives === 'asked'
    : of === 'anything' || (isFloat(dtype) ? of !== 'integers' : dtype !== 'bool' && of !== 'floats')

/** Whether numbers of the dtype can be added up. */
export const isSummed = (dtype: DType): boolean => dtype !== 'bool' && !isStorage(dtype)

/** What is wrong with a step behind these registers; `undefined` where nothing is. */
export const stepProblem = (
  { operation, dtype, extent, inputs }: Step,
  registers: readonly RegisterType[],
): string | undefined => {
  const step = stepOf(operation)
  if (step === undefined) return `there is no step ${operation}`
  if (!dtypes.includes(dtype)) return `there is no dtype ${dtype}`
  if (!extents.includes(extent)) return `there is no extent ${extent}`
  const { arity, condition, gives, reduces } = step
  if (inputs.length !== arity)
    return `${operation} expected ${String(arity)} inputs, got ${String(inputs.length)}`
  for (let i = 0; i < arity; i++)
    if (registers[inputs[i]!] === undefined) return `register ${String(inputs[i])} has no value yet`
  const data = registers[inputs[condition === true ? 1 : 0]!]!.dtype
  let widest = extents.length
  for (let i = 0; i < arity; i++) {
    const operand = registers[inputs[i]!]!
    const expected = condition === true && i === 0 ? 'bool' : data
    if (operand.dtype !== expected)
      return `${operation} expected an input of ${expected}, got ${operand.dtype}`
    widest = Math.min(widest, extents.indexOf(operand.extent))
  }
  const result = gives === 'bool' ? 'bool' : gives === 'asked' ? dtype : data
  if (dtype !== result) return `${operation} of ${data} gives ${result}, not ${dtype}`
  if (!isOffered(step, data)) return `there is no ${operation} of ${data}`
  if (reduces !== undefined ? extent !== 'row' : extents.indexOf(extent) > widest)
    return `${operation} expected the extent of its ${reduces !== undefined ? 'rows' : 'widest input'}`
  return undefined
}
