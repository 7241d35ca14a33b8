import { dtypes, isFloat, type DType } from '../../core/tensor/dtype.ts'
import { stepOperations, type Extent, type Step, type StepOperation } from './kernel-program.ts'

/** The extents, the widest first. */
export const extents: readonly Extent[] = ['full', 'row', 'scalar']

/** What a step can know of a register. */
export interface RegisterType {
  readonly dtype: DType
  readonly extent: Extent
}

const reductions: ReadonlySet<StepOperation> = new Set(['rowSum', 'rowMax'])
const comparisons: ReadonlySet<StepOperation> = new Set(['equal', 'less', 'lessEqual'])

const ternary: ReadonlySet<StepOperation> = new Set(['select', 'mulAdd'])
const binary: ReadonlySet<StepOperation> = new Set([
  ...comparisons,
  'add',
  'sub',
  'mul',
  'absorbingMul',
  'div',
  'pow',
  'max',
  'min',
])

/** Operations on booleans too; those named next are for all numbers, and the others for real ones. */
const ofAnything: ReadonlySet<StepOperation> = new Set([
  ...comparisons,
  'max',
  'min',
  'select',
  'cast',
  'rowMax',
])
const ofNumbers: ReadonlySet<StepOperation> = new Set([
  'add',
  'sub',
  'mul',
  'mulAdd',
  'neg',
  'sign',
  'abs',
  'floor',
  'round',
  'rowSum',
])

const arityOf = (operation: StepOperation): number =>
  ternary.has(operation) ? 3 : binary.has(operation) ? 2 : 1

const isOffered = (operation: StepOperation, dtype: DType): boolean =>
  ofAnything.has(operation) || isFloat(dtype) || (ofNumbers.has(operation) && dtype !== 'bool')

/** Whether numbers of the dtype can be added up. */
export const isSummed = (dtype: DType): boolean => isOffered('rowSum', dtype)

/** What is wrong with a step that takes these registers; `undefined` where nothing is. */
export const stepProblem = (
  { operation, dtype, extent, inputs }: Step,
  registers: readonly (RegisterType | undefined)[],
): string | undefined => {
  if (!stepOperations.includes(operation)) return `there is no step ${operation}`
  if (!dtypes.includes(dtype)) return `there is no dtype ${dtype}`
  if (!extents.includes(extent)) return `there is no extent ${extent}`
  const arity = arityOf(operation)
  if (inputs.length !== arity)
    return `${operation} expected ${String(arity)} inputs, got ${String(inputs.length)}`
  const missing = registers.indexOf(undefined)
  if (missing >= 0) return `register ${String(inputs[missing])} has no value yet`
  const operands = registers as readonly RegisterType[]
  const data = (operands[operation === 'select' ? 1 : 0] as RegisterType).dtype
  const expected = operands.map((_, i) => (operation === 'select' && i === 0 ? 'bool' : data))
  const odd = operands.findIndex((operand, i) => operand.dtype !== expected[i])
  if (odd >= 0)
    return `${operation} expected an input of ${String(expected[odd])}, got ${String(operands[odd]?.dtype)}`
  const result = comparisons.has(operation) ? 'bool' : operation === 'cast' ? dtype : data
  if (dtype !== result) return `${operation} of ${data} gives ${result}, not ${dtype}`
  if (!isOffered(operation, data)) return `there is no ${operation} of ${data}`
  const widest = Math.min(...operands.map((operand) => extents.indexOf(operand.extent)))
  if (reductions.has(operation) ? extent !== 'row' : extents.indexOf(extent) > widest)
    return `${operation} expected the extent of its ${reductions.has(operation) ? 'rows' : 'widest input'}`
  return undefined
}
