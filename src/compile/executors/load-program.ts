import type { Executor, LoadedProgram } from './executor.ts'
import type { Instruction, KernelProgram, NestBody } from './kernel-program.ts'
import { stepOf } from './steps.ts'
import { typescriptExecutor } from './typescript/executor.ts'

const isForeignTo = ({ steps }: NestBody): boolean =>
  steps.some(({ operation }) => stepOf(operation)?.native !== true)

const hasForeignStep = (instruction: Instruction): boolean => {
  switch (instruction.kind) {
    case 'nest':
      return isForeignTo(instruction)
    case 'matmul':
      return instruction.epilogue !== undefined && isForeignTo(instruction.epilogue)
    case 'loop':
      return instruction.body.some(hasForeignStep)
    case 'if':
      return instruction.onTrue.some(hasForeignStep) || instruction.onFalse.some(hasForeignStep)
    default:
      return false
  }
}

/**
 * A program made ready on an executor; on that in TypeScript, which knows every step, where the program has one that
 * `native/` has no kernels for.
 */
export const loadProgram = (executor: Executor, program: KernelProgram): LoadedProgram =>
  (program.instructions.some(hasForeignStep) ? typescriptExecutor : executor).load(program)
