import { afterAll, describe, expect, it } from 'vitest'
import type { KernelProgram } from '../../src/compile/executors/kernel-program.ts'
import { routineOf } from '../../src/compile/executors/routines.ts'
import { typescriptExecutor } from '../../src/compile/executors/typescript/executor.ts'
import { dispatchesOf, planOf, processorsPart } from '../../src/compile/executors/webgpu/plan.ts'
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
  const scale = 1 + expected.reduce((most, x) => Math.max(most, Math.abs(x) || 0), 0)
  const worst = expected.reduce((most, x, i) => Math.max(most, Math.abs(x - actual[i]!) || 0), 0)
  expect(worst / scale, `${name} ${sizes.join(' ')}`).toBeLessThan(3e-6)
  expect([...actual].map(Number.isNaN), `${name} ${sizes.join(' ')}`).toEqual([...expected].map(Number.isNaN))
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

  /** Matrices that need their rows exchanged, and take no digits of a solution. */
  const matrices = (batch: number, n: number, seed: number): Float32Array<ArrayBuffer> =>
    numbers(batch * n * n, seed).map((v, i) => {
      const [row, column] = [Math.floor(i / n) % n, i % n]
      return v / (2 * n) + ((row * 5 + 3) % n === column ? 2 : 0) + row / 64
    })

  const definite = (batch: number, n: number, seed: number): Float32Array<ArrayBuffer> =>
    numbers(batch * n * n, seed).map((v, i) => v / n + (Math.floor(i / n) % n === i % n ? 3 : 0))

  it('factorize, small matrices and one as large as a workgroup; what has no factor is NaN', async () => {
    for (const [batch, n] of [
      [3, 1],
      [2, 5],
      [1, 47],
    ] as const) {
      await expectNear('cholesky', [batch, n], [definite(batch, n, 1)])
      await expectNear('luFactor', [batch, n], [matrices(batch, n, 2)])
    }
    const matrix = definite(3, 4, 3)
    // The last pivot of the second is negative, and that of the third NaN.
    matrix[31] = -1
    matrix[47] = NaN
    await expectNear('cholesky', [3, 4], [matrix])
    const singular = Float32Array.from([0, 2, 4, 0, 1, 2, 0, 1, 3])
    await expectNear('luFactor', [1, 3], [singular])
  })

  it('divide into an orthogonal and a triangular factor, of as many columns as asked for', async () => {
    const dominant = (batch: number, m: number, n: number): Float32Array<ArrayBuffer> =>
      numbers(batch * m * n, 11).map((v, i) => v + (Math.floor(i / n) % m === i % n ? 5 : 0))
    for (const [batch, m, n, full] of [
      [2, 5, 5, 0],
      [1, 33, 7, 0],
      [1, 9, 4, 1],
      [1, 7, 12, 0],
    ] as const)
      await expectNear('qr', [batch, m, n, full], [dominant(batch, m, n)])
    // A column of zeros, and an element that is not finite.
    const matrix = dominant(3, 3, 3).map((v, i) => (i % 3 === 1 && i < 9 ? 0 : v))
    matrix[20] = Infinity
    await expectNear('qr', [3, 3, 3, 0], [matrix])
  })

  it('solve triangles of all kinds, and by factors, of few columns and of many', async () => {
    for (const [batch, n, m] of [
      [2, 7, 3],
      [1, 30, 1],
      [1, 9, 70],
    ] as const) {
      const b = numbers(batch * n * m, 4)
      for (const kind of [0, 1, 2, 3, 4, 5, 6, 7])
        await expectNear(
          'triangularSolve',
          [batch, n, m, kind & 1, (kind >> 1) & 1, kind >> 2],
          [definite(batch, n, kind), b],
        )
      const a = matrices(batch, n, 5)
      const [, factors] = await both('luFactor', [batch, n], [a])
      for (const transposed of [0, 1]) await expectNear('solve', [batch, n, m, transposed], [a, factors, b])
    }
    const singular = definite(2, 3, 6)
    singular[13] = 0
    await expectNear('triangularSolve', [2, 3, 2, 1, 0, 0], [singular, numbers(12, 7)])
    const factors = Float32Array.from([2, 0, 0, 2, 0, 1, 2, 0, 0, 2, 0, 7, 2, 0, 0, 0, 1, 0])
    await expectNear('solve', [3, 2, 1, 0], [numbers(12, 8), factors, numbers(6, 9)])
  })

  it('transform lines of every kind of length, there and back', async () => {
    for (const [batch, n] of [
      [3, 1],
      [2, 2],
      [1, 15],
      [2, 17],
      [2, 64],
      [1, 360],
      [1, 1009],
      [1, 4104],
    ] as const)
      for (const inverse of [0, 1]) await expectNear('fft', [batch, n, inverse], [numbers(batch * 2 * n, 10)])
  })

  it('transform an infinite number by quarter turns, which make no NaN of it', async () => {
    for (const n of [1, 2, 4])
      for (let at = 0; at < 2 * n; at++)
        for (const inverse of [0, 1]) {
          const line = numbers(2 * n, 10)
          line[at] = -Infinity
          const [actual, expected] = await both('fft', [1, n, inverse], [line])
          expect([...actual].some(Number.isNaN)).toBe(false)
          expected.forEach((x, i) => {
            if (Number.isFinite(x)) expect(actual[i]).toBeCloseTo(x, 5)
            else if (!Number.isNaN(x)) expect(actual[i]).toBe(x)
          })
        }
  })

  const limits = { hasSubgroups: false, bindings: 8, workgroupBytes: 16_384 }
  const planned = (name: string, sizes: readonly number[]) => {
    const { reads, writes } = routineOf(name)!.reach(sizes)!
    const place = { space: 'input', index: 0, offset: 0 } as const
    const routine = { kind: 'routine', name, dtype: 'float32', sizes, reads: [place] } as const
    const program: KernelProgram = {
      reproducible: false,
      arenaBytes: 0,
      constants: new Uint8Array(0),
      inputBytes: reads.map((count) => 4 * count),
      outputBytes: 4 * writes,
      instructions: [{ ...routine, out: { space: 'output', offset: 0 } }],
    }
    return planOf(program, limits).actions
  }

  it('take one dispatch for short lines, and one for each factor of long ones', () => {
    expect([4096, 8192, 10_000].map((n) => dispatchesOf(planned('fft', [2, n, 0])))).toEqual([1, 5, 6])
  })

  it('leave to the processor what would keep a workgroup too long', () => {
    const sizes = {
      cholesky: [1, 257],
      luFactor: [1, 257],
      qr: [1, 3, 257, 0],
      eigh: [1, 129],
      svd: [1, 129, 2, 0],
      fft: [1, 2053, 0],
    } as const
    expect(Object.entries(sizes).flatMap(([name, given]) => processorsPart(planned(name, given)))).toEqual([
      'instruction 0 (routine): the routine cholesky of order 257, above 256, has no WGSL',
      'instruction 0 (routine): the routine luFactor of order 257, above 256, has no WGSL',
      'instruction 0 (routine): the routine qr of order 257, above 256, has no WGSL',
      'instruction 0 (routine): the routine eigh of order 129, above 128, has no WGSL',
      'instruction 0 (routine): the routine svd of order 129, above 128, has no WGSL',
      'instruction 0 (routine): the routine fft of a length with the prime 2053, above 1024, has no WGSL',
    ])
  })
})
