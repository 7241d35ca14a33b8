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
  it('give the values of the TypeScript executor up to rounding, integers and booleans exactly', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const made = randomProgram(seed, false, ['float32'])
        const expected = outputOf(typescriptExecutor, made.program, made.inputs)
        const actual = await outputOnDevice(device!, made.program, made.inputs)
        const allowed = 3e-5 * made.bound
        expect(differences(made, actual, expected, { float32: allowed, float64: 0 })).toEqual([])
      }),
      { numRuns: 12 },
    )
  }, 60_000)
})
