// Fills an empty dist, so that no file of an earlier build is ever packed: declarations of every file of src, and the
// entry points of package.json bundled with the chunks they share. What loads is a few files instead of hundreds,
// with the parts of fp-ts and io-ts that are used; that halves the time until a process computes.
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const tsc = fileURLToPath(new URL('bin/tsc', import.meta.resolve('@typescript/native/package.json')))
const {
  bin,
  exports: entries,
  dependencies,
  peerDependencies,
} = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

const inlined = ['fp-ts', 'io-ts']
const kept = Object.keys({ ...dependencies, ...peerDependencies }).filter((name) => !inlined.includes(name))

const main = join(root, 'src', 'index.ts')
const entryPoints = new Set(
  [...Object.values(entries), ...Object.values(bin)]
    .map((entry) => entry.default ?? entry)
    .filter((file) => file.endsWith('.js'))
    .map((file) => join(root, file.replace(/^(\.\/)?dist\//, 'src/').replace(/\.js$/, '.ts'))),
)

/** Their `lib` files are CommonJS, which Node can load but no bundler can take apart. */
const esModulesOfFpTs = {
  name: 'fp-ts and io-ts as ES modules',
  setup: ({ onResolve, resolve }) => {
    onResolve({ filter: /^(fp-ts|io-ts)\/lib\// }, ({ path, importer, kind, resolveDir }) =>
      resolve(path.replace('/lib/', '/es6/'), { importer, kind, resolveDir }),
    )
  },
}

/**
 * Every entry point loads what the main entry needs as a whole, so that this is one chunk and not cut along what each
 * of them uses of it: fewer files load sooner.
 */
const oneCore = {
  name: 'the main entry in one chunk',
  setup: ({ onLoad, onResolve }) => {
    onResolve({ filter: /\.ts$/ }, ({ path, resolveDir }) => ({
      path: resolve(resolveDir, path),
      sideEffects: true,
    }))
    onLoad({ filter: /\.ts$/ }, ({ path }) => ({
      contents: `${readFileSync(path, 'utf8')}${entryPoints.has(path) && path !== main ? `\nimport ${JSON.stringify(main)}\n` : ''}`,
      loader: 'ts',
    }))
  },
}

const emitDeclarations = () =>
  spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' }).status ?? 1

const bundle = () =>
  build({
    entryPoints: [...entryPoints],
    absWorkingDir: root,
    outbase: 'src',
    outdir: 'dist',
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    sourcemap: true,
    sourcesContent: false,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    minifyWhitespace: true,
    // An uncaught error prints the line it was thrown on.
    lineLimit: 160,
    minifySyntax: true,
    target: 'es2023',
    external: [...kept, 'node:*'],
    plugins: [esModulesOfFpTs, oneCore],
    logLevel: 'warning',
  })

rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true })
process.exitCode = emitDeclarations()
if (process.exitCode === 0) await bundle()
