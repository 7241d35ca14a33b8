import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import {
  nativeAddonFile,
  nativeExecutor,
  nativeMachine,
  setNativeThreads,
} from '../../src/compile/executors/native.ts'
import { magic, version } from '../../src/compile/executors/encode-kernel-program.ts'
import { ArgumentError } from '../../src/core/tensor/errors.ts'
import { bufferFrom } from '../../src/core/tensor/dtype.ts'
import { executorLaws, mutationLaw } from './executor-laws.ts'
import type { KernelProgram } from '../../src/compile/executors/kernel-program.ts'
import { typescriptExecutor } from '../../src/compile/executors/typescript/executor.ts'
import { outputOf, randomProgram } from './random-kernel-programs.ts'

executorLaws('native', nativeExecutor)

const executor = nativeExecutor()

describe.skipIf(executor === undefined)('the addon', () => {
  it('tells the instruction set and the number of threads', () => {
    const before = nativeMachine()!
    expect(['generic', 'avx2', 'avx512', 'neon']).toContain(before.isa)
    setNativeThreads(1)
    expect(nativeMachine()?.threads).toBe(1)
    setNativeThreads(before.threads)
    expect(() => setNativeThreads(0)).toThrow(RangeError)
    expect(() => setNativeThreads(1.5)).toThrow(RangeError)
  })

  it('gives the same bytes in a run off the main thread, also when runs overlap', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const { program, inputs } = randomProgram(seed, true)
      const loaded = executor!.load(program)
      const buffers = inputs.map(({ buffer }) => buffer)
      const offsets = inputs.map(() => 0)
      const memories = [0, 1, 2].map(() => new ArrayBuffer(program.outputBytes))
      const runs = memories.map((memory) => loaded.runAsync!(buffers, offsets, memory, 0))
      const sync = new ArrayBuffer(program.outputBytes)
      loaded.run(buffers, offsets, sync, 0)
      await Promise.all(runs)
      for (const memory of memories) expect(Buffer.compare(Buffer.from(memory), Buffer.from(sync))).toBe(0)
    }
  })

  it('spreads large work over threads with the same results each time, close to those of one thread', () => {
    const before = nativeMachine()!.threads
    const shapes = [
      { outer: [], rows: 1, columns: 300_000 },
      { outer: [], rows: 3000, columns: 100 },
      { outer: [], rows: 300, columns: 1000 },
      { outer: [30], rows: 100, columns: 100 },
      { outer: [2], rows: 2, columns: 80_000 },
    ]
    for (const space of shapes) {
      const { outer, rows, columns } = space
      const size = rows * columns
      const total = outer.reduce((a, b) => a * b, size)
      const outers = outer.reduce((a, b) => a * b, 1)
      const x = bufferFrom(
        'float32',
        Array.from({ length: total }, (_, i) => Math.sin(i)),
      )
      const at = (offset: number) => ({ space: 'output', offset }) as const
      const whole = { outerStrides: outer.map(() => size), rowStride: columns, columnStride: 1 }
      const sum = { register: 3, reduction: 'sum' } as const
      const sums = total
      const largest = sums + outers * columns
      const rowValues = largest + outers * 16
      const program: KernelProgram = {
        reproducible: false,
        arenaBytes: 0,
        constants: new Uint8Array(0),
        inputBytes: [4 * total],
        outputBytes: 4 * (rowValues + outers * rows),
        instructions: [
          {
            kind: 'nest',
            ...space,
            loads: [
              { dtype: 'float32', extent: 'full', place: { space: 'input', index: 0, offset: 0 }, ...whole },
            ],
            steps: [
              { operation: 'tanh', dtype: 'float32', extent: 'full', inputs: [0] },
              { operation: 'exp', dtype: 'float32', extent: 'full', inputs: [1] },
              { operation: 'mul', dtype: 'float32', extent: 'full', inputs: [2, 0] },
              { operation: 'rowSum', dtype: 'float32', extent: 'row', inputs: [3] },
            ],
            stores: [
              { register: 3, place: at(0), ...whole },
              {
                register: 4,
                place: at(rowValues),
                outerStrides: outer.map(() => rows),
                rowStride: 1,
                columnStride: 0,
              },
            ],
            accumulations: [
              {
                ...sum,
                over: 'rows',
                place: at(sums),
                outerStrides: outer.map(() => columns),
                columnStride: 1,
              },
              {
                ...sum,
                reduction: 'max',
                over: 'all',
                place: at(largest),
                outerStrides: outer.map(() => 16),
                columnStride: 0,
              },
            ],
          },
        ],
      }
      const withoutRows = {
        ...program,
        instructions: program.instructions.map((nest) =>
          nest.kind === 'nest'
            ? { ...nest, steps: nest.steps.slice(0, 3), stores: nest.stores.slice(0, 1) }
            : nest,
        ),
      }
      for (const one of [program, withoutRows, { ...program, reproducible: true }]) {
        const resultOn = (threads: number): Float32Array => {
          setNativeThreads(threads)
          return new Float32Array(outputOf(executor!, one, [x]))
        }
        const [single, twice, again, four] = [resultOn(1), resultOn(2), resultOn(2), resultOn(4)]
        setNativeThreads(before)
        expect(Buffer.compare(Buffer.from(twice.buffer), Buffer.from(again.buffer))).toBe(0)
        const expected = one.reproducible ? new Float32Array(outputOf(typescriptExecutor, one, [x])) : single
        const tolerance = one.reproducible ? 0 : 1e-4
        for (const result of [single, twice, four])
          expect(
            result.findIndex((v, i) => !(Math.abs(v - expected[i]!) <= tolerance * (1 + Math.abs(v)))),
            JSON.stringify([space, one.reproducible]),
          ).toBe(-1)
      }
    }
  })

  it('spreads products and what follows them over threads', () => {
    const before = nativeMachine()!.threads
    for (const [outer, m, n, k] of [
      [[], 300, 200, 150],
      [[], 100, 700, 100],
      [[40], 32, 40, 30],
    ] as const) {
      const outers = outer.reduce((a: number, b: number) => a * b, 1)
      const numbers = (count: number) =>
        bufferFrom(
          'float32',
          Array.from({ length: count }, (_, i) => Math.sin(i)),
        )
      const inputs = [numbers(outers * m * k), numbers(outers * k * n), numbers(n)]
      const at = (index: number) => ({ space: 'input', index, offset: 0 }) as const
      const c = {
        place: { space: 'output', offset: 0 },
        outerStrides: outer.map(() => m * n),
        rowStride: n,
        columnStride: 1,
      } as const
      const program: KernelProgram = {
        reproducible: false,
        arenaBytes: 0,
        constants: new Uint8Array(0),
        inputBytes: inputs.map(({ byteLength }) => byteLength),
        outputBytes: 4 * outers * (m * n + n),
        instructions: [
          {
            kind: 'matmul',
            dtype: 'float32',
            outer,
            m,
            n,
            k,
            a: { place: at(0), outerStrides: outer.map(() => m * k), rowStride: k, columnStride: 1 },
            b: { place: at(1), outerStrides: outer.map(() => k * n), rowStride: n, columnStride: 1 },
            c,
            epilogue: {
              loads: [
                { dtype: 'float32', extent: 'full', ...c },
                {
                  dtype: 'float32',
                  extent: 'full',
                  place: at(2),
                  outerStrides: outer.map(() => 0),
                  rowStride: 0,
                  columnStride: 1,
                },
              ],
              steps: [
                { operation: 'add', dtype: 'float32', extent: 'full', inputs: [0, 1] },
                { operation: 'tanh', dtype: 'float32', extent: 'full', inputs: [2] },
              ],
              stores: [{ register: 3, ...c }],
              accumulations: [
                {
                  register: 3,
                  reduction: 'sum',
                  over: 'rows',
                  place: { space: 'output', offset: outers * m * n },
                  outerStrides: outer.map(() => n),
                  columnStride: 1,
                },
              ],
            },
          },
        ],
      }
      const expected = new Float32Array(outputOf(typescriptExecutor, program, inputs))
      for (const threads of [1, 2, 3]) {
        setNativeThreads(threads)
        const result = new Float32Array(outputOf(executor!, program, inputs))
        setNativeThreads(before)
        expect(
          result.findIndex((v, i) => !(Math.abs(v - expected[i]!) <= 1e-4 * (1 + Math.abs(expected[i]!)))),
          JSON.stringify([outer, m, n, k, threads]),
        ).toBe(-1)
      }
    }
  })

  it('rejects a run off the main thread as the other throws', async () => {
    const loaded = executor!.load({
      reproducible: false,
      arenaBytes: 0,
      constants: new Uint8Array(0),
      inputBytes: [8, 8],
      outputBytes: 8,
      instructions: [
        {
          kind: 'gather',
          dtype: 'float32',
          indexDType: 'int32',
          batch: 1,
          outer: 1,
          n: 2,
          inner: 1,
          k: 2,
          x: { space: 'input', index: 0, offset: 0 },
          indices: { space: 'input', index: 1, offset: 0 },
          out: { space: 'output', offset: 0 },
        },
      ],
    })
    const { buffer } = bufferFrom('int32', [0, 2])
    const output = new ArrayBuffer(8)
    await expect(loaded.runAsync!([buffer, buffer], [0, 0], output, 0)).rejects.toThrow(ArgumentError)
    await expect(loaded.runAsync!([buffer, buffer], [0, 8], output, 0)).rejects.toThrow(RangeError)
  })

  it('survives words of every kind', () => {
    const require = createRequire(import.meta.url)
    const addon = require(nativeAddonFile()!) as {
      readonly load: (
        words: unknown,
        constants: unknown,
        table: unknown,
      ) => { readonly run: (...rest: unknown[]) => void }
    }
    const inputsAt = 6
    mutationLaw((words, constants) => {
      addon.load(words, constants, new Float64Array(1 + 2 * words[inputsAt]!))
    })
    const words = Int32Array.from([magic, version, 0, 0, 0, 0, 1, 8, 0, 0])
    const table = new Float64Array(3)
    for (const wrong of [undefined, null, 1, 'x', {}, [], new Float64Array(2), new Int16Array(3)]) {
      expect(() => addon.load(wrong, new Uint8Array(0), table)).toThrow(/words/)
      expect(() => addon.load(words, wrong, table)).toThrow(/constants/)
      expect(() => addon.load(words, new Uint8Array(0), wrong)).toThrow(/table/)
    }
    const { run } = addon.load(words, new Uint8Array(0), table)
    const buffer = new ArrayBuffer(8)
    run(buffer, buffer)
    for (const wrong of [[], [1], [buffer, 1], [1, buffer], [buffer, [buffer]], [buffer, buffer, buffer]])
      expect(() => run(...wrong)).toThrow(/^run: expected/)
    for (const places of [
      [0, 1, 0],
      [0, -1, 0],
      [0, 0.5, 0],
      [0, NaN, 0],
      [NaN, 0, 0],
      [0, 0, 4],
      [0, 0, 1e300],
    ]) {
      table.set(places)
      expect(() => run(buffer, buffer)).toThrow(RangeError)
    }
  })
})
