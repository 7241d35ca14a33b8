// Lies as load.cjs in dist/node/core beside core.cjs, the code that every entry point needs, and hands out what that exports.
// Node runs it as a script, since V8 takes functions of a script that were compiled before, from build/code-cache, where
// write-code-cache.mjs has put them; that leaves out half of the time until a first training step. V8 itself refuses a cache
// of another version, of other flags, or cut short; it knows a text only by its length, so the name of the cache has a digest
// of the text. In other engines and in bundles core.cjs is required as any file is: a bundler sees that one `require`.
'use strict'

const engine = globalThis.process

/** Where the cache of the text with this digest is, for this engine. */
const cacheOf = (digest) => {
  const { versions, platform, arch } = engine
  return `${__dirname}/../../../build/code-cache/${digest}-${versions.v8}-${platform}-${arch}`
}

const scriptOf = (digest) => {
  const { readFileSync } = engine.getBuiltinModule('node:fs')
  const { Script } = engine.getBuiltinModule('node:vm')
  const cached = () => {
    try {
      return readFileSync(cacheOf(digest))
    } catch {
      return undefined
    }
  }
  const filename = `${__dirname}/core.cjs`
  const head = '(function(module){'
  return new Script(`${head}${readFileSync(filename, 'latin1')}\n})`, {
    filename,
    cachedData: cached(),
    columnOffset: -head.length,
  })
}

/** Bun and Deno only say that they are V8; maps of sources are followed for modules alone. */
const runsAsScript = () => {
  const { bun, deno, v8 } = engine?.versions ?? {}
  return (
    v8 !== undefined &&
    bun === undefined &&
    deno === undefined &&
    engine.sourceMapsEnabled !== true &&
    /[\\/]core[\\/]load\.cjs$/.test(__filename)
  )
}

const asScript = (digest) => {
  try {
    return runsAsScript() ? scriptOf(digest) : undefined
  } catch {
    return undefined
  }
}

/**
 * What core.cjs exports. `address` is that of the importing file, from which the installed package is looked for. The script
 * and the place of its cache are there for write-code-cache.mjs.
 */
const load = (address, digest) => {
  const script = asScript(digest)
  if (script === undefined) return require('./core.cjs')(address)
  const module = {}
  script.runInThisContext()(module)
  load.script = script
  load.cacheFile = cacheOf(digest)
  return module.exports(address)
}

module.exports = load
