import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { expect } from 'vitest'
import type { Served } from '../restricted/open-page.ts'

/** The script of a page that reads a file of a model, text and cells, prepares them and predicts. */
export const predictionPage = async (): Promise<Uint8Array> => {
  const { outputFiles, metafile } = await build({
    entryPoints: [fileURLToPath(new URL('prediction-page.ts', import.meta.url))],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    logLevel: 'error',
  })
  expect(Object.values(metafile.outputs).flatMap(({ imports }) => imports)).toEqual([])
  return outputFiles[0]!.contents
}

/** Only scripts of the same origin: no text is compiled, and no WebAssembly. */
const policy = "default-src 'none'; script-src 'self'; connect-src 'self'"

/** That page with the files it fetches. */
export const servedPage = (
  script: Uint8Array,
  model: Uint8Array,
  text: string,
): Readonly<Record<string, Served>> => ({
  '/': {
    type: 'text/html',
    content: '<!doctype html><body></body><script type="module" src="/page.js"></script>',
    policy,
  },
  '/page.js': { type: 'text/javascript', content: script },
  '/crates.model': { type: 'application/octet-stream', content: model },
  '/crates.csv': { type: 'text/csv', content: text },
})
