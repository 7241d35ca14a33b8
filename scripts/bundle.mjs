// What dist holds besides declarations, twice:
//
// - `dist/**/*.js`: every file of src as an ES module of its own, beside it the parts of fp-ts and io-ts that are used.
//   A bundler, of a page or of a server, leaves out what an application does not use, file by file.
// - `dist/node/**`: the entry points and commands with the chunks they share, for Node, Bun and Deno, which load a few
//   files sooner than hundreds; that halves the time until a process computes. What all of them need, the main entry, is
//   `core/core.cjs`: not an ES module, since only of a script does every engine take functions compiled before.
import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join, posix, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const src = join(root, 'src')
const {
  bin,
  exports: entries,
  dependencies,
  peerDependencies,
} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

const slashed = (path) => path.split(sep).join('/')

const inlined = ['fp-ts', 'io-ts']
const kept = Object.keys({ ...dependencies, ...peerDependencies }).filter((name) => !inlined.includes(name))

const shared = {
  absWorkingDir: root,
  bundle: true,
  sourcemap: true,
  sourcesContent: false,
  format: 'esm',
  platform: 'neutral',
  mainFields: ['module', 'main'],
  target: 'es2023',
  logLevel: 'warning',
  // Imports of types alone are none.
  tsconfigRaw: { compilerOptions: { target: 'es2022' } },
}

const ofFpTs = /^(fp-ts|io-ts)(\/lib\/.*)?$/
/** The `lib` files are CommonJS, which no bundler can take apart. */
const asEsModule = (path) => (path.includes('/') ? path.replace('/lib/', '/es6/') : `${path}/es6/index.js`)

const esModulesOfFpTs = {
  name: 'fp-ts and io-ts as ES modules',
  setup: ({ onResolve, resolve: resolvePath }) => {
    onResolve({ filter: ofFpTs }, ({ path, importer, kind, resolveDir }) =>
      resolvePath(asEsModule(path), { importer, kind, resolveDir: resolveDir || root }),
    )
  },
}

const commands = Object.values(bin).map((file) => file.replace(/^dist\/node\//, '').replace(/\.js$/, '.ts'))

/** The source of an entry that is imported by the name of the package, as the lecture does. */
const ownEntry = (path) => {
  const [, name] = /^puregrad(?:\/(\w+))?$/.exec(path) ?? []
  const { default: file } = entries[name === undefined ? '.' : `./${name}`]
  return file.replace(/^\.\/dist\//, '').replace(/\.js$/, '.ts')
}
const isOwn = /^puregrad(\/|$)/

const allSources = readdirSync(src, { recursive: true })
  .map((file) => slashed(file))
  .filter((file) => file.endsWith('.ts'))

const sources = allSources.filter(
  (file) => !commands.includes(file) && !/^(cli|lecture\/command)\/main/.test(file),
)

/** `fp-ts/lib/Either.js` and `node_modules/fp-ts/es6/Either.js` lie in `vendor/fp-ts/Either.js`. */
const vendored = (path) => {
  const [, name, file = 'index'] = /(?:^|node_modules\/)(fp-ts|io-ts)(?:\/(?:lib|es6)\/(.*))?$/.exec(path)
  return `vendor/${name}/${file.replace(/\.js$/, '')}.js`
}

const ownEntries = {
  name: 'own entries',
  setup: ({ onResolve }) => {
    onResolve({ filter: isOwn }, ({ path }) => ({ path: join(src, ownEntry(path)), sideEffects: true }))
  },
}

/** Each file stays one; what it imports is named as it lies in dist. */
const filesApart = (placeOf) => ({
  name: 'files apart',
  setup: ({ onResolve }) => {
    onResolve({ filter: /.*/ }, ({ path, importer, kind }) => {
      if (kind === 'entry-point') return undefined
      if (path.startsWith('.')) return { path: `${path.replace(/\.[tj]s$/, '')}.js`, external: true }
      const place = isOwn.test(path)
        ? ownEntry(path).replace(/\.ts$/, '.js')
        : /^(fp-ts|io-ts)(\/|$)/.test(path)
          ? vendored(path)
          : undefined
      if (place === undefined) return { path, external: true }
      const to = posix.relative(posix.dirname(placeOf(importer)), place)
      return { path: to.startsWith('.') ? to : `./${to}`, external: true }
    })
  },
})

/** The files of fp-ts and io-ts that these files come to. */
const vendorFiles = async (entryPoints) => {
  const { metafile } = await build({
    ...shared,
    entryPoints,
    write: false,
    metafile: true,
    outdir: 'dist',
    plugins: [esModulesOfFpTs, ownEntries],
    external: [...kept, 'node:*'],
  })
  return Object.keys(metafile.inputs).filter((path) => /node_modules\/(fp-ts|io-ts)\//.test(path))
}

/**
 * No file does anything but define, so a call at its top whose result nobody uses may go, a record of a primitive for
 * instance. Bundlers are told call by call, as not all of them look into the function that is called.
 */
const withPureCalls = (text) =>
  text.replace(/^var (\w+) = (?=(?:new )?[A-Za-z_$][\w$.]*\()/gm, 'var $1 = /* @__PURE__ */ ')

/** The ES modules and the WebAssembly module, in `outdir`. */
export const bundleModules = async (outdir) => {
  const files = sources.map((file) => join(src, file))
  const { outputFiles } = await build({
    ...shared,
    entryPoints: files,
    outbase: 'src',
    outdir,
    sourcemap: false,
    write: false,
    plugins: [filesApart((importer) => slashed(relative(src, importer)))],
  })
  for (const { path, text } of outputFiles) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, withPureCalls(text))
  }
  await build({
    ...shared,
    entryPoints: (await vendorFiles(files)).map((path) => ({
      in: join(root, path),
      out: vendored(path).replace(/\.js$/, ''),
    })),
    sourcemap: false,
    outdir,
    plugins: [filesApart((importer) => vendored(slashed(importer)))],
  })
  const wasm = join('compile', 'executors', 'puregrad.wasm')
  mkdirSync(dirname(join(outdir, wasm)), { recursive: true })
  copyFileSync(join(src, wasm), join(outdir, wasm))
}

const sourceOf = (file) => join(src, file.replace(/^(\.\/)?dist\/node\//, '').replace(/\.js$/, '.ts'))
const main = join(src, 'node.ts')
const entryPoints = [
  ...Object.values(entries).flatMap(({ node }) => (node === undefined ? [] : [node.default])),
  ...Object.values(bin),
].map(sourceOf)

/** What is loaded when it is asked for, which is an entry too. */
const loadedLater = allSources.flatMap((file) =>
  [...readFileSync(join(src, file), 'utf8').matchAll(/\bimport\('(\.[^']+)'\)/g)].map(([, path]) =>
    resolve(src, dirname(file), path),
  ),
)
const loadsMain = new Set([...entryPoints, ...loadedLater])

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
      contents: `${readFileSync(path, 'utf8')}${loadsMain.has(path) && path !== main ? `\nimport ${JSON.stringify(main)}\n` : ''}`,
      loader: 'ts',
    }))
  },
}

/** The last statement of a chunk, `export{a,b as c};`, as pairs `[a, a]`, `[b, c]`. */
const exportsOf = (text) => {
  const [, names] = /\bexport\s*\{([^{}]*)\};?\s*(?:\/\/# sourceMappingURL=.*\s*)?$/.exec(text)
  return names
    .split(',')
    .map((name) => name.trim().split(/\s+as\s+/))
    .map(([own, exported = own]) => [own, exported])
}
const object = (pairs) => `{${pairs.map(([from, to]) => (from === to ? from : `${from}:${to}`)).join(',')}}`

/** As long as `import.meta.url`, so that columns stay what the map of the sources says. */
const address = 'addressOfModule'
/** A long line may be broken behind the second dot; what comes then stays in its column too. */
const withAddress = (text) =>
  text.replaceAll(/import\.meta\.(\n?)url/g, (_, end) => (end === '' ? address : `${address}\n   `))

/** The text of a chunk that imports nothing, as a CommonJS module that exports a function of the chunk's address. */
const asScript = (text) => {
  const body = withAddress(text.slice(0, text.lastIndexOf('export{')))
  if (/\bimport\s*[({"*\w.]/.test(body))
    throw new Error('bundle: the chunk of the main entry imports something, which a script cannot')
  const returned = object(exportsOf(text).map(([own, exported]) => [exported, own]))
  return `"use strict";module.exports=(function(${address}){\n${body}return${returned}});\n//# sourceMappingURL=core.cjs.map\n`
}

/**
 * The chunk of the main entry becomes `core/core.cjs`, and in its place stands a module with the same exports, which it
 * has from there. They are constants: nothing of `src` exports a variable that changes.
 */
const withCoreApart = (outputFiles, outdir) => {
  const textOf = (path) => outputFiles.find((file) => file.path === path).text
  const entry = join(outdir, 'node.js')
  const chunk = join(outdir, /\bfrom\s*"\.\/(chunks\/[^"]+)"/.exec(textOf(entry))[1])
  const script = asScript(textOf(chunk))
  const digest = createHash('sha256').update(script).digest('hex').slice(0, 16)
  const facade = `import load from"../core/load.cjs";var core=load(import.meta.url,"${digest}");export const${object(
    exportsOf(textOf(chunk)).map(([, exported]) => [exported, exported]),
  )}=core;\n`
  // One line stands before those of the chunk.
  const map = JSON.parse(textOf(`${chunk}.map`))
  const shifted = JSON.stringify({ ...map, mappings: `;${map.mappings}` })
  return [
    ...outputFiles.filter(({ path }) => path !== chunk && path !== `${chunk}.map`),
    { path: chunk, text: facade },
    { path: join(outdir, 'core', 'core.cjs'), text: script },
    { path: join(outdir, 'core', 'core.cjs.map'), text: shifted },
    {
      path: join(outdir, 'core', 'load.cjs'),
      text: readFileSync(join(root, 'scripts/load-core.cjs'), 'utf8'),
    },
  ]
}

/** `dist/node`, in `outdir`. */
export const bundleForNode = async (outdir) => {
  const { outputFiles } = await build({
    ...shared,
    entryPoints: [...new Set(entryPoints)],
    splitting: true,
    outbase: 'src',
    outdir,
    write: false,
    chunkNames: 'chunks/[name]-[hash]',
    minifySyntax: true,
    minifyWhitespace: true,
    // An uncaught error prints the line it was thrown on.
    lineLimit: 160,
    external: [...kept, 'node:*'],
    plugins: [esModulesOfFpTs, ownEntries, oneCore],
  })
  for (const { path, text } of withCoreApart(outputFiles, resolve(root, outdir))) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
}
