import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { nativeExecutor, nativeMachine, setNativeThreads } from '../../src/backend/native.ts'
import { ArgumentError } from '../../src/tensor/errors.ts'
import { bufferFrom } from '../../src/tensor/dtype.ts'
import { executorLaws, mutationLaw } from './executor-laws.ts'
import { randomProgram } from './random-kernel-programs.ts'

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
      for (const memory of memories) expect(Buffer.from(memory)).toEqual(Buffer.from(sync))
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
    const file = [
      '../../build/puregrad.node',
      `../../prebuilds/${process.platform}-${process.arch}/puregrad.node`,
    ]
      .map((path) => new URL(path, import.meta.url))
      .find((url) => existsSync(url))!
    const addon = require(file.pathname) as {
      readonly load: (words: unknown, constants: unknown) => { readonly run: (...rest: unknown[]) => void }
    }
    mutationLaw(addon.load)
    for (const wrong of [undefined, null, 1, 'x', {}, [], new Float64Array(2)]) {
      expect(() => addon.load(wrong, new Uint8Array(0))).toThrow()
      expect(() => addon.load(new Int32Array(8), wrong)).toThrow()
    }
    const { run } = addon.load(Int32Array.from([0x50474b31, 1, 0, 0, 0, 0, 1, 8, 0]), new Uint8Array(0))
    const buffer = new ArrayBuffer(8)
    run([buffer], Float64Array.from([0, 0, 0]), buffer)
    for (const wrong of [[], [buffer], [[buffer], [0, 0, 0], buffer], [[1], new Float64Array(3), buffer]])
      expect(() => run(...wrong)).toThrow()
    for (const table of [
      [0, 1, 0],
      [0, -1, 0],
      [0, 0.5, 0],
      [0, NaN, 0],
      [NaN, 0, 0],
      [0, 0, 4],
      [0, 0, 1e300],
    ])
      expect(() => run([buffer], Float64Array.from(table), buffer)).toThrow(RangeError)
  })
})
