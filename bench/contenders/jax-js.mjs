// jax-js on its WebAssembly device, with relaxed SIMD switched on before anything is compiled; or on WebGPU.
import v8 from 'node:v8'
v8.setFlagsFromString('--experimental-wasm-relaxed-simd')
import {
  absoluteSum,
  mlpBatch,
  mlpSizes,
  products,
  residualData,
  sequence,
  smallBatch,
  smallSizes,
  weightsOf,
} from './data.mjs'
import { serve } from './serve.mjs'
import { versionOf } from './version-of.mjs'

/** Its WebAssembly device unless it is started with `webgpu`: then the one of the package `webgpu`. */
const device = process.argv[2] === 'webgpu' ? 'webgpu' : 'wasm'
if (device === 'webgpu') {
  const { create, globals } = await import('webgpu')
  Object.assign(globalThis, globals)
  Object.defineProperty(globalThis, 'navigator', { value: { gpu: create([]) }, configurable: true })
}
const jax = await import('@jax-js/jax')
const { lax, numpy: np, nn, tree, jit, grad, valueAndGrad } = jax
await jax.init(device)
jax.defaultDevice(device)

const arrayOf = (elements, shape) => np.array(elements).reshape(shape)
const netOf = (sizes) =>
  weightsOf(sizes).map(({ inputs, out, w }) => ({ w: arrayOf(w, [inputs, out]), b: np.zeros([out]) }))
const forward = (net, x, activate) =>
  net.reduce((h, { w, b }, l) => {
    const z = np.dot(h, w).add(b)
    return l === net.length - 1 ? z : activate(z)
  }, x)

/** Functions own their arguments: what is needed again is passed as a reference. */
const training = (step, start, batch) => {
  let state = start
  const run = (count) => {
    let loss
    for (let i = 0; i < count; i++) {
      const [next, value] = step(state, ...batch.map((x) => x.ref))
      state = next
      // Reading a loss frees it; freeing it unread, or keeping it, takes far longer.
      loss = value.dataSync()[0]
    }
    return loss
  }
  /** Nothing is read but the last loss, for which everything before it is waited for. */
  const runThere = async (count) => {
    let loss
    for (let i = 0; i < count; i++) {
      const [next, value] = step(state, ...batch.map((x) => x.ref))
      state = next
      if (i < count - 1) value.dispose()
      else loss = (await value.data())[0]
    }
    return loss
  }
  return device === 'webgpu'
    ? runThere(6).then((check) => ({ check, run: runThere }))
    : { check: run(6), run }
}
const zip = (a, b, f) => tree.map(f, a, b)

const trainer = (kind, loss, net, batch, rate) => {
  if (kind === 'sgd') {
    const step = jit((params, ...data) => {
      const [value, gradient] = valueAndGrad(loss)(tree.ref(params), ...data)
      return [zip(params, gradient, (p, g) => p.sub(g.mul(rate))), value]
    })
    return training(step, net, batch)
  }
  const step = jit(({ params, m, v, t }, ...data) => {
    const [value, gradient] = valueAndGrad(loss)(tree.ref(params), ...data)
    const count = t.add(1)
    const first = zip(m, tree.ref(gradient), (x, g) => x.mul(0.9).add(g.mul(0.1)))
    const second = zip(v, gradient, (x, g) => x.mul(0.999).add(np.square(g).mul(0.001)))
    const power = (base) => np.exp(count.ref.mul(Math.log(base)))
    const rateNow = np.array(0.001).div(np.array(1).sub(power(0.9)))
    const root = np.array(1).div(np.sqrt(np.array(1).sub(power(0.999))))
    const move = zip(tree.ref(first), tree.ref(second), (x, y) =>
      x.mul(rateNow.ref).div(np.sqrt(y).mul(root.ref).add(1e-8)),
    )
    rateNow.dispose()
    root.dispose()
    return [{ params: zip(params, move, (p, d) => p.sub(d)), m: first, v: second, t: count }, value]
  })
  const zero = () => tree.map((p) => np.zeros(p.shape), net)
  return training(step, { params: net, m: zero(), v: zero(), t: np.array(0) }, batch)
}

const mlpLoss = (net, x, y) => {
  const logits = forward(net, x, nn.relu)
  return nn.logSoftmax(logits).mul(y).sum(-1).mean().mul(-1)
}
const smallLoss = (net, x, y) => np.square(forward(net, x, np.tanh).sub(y)).mean()

const mlp = (rows, kind) => {
  const { x, labels } = mlpBatch(rows)
  const oneHot = new Float32Array(rows * 10)
  labels.forEach((label, r) => {
    oneHot[r * 10 + label] = 1
  })
  return trainer(kind, mlpLoss, netOf(mlpSizes), [arrayOf(x, [rows, 784]), arrayOf(oneHot, [rows, 10])], 0.01)
}
const small = (kind) => {
  const { x, y } = smallBatch()
  return trainer(kind, smallLoss, netOf(smallSizes), [arrayOf(x, [32, 2]), arrayOf(y, [32, 1])], 0.05)
}
const repeated = async (f, args, check) => {
  const once = () => f(...args.map((x) => tree.ref(x)))
  return {
    check: check(device === 'webgpu' ? await once().data() : once().dataSync()),
    // A result that nobody waits for is never computed.
    run: async (count) => {
      for (let i = 0; i < count; i++) {
        const result = once()
        await jax.blockUntilReady(result)
        result.dispose()
      }
    },
  }
}

const imageLoss = (weights, x, oneHot) => {
  const [first, a, b, c, d, p, e, f, q, dense] = weights
  const conv = (y, kernel, stride = 1) => {
    const before = kernel.shape[2] === 3 ? 1 : 0
    return lax.conv(
      y,
      kernel,
      [stride, stride],
      [
        [before, before],
        [before, before],
      ],
    )
  }
  const h1 = nn.relu(conv(x, first))
  const h2 = nn.relu(h1.ref.add(conv(nn.relu(conv(h1, a)), b)))
  const h3 = nn.relu(conv(h2.ref, p, 2).add(conv(nn.relu(conv(h2, c, 2)), d)))
  const h4 = nn.relu(conv(h3.ref, q, 2).add(conv(nn.relu(conv(h3, e, 2)), f)))
  return nn
    .logSoftmax(np.dot(h4.mean([2, 3]), dense))
    .mul(oneHot)
    .sum(-1)
    .mean()
    .mul(-1)
}
const residual = (what) => {
  const given = residualData()
  const kernels = given.kernels.map(({ elements, shape }) => arrayOf(elements, shape).transpose([3, 2, 0, 1]))
  const weights = [...kernels, arrayOf(given.dense, [64, 10])]
  const x = arrayOf(given.x, [32, 32, 32, 3]).transpose([0, 3, 1, 2])
  const oneHot = new Float32Array(320)
  given.labels.forEach((label, r) => {
    oneHot[r * 10 + label] = 1
  })
  const f =
    what === 'forward'
      ? imageLoss
      : (...given) => np.concatenate(grad(imageLoss)(...given).map((g) => g.flatten()))
  return repeated(jit(f), [weights, x, arrayOf(oneHot, [32, 10])], absoluteSum)
}

const tasks = {
  ...Object.fromEntries(
    Object.entries(products).map(([key, [m, k, n, transposed]]) => [
      key,
      () => {
        const [tn, nt] = [transposed === 'tn', transposed === 'nt']
        const f = jit((a, b) => np.dot(tn ? a.transpose() : a, nt ? b.transpose() : b))
        const a = arrayOf(sequence(1, m * k), tn ? [k, m] : [m, k])
        return repeated(f, [a, arrayOf(sequence(2, k * n), nt ? [n, k] : [k, n])], absoluteSum)
      },
    ]),
  ),
  ...Object.fromEntries(
    [32, 128, 1024].flatMap((rows) =>
      ['sgd', 'adam'].map((kind) => [`mlp-${rows}-${kind}`, () => mlp(rows, kind)]),
    ),
  ),
  'mlp-forward-128': () =>
    repeated(
      jit((net, x) => forward(net, x, nn.relu)),
      [netOf(mlpSizes), arrayOf(mlpBatch(128).x, [128, 784])],
      absoluteSum,
    ),
  'small-sgd': () => small('sgd'),
  'small-adam': () => small('adam'),
  ...Object.fromEntries(
    [10, 1000, 100_000].map((n) => [
      `rosenbrock-${n}`,
      () => {
        const f = (x) => {
          const [a, b] = [x.ref.slice([0, n - 1]), x.slice([1, n])]
          const inner = np.square(b.sub(np.square(a.ref))).mul(100)
          return inner.add(np.square(np.array(1).sub(a))).sum()
        }
        return repeated(jit(grad(f)), [arrayOf(sequence(200, n, 2), [n])], absoluteSum)
      },
    ]),
  ),
  'residual-forward': () => residual('forward'),
  'residual-gradient': () => residual('gradient'),
  'softmax-128x1024': () =>
    repeated(
      jit((x) => nn.softmax(x)),
      [arrayOf(sequence(201, 128 * 1024, 8), [128, 1024])],
      (y) => y.reduce((total, e) => total + e * e, 0),
    ),
  'tanh-1e6': () =>
    repeated(
      jit((x) => np.tanh(x)),
      [arrayOf(sequence(202, 1_000_000, 8), [1_000_000])],
      absoluteSum,
    ),
}

await serve(tasks, versionOf('@jax-js/jax'))
