import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evaluateProgram } from '../../src/core/autodiff/evaluate.ts'
import type { Executor } from '../../src/compile/executors/executor.ts'
import { nativeExecutor } from '../../src/compile/executors/native.ts'
import { typescriptExecutor } from '../../src/compile/executors/typescript/executor.ts'
import { wasmExecutor } from '../../src/compile/executors/wasm.ts'
import { lower } from '../../src/compile/lowering/lower.ts'
import { inlineCalls } from '../../src/compile/passes/inline-calls.ts'
import { prepare } from '../../src/compile/passes/prepare.ts'
import { copyElements, type ConcreteTensor } from '../../src/core/tensor/concrete.ts'
import { regionPrograms } from './region-programs.ts'
import { runLowered } from './run-lowered.ts'

const executors: readonly Executor[] = [nativeExecutor(), wasmExecutor(), typescriptExecutor].filter(
  (executor) => executor !== undefined,
)

/** The first element that differs, not counting the sign of zero; -1 where none does. */
const firstDifference = (actual: ArrayLike<number>, expected: ArrayLike<number>): number => {
  for (let i = 0; i < Math.max(actual.length, expected.length); i++) {
    const [a, b] = [actual[i], expected[i]]
    if (a !== b && !(Number.isNaN(a) && Number.isNaN(b))) return i
  }
  return -1
}

const cases = [true, false].flatMap((reproducible) =>
  [true, false].flatMap((fuse) => [true, false].map((simplified) => ({ reproducible, fuse, simplified }))),
)

describe('programs of loops, branches, views and empty values give compiled what they give evaluated', () => {
  it.each(cases)(
    'reproducible: $reproducible, fused: $fuse, simplified: $simplified',
    ({ reproducible, fuse, simplified }) => {
      fc.assert(
        fc.property(regionPrograms(), ({ program, inputs }) => {
          const expected = evaluateProgram(program, inputs).map((x) => copyElements(x as ConcreteTensor))
          const prepared = simplified ? prepare(program) : inlineCalls(program)
          const lowered = lower(prepared, { reproducible, fuse })
          expect(lowered.refused).toEqual([])
          for (const executor of executors)
            runLowered(executor, lowered, prepared, inputs).forEach((actual, i) => {
              const at = firstDifference(actual, expected[i]!)
              if (at >= 0)
                expect.fail(
                  `${executor.name}, output ${i}, element ${at}: expected ${expected[i]![at]}, got ${actual[at]}`,
                )
            })
        }),
        { numRuns: 60 },
      )
    },
    60_000,
  )
})
