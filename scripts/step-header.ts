// Writes native/step_operations.h and src/compile/executors/native-steps.ts from the table of primitives: node --import tsx scripts/step-header.ts
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { compilerSteps, stepOf } from '../src/compile/executors/steps.ts'
import type { AnyPrimitive } from '../src/core/primitive/primitive.ts'
import { meet } from '../src/core/primitive/met.ts'
import { primitives } from '../src/core/primitive/table.ts'

/** `LOG1P`, `MUL_ADD`. */
const constantOf = (operation: string): string => operation.replaceAll(/[A-Z]/g, '_$&').toUpperCase()

/** A list in lines of at most 110 characters. */
const wrapped = (items: readonly string[]): string =>
  items
    .reduce<readonly string[]>((lines, item) => {
      const last = lines[lines.length - 1]
      const longer = last === undefined ? undefined : `${last} ${item},`
      return longer === undefined || longer.length > 110
        ? [...lines, `  ${item},`]
        : [...lines.slice(0, -1), longer]
    }, [])
    .join('\n')

/** Every step there is. */
export const stepOperations = (): readonly string[] => {
  Object.values(primitives).forEach((primitive) => {
    meet(primitive as AnyPrimitive)
  })
  const own = Object.values(primitives).flatMap(({ name, lowering }) =>
    lowering.kind === 'step' && lowering.step.operation === name ? [name as string] : [],
  )
  return [...own, ...compilerSteps.map(({ operation }) => operation)].sort()
}

const nativeSteps = stepOperations().filter((operation) => stepOf(operation)?.native === true)

/** The names by their numbers, for the library, which does not load every primitive to have them. */
export const nativeStepList = (): string => `// Made by scripts/step-header.ts of the table of primitives.

/** The steps that \`native/\` has kernels for, by their numbers there. */
export const nativeSteps: readonly string[] = [
${nativeSteps.map((operation) => `  '${operation}',`).join('\n')}
]
`

/** The steps the kernels are for: their numbers in kernel programs, their names and how many inputs each takes. */
export const stepHeader = (): string => `// Made by scripts/step-header.ts of the table of primitives.
#pragma once

namespace puregrad {

enum StepOp {
${wrapped([...nativeSteps.map(constantOf), 'STEP_OPS'])}
};

constexpr const char *stepNames[STEP_OPS] = {
${wrapped(nativeSteps.map((operation) => `"${operation}"`))}
};

constexpr int stepInputs[STEP_OPS] = {
${wrapped(nativeSteps.map((operation) => String(stepOf(operation)?.arity)))}
};

}  // namespace puregrad
`

/** The header as it is checked in. */
export const stepHeaderFile = fileURLToPath(new URL('../native/step_operations.h', import.meta.url))

export const nativeStepFile = fileURLToPath(
  new URL('../src/compile/executors/native-steps.ts', import.meta.url),
)

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(stepHeaderFile, stepHeader())
  writeFileSync(nativeStepFile, nativeStepList())
}
