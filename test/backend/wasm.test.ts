import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { readWasmFile } from '../../src/compile/executors/wasm-file.ts'
import { wasmExecutor } from '../../src/compile/executors/wasm.ts'
import type { KernelProgram } from '../../src/compile/executors/kernel-program.ts'
import { executorLaws } from './executor-laws.ts'

executorLaws('WebAssembly', wasmExecutor)

const section = (name: string): ArrayBuffer =>
  WebAssembly.Module.customSections(new WebAssembly.Module(readWasmFile()!), name)[0]!

describe('the WebAssembly module', () => {
  afterEach(() => {
    vi.restoreAllMocks()
    vi.resetModules()
  })

  /** A product large enough for whole tiles, by a fresh copy of the executor. */
  const product = async (reproducible: boolean): Promise<readonly number[]> => {
    vi.resetModules()
    const fresh = await import('../../src/compile/executors/wasm.ts')
    const [m, k, n] = [37, 530, 29]
    const [a, b] = [m * k, k * n].map((size) =>
      Float32Array.from({ length: size }, (_, i) => Math.sin(i * i)),
    )
    const factor = (index: number, rowStride: number) => ({
      place: { space: 'input', index, offset: 0 } as const,
      outerStrides: [],
      rowStride,
      columnStride: 1,
    })
    const loaded = fresh.wasmExecutor()!.load({
      reproducible,
      arenaBytes: 0,
      constants: new Uint8Array(0),
      inputBytes: [4 * m * k, 4 * k * n],
      outputBytes: 4 * m * n,
      instructions: [
        {
          kind: 'matmul',
          dtype: 'float32',
          outer: [],
          m,
          n,
          k,
          a: factor(0, k),
          b: factor(1, n),
          c: { place: { space: 'output', offset: 0 }, outerStrides: [], rowStride: n, columnStride: 1 },
        },
      ],
    })
    const output = new ArrayBuffer(4 * m * n)
    loaded.run([a!.buffer, b!.buffer], [0, 0], output, 0)
    return [...new Float32Array(output)]
  }

  it('takes fused tiles where the engine has relaxed SIMD, its own elsewhere, none for reproducible programs', async () => {
    const [fused, exact] = [await product(false), await product(true)]
    const fusedOnes = WebAssembly.validate(section('fused'))
    vi.spyOn(WebAssembly, 'validate').mockReturnValue(false)
    const [own, exactWithout] = [await product(false), await product(true)]
    expect(exactWithout).toEqual(exact)
    expect(fusedOnes ? fused : []).not.toEqual(own)
    const error = (values: readonly number[]): number =>
      Math.max(...values.map((value, i) => Math.abs(value - exact[i]!)))
    expect(error(fused)).toBeLessThan(2e-4)
    expect(error(own)).toBeLessThan(2e-4)
  })

  /** Copies its input, `bytes` long, to its output. */
  const copying = (bytes: number, arenaBytes = 0): KernelProgram => ({
    reproducible: false,
    arenaBytes,
    constants: new Uint8Array(0),
    inputBytes: [bytes],
    outputBytes: bytes,
    instructions: [
      {
        kind: 'loop',
        count: 1,
        body: [
          {
            kind: 'copyAt',
            dtype: 'bool',
            count: bytes,
            depth: 0,
            from: { space: 'input', index: 0, offset: 0 },
            fromAdvance: 0,
            to: { space: 'output', offset: 0 },
            toAdvance: 0,
          },
        ],
      },
    ],
  })

  it('lays large inputs and outputs of all programs in one place, and keeps their runs apart', () => {
    const executor = wasmExecutor()!
    const sizes = [1 << 22, 1 << 10, 1 << 21, 100_000, 1 << 22, 3 << 20]
    const loaded = [...sizes, ...sizes, ...sizes].map((bytes) => ({
      bytes,
      program: executor.load(copying(bytes)),
    }))
    for (const round of [1, 2])
      loaded.forEach(({ bytes, program }, i) => {
        const output = new ArrayBuffer(bytes)
        program.run([new Uint8Array(bytes).fill(i + round).buffer], [0], output, 0)
        expect(new Uint8Array(output).every((value) => value === i + round)).toBe(true)
      })
    const before = process.memoryUsage().arrayBuffers
    const many = Array.from({ length: 200 }, () => executor.load(copying(1 << 22)))
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1 << 26)
    expect(many).toHaveLength(200)
  })

  it('says of bytes that no instruction writes that they are zeros', () => {
    for (const bytes of [64, 1 << 20]) {
      const executor = wasmExecutor()!
      const full = executor.load(copying(bytes))
      const nothing = executor.load({ ...copying(bytes), instructions: [] })
      const input = new Uint8Array(bytes).fill(7).buffer
      const output = new ArrayBuffer(bytes)
      full.run([input], [0], new ArrayBuffer(bytes), 0)
      nothing.run([input], [0], output, 0)
      expect(new Uint8Array(output).every((value) => value === 0)).toBe(true)
    }
  })

  it('refuses what its memory cannot hold, with the figure, and works on', () => {
    const executor = wasmExecutor()!
    const most = 2 ** 31 - 64
    expect(() => executor.load(copying(most))).toThrow(
      /inputs and outputs .* take 4294967232 bytes, more than/,
    )
    expect(() => executor.load(copying(64, most))).toThrow(/no memory for the 2147483584 bytes/)
    const small = executor.load(copying(64))
    const output = new ArrayBuffer(64)
    small.run([new Uint8Array(64).fill(9).buffer], [0], output, 0)
    expect(new Uint8Array(output)[63]).toBe(9)
  })

  it('says so where the engine gives no more memory', async () => {
    vi.resetModules()
    const instances: WebAssembly.Instance[] = []
    const Real = WebAssembly.Instance
    vi.spyOn(WebAssembly, 'Instance').mockImplementation(function (
      module: WebAssembly.Module,
      imports?: WebAssembly.Imports,
    ) {
      const made = new Real(module, imports)
      instances.push(made)
      return made
    })
    const fresh = (await import('../../src/compile/executors/wasm.ts')).wasmExecutor()!
    const exports = instances[0]!.exports as { allocate: (bytes: number) => number }
    // Takes all there is, piece by piece.
    for (let bytes = 2 ** 30; bytes >= 2 ** 12; bytes /= 2) while (exports.allocate(bytes) !== 0);
    expect(() => fresh.load(copying(1 << 20))).toThrow(/no memory for/)
  })

  it.each([
    ['refuses to compile', 'Module'],
    ['refuses to instantiate', 'Instance'],
  ] as const)('is not there where the engine %s it, as under a content-security policy', async (_, name) => {
    vi.resetModules()
    vi.spyOn(WebAssembly, name).mockImplementation(function () {
      throw new WebAssembly.CompileError('refused by the Content Security Policy')
    })
    const fresh = await import('../../src/compile/executors/wasm.ts')
    expect(fresh.wasmExecutor()).toBe(undefined)
    vi.doMock('../../src/compile/executors/native.ts', () => ({ nativeExecutor: () => undefined }))
    const { chooseExecutor } = await import('../../src/compile/executors/choose-backend.ts')
    expect(chooseExecutor('').name).toBe('typescript')
    expect(() => chooseExecutor('wasm')).toThrow(/"wasm" is not available here; there is typescript/)
    vi.doUnmock('../../src/compile/executors/native.ts')
  })

  it('is not there where there is no WebAssembly', async () => {
    vi.resetModules()
    vi.stubGlobal('WebAssembly', undefined)
    const fresh = await import('../../src/compile/executors/wasm.ts')
    expect(fresh.wasmExecutor()).toBe(undefined)
    vi.unstubAllGlobals()
  })

  it('loads', () => {
    expect(wasmExecutor()?.name).toBe('wasm')
  })

  it('was made of the sources that are here', () => {
    const script = fileURLToPath(new URL('../../scripts/build-wasm.mjs', import.meta.url))
    const { stdout } = spawnSync(process.execPath, [script, '--hash'], { encoding: 'utf8' })
    expect(stdout.trim()).toBe(new TextDecoder().decode(section('sources')))
  })
})
