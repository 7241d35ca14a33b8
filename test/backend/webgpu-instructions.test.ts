import { afterAll, describe, expect, it } from 'vitest'
import type { Instruction, KernelProgram, Place } from '../../src/compile/executors/kernel-program.ts'
import { typescriptExecutor } from '../../src/compile/executors/typescript/executor.ts'
import { loadWebGpuProgram } from '../../src/compile/executors/webgpu/load-webgpu-program.ts'
import { bufferFrom, bytesOf, viewBytes, type Buffer, type DType } from '../../src/core/tensor/dtype.ts'
import { PuregradError } from '../../src/core/tensor/errors.ts'
import { input, out, programOf } from './programs-by-hand.ts'
import { outputOf } from './random-kernel-programs.ts'
import { outputOnDevice, runLoaded } from './run-on-webgpu.ts'
import { softwareDevice } from './software-webgpu.ts'

const device = await softwareDevice()

afterAll(() => {
  device?.destroy()
})

/** The elements a device gives, and those of the TypeScript executor. */
const both = async (
  dtype: DType,
  instructions: readonly Instruction[],
  inputs: readonly Buffer[],
  count: number,
  rest: Partial<KernelProgram> = {},
): Promise<readonly [readonly number[], readonly number[]]> => {
  const program = programOf(instructions, inputs, count * bytesOf(dtype), rest)
  const read = (bytes: ArrayBuffer) => [...viewBytes(dtype, bytes, 0, program.outputBytes)]
  return [
    read(await outputOnDevice(device!, program, inputs)),
    read(outputOf(typescriptExecutor, program, inputs)),
  ]
}

const full = { extent: 'full', outerStrides: [] } as const
const dense = { place: out, outerStrides: [], rowStride: 0, columnStride: 1 } as const

/** A copy with a conversion. */
const converted = (from: DType, to: DType, count: number): Instruction => ({
  kind: 'nest',
  outer: [],
  rows: 1,
  columns: count,
  loads: [{ ...full, dtype: from, place: input(0), rowStride: 0, columnStride: 1 }],
  steps: [{ operation: 'cast', dtype: to, extent: 'full', inputs: [0] }],
  stores: [{ register: 1, ...dense }],
  accumulations: [],
})

const special = [3, NaN, -0, 0, 1, NaN, -5, 3, 1e10, -Infinity, 2, 2]

describe.skipIf(device === undefined)('instructions on WebGPU', { timeout: 60_000 }, () => {
  it('gather and add scattered elements of every dtype; NaN or 0 stands for an index outside its axis', async () => {
    const x = bufferFrom('float32', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    const indices = bufferFrom('int32', [2, 0, 2, 1])
    const shape = { indexDType: 'int32', batch: 2, outer: 1, inner: 2, n: 3, k: 2 } as const
    const places = { x: input(0), indices: input(1), out }
    for (const dtype of ['float32', 'int32', 'bool', 'float16'] as const) {
      const gather: Instruction = { kind: 'gather', dtype, ...shape, ...places }
      const given = bufferFrom(dtype, dtype === 'bool' ? x.map((v) => v % 2) : x)
      const [actual, expected] = await both(dtype, [gather], [given, indices], 8)
      expect(actual).toEqual(expected)
    }
    const scatter: Instruction = { kind: 'scatterAdd', dtype: 'float32', ...shape, ...places }
    const [added, reference] = await both(
      'float32',
      [scatter],
      [x.slice(0, 8), bufferFrom('int32', [2, 2, 1, 0])],
      12,
    )
    expect(added).toEqual(reference)
    const outside = await outputOnDevice(
      device!,
      programOf([{ kind: 'gather', dtype: 'float32', ...shape, ...places }], [x, indices], 32),
      [x, bufferFrom('int32', [3, -1, 0, 0])],
    )
    expect([...new Float32Array(outside)]).toEqual([NaN, NaN, NaN, NaN, 7, 8, 7, 8])
  })

  it('write what is reduced over no rows before it is read, on the processor too', async () => {
    const arena: Place = { space: 'arena', offset: 0 }
    const columns = 4
    const line = { outerStrides: [], rowStride: 0, columnStride: 1 } as const
    const nest = { kind: 'nest', outer: [], columns, steps: [], stores: [], accumulations: [] } as const
    const reduced = (reduction: 'sum' | 'max', place: Place) =>
      ({ register: 0, reduction, over: 'rows', place, outerStrides: [], columnStride: 1 }) as const
    for (const dtype of ['float32', 'float64'] as const) {
      const empty = { dtype, extent: 'full', ...line } as const
      const none: Instruction = {
        ...nest,
        rows: 0,
        loads: [{ ...empty, place: input(0) }],
        accumulations: [reduced('max', arena)],
      }
      const copied: Instruction = {
        ...nest,
        rows: 1,
        loads: [{ ...empty, place: arena }],
        stores: [{ register: 0, ...dense }],
      }
      // A product has no shader in float64.
      const product: Instruction = {
        kind: 'matmul',
        dtype,
        outer: [],
        m: 0,
        n: columns,
        k: 1,
        a: { ...line, place: input(0) },
        b: { ...line, place: input(0) },
        c: { ...line, place: arena },
        epilogue: {
          loads: [{ ...empty, place: input(0) }],
          steps: [],
          stores: [],
          accumulations: [reduced('max', arena)],
        },
      }
      for (const first of [none, product]) {
        const given = [bufferFrom(dtype, [1, 2, 3, 4])]
        const arenaBytes = columns * bytesOf(dtype)
        const [actual, expected] = await both(dtype, [first, copied], given, columns, { arenaBytes })
        expect(expected).toEqual([-Infinity, -Infinity, -Infinity, -Infinity])
        expect(actual).toEqual(expected)
      }
    }
  })

  it('scan, find and sort as the reference, short lines and long ones', async () => {
    for (const dtype of ['float32', 'int32', 'uint32', 'bool'] as const)
      for (const n of dtype === 'float32' ? [3, 700] : [3, 300]) {
        const values = Array.from({ length: n * 4 }, (_, i) => special[(i * i + 3 * i) % special.length]!)
        const x = bufferFrom(dtype, dtype === 'bool' ? values.map((v) => Number(v > 0)) : values)
        const line = { dtype, outer: 2, n, inner: 2, x: input(0), out } as const
        const [found, first] = await both('int32', [{ kind: 'argmax', ...line }], [x], 4)
        expect(found, `argmax ${dtype} ${String(n)}`).toEqual(first)
        const sort: Instruction = { kind: 'argsort', dtype, rows: 4, n, x: input(0), out }
        const [order, sorted] = await both('int32', [sort], [x], 4 * n)
        expect(order, `argsort ${dtype} ${String(n)}`).toEqual(sorted)
        if (dtype === 'bool') continue
        const exact = bufferFrom(
          dtype,
          values.map((_, i) => (i % 7) - (dtype === 'uint32' ? 0 : 3)),
        )
        for (const reverse of [false, true]) {
          const [sums, expected] = await both(dtype, [{ kind: 'cumsum', reverse, ...line }], [exact], 4 * n)
          expect(sums, `cumsum ${dtype} ${String(n)}`).toEqual(expected)
        }
      }
  })

  it('draw the random bits of the reference', async () => {
    const keys = bufferFrom('uint32', [1, 2, 3, 4294967295])
    const counters = bufferFrom('uint32', [5, 6, 7, 8])
    const cases: readonly (readonly [number, Instruction])[] = [
      [4, { kind: 'threefry', count: 2, keys: input(0), counters: input(1), out }],
      [10, { kind: 'randomBits', batch: 2, count: 5, keys: input(0), out }],
      [80_002, { kind: 'randomBits', batch: 2, count: 40_001, keys: input(0), out }],
    ]
    for (const [count, instruction] of cases) {
      const [actual, expected] = await both('uint32', [instruction], [keys, counters], count)
      expect(actual).toEqual(expected)
    }
  })

  it('repeat a body, and copy at the counters of the loops around, beyond one digit of them', async () => {
    const arena: Place = { space: 'arena', offset: 0 }
    const copy = (
      depth: number,
      from: Place,
      fromAdvance: number,
      to: Place,
      toAdvance: number,
      count = 1,
    ): Instruction => ({
      kind: 'copyAt',
      dtype: 'float32',
      count,
      depth,
      from,
      fromAdvance,
      to,
      toAdvance,
    })
    const x = bufferFrom('float32', [1, 2, 3, 4, 5, 6])
    const nested: Instruction = {
      kind: 'loop',
      count: 2,
      body: [{ kind: 'loop', count: 3, body: [copy(1, input(0), 2, arena, 0), copy(0, arena, 0, out, 1)] }],
    }
    const [actual, expected] = await both('float32', [nested], [x], 2, { arenaBytes: 64 })
    expect(actual).toEqual(expected)
    const long = bufferFrom(
      'float32',
      Array.from({ length: 4100 }, (_, i) => i),
    )
    const loop: Instruction = { kind: 'loop', count: 4100, body: [copy(0, input(0), 1, out, 1)] }
    const [moved] = await both('float32', [loop], [long], 4100)
    expect(moved).toEqual([...long])
    // A body of more than a few workgroups is a dispatch for each turn, and they are submitted in parts.
    const wide: Instruction = { kind: 'loop', count: 4100, body: [copy(0, input(0), 1, out, 0, 2000)] }
    const slice = bufferFrom(
      'float32',
      Array.from({ length: 6100 }, (_, i) => i),
    )
    const [last] = await both('float32', [wide], [slice], 2000)
    expect(last).toEqual([...slice.subarray(4099, 6099)])
  })

  it('repeat a body that is little work in one workgroup, turn after turn', async () => {
    const at = (offset: number) => ({
      extent: 'full' as const,
      dtype: 'float32' as const,
      place: { space: 'arena', offset } as const,
      outerStrides: [],
      rowStride: 0,
      columnStride: 1,
    })
    const slice = (from: Place, fromAdvance: number, to: Place, toAdvance: number): Instruction => ({
      kind: 'copyAt',
      dtype: 'float32',
      count: 200,
      depth: 0,
      from,
      fromAdvance,
      to,
      toAdvance,
    })
    const turns = 1500
    const body: readonly Instruction[] = [
      slice(input(0), 1, at(0).place, 0),
      {
        kind: 'nest',
        outer: [],
        rows: 1,
        columns: 200,
        loads: [at(0), at(200)],
        steps: [{ operation: 'add', dtype: 'float32', extent: 'full', inputs: [0, 1] }],
        stores: [{ ...at(200), register: 2 }],
        accumulations: [],
      },
      slice(at(200).place, 0, out, 200),
    ]
    const data = bufferFrom(
      'float32',
      Array.from({ length: 200 + turns }, (_, i) => i % 7),
    )
    const program = programOf([{ kind: 'loop', count: turns, body }], [data], 4 * 200 * turns, {
      arenaBytes: 1600,
    })
    const loaded = await loadWebGpuProgram(device!, program)
    expect(loaded.dispatches).toBe(2)
    const read = (bytes: ArrayBuffer) => [...new Float32Array(bytes)]
    // The arena begins as zeros, once.
    expect(read(await runLoaded(device!, loaded, program, [data]))).toEqual(
      read(outputOf(typescriptExecutor, program, [data])),
    )
  })

  it('take a branch and repeat as long as a condition holds', async () => {
    const at = (place: Place) => ({ place, outerStrides: [], rowStride: 0, columnStride: 0 })
    const nest = (operation: 'less' | 'mul', other: Place, to: Place): Instruction => ({
      kind: 'nest',
      outer: [],
      rows: 1,
      columns: 1,
      loads: [
        { dtype: 'float32', extent: 'full', ...at(operation === 'less' ? other : out) },
        { dtype: 'float32', extent: 'full', ...at(operation === 'less' ? out : other) },
      ],
      steps: [
        { operation, dtype: operation === 'less' ? 'bool' : 'float32', extent: 'full', inputs: [0, 1] },
      ],
      stores: [{ register: 2, ...at(to) }],
      accumulations: [],
    })
    const element = (offset: number): Place => ({ space: 'input', index: 0, offset })
    const copied = (offset: number): Instruction => ({
      kind: 'copyAt',
      dtype: 'float32',
      count: 1,
      depth: 0,
      from: element(offset),
      fromAdvance: 0,
      to: out,
      toAdvance: 0,
    })
    const predicate: Place = { space: 'arena', offset: 3 }
    const halved = (atMost: number | null): readonly Instruction[] => [
      { kind: 'loop', count: 1, body: [copied(2)] },
      {
        kind: 'while',
        atMost,
        condition: [nest('less', element(0), predicate)],
        predicate,
        body: [nest('mul', element(1), out)],
      },
    ]
    for (const [start, atMost] of [
      [12, null],
      [12, 2],
      [12, 0],
      [0.5, null],
      [NaN, null],
    ] as const) {
      const inputs = [bufferFrom('float32', [1, 0.5, start])]
      const [actual, expected] = await both('float32', halved(atMost), inputs, 1, { arenaBytes: 64 })
      expect(actual).toEqual(expected)
    }
    for (const condition of [0, 1]) {
      const branch: Instruction = {
        kind: 'loop',
        count: 1,
        body: [{ kind: 'if', predicate: input(1), onTrue: [copied(0)], onFalse: [copied(1)] }],
      }
      const inputs = [bufferFrom('float32', [1, 2]), bufferFrom('bool', [condition])]
      const [actual, expected] = await both('float32', [branch], inputs, 1)
      expect(actual).toEqual(expected)
    }
  })

  it('convert between all dtypes as the reference', async () => {
    const values = [
      ...special,
      2049,
      -1.5,
      0.1,
      65504,
      65520,
      1e-7,
      6e-8,
      4294967295,
      -2147483648,
      1e20,
      3e38,
    ]
    for (const from of ['float32', 'int32', 'uint32', 'bool', 'float16', 'bfloat16'] as const)
      for (const to of ['float32', 'int32', 'uint32', 'bool', 'float16', 'bfloat16'] as const) {
        const x = bufferFrom(from, from === 'bool' ? values.map((v) => Number(v > 0)) : values)
        const [actual, expected] = await both(to, [converted(from, to, values.length)], [x], values.length)
        expect(actual, `${from} to ${to}`).toEqual(expected)
      }
  })

  it('add up a million to the last digits, the same way at every run', async () => {
    const n = 1_000_000
    const x = bufferFrom(
      'float32',
      Array.from({ length: n }, () => 0.1),
    )
    const load = { ...full, dtype: 'float32', place: input(0) } as const
    const sum = { register: 0, reduction: 'sum', place: out, outerStrides: [] } as const
    const space = { kind: 'nest', outer: [], steps: [], stores: [] } as const
    const all: Instruction = {
      ...space,
      rows: 1,
      columns: n,
      loads: [{ ...load, rowStride: 0, columnStride: 1 }],
      accumulations: [{ ...sum, over: 'all', columnStride: 0 }],
    }
    const columns: Instruction = {
      ...space,
      rows: n / 2,
      columns: 2,
      loads: [{ ...load, rowStride: 2, columnStride: 1 }],
      accumulations: [{ ...sum, over: 'rows', columnStride: 1 }],
    }
    const rows: Instruction = {
      ...space,
      rows: 2,
      columns: n / 2,
      loads: [{ ...load, rowStride: n / 2, columnStride: 1 }],
      steps: [{ operation: 'rowSum', dtype: 'float32', extent: 'row', inputs: [0] }],
      stores: [{ register: 1, place: out, outerStrides: [], rowStride: 1, columnStride: 0 }],
      accumulations: [],
    }
    for (const [instruction, count] of [
      [all, 1],
      [columns, 2],
      [rows, 2],
    ] as const) {
      const program = programOf([instruction], [x], 4 * count)
      const loaded = await loadWebGpuProgram(device!, program)
      const first = new Float32Array(await runLoaded(device!, loaded, program, [x]))
      const second = new Float32Array(await runLoaded(device!, loaded, program, [x]))
      expect([...second]).toEqual([...first])
      const exact = (n * Math.fround(0.1)) / count
      for (const value of first) expect(Math.abs(value / exact - 1)).toBeLessThan(1e-6)
    }
  })

  it('runs over more workgroups than one dimension has', async () => {
    const load = { ...full, dtype: 'int32', place: input(0), rowStride: 0, columnStride: 0 } as const
    const groups = 65_600
    const pairs = bufferFrom('int32', [...Array(2 * groups).keys()])
    const sum: Instruction = {
      kind: 'nest',
      outer: [groups],
      rows: 1,
      columns: 2,
      loads: [{ ...load, outerStrides: [2], columnStride: 1 }],
      steps: [{ operation: 'rowSum', dtype: 'int32', extent: 'row', inputs: [0] }],
      stores: [{ register: 1, place: out, outerStrides: [1], rowStride: 0, columnStride: 0 }],
      accumulations: [],
    }
    const [sums] = await both('int32', [sum], [pairs], groups)
    expect(sums.every((value, i) => value === 4 * i + 1)).toBe(true)
    const n = 65_535 * 256 + 1000
    const filled: Instruction = {
      kind: 'nest',
      outer: [],
      rows: 1,
      columns: n,
      loads: [load],
      steps: [],
      stores: [{ register: 0, ...dense }],
      accumulations: [],
    }
    const seven = bufferFrom('int32', [7])
    const long = programOf([filled], [seven], 4 * n)
    const ends = new Int32Array(await outputOnDevice(device!, long, [seven]))
    expect([ends[0], ends[n - 1001], ends[n - 1000], ends[n - 1]]).toEqual([7, 7, 7, 7])
  })

  it('binds no more inputs than the device allows', async () => {
    const count = device!.limits.maxStorageBuffersPerShaderStage + 3
    const inputs = Array.from({ length: count }, (_, i) => bufferFrom('float32', [i, 2 * i, 3 * i]))
    const sum: Instruction = {
      kind: 'nest',
      outer: [],
      rows: 1,
      columns: 3,
      loads: inputs.map((_, i) => ({
        ...full,
        dtype: 'float32',
        place: input(i),
        rowStride: 0,
        columnStride: 1,
      })),
      steps: inputs.slice(1).map((_, i) => ({
        operation: 'add',
        dtype: 'float32',
        extent: 'full',
        inputs: [i === 0 ? 0 : count + i - 1, i + 1],
      })),
      stores: [{ register: 2 * count - 2, ...dense }],
      accumulations: [],
    }
    const [actual, expected] = await both('float32', [sum], inputs, 3)
    expect(actual).toEqual(expected)
  })

  it('refuses what cannot be, and says where', async () => {
    const load = (program: KernelProgram) => loadWebGpuProgram(device!, program)
    const x = bufferFrom('float32', [1, 2])
    await expect(
      load(programOf([converted('float32', 'int32', 2)], [x], 8, { reproducible: true })),
    ).rejects.toThrow('reproducible')
    const large = programOf([converted('float32', 'int32', 2)], [x], 8, { arenaBytes: 2 ** 31 - 1 })
    await expect(load(large)).rejects.toThrow(PuregradError)
    await expect(load(large)).rejects.toThrow('maxStorageBufferBindingSize')
    const loaded = await load(programOf([converted('float32', 'int32', 2)], [x], 8))
    const buffer = device!.createBuffer({ size: 4, usage: GPUBufferUsage.STORAGE })
    expect(() => loaded.run([{ buffer, offset: 0 }], { buffer, offset: 0 })).toThrow(
      'input 0 expected 8 bytes',
    )
  })
})
