import type { Step } from '../../core/primitive/primitive.ts'
import { primitives, type PrimitiveName } from '../../core/primitive/table.ts'

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

/** The step of each primitive that has one of its own. */
const ofPrimitives = Object.values(primitives).flatMap(({ name, lowering }): readonly KernelStep[] =>
  lowering.kind === 'step' && lowering.step.operation === name ? [lowering.step] : [],
)

const steps: ReadonlyMap<string, KernelStep> = new Map(
  [...ofPrimitives, ...Object.values(ofCompiler)].map((step) => [step.operation, step]),
)

/** Every step there is, in the order of the names. */
export const stepOperations = [...steps.keys()].sort() as readonly StepOperation[]

/** The steps that `native/` has kernels for, by their numbers there. */
export const nativeSteps: readonly StepOperation[] = stepOperations.filter(
  (operation) => steps.get(operation)?.native === true,
)

/** What there is to know of a step; `undefined` where there is none of that name. */
export const stepOf = (operation: string): KernelStep | undefined => steps.get(operation)
