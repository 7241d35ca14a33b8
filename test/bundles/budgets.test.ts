import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { afterAll, expect, test } from 'vitest'
import { installPackage } from './install-package.ts'

const { folder, remove } = await installPackage()
afterAll(remove)

/** What an application weighs in a browser, the WebAssembly module aside. */
const gzipped = async (contents: string): Promise<number> => {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: folder },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    logLevel: 'error',
  })
  expect(Object.values(metafile.outputs).flatMap(({ imports }) => imports)).toEqual([])
  return gzipSync(outputFiles[0]!.contents, { level: 9 }).length
}

const gradient = `
  import { grad, square, sum, tensor, toArray } from 'puregrad'
  console.log(toArray(grad((x) => sum(square(x)))(tensor([1, 2, 3]))))`

const compiled = `
  import { grad, jit, square, sum, tensor, toArray } from 'puregrad'
  console.log(toArray(jit(grad((x) => sum(square(x))))(tensor([1, 2, 3]))))`

const training = `
  import { key, loadBackend, tensor } from 'puregrad'
  import { batchCount, minibatches } from 'puregrad/data'
  import { activation, dense, network, softmaxCrossEntropy } from 'puregrad/nn'
  import { adam } from 'puregrad/optim'
  import { fit, outcomeOf, startTraining, supervisedStep } from 'puregrad/training'
  const train = { role: 'train', n: 4, x: tensor([[0, 0], [0, 1], [1, 0], [1, 1]]), y: tensor([0, 1, 1, 0]), classes: 2 }
  const net = network(2, dense('hidden', 8), activation('tanh'), dense('out', 2))
  const { params, state } = net.init(key(0))
  const optimizer = adam({ learningRate: 0.1 })
  await loadBackend()
  const plan = {
    step: supervisedStep({ model: net, loss: softmaxCrossEntropy, optimizer }),
    batches: (order) => minibatches(train, 4, order),
    batchesPerEpoch: batchCount(4, 4),
    epochs: 8,
  }
  console.log(outcomeOf(fit(plan)(startTraining({ params, layers: state, optimizer, key: key(1) }))))`

// What `jit` adds to a gradient has a budget of 60 kB; this holds it together with the gradient below that.
test.each([
  ['a gradient', gradient, 20_000],
  ['a compiled gradient', compiled, 70_000],
  ['training', training, 90_000],
])(
  'a page with %s is small',
  async (_, contents, budget) => {
    expect(await gzipped(contents)).toBeLessThanOrEqual(budget)
  },
  60_000,
)
