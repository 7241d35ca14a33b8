import { createContext, runInContext } from 'node:vm'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { expect, test } from 'vitest'

test('compiled functions run on WebAssembly in a browser bundle', async () => {
  const { outputFiles, metafile } = await build({
    stdin: {
      contents: `
        import { backend, grad, jit, square, sum, tensor, toArray } from './index.ts'
        const gradient = jit(grad((x) => sum(square(x))))
        result = { backend: backend(), gradient: toArray(gradient(tensor([1, 2, 3]))) }`,
      resolveDir: fileURLToPath(new URL('../../src', import.meta.url)),
    },
    bundle: true,
    write: false,
    metafile: true,
    format: 'iife',
    platform: 'browser',
    logLevel: 'silent',
  })
  expect(Object.values(metafile.inputs).flatMap(({ imports }) => imports.filter((i) => i.external))).toEqual(
    [],
  )
  // What a browser has besides the language; there is neither process nor require.
  const context = createContext({ atob, structuredClone, performance, result: undefined })
  runInContext(outputFiles[0]!.text, context)
  expect(JSON.parse(JSON.stringify(context['result']))).toEqual({ backend: 'wasm', gradient: [2, 4, 6] })
})
