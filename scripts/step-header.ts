// Writes native/step_operations.h from the table of steps: node --import tsx scripts/step-header.ts
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { nativeSteps, stepOf } from '../src/compile/executors/steps.ts'

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

/** The steps the kernels are for: their numbers in kernel programs, their names and how many inputs each takes. */
export const stepHeader = (): string => `// Made by scripts/step-header.ts of src/compile/executors/steps.ts.
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

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(stepHeaderFile, stepHeader())
