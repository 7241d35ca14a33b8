// node bench/contenders/tfjs.mjs cpu|wasm|tensorflow  (the last is tfjs-node: npm i --prefix bench --no-save @tensorflow/tfjs-node)
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import {
  mlpBatch,
  mlpSizes,
  products,
  residualData,
  sequence,
  smallBatch,
  smallSizes,
  weightsOf,
  absoluteSum,
} from './data.mjs'
import { serve } from './serve.mjs'

const name = process.argv[2] ?? 'cpu'
console.info = console.warn = () => undefined
const require = createRequire(import.meta.url)
const tf = require(name === 'tensorflow' ? '@tensorflow/tfjs-node' : '@tensorflow/tfjs')
if (name === 'wasm') {
  const { setWasmPaths } = require('@tensorflow/tfjs-backend-wasm')
  setWasmPaths(join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')), '/'))
}
await tf.setBackend(name)
await tf.ready()

const netOf = (sizes) =>
  weightsOf(sizes).map(({ inputs, out, w }) => ({
    w: tf.variable(tf.tensor(w, [inputs, out])),
    b: tf.variable(tf.zeros([out])),
  }))
const forward = (net, x, activate) =>
  net.reduce((h, { w, b }, l) => {
    const z = tf.add(tf.matMul(h, w), b)
    return l === net.length - 1 ? z : activate(z)
  }, x)

const training = (optimizer, lossOf) => {
  const step = () => tf.tidy(() => optimizer.minimize(lossOf, true).dataSync()[0])
  // The loss of every step but the last is left unread.
  const quiet = () => tf.tidy(() => void optimizer.minimize(lossOf, false))
  let check = 0
  for (let i = 0; i < 6; i++) check = step()
  return {
    check,
    run: (count) => {
      for (let i = 1; i < count; i++) quiet()
      step()
    },
  }
}
const optimizerOf = (kind, rate) => (kind === 'sgd' ? tf.train.sgd(rate) : tf.train.adam(0.001))

const mlp = (rows, kind) => {
  const { x, labels } = mlpBatch(rows)
  const [inputs, targets] = [tf.tensor(x, [rows, 784]), tf.oneHot(tf.tensor1d(labels, 'int32'), 10)]
  const net = netOf(mlpSizes)
  return training(optimizerOf(kind, 0.01), () =>
    tf.losses.softmaxCrossEntropy(targets, forward(net, inputs, tf.relu)),
  )
}
const small = (kind) => {
  const { x, y } = smallBatch()
  const [inputs, targets] = [tf.tensor(x, [32, 2]), tf.tensor(y, [32, 1])]
  const net = netOf(smallSizes)
  return training(optimizerOf(kind, 0.05), () =>
    tf.mean(tf.squaredDifference(forward(net, inputs, tf.tanh), targets)),
  )
}
const repeated = (f, check) => ({
  check: check(tf.tidy(() => f().dataSync())),
  run: (count) => {
    for (let i = 1; i < count; i++) tf.tidy(() => void f())
    tf.tidy(() => f().dataSync())
  },
})

const imageLoss = (weights, x, labels) => {
  const [first, a, b, c, d, p, e, f, q, dense] = weights
  const conv = (y, kernel, stride = 1) => tf.conv2d(y, kernel, stride, kernel.shape[0] === 3 ? 1 : 0)
  const h1 = tf.relu(conv(x, first))
  const h2 = tf.relu(tf.add(h1, conv(tf.relu(conv(h1, a)), b)))
  const h3 = tf.relu(tf.add(conv(h2, p, 2), conv(tf.relu(conv(h2, c, 2)), d)))
  const h4 = tf.relu(tf.add(conv(h3, q, 2), conv(tf.relu(conv(h3, e, 2)), f)))
  return tf.losses.softmaxCrossEntropy(labels, tf.matMul(tf.mean(h4, [1, 2]), dense))
}
const residual = (what) => {
  const given = residualData()
  const weights = [
    ...given.kernels.map(({ elements, shape }) => tf.tensor(elements, shape)),
    tf.tensor(given.dense, [64, 10]),
  ]
  const x = tf.tensor(given.x, [32, 32, 32, 3])
  const labels = tf.oneHot(tf.tensor1d(given.labels, 'int32'), 10)
  if (what === 'forward') return repeated(() => imageLoss(weights, x, labels), absoluteSum)
  const gradient = tf.grads((...w) => imageLoss(w, x, labels))
  return repeated(() => tf.concat(gradient(weights).map((g) => g.flatten())), absoluteSum)
}

const tasks = {
  ...Object.fromEntries(
    Object.entries(products).map(([key, [m, k, n, transposed]]) => [
      key,
      () => {
        const [tn, nt] = [transposed === 'tn', transposed === 'nt']
        const a = tf.tensor(sequence(1, m * k), tn ? [k, m] : [m, k])
        const b = tf.tensor(sequence(2, k * n), nt ? [n, k] : [k, n])
        return repeated(() => tf.matMul(a, b, tn, nt), absoluteSum)
      },
    ]),
  ),
  ...Object.fromEntries(
    [32, 128, 1024].flatMap((rows) =>
      ['sgd', 'adam'].map((kind) => [`mlp-${rows}-${kind}`, () => mlp(rows, kind)]),
    ),
  ),
  'mlp-forward-128': () => {
    const [net, x] = [netOf(mlpSizes), tf.tensor(mlpBatch(128).x, [128, 784])]
    return repeated(() => forward(net, x, tf.relu), absoluteSum)
  },
  'small-sgd': () => small('sgd'),
  'small-adam': () => small('adam'),
  ...Object.fromEntries(
    [10, 1000, 100_000].map((n) => [
      `rosenbrock-${n}`,
      () => {
        const x = tf.tensor(sequence(200, n, 2))
        const f = (p) => {
          const [a, b] = [p.slice([0], [n - 1]), p.slice([1], [n - 1])]
          return tf.sum(tf.add(tf.mul(100, tf.square(tf.sub(b, tf.square(a)))), tf.square(tf.sub(1, a))))
        }
        const gradient = tf.grad(f)
        return repeated(() => gradient(x), absoluteSum)
      },
    ]),
  ),
  'residual-forward': () => residual('forward'),
  'residual-gradient': () => residual('gradient'),
  'softmax-128x1024': () => {
    const x = tf.tensor(sequence(201, 128 * 1024, 8), [128, 1024])
    return repeated(
      () => tf.softmax(x),
      (y) => y.reduce((total, e) => total + e * e, 0),
    )
  },
  'tanh-1e6': () => {
    const x = tf.tensor(sequence(202, 1_000_000, 8))
    return repeated(() => tf.tanh(x), absoluteSum)
  },
  'adam-1e6': () => {
    const start = sequence(1, 1_000_000)
    const [p, g] = [tf.variable(tf.tensor(start)), tf.tensor(sequence(2, 1_000_000))]
    const optimizer = tf.train.adam(0.001)
    const run = (count) => {
      for (let i = 0; i < count; i++) tf.tidy(() => optimizer.applyGradients({ [p.name]: g }))
    }
    run(5)
    return { check: absoluteSum(p.dataSync().map((e, i) => e - start[i])), run }
  },
}

await serve(tasks, tf.version.tfjs)
