import { afterAll, describe, expect, it } from 'vitest'
import { typescriptExecutor } from '../../src/compile/executors/typescript/executor.ts'
import { loadWebGpuProgram } from '../../src/compile/executors/webgpu/load-webgpu-program.ts'
import { dispatchesOf, planOf } from '../../src/compile/executors/webgpu/plan.ts'
import { outputOf } from './random-kernel-programs.ts'
import { runLoaded } from './run-on-webgpu.ts'
import { softwareDevice } from './software-webgpu.ts'
import { trainingStep } from './training-steps.ts'

const device = await softwareDevice()

afterAll(() => {
  device?.destroy()
})

/** What every device allows. */
const leastLimits = { bindings: 8, workgroupBytes: 16_384 }

describe('a training step of 784-512-256-10 on WebGPU', { timeout: 60_000 }, () => {
  for (const kind of ['sgd', 'adam'] as const)
    for (const [rows, most] of [
      [32, 12],
      [128, 11],
      [1024, 15],
    ] as const)
      it(`takes at most ${String(most)} dispatches with ${kind} and ${String(rows)} rows`, () => {
        const { program } = trainingStep(kind, [784, 512, 256, 10], rows)
        for (const hasSubgroups of [false, true]) {
          const { actions } = planOf(program, { ...leastLimits, hasSubgroups })
          expect(dispatchesOf(actions)).toBeLessThanOrEqual(most)
        }
      })

  it.skipIf(device === undefined)(
    'gives the numbers of the TypeScript executor, and the same bytes at every run',
    async () => {
      const { program, inputs } = trainingStep('adam', [70, 40, 24, 10], 33)
      const loaded = await loadWebGpuProgram(device!, program)
      const first = await runLoaded(device!, loaded, program, inputs)
      const second = await runLoaded(device!, loaded, program, inputs)
      expect(Buffer.compare(Buffer.from(first), Buffer.from(second))).toBe(0)
      const [actual, expected] = [first, outputOf(typescriptExecutor, program, inputs)].map(
        (bytes) => new Float32Array(bytes),
      )
      const worst = actual!.reduce((most, x, i) => Math.max(most, Math.abs(x - expected![i]!)), 0)
      expect(worst).toBeLessThan(2e-6)
      expect(expected!.some((x) => Math.abs(x) > 0.1)).toBe(true)
    },
  )
})
