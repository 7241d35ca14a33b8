import assert from 'node:assert/strict'
import type { Executor } from '../../src/compile/executors/executor.ts'
import { typescriptExecutor } from '../../src/compile/executors/typescript/executor.ts'
import { differences, outputOf, randomProgram } from './random-kernel-programs.ts'

/** A reproducible kernel program gives the bytes of the TypeScript executor; another its values up to rounding. */
export const sameBytesLaw = (executor: Executor, seed: number, exact: boolean): void => {
  const made = randomProgram(seed, exact)
  const expected = outputOf(typescriptExecutor, made.program, made.inputs)
  const actual = outputOf(executor, made.program, made.inputs)
  const allowed = exact ? 0 : 3e-5 * made.bound
  assert.deepEqual(differences(made, actual, expected, { float32: allowed, float64: allowed }), [])
}
