import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { expect, test } from 'vitest'
import { toTypedArray } from '../../src/index.ts'
import { encodeModel, predictor, type PredictedRows } from '../../src/model/index.ts'
import { rightOf } from '../data/rows.ts'
import { pricing } from '../model/prepared-model.ts'
import { findBrowser } from '../restricted/find-browser.ts'
import { openPage, type Served } from '../restricted/open-page.ts'

const browser = await findBrowser()
if (browser === undefined)
  console.info('left out: predictions in a page need Chromium or Chrome (CHROME_PATH)')

/** A page that reads a file of a model, text and cells, prepares them and predicts. */
const page = async (): Promise<Uint8Array> => {
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

const text = 'height;wood;note;width\n0,5;oak;a;1,5\nNA;"ash";b;2\n3;teak;c;\n'

/** Only scripts of the same origin: no text is compiled, and no WebAssembly. */
const policy = "default-src 'none'; script-src 'self'; connect-src 'self'"

test('a page that predicts is at most 60 kB', async () => {
  expect(gzipSync(await page(), { level: 9 }).length).toBeLessThanOrEqual(60_000)
}, 60_000)

test.skipIf(browser === undefined)(
  'the same file gives the same bytes in a browser that compiles no text',
  async () => {
    const served: Readonly<Record<string, Served>> = {
      '/': {
        type: 'text/html',
        content: '<!doctype html><body></body><script type="module" src="/page.js"></script>',
        policy,
      },
      '/page.js': { type: 'text/javascript', content: await page() },
      '/crates.model': { type: 'application/octet-stream', content: rightOf(encodeModel(pricing)) },
      '/crates.csv': { type: 'text/csv', content: text },
    }
    const predict = rightOf(predictor(pricing))
    const said = ({ predictions, cases }: PredictedRows): object => ({
      bytes: Array.from(
        new Uint8Array(
          toTypedArray(predictions.kind === 'values' ? predictions.estimates : predictions.probabilities)
            .buffer,
        ),
      ),
      cases,
    })
    expect(await openPage(browser!, '/', (path) => served[path])).toEqual({
      evaluates: false,
      ofText: said(rightOf(predict.ofText(text))),
      ofCells: said(rightOf(predict.ofCells([{ width: 1.5, wood: 'oak', height: 0.5 }]))),
    })
  },
  120_000,
)
