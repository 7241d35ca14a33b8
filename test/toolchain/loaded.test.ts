import { buildSync } from 'esbuild'
import { expect, test } from 'vitest'

interface Loaded {
  readonly files: readonly string[]
  /** Of npm, by name. */
  readonly packages: readonly string[]
}

const unique = (names: readonly string[]): readonly string[] => [...new Set(names)].sort()

/** What is loaded with an entry, types aside and what is imported when it is needed; nothing is dropped for being unused. */
const loadedWith = (entry: string): Loaded => {
  const { inputs } = buildSync({
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
  }).metafile
  const importsOf = (file: string) =>
    (inputs[file]?.imports ?? []).filter(({ kind }) => kind !== 'dynamic-import')
  const reached = (seen: ReadonlySet<string>, file: string): ReadonlySet<string> =>
    seen.has(file)
      ? seen
      : importsOf(file)
          .filter(({ external }) => external !== true)
          .reduce<ReadonlySet<string>>((all, { path }) => reached(all, path), new Set([...seen, file]))
  const files = [...reached(new Set(), entry)]
  const outside = files
    .flatMap(importsOf)
    .filter(({ external, path }) => external === true && !path.startsWith('node:'))
    .map(({ path }) => /^(@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path)
  return {
    files: files.filter((file) => file.startsWith('src/')),
    packages: unique(outside),
  }
}

const roomsOf = (files: readonly string[]): readonly string[] =>
  unique(files.map((file) => file.split('/')[1] ?? ''))

test('the command line begins with what reads its words: nothing is trained or read with it', () => {
  const rooms = ['src/cli/main.ts', 'src/cli/train-command.ts'].flatMap((entry) => loadedWith(entry).files)
  expect(roomsOf(rooms)).toEqual(['cli', 'compile', 'core', 'data', 'report', 'terminal'])
  expect(rooms.filter((file) => /^src\/data\/(?!formats\/|data-error|split\/)/.test(file))).toEqual([])
})

test('the first command loads what it runs: no study, no search, no ONNX, no generator but the one it has', () => {
  const { files, packages } = loadedWith('src/cli/run-arrays.ts')
  expect(roomsOf(files)).toEqual([
    'cli',
    'compile',
    'core',
    'data',
    'evaluation',
    'model',
    'nn',
    'optim',
    'report',
    'tabular',
    'terminal',
    'training',
  ])
  expect(files.filter((file) => file.includes('/generate/'))).toEqual(['src/data/generate/digits16.ts'])
  expect(files.filter((file) => file.endsWith('/index.ts'))).toEqual(['src/core/numeric/index.ts'])
  // The charts it does not draw, the streams it does not read, the optimizers it has no option for.
  expect(files.filter((file) => /pareto|ledger|stream-|lbfgs|lookahead/.test(file))).toEqual([])
  // No archives either; the drawing packages are loaded when a chart is drawn.
  expect(
    packages.filter((name) => ['fflate', 'fast-check', 'vega', '@bufbuild/protobuf'].includes(name)),
  ).toEqual([])
})

test('the main entry loads nothing that has an entry of its own, and no package but those of the boundary', () => {
  const { files, packages } = loadedWith('src/index.ts')
  expect(roomsOf(files)).toEqual(['compile', 'core', 'index.ts'])
  expect(packages).toEqual(['fp-ts', 'io-ts'])
})
