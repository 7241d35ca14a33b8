import { buildSync } from 'esbuild'
import { expect, test } from 'vitest'

/** The files of `src` that are loaded with an entry, types aside; nothing is dropped for being unused. */
const loadedWith = (entry: string): readonly string[] =>
  Object.keys(
    buildSync({
      entryPoints: [entry],
      bundle: true,
      write: false,
      outdir: 'unused',
      metafile: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      loader: { '.wasm': 'file' },
      ignoreAnnotations: true,
    }).metafile.inputs,
  ).filter((file) => file.startsWith('src/'))

test('the command line loads what it runs: no study, no search, no generator but the one it has', () => {
  const loaded = loadedWith('src/cli/main.ts')
  const rooms = [...new Set(loaded.map((file) => file.split('/')[1]))].sort()
  expect(rooms).toEqual(['cli', 'compile', 'core', 'data', 'nn', 'optim', 'report', 'training'])
  expect(loaded.filter((file) => file.includes('/generate/'))).toEqual(['src/data/generate/digits16.ts'])
  expect(loaded.filter((file) => file.endsWith('/index.ts'))).toEqual(['src/core/numeric/index.ts'])
  // The charts it does not draw, the streams it does not read, the optimizers it has no option for.
  expect(loaded.filter((file) => /pareto|ledger|stream-|lbfgs|lookahead/.test(file))).toEqual([])
})

test('the main entry loads nothing that is imported by an entry of its own', () => {
  const rooms = [...new Set(loadedWith('src/index.ts').map((file) => file.split('/')[1]))].sort()
  expect(rooms).toEqual(['compile', 'core', 'index.ts'])
})
