import type { ContenderName } from './contenders.ts'
import type { Processor } from './processor.ts'

/** What a ratio, the time of others over ours, has to reach. */
export interface Target {
  /** The contenders of which the fastest counts. */
  readonly against: readonly ContenderName[]
  readonly must: number
  /** Where more, or less, is asked for on processors of one maker. */
  readonly mustOn?: Readonly<Partial<Record<Processor['vendor'], number>>>
  readonly aim?: number
}

/** One piece of work that contenders are timed on. */
export interface Row {
  readonly name: string
  /** What contenders call it, where that is another name. */
  readonly work?: string
  /** Which of our backends takes part; the native one unless told otherwise. */
  readonly ours?:
    | 'puregrad'
    | 'puregrad-eager'
    | 'puregrad-wasm'
    | 'puregrad-typescript'
    | 'puregrad-webgpu'
    | 'puregrad-software'
  /** The others, where not all of them take part. */
  readonly others?: readonly ContenderName[]
  /** Seconds ours may take at most. */
  readonly limit?: { readonly must: number; readonly aim: number }
  readonly title: string
  /** Relative difference allowed between the check of a contender and ours. */
  readonly tolerance: number
  /** Floating-point operations of one run, where they are what matters. */
  readonly operations?: number
  readonly targets: readonly Target[]
  /** What our time on one thread, divided by that on two, has to reach. */
  readonly speedup?: { readonly must: number; readonly aim: number }
}

const pythons = ['jax', 'torch'] as const
const scripts = ['tfjs-cpu', 'tfjs-wasm', 'tfjs-node', 'jax-js', 'by-hand'] as const
/** Every JavaScript peer has to be beaten by this much. */
const javaScript: Target = { against: scripts, must: 2 }
/** What moves memory has to do so as fast as C++. */
const floor: Target = { against: ['floor'], must: 1 }

const gemm = (name: string, [m, k, n]: readonly [number, number, number], note = ''): Row => ({
  name,
  title: `product ${m === k && k === n ? `${String(m)}³` : `${String(m)}×${String(k)}×${String(n)}`}${note}`,
  tolerance: 1e-4,
  operations: 2 * m * k * n,
  targets: [{ against: ['openblas', 'jax', 'torch'], must: 1, aim: 1.3 }, javaScript],
  ...(m === 1024 && k === 1024 ? { speedup: { must: 1.8, aim: 1.95 } } : {}),
})

const mlp = (rows: number, kind: 'sgd' | 'adam'): Row => ({
  name: `mlp-${String(rows)}-${kind}`,
  title: `784-512-256-10, batch ${String(rows)}, ${kind === 'sgd' ? 'SGD' : 'Adam'} step`,
  tolerance: 2e-3,
  targets: [
    { against: pythons, must: 1.1, mustOn: { amd: 1.2 }, aim: 1.5 },
    ...(rows === 1024 ? [] : [{ against: ['floor'] as const, must: 0.8 }]),
    javaScript,
  ],
})

/** Beside those who multiply bfloat16 too; bench/README.md says what each of them does. */
const inBfloat16 = (row: Row, tolerance: number): Row => ({
  ...row,
  name: `${row.name}-bfloat16`,
  title: `${row.title}, factors in bfloat16`,
  tolerance,
  others: pythons,
  targets: [{ against: pythons, must: 1 }],
})

const small = (kind: 'sgd' | 'adam'): Row => ({
  name: `small-${kind}`,
  title: `2-16-16-1, batch 32, ${kind === 'sgd' ? 'SGD' : 'Adam'} step`,
  tolerance: 2e-3,
  targets: [
    { against: ['jax'], must: 8, aim: 14 },
    { against: ['by-hand'], must: 10 },
    { against: ['jax-js'], must: 30 },
  ],
})

const rosenbrock = (n: number, must: number, aim: number): Row => ({
  name: `rosenbrock-${String(n)}`,
  title: `Rosenbrock gradient, N = ${n.toLocaleString('en')}`,
  tolerance: 1e-4,
  targets: [{ against: ['jax'], must, aim }],
})

/** All rows, in the order of the page. */
export const rows: readonly Row[] = [
  gemm('gemm-64', [64, 64, 64]),
  gemm('gemm-128', [128, 128, 128]),
  gemm('gemm-256', [256, 256, 256]),
  gemm('gemm-512', [512, 512, 512]),
  gemm('gemm-1024', [1024, 1024, 1024]),
  gemm('gemm-128x784x512', [128, 784, 512]),
  gemm('gemm-784x128x512-tn', [784, 128, 512], ' AᵀB'),
  gemm('gemm-128x512x784-nt', [128, 512, 784], ' ABᵀ'),
  mlp(32, 'sgd'),
  mlp(32, 'adam'),
  mlp(128, 'sgd'),
  mlp(128, 'adam'),
  mlp(1024, 'sgd'),
  mlp(1024, 'adam'),
  inBfloat16(gemm('gemm-512', [512, 512, 512]), 1e-3),
  inBfloat16(mlp(128, 'sgd'), 5e-3),
  {
    name: 'thin-4096-bfloat16',
    title: 'product 1×4096×4096, the matrix kept in bfloat16',
    tolerance: 5e-3,
    others: pythons,
    targets: [{ against: pythons, must: 1 }],
  },
  {
    name: 'mlp-forward-128',
    title: '784-512-256-10, batch 128, forward',
    tolerance: 1e-4,
    targets: [javaScript],
  },
  small('sgd'),
  small('adam'),
  rosenbrock(10, 8, 14),
  rosenbrock(1000, 10, 22),
  rosenbrock(100_000, 3, 8),
  {
    name: 'cholesky-512',
    title: 'Cholesky factor of 512²',
    tolerance: 1e-4,
    targets: [{ against: pythons, must: 1 / 1.5, aim: 1 }],
  },
  {
    name: 'solve-512',
    title: 'solution of 512² for 512 columns',
    tolerance: 1e-3,
    targets: [{ against: pythons, must: 1 / 1.5, aim: 1 }],
  },
  ...(['forward', 'gradient'] as const).flatMap((what): readonly Row[] => [
    {
      name: `residual-${what}`,
      title: `residual network, 32 images 32×32×3, ${what}`,
      tolerance: 1e-3,
      targets: [
        { against: ['torch'], must: 1 / 1.3, aim: 1 },
        { against: scripts, must: 5 },
      ],
    },
    {
      name: `attention-${what}`,
      title: `attention of 512 tokens, 8 heads of 64, ${what}`,
      tolerance: 1e-3,
      targets: [{ against: ['torch'], must: 1 / 2, aim: 1 }],
    },
  ]),
  {
    name: 'softmax-128x1024',
    title: 'softmax 128×1024',
    tolerance: 1e-4,
    targets: [{ against: [...pythons, ...scripts], must: 1.2 }, floor],
  },
  {
    name: 'tanh-1e6',
    title: 'tanh of 10⁶',
    tolerance: 1e-4,
    targets: [{ against: [...pythons, ...scripts], must: 1 }, floor],
  },
  {
    name: 'adam-1e6',
    title: 'Adam on 10⁶ parameters',
    tolerance: 1e-3,
    targets: [{ against: [...pythons, ...scripts], must: 1.2 }, floor],
  },
  {
    name: 'hvp-mlp-128',
    title: '784-512-256-10, batch 128, Hessian-vector product',
    tolerance: 1e-3,
    targets: [{ against: ['jax'], must: 1, aim: 1.2 }],
  },
  {
    name: 'wasm-mlp-128-sgd',
    work: 'mlp-128-sgd',
    title: '784-512-256-10, batch 128, SGD step, in WebAssembly',
    ours: 'puregrad-wasm',
    others: ['jax-js', 'tfjs-wasm'],
    tolerance: 2e-3,
    targets: [{ against: ['jax-js'], must: 1.3, aim: 1.6 }],
  },
  {
    name: 'typescript-mlp-128-sgd',
    work: 'mlp-128-sgd',
    title: '784-512-256-10, batch 128, SGD step, in TypeScript',
    ours: 'puregrad-typescript',
    others: ['tfjs-cpu'],
    tolerance: 2e-3,
    targets: [{ against: ['tfjs-cpu'], must: 2, aim: 3 }],
  },
  {
    name: 'eager-gemm-384',
    work: 'gemm-384',
    title: 'product 384³, not compiled, beside the compiled one',
    ours: 'puregrad-eager',
    others: ['puregrad'],
    tolerance: 1e-4,
    targets: [{ against: ['puregrad'], must: 1 / 1.3, aim: 1 / 1.1 }],
  },
  {
    name: 'eager-mlp-128-sgd',
    work: 'mlp-128-sgd',
    title: '784-512-256-10, batch 128, SGD step, not compiled, beside the compiled one',
    ours: 'puregrad-eager',
    others: ['puregrad'],
    tolerance: 2e-3,
    targets: [],
  },
  {
    name: 'staging',
    title: '784-512-256-10, SGD step: staging and planning',
    others: [],
    tolerance: 0,
    targets: [],
    limit: { must: 0.05, aim: 0.015 },
  },
]

/** Everybody else, in the order of the page. */
export const others: readonly ContenderName[] = [
  'floor',
  'openblas',
  'jax',
  'torch',
  'jax-js',
  'tfjs-node',
  'tfjs-wasm',
  'tfjs-cpu',
  'by-hand',
  'onnxruntime',
]
