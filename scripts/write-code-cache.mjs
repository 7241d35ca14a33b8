// Trains a small network for one step and keeps what the engine compiled for it in build/code-cache, where load-core.cjs
// looks: processes of this engine then start sooner. It runs when the package is installed, and after a build; where scripts
// of packages do not run: node node_modules/puregrad/scripts/write-code-cache.mjs.
// Nothing needs the cache, so what goes wrong here fails no installation: the work is done in a process of its own, and
// --strict gives its status.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

const dist = new URL('../dist/node/', import.meta.url)
const main = new URL('node.js', dist)

/** What a first step comes to: random weights, a gradient, an update, all of it compiled. */
const trainOnce = ({ add, grad, jit, key, matmul, mean, mul, normal, square, sub, tanh, toArray }) => {
  const sizes = [2, 4, 1]
  const params = sizes.slice(1).map((width, layer) => ({
    w: normal(key(layer), [sizes[layer], width]),
    b: normal(key(layer + 2), [width]),
  }))
  const [x, y] = [normal(key(8), [8, 2]), normal(key(9), [8, 1])]
  const forward = ([first, last]) => add(matmul(tanh(add(matmul(x, first.w), first.b)), last.w), last.b)
  const loss = (given) => mean(square(sub(forward(given), y)))
  const step = jit((given) => {
    const gradient = grad(loss)(given)
    return given.map(({ w, b }, layer) => ({
      w: sub(w, mul(0.05, gradient[layer].w)),
      b: sub(b, mul(0.05, gradient[layer].b)),
    }))
  })
  // The second call follows what later ones do.
  return toArray(step(step(params))[0].b)
}

const write = async () => {
  const { default: load } = await import(new URL('core/load.cjs', dist))
  trainOnce(await import(main))
  mkdirSync(dirname(load.cacheFile), { recursive: true })
  const fresh = `${load.cacheFile}.${process.pid}`
  writeFileSync(fresh, load.script.createCachedData())
  renameSync(fresh, load.cacheFile)
}

const caches = new URL('../build/code-cache/', import.meta.url)
if (process.argv.includes('--here')) await write()
else if (existsSync(main)) {
  // Those of earlier builds.
  rmSync(caches, { recursive: true, force: true })
  const { status, stderr } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), '--here'], {
    encoding: 'utf8',
  })
  if (process.argv.includes('--strict') && status !== 0) {
    console.error(`write-code-cache: no code cache was written\n${stderr}`)
    process.exitCode = 1
  }
}
