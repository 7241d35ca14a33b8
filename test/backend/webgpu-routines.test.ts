import { afterAll, describe, expect, it } from 'vitest'
import type { KernelProgram } from '../../src/compile/executors/kernel-program.ts'
import { routineOf } from '../../src/compile/executors/routines.ts'
import { typescriptExecutor } from '../../src/compile/executors/typescript/executor.ts'
import { axesOf, windowSizes } from '../../src/core/kernel/windows.ts'
import { outputOf } from './random-kernel-programs.ts'
import { outputOnDevice } from './run-on-webgpu.ts'
import { softwareDevice } from './software-webgpu.ts'
import { meetAll } from './step-operations.ts'

const device = await softwareDevice()

afterAll(() => {
  device?.destroy()
})

meetAll()

/** Numbers without an order, some of them several times. */
const numbers = (count: number, seed: number): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length: count }, (_, i) => Math.round(40 * Math.sin((i + 1) * (12.9898 + seed))) / 20)

const both = async (name: string, sizes: readonly number[], inputs: readonly Float32Array<ArrayBuffer>[]) => {
  const { reads, writes } = routineOf(name)!.reach(sizes)!
  expect(inputs.map(({ length }) => length)).toEqual(reads)
  const program: KernelProgram = {
    reproducible: false,
    arenaBytes: 0,
    constants: new Uint8Array(0),
    inputBytes: inputs.map(({ byteLength }) => byteLength),
    outputBytes: 4 * writes,
    instructions: [
      {
        kind: 'routine',
        name,
        dtype: 'float32',
        sizes,
        reads: inputs.map((_, index) => ({ space: 'input', index, offset: 0 })),
        out: { space: 'output', offset: 0 },
      },
    ],
  }
  return [
    new Float32Array(await outputOnDevice(device!, program, inputs)),
    new Float32Array(outputOf(typescriptExecutor, program, inputs)),
  ] as const
}

const expectNear = async (
  name: string,
  sizes: readonly number[],
  inputs: readonly Float32Array<ArrayBuffer>[],
): Promise<Float32Array<ArrayBuffer>> => {
  const [actual, expected] = await both(name, sizes, inputs)
  const scale = 1 + expected.reduce((most, x) => Math.max(most, Math.abs(x)), 0)
  const worst = expected.reduce((most, x, i) => Math.max(most, Math.abs(x - actual[i]!)), 0)
  expect(worst / scale, `${name} ${sizes.join(' ')}`).toBeLessThan(3e-6)
  return expected
}

const windows = [
  { images: 3, groups: 2, inside: 2, outside: 20, space: [9], taps: [4], step: 2, apart: 2, gap: 1, low: 3 },
  {
    images: 1,
    groups: 1,
    inside: 4,
    outside: 4,
    space: [5, 4, 6],
    taps: [2, 3, 2],
    step: 2,
    apart: 1,
    gap: 3,
    low: 2,
  },
  {
    images: 4,
    groups: 3,
    inside: 1,
    outside: 1,
    space: [30, 30],
    taps: [3, 3],
    step: 1,
    apart: 1,
    gap: 1,
    low: -1,
  },
].map(({ space, taps, step, apart, gap, low, ...rest }) => {
  const every = (n: number) => space.map(() => n)
  const axes = axesOf(space, taps, {
    strides: every(step),
    dilation: every(apart),
    inputDilation: every(gap),
    low: every(low),
    high: every(1),
  })
  return { ...rest, axes }
})

describe.skipIf(device === undefined)('routines on WebGPU', { timeout: 60_000 }, () => {
  it('convolve and correlate whatever windows there are', async () => {
    for (const window of windows) {
      const sizes = windowSizes(window)
      const { reads, writes } = routineOf('convolution')!.reach(sizes)!
      const x = numbers(reads[0]!, 1)
      await expectNear('convolution', sizes, [x, numbers(reads[1]!, 2)])
      await expectNear('correlation', sizes, [x, numbers(writes, 3)])
    }
  }, 60_000)

  it('find, take and put the largest of windows; the first of several and of NaNs', async () => {
    for (const { axes, images } of windows.filter(({ axes }) =>
      axes.every(({ inputDilation }) => inputDilation === 1),
    )) {
      const sizes = windowSizes({ images, groups: 1, inside: 3, outside: 3, axes })
      const { reads, writes } = routineOf('windowArgmax')!.reach(sizes)!
      const x = numbers(reads[0]!, 1)
      const [found, expected] = await both('windowArgmax', sizes, [x.map((v, i) => (i % 41 === 7 ? NaN : v))])
      expect([...found]).toEqual([...expected])
      await expectNear('windowTake', sizes, [x, expected])
      await expectNear('windowPut', sizes, [numbers(writes, 4), expected])
    }
  })

  it('attend, and give both derivatives of it', async () => {
    for (const [queries, keys, width, causal] of [
      [5, 5, 2, 1],
      [2, 300, 260, 0],
    ] as const) {
      const batch = width === 2 ? 2 : 1
      const sizes = [batch, queries, keys, width, causal]
      const packed = numbers(batch * (queries + 2 * keys) * width, 5).map((v) => v / Math.sqrt(width))
      const output = await expectNear('attention', sizes, [packed])
      await expectNear('attentionTangent', sizes, [packed, output, numbers(packed.length, 6)])
      await expectNear('attentionCotangent', sizes, [packed, output, numbers(output.length, 7)])
    }
  }, 60_000)
})
