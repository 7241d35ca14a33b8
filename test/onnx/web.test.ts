import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { toTypedArray } from '../../src/index.ts'
import { predictor } from '../../src/model/index.ts'
import { modelToOnnx } from '../../src/onnx/index.ts'
import { rightOf } from '../data/rows.ts'
import { crateTable, pricing } from '../model/prepared-model.ts'
import { findBrowser } from '../restricted/find-browser.ts'
import { openPage, type Served } from '../restricted/open-page.ts'

const crates = { width: [1, null, 3], wood: ['oak', 'elm', null], height: [0.5, 2, null] } as const
const bytes = rightOf(modelToOnnx(pricing))
const { predictions } = rightOf(rightOf(predictor(pricing)).ofTable(crateTable(crates)))
const expected = predictions.kind === 'values' ? Array.from(toTypedArray(predictions.estimates)) : []

const numbers = (cells: readonly (number | null)[]): readonly number[] => cells.map((cell) => cell ?? NaN)
const width = numbers(crates.width)
const height = numbers(crates.height)
const wood = crates.wood.map((cell) => cell ?? '')

const close = (found: ArrayLike<number>): void => {
  expect(found).toHaveLength(3)
  Array.from(found).forEach((value, i) =>
    expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-5 * Math.max(1, Math.abs(expected[i]!))),
  )
}

const dist = new URL('../../node_modules/onnxruntime-web/dist/', import.meta.url)

test('a model with its preparation predicts in onnxruntime-web, in Node', async () => {
  const ort = await import('onnxruntime-web')
  ort.env.wasm.wasmPaths = dist.href
  ort.env.wasm.numThreads = 1
  const session = await ort.InferenceSession.create(bytes)
  const { estimates } = await session.run({
    width: new ort.Tensor('float64', width, [3, 1]),
    height: new ort.Tensor('float64', height, [3, 1]),
    wood: new ort.Tensor('string', wood, [3, 1]),
  })
  close(estimates!.data as Float64Array)
})

const browser = findBrowser()
if (browser === undefined)
  console.info('left out: onnxruntime-web in a page needs Chromium or Chrome (CHROME_PATH)')

/** The page: it loads the runtime and the model, and tells what the model says. */
const script = `
import * as ort from '/ort.wasm.min.mjs'
const tell = (found) => {
  const told = document.createElement('output')
  told.id = 'told'
  told.textContent = JSON.stringify(found)
  document.body.append(told)
}
try {
  ort.env.wasm.wasmPaths = '/'
  ort.env.wasm.numThreads = 1
  const bytes = new Uint8Array(await (await fetch('/model.onnx')).arrayBuffer())
  const session = await ort.InferenceSession.create(bytes)
  const column = (cells) => new ort.Tensor('float64', cells.map((cell) => cell ?? NaN), [3, 1])
  const { estimates } = await session.run({
    width: column(${JSON.stringify(crates.width)}),
    height: column(${JSON.stringify(crates.height)}),
    wood: new ort.Tensor('string', ${JSON.stringify(wood)}, [3, 1]),
  })
  tell(Array.from(estimates.data))
} catch (error) {
  tell(String(error))
}
`

const served = (path: string): Served | undefined => {
  const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"
  if (path === '/')
    return {
      type: 'text/html',
      content: '<!doctype html><body></body><script type="module" src="/page.js"></script>',
      policy,
    }
  if (path === '/page.js') return { type: 'text/javascript', content: script }
  if (path === '/model.onnx') return { type: 'application/wasm', content: bytes }
  return /^\/ort[\w.-]*\.(mjs|wasm)$/.test(path)
    ? {
        type: path.endsWith('.wasm') ? 'application/wasm' : 'text/javascript',
        content: readFileSync(fileURLToPath(new URL(path.slice(1), dist))),
      }
    : undefined
}

describe.skipIf(browser === undefined)('in a page under a content-security policy', () => {
  test('the same model predicts in Chromium', async () => {
    close((await openPage(browser!, '/', served)) as readonly number[])
  }, 120_000)
})
