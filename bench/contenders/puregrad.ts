// node --import tsx bench/contenders/puregrad.ts [native|wasm|typescript] [eager]
import { lower } from '../../src/compile/lowering/lower.ts'
import { prepare } from '../../src/compile/passes/prepare.ts'
import { stageFlat } from '../../src/core/autodiff/stage.ts'
import { asTree, valuesOf } from '../../src/core/autodiff/leaves.ts'
import {
  add,
  attention,
  cast,
  concat,
  convolution,
  eye,
  grad,
  hvp,
  item,
  jit as compile,
  mean,
  mul,
  relu,
  reshape,
  setThreads,
  slice,
  softmax,
  square,
  sub,
  sum,
  tanh,
  tensor,
  toTypedArray,
  transpose,
  type BackendName,
  type JitOptions,
  type Tensor,
} from '../../src/node.ts'
import { cholesky, solve } from '../../src/linalg/index.ts'
import { softmaxCrossEntropy } from '../../src/nn/index.ts'
import { withLeaves, zipTrees } from '../../src/core/tensor/tree.ts'
import {
  absoluteSum,
  mlpBatch,
  mlpSizes,
  products,
  residualData,
  sequence,
  smallBatch,
  smallSizes,
} from './data.mjs'
import {
  adamStart,
  adamStepOf,
  adamUpdate,
  forward,
  mlpLoss,
  netOf,
  product,
  sgdStep,
  smallLoss,
  type AdamState,
  type Loss,
  type Net,
} from './dense-network.ts'
import { serve } from './serve.mjs'
import packageJson from '../../package.json' with { type: 'json' }

const backend = (process.argv[2] ?? 'native') as BackendName
const options = { backend }
/** Without compiling, functions are what they are. */
const jit: typeof compile = process.argv[3] === 'eager' ? (f) => f : compile

/** A state that is stepped again and again; the check is the loss after five steps. */
const training = <S>(step: (state: S) => readonly [S, Tensor], start: S) => {
  let state = start
  const run = (count: number): Tensor => {
    let loss: Tensor = tensor(0)
    for (let i = 0; i < count; i++) [state, loss] = step(state)
    return loss
  }
  return { check: item(run(6)), run }
}

const trainer = (
  kind: 'sgd' | 'adam',
  loss: Loss,
  net: Net,
  [x, y]: readonly [Tensor, Tensor],
  { rate, ...more }: { readonly rate: number } & JitOptions,
) => {
  const compiled = { ...options, donate: [0], ...more }
  if (kind === 'sgd') {
    const step = jit(sgdStep(loss, rate), compiled)
    return training((params: Net) => step(params, x, y), net)
  }
  const step = jit(adamStepOf(loss), compiled)
  return training((state: AdamState<Net>) => step(state, x, y), adamStart(net))
}

const mlp = (rows: number, kind: 'sgd' | 'adam', more: JitOptions = {}) => {
  const { x, labels } = mlpBatch(rows)
  const batch = [tensor(x, { shape: [rows, 784] }), tensor(labels)] as const
  return trainer(kind, mlpLoss, netOf(mlpSizes), batch, { rate: 0.01, ...more })
}

const small = (kind: 'sgd' | 'adam') => {
  const { x, y } = smallBatch()
  const [inputs, targets] = [tensor(x, { shape: [32, 2] }), tensor(y, { shape: [32, 1] })]
  return trainer(kind, smallLoss, netOf(smallSizes), [inputs, targets], { rate: 0.05 })
}

/**
 * One function of the same arguments, again and again. The result before is given up, so that its memory serves for
 * the next one, as in a loop that needs one result at a time.
 */
type ImageLoss = (weights: readonly Tensor[], x: Tensor, labels: Tensor) => Tensor
const imageLoss: ImageLoss = (weights, x, labels) => {
  const [first, a, b, c, d, p, e, f, q, dense] = weights
  const conv = (y: Tensor, kernel: Tensor, stride = 1): Tensor =>
    convolution(y, kernel, { stride, padding: kernel.shape[0] === 3 ? 1 : 0 })
  const h1 = relu(conv(x, first!))
  const h2 = relu(add(h1, conv(relu(conv(h1, a!)), b!)))
  const h3 = relu(add(conv(h2, p!, 2), conv(relu(conv(h2, c!, 2)), d!)))
  const h4 = relu(add(conv(h3, q!, 2), conv(relu(conv(h3, e!, 2)), f!)))
  return softmaxCrossEntropy(product(mean(h4, { axis: [1, 2] }), dense!), labels)
}

const flattened = (list: readonly Tensor[]): Tensor => concat(list.map((x) => reshape(x, [x.size])))

const residual = (what: 'forward' | 'gradient') => () => {
  const given = residualData()
  const weights = [
    ...given.kernels.map(({ elements, shape }) => tensor(elements, { shape })),
    tensor(given.dense, { shape: [64, 10] }),
  ]
  const x = tensor(given.x, { shape: [32, 32, 32, 3] })
  const labels = tensor(given.labels)
  const f: ImageLoss = what === 'forward' ? imageLoss : (w, ...rest) => flattened(grad(imageLoss)(w, ...rest))
  return repeated(f, [weights, x, labels], absoluteSum)
}

const attended = (what: 'forward' | 'gradient') => () => {
  const parts = [330, 331, 332].map((seed) =>
    tensor(sequence(seed, 8 * 512 * 64, 2), { shape: [1, 8, 512, 64] }),
  )
  const squares = ([q, k, v]: readonly Tensor[]): Tensor => sum(square(attention(q!, k!, v!)))
  const f = (given: readonly Tensor[]): Tensor =>
    what === 'forward' ? attention(given[0]!, given[1]!, given[2]!) : flattened(grad(squares)(given))
  return repeated(f, [parts], absoluteSum)
}

const repeated = <A extends readonly unknown[]>(
  f: (...args: A) => Tensor,
  args: A,
  check: (elements: ArrayLike<number>) => number,
  more: JitOptions = {},
) => {
  const compiled = jit((_before: Tensor, ...now: A): Tensor => f(...now), {
    ...options,
    donate: [0],
    ...more,
  })
  let result = compiled(tensor(0), ...args)
  return {
    check: check(toTypedArray(result)),
    run: (count: number): void => {
      for (let i = 0; i < count; i++) result = compiled(result, ...args)
    },
  }
}

const rosenbrock = (x: Tensor): Tensor => {
  const [a, b] = [slice(x, [0], [-1]), slice(x, [1])]
  return sum(add(mul(100, square(sub(b, square(a)))), square(sub(1, a))))
}

const mlpStep = (params: Net, x: Tensor, y: Tensor): Net =>
  zipTrees(params, [grad(mlpLoss)(params, x, y)], ([p, g]) => sub(p as Tensor, mul(0.01, g as Tensor)))

const tasks: Record<string, () => { readonly check: number; readonly run: (count: number) => unknown }> = {
  ...Object.fromEntries(
    Object.entries(products).map(([name, [m, k, n, transposed]]) => [
      name,
      () => {
        const f = (left: Tensor, right: Tensor): Tensor =>
          product(
            transposed === 'tn' ? transpose(left) : left,
            transposed === 'nt' ? transpose(right) : right,
          )
        const a = tensor(sequence(1, m * k), { shape: transposed === 'tn' ? [k, m] : [m, k] })
        const b = tensor(sequence(2, k * n), { shape: transposed === 'nt' ? [n, k] : [k, n] })
        return repeated(f, [a, b], absoluteSum)
      },
    ]),
  ),
  ...Object.fromEntries(
    [32, 128, 1024].flatMap((rows) =>
      (['sgd', 'adam'] as const).map((kind) => [`mlp-${String(rows)}-${kind}`, () => mlp(rows, kind)]),
    ),
  ),
  'gemm-512-bfloat16': () => {
    const [a, b] = [1, 2].map((seed) => tensor(sequence(seed, 512 * 512), { shape: [512, 512] }))
    return repeated(product, [a!, b!], absoluteSum, { products: 'bfloat16' })
  },
  'thin-4096-bfloat16': () => {
    const x = tensor(sequence(1, 4096), { shape: [1, 4096] })
    const w = cast(tensor(sequence(2, 4096 * 4096), { shape: [4096, 4096] }), 'bfloat16')
    return repeated((a: Tensor, b: Tensor) => product(a, cast(b, 'float32')), [x, w], absoluteSum)
  },
  'mlp-128-sgd-bfloat16': () => mlp(128, 'sgd', { products: 'bfloat16' }),
  'mlp-forward-128': () => {
    const x = tensor(mlpBatch(128).x, { shape: [128, 784] })
    return repeated(
      (net: Net, inputs: Tensor) => forward(net, inputs, relu),
      [netOf(mlpSizes), x],
      absoluteSum,
    )
  },
  'small-sgd': () => small('sgd'),
  'small-adam': () => small('adam'),
  ...Object.fromEntries(
    [10, 1000, 100_000].map((n) => [
      `rosenbrock-${String(n)}`,
      () => {
        return repeated(grad(rosenbrock), [tensor(sequence(200, n, 2))], absoluteSum)
      },
    ]),
  ),
  'cholesky-512': () => {
    const x = tensor(sequence(203, 512 * 512), { shape: [512, 512] })
    const definite = add(add(x, transpose(x)), mul(512, eye(512))) as Tensor
    return repeated((a: Tensor) => cholesky(a), [definite], absoluteSum)
  },
  'solve-512': () => {
    const [a, b] = [203, 204].map((seed) => tensor(sequence(seed, 512 * 512), { shape: [512, 512] }))
    const well = add(a!, mul(8, eye(512))) as Tensor
    return repeated((m: Tensor, right: Tensor): Tensor => solve(m, right), [well, b!], absoluteSum)
  },
  'residual-forward': residual('forward'),
  'residual-gradient': residual('gradient'),
  'attention-forward': attended('forward'),
  'attention-gradient': attended('gradient'),
  'softmax-128x1024': () => {
    const x = tensor(sequence(201, 128 * 1024, 8), { shape: [128, 1024] })
    return repeated(
      (logits: Tensor) => softmax(logits),
      [x],
      (y) => Array.from(y).reduce((total, e) => total + e * e, 0),
    )
  },
  'tanh-1e6': () => {
    const x = tensor(sequence(202, 1_000_000, 8))
    return repeated((a: Tensor) => tanh(a), [x], absoluteSum)
  },
  'adam-1e6': () => {
    const g = tensor(sequence(2, 1_000_000))
    const start = tensor(sequence(1, 1_000_000))
    const step = jit(
      (state: AdamState<Tensor>, gradient: Tensor): AdamState<Tensor> => adamUpdate(state, gradient),
      {
        ...options,
        donate: [0],
      },
    )
    let state = adamStart(start)
    const run = (count: number): void => {
      for (let i = 0; i < count; i++) state = step(state, g)
    }
    run(5)
    return { check: absoluteSum(toTypedArray(sub(state.params, start))), run }
  },
  'hvp-mlp-128': () => {
    const { x, labels } = mlpBatch(128)
    const [inputs, targets] = [tensor(x, { shape: [128, 784] }), tensor(labels)]
    const f = jit(
      (_before: Net, net: Net, along: Net, a: Tensor, b: Tensor): Net => {
        const loss = (params: Net): Tensor => mlpLoss(params, a, b)
        return hvp(loss)(net, along)
      },
      { ...options, donate: [0] },
    )
    const net = netOf(mlpSizes)
    const direction = net.map(({ w, b }, l) => ({
      w: tensor(sequence(300 + l, w.size), { shape: w.shape }),
      b: tensor(sequence(400 + l, b.size)),
    }))
    let found = f(net, net, direction, inputs, targets)
    return {
      check: found.reduce(
        (total, { w, b }) => total + absoluteSum(toTypedArray(w)) + absoluteSum(toTypedArray(b)),
        0,
      ),
      run: (count) => {
        for (let i = 0; i < count; i++) found = f(found, net, direction, inputs, targets)
      },
    }
  },
  // Staging, simplifying and lowering the step with batch 128.
  staging: () => {
    const { x, labels } = mlpBatch(128)
    const args = [netOf(mlpSizes), tensor(x, { shape: [128, 784] }), tensor(labels)] as const
    const plan = (): number => {
      const { program } = stageFlat(
        (inputs) => valuesOf(asTree(mlpStep(...withLeaves(args, inputs)))),
        valuesOf(args),
      )
      return lower(prepare(program)).kernels.instructions.length
    }
    return {
      check: plan() > 0 ? 1 : 0,
      run: (count) => {
        for (let i = 0; i < count; i++) plan()
      },
    }
  },
}

await serve(
  Object.fromEntries(
    Object.entries(tasks).map(([name, task]) => [
      name,
      (threads: number) => {
        setThreads(threads)
        return task()
      },
    ]),
  ),
  packageJson.version,
)
