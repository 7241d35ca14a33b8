import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findBrowser } from './find-browser.ts'
import { selfCheck } from './self-check.ts'

const browser = findBrowser()
if (browser === undefined)
  console.info('left out: pages under a content-security policy need Chromium or Chrome (CHROME_PATH)')

const policies = {
  '/wasm': "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'",
  '/plain': "default-src 'none'; script-src 'self'",
} as const

const shared: { server?: Server; folder: string } = { folder: '' }

beforeAll(async () => {
  if (browser === undefined) return
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('page.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    logLevel: 'silent',
  })
  const script = outputFiles[0]?.text ?? ''
  shared.folder = mkdtempSync(join(tmpdir(), 'puregrad-browser-'))
  shared.server = createServer(({ url }, response) => {
    if (url === '/page.js') response.writeHead(200, { 'content-type': 'text/javascript' }).end(script)
    else
      response
        .writeHead(200, {
          'content-type': 'text/html',
          'content-security-policy': policies[url as keyof typeof policies] ?? "default-src 'none'",
        })
        .end('<!doctype html><body></body><script src="/page.js"></script>')
  })
  await new Promise<void>((resolve) => shared.server?.listen(0, '127.0.0.1', resolve))
})
afterAll(() => {
  shared.server?.close()
  if (shared.folder !== '') rmSync(shared.folder, { recursive: true, force: true })
})

interface Told {
  readonly backend: string
  readonly evaluates: boolean
  readonly results: unknown
  readonly violations: readonly string[]
}

const documentOf = (path: string): Promise<Told> =>
  new Promise((resolve, reject) => {
    const { port } = shared.server?.address() as AddressInfo
    const flags = [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      `--user-data-dir=${join(shared.folder, path.slice(1))}`,
      '--virtual-time-budget=60000',
      '--dump-dom',
    ]
    execFile(
      browser ?? '',
      [...flags, `http://127.0.0.1:${port}${path}`],
      { maxBuffer: 1 << 28, timeout: 110_000 },
      (error, stdout) => {
        const text = /<body>(.*)<\/body>/s.exec(stdout)?.[1]?.trim()
        if (text?.startsWith('{') === true)
          resolve(
            JSON.parse(text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')) as Told,
          )
        else reject(error ?? new Error(`no result in the page: ${stdout.slice(0, 300)}`))
      },
    )
  })

describe.skipIf(browser === undefined)('a page that may not compile text', () => {
  test.each([
    ['/wasm', 'wasm', ['wasm', 'typescript']],
    ['/plain', 'typescript', ['typescript']],
  ] as const)(
    'under the policy of %s runs on %s and gives the same bytes',
    async (path, backend, backends) => {
      const told = await documentOf(path)
      expect(told).toMatchObject({ backend, evaluates: false })
      expect(told.results).toEqual(JSON.parse(JSON.stringify(selfCheck(backends as never))))
    },
    120_000,
  )
})
