import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { describe, expect, test } from 'vitest'
import { readWasmFile } from '../../src/compile/executors/wasm-file.ts'
import { findBrowser } from './find-browser.ts'
import { openPage, type Served } from './open-page.ts'
import { selfCheck } from './self-check.ts'

const browser = findBrowser()
if (browser === undefined)
  console.info('left out: pages under a content-security policy need Chromium or Chrome (CHROME_PATH)')

const policies: Readonly<Record<string, string>> = {
  '/wasm': "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'",
  '/no-wasm': "default-src 'none'; script-src 'self'; connect-src 'self'",
  '/no-fetch': "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'",
}

const bundled = async (): Promise<string> => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('page.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    logLevel: 'silent',
  })
  return outputFiles[0]!.text
}

const pages = async (): Promise<(path: string) => Served | undefined> => {
  const served: Readonly<Record<string, Served>> = {
    '/page.js': { type: 'text/javascript', content: await bundled() },
    '/puregrad.wasm': { type: 'application/wasm', content: readWasmFile()! },
  }
  return (path) => {
    const policy = policies[path]
    const content = '<!doctype html><body></body><script type="module" src="/page.js"></script>'
    return policy === undefined ? served[path] : { type: 'text/html', content, policy }
  }
}

describe.skipIf(browser === undefined)('a page that may not compile text', async () => {
  const find = await pages()

  test.each([
    ['/wasm', ['wasm', 'typescript']],
    ['/no-wasm', ['typescript']],
    ['/no-fetch', ['typescript']],
  ] as const)(
    'under the policy of %s runs on the first of %j and gives the same bytes',
    async (path, backends) => {
      const told = (await openPage(browser!, path, find)) as { readonly results: unknown }
      expect(told).toMatchObject({ before: 'typescript', backend: backends[0], evaluates: false })
      expect(told.results).toEqual(JSON.parse(JSON.stringify(selfCheck(backends as never))))
    },
    120_000,
  )
})
