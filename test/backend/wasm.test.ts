import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { wasmSourceHash } from '../../src/backend/wasm-module.ts'
import { wasmExecutor } from '../../src/backend/wasm.ts'
import { executorLaws } from './executor-laws.ts'

executorLaws('WebAssembly', wasmExecutor)

describe('the WebAssembly module', () => {
  it('loads', () => {
    expect(wasmExecutor()?.name).toBe('wasm')
  })

  it('was made of the sources that are here', () => {
    const script = fileURLToPath(new URL('../../scripts/build-wasm.mjs', import.meta.url))
    const { stdout } = spawnSync(process.execPath, [script, '--hash'], { encoding: 'utf8' })
    expect(stdout.trim()).toBe(wasmSourceHash)
  })
})
