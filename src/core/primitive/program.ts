import type { ConcreteTensor } from '../tensor/concrete.ts'
import type { Typed } from './primitive.ts'
import type { Parameters, PrimitiveName } from './table.ts'

/** The operations that hold programs of their own. */
export interface StructuralParameters {
  /** Inputs `[predicate, …operands]`; both programs take the operands. */
  readonly cond: { readonly onTrue: Program; readonly onFalse: Program }
  /**
   * Inputs `[…fixed, …carried, …sequences]`, outputs `[…carried, …stacked]`. The body takes one element of every
   * sequence and gives the next carried values and one element for each stack.
   */
  readonly scan: {
    readonly body: Program
    readonly fixed: number
    readonly carried: number
    readonly length: number
    readonly reverse: boolean
  }
  /**
   * Inputs `[…fixed, …carried]`, which the condition, a scalar boolean, and the body take; outputs the carried values
   * after as many steps as the condition held before, and no more than `atMost` where that is a number.
   */
  readonly while: {
    readonly condition: Program
    readonly body: Program
    readonly fixed: number
    readonly atMost: number | null
  }
  /** The body, recomputed when its derivative is asked for. */
  readonly checkpoint: { readonly body: Program }
  /**
   * A function with a derivative of its own: `jvp` takes `[…primals, …tangents]`, or these and the outputs, to tangents of the outputs,
   * `vjp` takes `[…primals, …cotangents]` to cotangents of the primals.
   */
  readonly custom: { readonly body: Program; readonly mode: 'jvp' | 'vjp'; readonly derivative: Program }
}

export type StructuralName = keyof StructuralParameters

/** Asked for every equation of a program, most of which are of primitives. */
const structuralNames: ReadonlySet<string> = new Set<StructuralName>([
  'cond',
  'scan',
  'while',
  'checkpoint',
  'custom',
])

export type OperationParameters = Parameters & StructuralParameters

export type OperationName = PrimitiveName | StructuralName

/**
 * One application; its outputs are the next variables.
 *
 * @category Programs
 */
export type Equation = {
  readonly [N in OperationName]: {
    readonly operation: N
    readonly inputs: readonly number[]
    readonly params: OperationParameters[N]
    readonly outputs: readonly Typed[]
  }
}[OperationName]

/**
 * A function as plain data, in A-normal form. Variables are numbered: the inputs, then the constants, then the
 * outputs of the equations in order; an equation refers to earlier variables only.
 *
 * @category Programs
 */
export interface Program {
  readonly inputs: readonly Typed[]
  readonly constants: readonly ConcreteTensor[]
  readonly equations: readonly Equation[]
  readonly outputs: readonly number[]
}

/** The type of every variable, in the order of their numbers. */
export const variableTypes = ({ inputs, constants, equations }: Program): readonly Typed[] =>
  inputs.concat(
    constants.map(({ shape, dtype }) => ({ shape, dtype })),
    equations.flatMap(({ outputs }) => outputs),
  )

/** An equation that holds programs. */
export type StructuralEquation = Extract<Equation, { readonly operation: StructuralName }>

/** Whether an equation holds programs. */
export const isStructural = (equation: Equation): equation is StructuralEquation =>
  structuralNames.has(equation.operation)

/** Whether a parameter of an equation is a program within it. */
export const isProgram = (value: unknown): value is Program =>
  typeof value === 'object' && value !== null && 'equations' in value

/** The types of the outputs. */
export const outputTypes = (program: Program): readonly Typed[] => {
  const types = variableTypes(program)
  return program.outputs.map((variable) => types[variable]!)
}
