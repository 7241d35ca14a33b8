import type { Step } from '../../core/primitive/primitive.ts'
import { basicPrimitives } from '../../core/primitive/basic.ts'
import { metPrimitives } from '../../core/primitive/met.ts'
import type { PrimitiveName } from '../../core/primitive/table.ts'

/** The arithmetic of one step of a nest: that of a primitive, or what only the compiler writes. */
export interface KernelStep extends Step {
  /** A full register to a row register, over the columns of each row. */
  readonly reduces?: 'sum' | 'max'
}

const plus = ([a = '', b = '']: readonly string[]): string => `${a} + ${b}`

/** The steps that are no primitives. */
const ofCompiler = {
  /** a · b + c of floats, in one rounding where the machine has one. */
  mulAdd: {
    operation: 'mulAdd',
    arity: 3,
    of: 'numbers',
    gives: 'same',
    // Rounded after the product too, where the dtype rounds: see `step-functions.ts`.
    element: (a, b, c) => a * b + c,
    native: true,
  },
  rowSum: {
    operation: 'rowSum',
    arity: 1,
    of: 'numbers',
    gives: 'same',
    element: (a, b) => a + b,
    text: plus,
    reduces: 'sum',
    native: true,
  },
  rowMax: {
    operation: 'rowMax',
    arity: 1,
    of: 'anything',
    gives: 'same',
    chooses: true,
    element: (a, b) => Math.max(a, b),
    text: ([a = '', b = '']) => `Math.max(${a}, ${b})`,
    reduces: 'max',
    native: true,
  },
} as const satisfies Readonly<Record<string, KernelStep>>

export type StepOperation = PrimitiveName | keyof typeof ofCompiler

/** The steps that are no primitives, by name. */
export const compilerSteps: readonly KernelStep[] = Object.values(ofCompiler)

/** Those of the basic primitives, and what was found once. */
const found = new Map<string, KernelStep>([
  ...Object.values(basicPrimitives).flatMap(
    ({ name, lowering }): readonly (readonly [string, KernelStep])[] =>
      lowering.kind === 'step' && lowering.step.operation === name ? [[name, lowering.step]] : [],
  ),
  ...Object.entries(ofCompiler),
])

/** What there is to know of a step, of those that a program can have; `undefined` where there is none of that name. */
export const stepOf = (operation: string): KernelStep | undefined => {
  const known = found.get(operation)
  if (known !== undefined) return known
  for (const { name, lowering } of metPrimitives())
    if (name === operation && lowering.kind === 'step' && lowering.step.operation === operation) {
      found.set(operation, lowering.step)
      return lowering.step
    }
  return undefined
}
