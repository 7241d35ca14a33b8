import type { Executor, LoadedProgram } from './executor.ts'
import type { Instruction, KernelProgram, NestBody } from './kernel-program.ts'
import { routineOf } from './routines.ts'
import { nativeSteps } from './native-steps.ts'
import { typescriptExecutor } from './typescript/executor.ts'

const known: ReadonlySet<string> = new Set(nativeSteps)

const isForeignTo = ({ steps }: NestBody): boolean => !steps.every(({ operation }) => known.has(operation))

const needsTypeScript = (instruction: Instruction): boolean => {
  switch (instruction.kind) {
    case 'nest':
      return isForeignTo(instruction)
    case 'matmul':
      return instruction.epilogue !== undefined && isForeignTo(instruction.epilogue)
    case 'routine':
      return routineOf(instruction.name)?.native !== true
    case 'loop':
      return instruction.body.some(needsTypeScript)
    case 'while':
      return instruction.condition.some(needsTypeScript) || instruction.body.some(needsTypeScript)
    case 'if':
      return instruction.onTrue.some(needsTypeScript) || instruction.onFalse.some(needsTypeScript)
    default:
      return false
  }
}

/**
 * A program made ready on an executor; on that in TypeScript, which knows every step, and every routine, where the program has one that
 * `native/` has no kernels for.
 */
export const loadProgram = (executor: Executor, program: KernelProgram): LoadedProgram =>
  (program.instructions.some(needsTypeScript) ? typescriptExecutor : executor).load(program)
