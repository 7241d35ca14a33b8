import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { wasmExecutor } from '../../src/backend/wasm.ts'
import { executorLaws } from './executor-laws.ts'

executorLaws('WebAssembly', wasmExecutor)

describe('the WebAssembly module', () => {
  it('loads', () => {
    expect(wasmExecutor()?.name).toBe('wasm')
  })

  it('was made of the sources that are here', () => {
    const script = fileURLToPath(new URL('../../scripts/build-wasm.mjs', import.meta.url))
    expect(spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' }).stderr).toBe('')
  })
})
