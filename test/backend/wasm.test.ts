import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { fusedTilesModule, wasmSourceHash } from '../../src/backend/wasm-module.ts'
import { wasmExecutor } from '../../src/backend/wasm.ts'
import { executorLaws } from './executor-laws.ts'

executorLaws('WebAssembly', wasmExecutor)

describe('the WebAssembly module', () => {
  afterEach(() => {
    vi.restoreAllMocks()
    vi.resetModules()
  })

  /** A product large enough for whole tiles, by a fresh copy of the executor. */
  const product = async (reproducible: boolean): Promise<readonly number[]> => {
    vi.resetModules()
    const fresh = await import('../../src/backend/wasm.ts')
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
    const fusedOnes = WebAssembly.validate(Uint8Array.from(Buffer.from(fusedTilesModule, 'base64')))
    vi.spyOn(WebAssembly, 'validate').mockReturnValue(false)
    const [own, exactWithout] = [await product(false), await product(true)]
    expect(exactWithout).toEqual(exact)
    expect(fusedOnes ? fused : []).not.toEqual(own)
    const error = (values: readonly number[]): number =>
      Math.max(...values.map((value, i) => Math.abs(value - exact[i]!)))
    expect(error(fused)).toBeLessThan(2e-4)
    expect(error(own)).toBeLessThan(2e-4)
  })

  it('loads', () => {
    expect(wasmExecutor()?.name).toBe('wasm')
  })

  it('was made of the sources that are here', () => {
    const script = fileURLToPath(new URL('../../scripts/build-wasm.mjs', import.meta.url))
    const { stdout } = spawnSync(process.execPath, [script, '--hash'], { encoding: 'utf8' })
    expect(stdout.trim()).toBe(wasmSourceHash)
  })
})
