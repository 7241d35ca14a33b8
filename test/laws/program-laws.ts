import assert from 'node:assert/strict'
import type { Tensor } from '../../src/index.ts'
import { adjointError, runProgram, type Program } from '../../src/testing/index.ts'

/** ⟨u, Jv⟩ = ⟨Jᵀu, v⟩ for a program on matrices. */
export const adjointProgramLaw = (program: Program, x: Tensor, v: Tensor, u: Tensor): void => {
  const error = adjointError(runProgram(program))(x, v, u)
  assert.ok(error < 1e-12, `the two sides differ by ${String(error)}`)
}
