import { execFileSync } from 'node:child_process'
import { createContext, runInContext } from 'node:vm'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterEach, describe, expect, it, test, vi } from 'vitest'
import { readWasmFile } from '../../src/compile/executors/wasm-file.ts'
import { selfCheck } from './self-check.ts'

interface Printed {
  readonly backend: string
  readonly results: Readonly<Record<string, string>>
}

/** What a process of its own computes, started with some flags of Node. */
const inProcess = (flags: readonly string[], webAssembly: string, backends: readonly string[]): Printed => {
  const text = execFileSync(
    process.execPath,
    [
      ...flags,
      '--import',
      'tsx',
      fileURLToPath(new URL('print-self-check.ts', import.meta.url)),
      webAssembly,
      ...backends,
    ],
    {
      encoding: 'utf8',
      env: { ...process.env, PUREGRAD_BACKEND: webAssembly === 'without-wasm' ? 'typescript' : '' },
    },
  )
  return JSON.parse(text) as Printed
}

const expected = selfCheck(['wasm', 'typescript'])
const withoutWasm = Object.fromEntries(Object.entries(expected).filter(([name]) => !name.startsWith('wasm')))

test('the self-check computes something on every backend', () => {
  expect(Object.keys(expected).length).toBeGreaterThan(70)
  expect(Object.values(expected).every((bytes) => bytes.length > 20)).toBe(true)
})

describe('where Node refuses to compile text', () => {
  const forbidding = ['--disallow-code-generation-from-strings']

  it('gives the same bytes, on WebAssembly and in TypeScript', { timeout: 60_000 }, () => {
    expect(inProcess(forbidding, 'with-wasm', ['wasm', 'typescript']).results).toEqual(expected)
  })

  it('gives the same bytes without WebAssembly too', { timeout: 60_000 }, () => {
    const { backend, results } = inProcess(forbidding, 'without-wasm', ['typescript'])
    expect(backend).toBe('typescript')
    expect(results).toEqual(withoutWasm)
  })
})

describe('where a page allows no text to be compiled', () => {
  afterEach(() => {
    vi.unstubAllGlobals()
  })

  /** Runs the bundle as under `script-src 'self'`, with or without `'wasm-unsafe-eval'`. */
  const inBrowser = async (wasm: boolean): Promise<Printed> => {
    const { outputFiles } = await build({
      stdin: {
        contents: `
          import { backend, loadBackend } from '../../src/index.ts'
          import { selfCheck } from './self-check.ts'
          done = loadBackend({ wasm }).catch(() => backend()).then((name) => JSON.stringify({
            backend: name,
            results: selfCheck(name === 'wasm' ? ['wasm', 'typescript'] : ['typescript']),
          }))`,
        resolveDir: fileURLToPath(new URL('.', import.meta.url)),
        loader: 'ts',
      },
      bundle: true,
      write: false,
      format: 'iife',
      platform: 'browser',
      logLevel: 'silent',
    })
    const context = createContext(
      { structuredClone, performance, TextEncoder, TextDecoder, wasm: readWasmFile(), done: undefined },
      { codeGeneration: { strings: false, wasm } },
    )
    runInContext(outputFiles[0]?.text ?? '', context)
    return JSON.parse((await context['done']) as string) as Printed
  }

  it('runs on WebAssembly where that is allowed', { timeout: 60_000 }, async () => {
    const { backend, results } = await inBrowser(true)
    expect(backend).toBe('wasm')
    expect(results).toEqual(expected)
  })

  it('runs in TypeScript where WebAssembly is forbidden too', { timeout: 60_000 }, async () => {
    const { backend, results } = await inBrowser(false)
    expect(backend).toBe('typescript')
    expect(results).toEqual(withoutWasm)
  })

  it('needs no Function, whatever it throws', { timeout: 60_000 }, () => {
    let attempts = 0
    vi.stubGlobal('Function', function () {
      attempts++
      throw new Error('refused')
    })
    const results = selfCheck(['typescript'])
    expect(results).toEqual(withoutWasm)
    // What has refused is not asked again: each attempt is reported as a violation of the policy.
    expect(attempts).toBe(1)
  })
})
