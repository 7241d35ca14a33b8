import { afterAll, describe, expect, it } from 'vitest'
import type { Instruction, Step, Store } from '../../src/compile/executors/kernel-program.ts'
import { typescriptExecutor } from '../../src/compile/executors/typescript/executor.ts'
import { loadWebGpuProgram } from '../../src/compile/executors/webgpu/load-webgpu-program.ts'
import { bytesOf, viewBytes, type Buffer, type DType } from '../../src/core/tensor/dtype.ts'
import { input, programOf } from './programs-by-hand.ts'
import { outputOf } from './random-kernel-programs.ts'
import { runLoaded } from './run-on-webgpu.ts'
import { softwareDevice } from './software-webgpu.ts'

const device = await softwareDevice()

afterAll(() => {
  device?.destroy()
})

const count = 4096

/** Words from a seed. */
const words = (seed: number) => {
  let state = seed
  return (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) >>> 0
  }
}

const special = [
  0, -0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 2 ** 52, 2 ** 52 + 1, 2 ** 53, 2 ** 31, -(2 ** 31), 2 ** 32 + 3, 1e300,
  -1e300, 5e-324, -5e-324, 2 ** -1022, 2 ** -1022 - 5e-324, 2 ** -149, 2 ** -150, 2 ** -126, 3.4028235677973366e38,
  3.4028234663852886e38, Number.MAX_VALUE, Infinity, -Infinity, NaN, 1 + 2 ** -52, 1 + 2 ** -24, 1 + 2 ** -24 + 2 ** -52,
] // prettier-ignore

/**
 * Numbers whose bits are random, numbers of a like size that cancel, subnormal ones, and all pairs of the special ones.
 */
const numbers = (seed: number, pairWith: (i: number) => number): Float64Array<ArrayBuffer> => {
  const next = words(seed)
  const data = new Float64Array(count)
  const bits = new Uint32Array(data.buffer)
  for (let i = 0; i < count; i++) {
    bits[2 * i] = i % 3 === 0 ? 0 : next()
    const exponent = [next() & 0x7ff, 0x3f0 + (next() & 31), next() & 1][i % 3]!
    bits[2 * i + 1] = ((next() & 0x800fffff) | (exponent << 20)) >>> 0
  }
  // The sign of NaN is nobody's.
  for (let i = 0; i < count; i++) if (Number.isNaN(data[i])) data[i] = NaN
  for (let i = 0; i < special.length ** 2; i++) data[i] = special[pairWith(i)]!
  return data
}

const a = numbers(1, (i) => i % special.length)
const b = numbers(2, (i) => Math.floor(i / special.length))

/** A nest that stores each of some steps on the loads 0 and 1; results of one dtype lie behind each other. */
const stepsOf = (
  steps: readonly (readonly [Step['operation'], number])[],
  dtype: DType,
  loads: readonly DType[] = ['float64', 'float64'],
): Instruction => ({
  kind: 'nest',
  outer: [],
  rows: 1,
  columns: count,
  loads: loads.map((of, index) => ({
    dtype: of,
    extent: 'full',
    place: input(index),
    outerStrides: [],
    rowStride: 0,
    columnStride: 1,
  })),
  steps: steps.map(([operation, arity]): Step => ({
    operation,
    dtype,
    extent: 'full',
    inputs: Array.from({ length: arity }, (_, i) => i % loads.length),
  })),
  stores: steps.map((_, i): Store => ({
    register: loads.length + i,
    place: { space: 'output', offset: i * count },
    outerStrides: [],
    rowStride: 0,
    columnStride: 1,
  })),
  accumulations: [],
})

/** Runs on the device, with nothing left to the processor, and in TypeScript. */
const both = async (instruction: Instruction, dtype: DType, results: number, inputs: readonly Buffer[]) => {
  const program = programOf([instruction], inputs, results * count * bytesOf(dtype))
  const loaded = await loadWebGpuProgram(device!, program)
  expect(loaded.onProcessor).toEqual([])
  const read = (bytes: ArrayBuffer) => viewBytes(dtype, bytes, 0, program.outputBytes)
  return [
    read(await runLoaded(device!, loaded, program, inputs)),
    read(outputOf(typescriptExecutor, program, inputs)),
  ] as const
}

/** The first element that differs, of all results; NaN is NaN whatever its bits are. */
const firstDifference = (actual: Buffer, expected: Buffer, names: readonly string[]): string | undefined => {
  for (let i = 0; i < expected.length; i++)
    if (!Object.is(actual[i], expected[i]))
      return `${names[Math.floor(i / count)]!} of ${String(a[i % count])} and ${String(b[i % count])}: expected ${String(expected[i])}, got ${String(actual[i])}`
  return undefined
}

describe.skipIf(device === undefined)('float64 by whole numbers', { timeout: 120_000 }, () => {
  const arithmetic = [
    ['add', 2], ['sub', 2], ['mul', 2], ['div', 2], ['sqrt', 1], ['neg', 1], ['abs', 1], ['max', 2], ['min', 2],
    ['sign', 1], ['floor', 1], ['ceil', 1], ['round', 1], ['trunc', 1], ['copySign', 2],
  ] as const // prettier-ignore

  it('is IEEE 754 to the last bit', async () => {
    const results = await both(stepsOf(arithmetic, 'float64'), 'float64', arithmetic.length, [a, b])
    expect(
      firstDifference(
        ...results,
        arithmetic.map(([name]) => name),
      ),
    ).toBeUndefined()
  })

  it('compares, and is converted to and from every other dtype that is computed with', async () => {
    const comparisons = [['equal', 2], ['less', 2], ['lessEqual', 2]] as const // prettier-ignore
    const compared = await both(stepsOf(comparisons, 'bool'), 'bool', 3, [a, b])
    expect(
      firstDifference(
        ...compared,
        comparisons.map(([name]) => name),
      ),
    ).toBeUndefined()
    for (const dtype of ['float32', 'int32', 'uint32', 'bool'] as const) {
      const narrowed = await both(stepsOf([['cast', 1]], dtype), dtype, 1, [a, b])
      expect(firstDifference(...narrowed, [`cast to ${dtype}`])).toBeUndefined()
      const wide = new Float64Array(narrowed[1])
      const given = [narrowed[1]] as const
      const widened = await both(stepsOf([['cast', 1]], 'float64', [dtype]), 'float64', 1, given)
      expect([...widened[0]]).toEqual([...wide])
    }
  })

  it('is added up, sorted and searched; what has no form in whole numbers is left to the processor', async () => {
    const x = a.map((value) => (Number.isFinite(value) && Math.abs(value) < 1e10 ? value : 1))
    const y = Float64Array.from(x, (value, i) => (Math.abs(value) < 1e-10 ? i % 7 : value))
    const sum: Instruction = {
      ...(stepsOf([], 'float64', ['float64']) as Extract<Instruction, { kind: 'nest' }>),
      accumulations: [
        { register: 0, reduction: 'sum', over: 'all', place: { space: 'output', offset: 0 }, outerStrides: [], columnStride: 0 },
      ],
    } // prettier-ignore
    const [total, expected] = await both(sum, 'float64', 1, [y])
    const size = y.reduce((most, value) => most + Math.abs(value), 0)
    expect(Math.abs(total[0]! - expected[0]!) / size).toBeLessThan(1e-14)
    const sorted: Instruction = { kind: 'argsort', dtype: 'float64', rows: 4, n: count / 4, x: input(0), out: { space: 'output', offset: 0 } } // prettier-ignore
    const [order, known] = await both(sorted, 'int32', 1, [a])
    expect([...order]).toEqual([...known])
    const found: Instruction = { kind: 'argmax', dtype: 'float64', outer: 64, n: count / 64, inner: 1, x: input(0), out: { space: 'output', offset: 0 } } // prettier-ignore
    const [position, right] = await both(found, 'int32', 1, [a])
    expect([...position.subarray(0, 64)]).toEqual([...right.subarray(0, 64)])
    const program = programOf([stepsOf([['exp', 1]], 'float64')], [a, b], 8 * count)
    const loaded = await loadWebGpuProgram(device!, program)
    expect(loaded.onProcessor).toEqual(['instruction 0 (nest): exp of float64 has no WGSL'])
  })
})
