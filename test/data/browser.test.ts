import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { expect, test } from 'vitest'

test.each(['data', 'study'])('the %s layer bundles for browsers', async (layer) => {
  const { errors, metafile } = await build({
    entryPoints: [fileURLToPath(new URL(`../../src/${layer}/index.ts`, import.meta.url))],
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    logLevel: 'silent',
  })
  expect(errors).toEqual([])
  expect(Object.values(metafile.inputs).flatMap(({ imports }) => imports.filter((i) => i.external))).toEqual(
    [],
  )
})
