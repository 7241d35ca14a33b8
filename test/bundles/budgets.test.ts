import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { afterAll, expect, test } from 'vitest'
import { installPackage } from './install-package.ts'

const { folder, remove } = await installPackage()
afterAll(remove)

/** An application as a browser or a server gets it. */
const bundled = async (contents: string, platform: 'browser' | 'node' = 'browser'): Promise<Uint8Array> => {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: folder },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform,
    logLevel: 'error',
  })
  expect(Object.values(metafile.outputs).flatMap(({ imports }) => imports)).toEqual([])
  return outputFiles[0]!.contents
}

/** What it weighs, the WebAssembly module aside. */
const gzipped = (page: Uint8Array): number => gzipSync(page, { level: 9 }).length

/** What it prints: a budget for what does not run says nothing. */
const printed = (page: Uint8Array): string => {
  const file = join(folder, 'page.mjs')
  writeFileSync(file, page)
  const { stdout, stderr } = spawnSync(process.execPath, [file], { encoding: 'utf8' })
  return (stdout + stderr).trim()
}

const gradient = `
  import { grad, square, sum, tensor, toArray } from 'puregrad'
  console.log(toArray(grad((x) => sum(square(x)))(tensor([1, 2, 3]))))`

const compiled = `
  import { grad, jit, square, sum, tensor, toArray } from 'puregrad'
  console.log(toArray(jit(grad((x) => sum(square(x))))(tensor([1, 2, 3]))))`

const training = `
  import { key, loadBackend, tensor } from 'puregrad'
  import { allForTraining, batchCount, dataset, minibatches } from 'puregrad/data'
  import { activation, dense, network, softmaxCrossEntropy } from 'puregrad/nn'
  import { adam } from 'puregrad/optim'
  import { evaluate, fit, outcomeOf, startTraining, supervisedStep } from 'puregrad/training'
  const train = allForTraining(dataset({ x: tensor([[0, 0], [0, 1], [1, 0], [1, 1]]), y: tensor([0, 1, 1, 0], { dtype: 'int32' }) }))
  const net = network(2, dense('hidden', 8), activation('tanh'), dense('out', 2))
  const { params, state } = net.init(key(0))
  const optimizer = adam({ learningRate: 0.1 })
  await loadBackend()
  const plan = {
    step: supervisedStep({ model: net, loss: softmaxCrossEntropy, optimizer }),
    batches: (order) => minibatches(train, 4, order),
    batchesPerEpoch: batchCount(4, 4),
    score: (params, layers) => evaluate(net, params, layers, train),
    monitor: ({ loss }) => loss,
    stopping: { mode: 'min', patience: 9, minDelta: 0 },
    epochs: 60,
  }
  const start = startTraining({ params, layers: state, optimizer: optimizer.init(params), key: key(1) })
  console.log(outcomeOf(fit(plan)(start)).best.value < 0.2)`

// What `jit` adds to a gradient has a budget of 62 kB; this holds it together with the gradient below that.
test.each([
  ['a gradient', gradient, 20_000, '[ 2, 4, 6 ]'],
  ['a compiled gradient', compiled, 81_800, '[ 2, 4, 6 ]'],
  ['training', training, 98_300, 'true'],
])(
  'a page with %s is small, and runs',
  async (_, contents, budget, output) => {
    const page = await bundled(contents)
    expect(gzipped(page)).toBeLessThanOrEqual(budget)
    expect(printed(page)).toBe(output)
  },
  60_000,
)

// The executors are there from the start, as where nothing is bundled; of the rest, what is used.
test.each([
  ['a gradient', gradient, 44_000],
  ['a compiled gradient', compiled, 81_800],
])(
  'the program of a server with %s is half of all, and runs',
  async (_, contents, budget) => {
    const program = await bundled(contents, 'node')
    expect(gzipped(program)).toBeLessThanOrEqual(budget)
    expect(printed(program)).toBe('[ 2, 4, 6 ]')
  },
  60_000,
)
