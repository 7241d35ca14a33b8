import type { Instruction, KernelProgram, Place } from '../../src/compile/executors/kernel-program.ts'
import type { Buffer } from '../../src/core/tensor/dtype.ts'

export const input = (index: number): Place => ({ space: 'input', index, offset: 0 })
export const out: Place = { space: 'output', offset: 0 }

/** A program of these instructions, without memory of its own. */
export const programOf = (
  instructions: readonly Instruction[],
  inputs: readonly Buffer[],
  outputBytes: number,
  rest: Partial<KernelProgram> = {},
): KernelProgram => ({
  reproducible: false,
  arenaBytes: 0,
  constants: new Uint8Array(0),
  inputBytes: inputs.map(({ byteLength }) => byteLength),
  outputBytes,
  instructions,
  ...rest,
})
