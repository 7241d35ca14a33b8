import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { typescriptExecutor } from '../../src/compile/executors/typescript/executor.ts'
import { differences, outputOf, randomProgram } from './random-kernel-programs.ts'
import { outputOnDevice } from './run-on-webgpu.ts'
import { softwareDevice } from './software-webgpu.ts'

const devices = { plain: await softwareDevice(), subgroups: await softwareDevice('subgroups') }

afterAll(() => {
  Object.values(devices).forEach((device) => device?.destroy())
})

describe.skipIf(devices.plain === undefined)('kernel programs on WebGPU', () => {
  it.each([
    ['in float32', 'plain', 6, ['float32']],
    ['in float32', 'subgroups', 6, ['float32']],
    ['in float64', 'plain', 3, ['float64']],
  ] as const)(
    'give the values of the TypeScript executor up to rounding, integers and booleans exactly, %s, %s',
    async (_, ways, numRuns, floats) => {
      await fc.assert(
        fc.asyncProperty(fc.integer(), async (seed) => {
          const made = randomProgram(seed, false, floats)
          const expected = outputOf(typescriptExecutor, made.program, made.inputs)
          const actual = await outputOnDevice(devices[ways]!, made.program, made.inputs)
          const allowed = { float32: 3e-5 * made.bound, float64: 1e-12 * made.bound }
          expect(differences(made, actual, expected, allowed)).toEqual([])
        }),
        // Sums over no rows behind a product, which the processor writes.
        { numRuns, examples: [[-38168029]] },
      )
    },
    60_000,
  )
})
