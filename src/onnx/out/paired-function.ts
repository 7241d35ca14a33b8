import { operations } from '../../core/autodiff/apply.ts'
import type { Typed } from '../../core/primitive/primitive.ts'
import type { Program } from '../../core/primitive/program.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'
import { eliminateDeadCode } from '../../core/autodiff/dead-code.ts'
import { inlineCalls } from '../../compile/passes/inline-calls.ts'
import { stage } from '../../compile/program/stage.ts'
import type { Paired } from './paired-programs.ts'

/** Two numbers of rows that hardly anything else in a program is equal to. */
const rowCounts = [1009, 1013] as const

const valueOf = (type: Typed): Tensor => operations.constant(0, type) as unknown as Tensor

/** Passes that look at no size: what was alike stays so. */
const tidied = (program: Program): Program => eliminateDeadCode(inlineCalls(program))

/**
 * A function of tensors of these types, staged for two numbers of rows: those inputs whose position is in `batched` have
 * rows along their first axis.
 */
export const pairedFunction = (
  f: (...inputs: readonly Tensor[]) => unknown,
  types: readonly Typed[],
  batched: readonly number[],
): Paired<Program> => {
  const at = (rows: number): Program =>
    tidied(
      stage(f)(
        ...types.map(({ shape, dtype }, i) =>
          valueOf({ shape: batched.includes(i) ? [rows, ...shape.slice(1)] : shape, dtype }),
        ),
      ).program,
    )
  return { programs: [at(rowCounts[0]), at(rowCounts[1])], at: rowCounts }
}
