import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { expect, test } from 'vitest'
import { item, jit, toArray } from '../../src/index.ts'
import { findBrowser } from '../restricted/find-browser.ts'
import { openPage, type Served } from '../restricted/open-page.ts'
import { softwareGpuFlags } from '../restricted/software-gpu-flags.ts'
import { start, step } from './page-work.ts'
import { softwareGpu } from './software-gpu.ts'

const browser = (await softwareGpu()) === undefined ? undefined : findBrowser()

test.skipIf(browser === undefined)(
  'a page computes on the device of the browser what is computed here, without the package',
  async () => {
    const { outputFiles } = await build({
      entryPoints: [fileURLToPath(new URL('page.ts', import.meta.url))],
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'browser',
      logLevel: 'silent',
    })
    const served: Readonly<Record<string, Served>> = {
      '/': { type: 'text/html', content: '<body></body><script type="module" src="/page.js"></script>' },
      '/page.js': { type: 'text/javascript', content: outputFiles[0]!.text },
    }
    const told = await openPage(browser!, '/', (path) => served[path], softwareGpuFlags)
    const run = jit(step)
    let [state, loss] = run(start, 0)
    for (let i = 1; i < 5; i++) [state, loss] = run(state, i)
    expect(told).toMatchObject({ there: true, description: expect.stringMatching(/swiftshader/i) as string })
    const { loss: found, w } = told as { readonly loss: number; readonly w: readonly number[][] }
    expect(found).toBeCloseTo(item(loss), 4)
    w.flat().forEach((x, i) => expect(x).toBeCloseTo((toArray(state.w) as number[][]).flat()[i]!, 4))
  },
  120_000,
)
