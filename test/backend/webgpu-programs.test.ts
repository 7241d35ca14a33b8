import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { typescriptExecutor } from '../../src/compile/executors/typescript/executor.ts'
import { differences, outputOf, randomProgram } from './random-kernel-programs.ts'
import { outputOnDevice } from './run-on-webgpu.ts'
import { softwareDevice } from './software-webgpu.ts'

const device = await softwareDevice()

afterAll(() => {
  device?.destroy()
})

describe.skipIf(device === undefined)('kernel programs on WebGPU', () => {
  it.each([
    ['in float32', 12, ['float32']],
    ['in float64', 3, ['float64']],
  ] as const)(
    'give the values of the TypeScript executor up to rounding, integers and booleans exactly, %s',
    async (_, numRuns, floats) => {
      await fc.assert(
        fc.asyncProperty(fc.integer(), async (seed) => {
          const made = randomProgram(seed, false, floats)
          const expected = outputOf(typescriptExecutor, made.program, made.inputs)
          const actual = await outputOnDevice(device!, made.program, made.inputs)
          const allowed = { float32: 3e-5 * made.bound, float64: 1e-12 * made.bound }
          expect(differences(made, actual, expected, allowed)).toEqual([])
        }),
        { numRuns },
      )
    },
    60_000,
  )
})
