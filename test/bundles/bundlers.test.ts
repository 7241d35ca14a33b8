import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, extname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { build as viteBuild } from 'vite'
import webpack from 'webpack'
import { afterAll, describe, expect, test } from 'vitest'
import { nativeAddonFile } from '../../src/compile/executors/native.ts'
import { findBrowser } from '../restricted/find-browser.ts'
import { openPage, type Served } from '../restricted/open-page.ts'
import { installPackage } from './install-package.ts'

const browser = findBrowser()
if (browser === undefined)
  console.info('left out: bundles in a page and its worker need Chromium or Chrome (CHROME_PATH)')

const { folder, remove } = await installPackage()
afterAll(remove)

const compute = `
  import { backend, grad, jit, jitAsync, loadBackend, square, sum, tensor, toArray } from 'puregrad'
  const energy = (x) => sum(square(x))
  const gradient = jit(grad(energy))
  const at = tensor([1, 2, 3])
  export const computed = async () => {
    const before = { backend: backend(), gradient: toArray(gradient(at)) }
    const energyLater = toArray(await jitAsync(energy)(at))
    const backendLater = backend()
    return { before, energyLater, backendLater, loaded: await loadBackend(), gradient: toArray(gradient(at)) }
  }`
const worker = `
  import { computed } from './compute.js'
  computed().then((found) => postMessage(found), (error) => postMessage({ problem: String(error) }))`
const page = `
  import { computed } from './compute.js'
  import { tell } from './tell.js'
  const violations = []
  document.addEventListener('securitypolicyviolation', ({ violatedDirective }) => violations.push(violatedDirective))
  const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })
  const inWorker = new Promise((resolve) => {
    worker.onmessage = ({ data }) => resolve(data)
    worker.onerror = ({ message }) => resolve({ problem: message })
  })
  const work = async () => {
    const told = { page: await computed(), worker: await inWorker }
    tell({ ...told, violations })
  }
  work().catch((error) => tell({ problem: String(error) }))`

const html = '<!doctype html><body></body><script type="module" src="./page.js"></script>'
const files = { 'compute.js': compute, 'worker.js': worker, 'page.js': page, 'index.html': html }
for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
await build({
  entryPoints: [fileURLToPath(new URL('../restricted/tell.ts', import.meta.url))],
  outfile: join(folder, 'tell.js'),
})

const asset = join(folder, 'node_modules', 'puregrad', 'dist', 'compile', 'executors', 'puregrad.wasm')
const written = (outdir: string): void => {
  mkdirSync(outdir, { recursive: true })
  writeFileSync(join(outdir, 'index.html'), html)
}

const bundlers: Readonly<Record<string, (outdir: string) => Promise<void>>> = {
  vite: async (outdir) => {
    await viteBuild({
      root: folder,
      configFile: false,
      logLevel: 'error',
      worker: { format: 'es' },
      build: { outDir: outdir },
    })
  },
  webpack: (outdir) => {
    written(outdir)
    return new Promise((resolve, reject) => {
      webpack(
        {
          context: folder,
          mode: 'production',
          entry: { page: './page.js' },
          output: { path: outdir, filename: '[name].js' },
          optimization: { minimize: false },
        },
        (error, stats) => {
          const problem = error ?? (stats?.hasErrors() ? new Error(stats.toString('errors-only')) : undefined)
          if (problem) reject(problem)
          else resolve()
        },
      )
    })
  },
  // It moves no assets by itself, so that the module is copied to where its code lies.
  esbuild: async (outdir) => {
    written(outdir)
    await build({
      entryPoints: [join(folder, 'page.js'), join(folder, 'worker.js')],
      outdir,
      bundle: true,
      minify: true,
      format: 'esm',
      logLevel: 'error',
    })
    copyFileSync(asset, join(outdir, 'puregrad.wasm'))
  },
}

const policy =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self'"
const types = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm' } as const

const filesOf =
  (outdir: string) =>
  (path: string): Served | undefined => {
    const file = join(outdir, path)
    const type = types[extname(file) as keyof typeof types]
    return existsSync(file) ? { type, content: readFileSync(file), policy } : undefined
  }

const found = {
  before: { backend: 'typescript', gradient: [2, 4, 6] },
  energyLater: 14,
  backendLater: 'wasm',
  loaded: 'wasm',
  gradient: [2, 4, 6],
}

describe.skipIf(browser === undefined)('in a browser under a strict content-security policy', () => {
  test.each(Object.keys(bundlers))(
    'a page and its worker made by %s fetch the WebAssembly module and run on it',
    async (name) => {
      const outdir = join(folder, 'built', name)
      await bundlers[name]!(outdir)
      expect(await openPage(browser!, '/index.html', filesOf(outdir))).toEqual({
        page: found,
        worker: found,
        // The one attempt to compile text, which the policy refuses.
        violations: ['script-src'],
      })
    },
    180_000,
  )
})

const addon = nativeAddonFile()
const hasAddon = addon !== undefined && existsSync(addon)
if (hasAddon) {
  const place = join(folder, 'node_modules', 'puregrad', 'prebuilds', basename(dirname(addon)))
  mkdirSync(place, { recursive: true })
  copyFileSync(addon, join(place, basename(addon)))
} else console.info('left out: bundles that find the addon need one (scripts/build-native.mjs)')

const formats = { esm: 'server.mjs', cjs: 'server.cjs' } as const

/** The program of a server in a folder, and what it prints there. */
const served = async (
  outdir: string,
  format: keyof typeof formats,
  contents: string,
  backend?: string,
): Promise<() => string> => {
  const outfile = join(outdir, formats[format])
  mkdirSync(outdir, { recursive: true })
  await build({
    stdin: { contents, resolveDir: folder },
    outfile,
    bundle: true,
    format,
    platform: 'node',
    logLevel: 'error',
  })
  const env = { ...process.env, PUREGRAD_ADDON: undefined, PUREGRAD_BACKEND: backend }
  return () => execFileSync(process.execPath, [outfile], { cwd: outdir, encoding: 'utf8', env }).trim()
}

const asked = `import { backend } from 'puregrad'\nconsole.log(backend())`

describe.each(['esm', 'cjs'] as const)('a bundle for a server (%s)', (format) => {
  test.each(hasAddon ? ['native', 'wasm'] : ['wasm'])(
    'finds what it needs of the installed package for %s',
    async (name) => {
      const run = await served(join(folder, 'built', 'server'), format, asked, name)
      expect(run()).toBe(name)
    },
    60_000,
  )
  test('where no package is installed, runs on the WebAssembly module that lies beside it', async () => {
    const apart = mkdtempSync(join(tmpdir(), 'puregrad-bundle-'))
    try {
      const run = await served(apart, format, asked)
      expect(run()).toBe('typescript')
      copyFileSync(asset, join(apart, 'puregrad.wasm'))
      expect(run()).toBe('wasm')
    } finally {
      rmSync(apart, { recursive: true })
    }
  }, 60_000)
  test('takes the module from a path, a file URL and what is fetched', async () => {
    const apart = mkdtempSync(join(tmpdir(), 'puregrad-bundle-'))
    try {
      const file = join(apart, 'other.wasm')
      copyFileSync(asset, file)
      const data = `data:application/wasm;base64,${readFileSync(asset).toString('base64')}`
      writeFileSync(join(apart, 'data.txt'), data)
      for (const source of [
        `'./other.wasm'`,
        JSON.stringify(file),
        JSON.stringify(pathToFileURL(file).href),
        `new URL(${JSON.stringify(pathToFileURL(file).href)})`,
        `process.getBuiltinModule('fs').readFileSync('data.txt', 'utf8')`,
      ]) {
        const loading = `import { loadBackend } from 'puregrad'\nloadBackend({ wasm: ${source} }).then(console.log)`
        expect((await served(apart, format, loading))()).toBe('wasm')
      }
      const missing = `import { loadBackend } from 'puregrad'\nloadBackend({ wasm: './none.wasm' }).catch((e) => console.log(e.message))`
      expect((await served(apart, format, missing))()).toMatch(/no such file.*none\.wasm/)
    } finally {
      rmSync(apart, { recursive: true })
    }
  }, 60_000)
})

const mixed = `
  import { grad, mul, tensor, toArray } from 'puregrad'
  import { dense } from 'puregrad/nn'
  import { required } from './required.cjs'
  const isOne = required.puregrad.grad === grad && required.nn.dense === dense
  console.log(isOne, toArray(required.puregrad.grad((x) => mul(x, x))(tensor(3))))`
const requiring = `exports.required = { puregrad: require('puregrad'), nn: require('puregrad/nn') }`

const servers: Readonly<Record<string, (outfile: string) => Promise<unknown>>> = {
  esbuild: (outfile) =>
    build({
      entryPoints: [join(folder, 'mixed.mjs')],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      logLevel: 'error',
    }),
  webpack: (outfile) =>
    new Promise((resolve, reject) => {
      webpack(
        {
          context: folder,
          mode: 'production',
          target: 'node',
          entry: './mixed.mjs',
          output: {
            path: dirname(outfile),
            filename: basename(outfile),
            module: true,
            chunkFormat: 'module',
            library: { type: 'module' },
          },
          experiments: { outputModule: true },
          optimization: { minimize: false },
        },
        (error, stats) => {
          const problem = error ?? (stats?.hasErrors() ? new Error(stats.toString('errors-only')) : undefined)
          if (problem) reject(problem)
          else resolve(undefined)
        },
      )
    }),
}

test.each(Object.keys(servers))(
  'a server that %s bundles has one copy of the package, imported and required',
  async (name) => {
    writeFileSync(join(folder, 'mixed.mjs'), mixed)
    writeFileSync(join(folder, 'required.cjs'), requiring)
    const outfile = join(folder, 'built', `server-${name}`, 'mixed.mjs')
    await servers[name]!(outfile)
    expect(execFileSync(process.execPath, [outfile], { encoding: 'utf8' }).trim()).toBe('true 6')
    expect(readFileSync(outfile, 'utf8')).not.toContain('core.cjs')
  },
  60_000,
)

test('every entry names for bundlers of servers what those of pages take', () => {
  const { exports: entries } = JSON.parse(
    readFileSync(join(folder, 'node_modules', 'puregrad', 'package.json'), 'utf8'),
  ) as { exports: Readonly<Record<string, string | { node: { module: string }; default: string }>> }
  for (const [name, entry] of Object.entries(entries))
    if (typeof entry !== 'string')
      expect(entry.node.module).toBe(name === '.' ? './dist/node.js' : entry.default)
})
