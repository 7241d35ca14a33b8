import * as E from 'fp-ts/lib/Either.js'
import {
  add,
  argsort,
  cast,
  concat,
  cond,
  cumsum,
  einsum,
  equal,
  erf,
  exp,
  flip,
  fromNdarray,
  grad,
  greater,
  hessian,
  hvp,
  item,
  jacobian,
  jit,
  key,
  leavesOf,
  matmul,
  max,
  maximum,
  mean,
  mul,
  normal,
  permutation,
  pow,
  reshape,
  scan,
  sin,
  slice,
  softmax,
  square,
  sub,
  sum,
  take,
  tanh,
  tensor,
  toNdarray,
  toTypedArray,
  transpose,
  vjp,
  vmap,
  where,
  type BackendName,
  type Tensor,
  type Tree,
} from '../../src/index.ts'
import { encodeNpy, parseCsv, parseNpy } from '../../src/data/index.ts'
import { activation, dense, evalMode, network, softmaxCrossEntropy, trainMode } from '../../src/nn/index.ts'
import { adam, applyStep } from '../../src/optim/index.ts'

/** The bytes of every tensor of a tree, as text. */
const bytesOf = (tree: Tree): string =>
  leavesOf(tree)
    .map((leaf) => {
      const elements = toTypedArray(leaf)
      const bytes = new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength)
      return `${leaf.dtype}[${leaf.shape.join()}]${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`
    })
    .join(' ')

const x = normal(key(1), [5, 4])
const y = normal(key(2), [4, 3])
const counts = tensor(
  [
    [3, -1, 4],
    [1, -5, 9],
  ],
  { dtype: 'int32' },
)
const energy = (v: Tensor) => sum(mul(sin(v), square(v)))

const functions: Readonly<Record<string, (v: Tensor, w: Tensor) => Tree>> = {
  elementwise: (v) => [add(v, 1), exp(mul(v, 0.5)), erf(v), pow(square(v), 0.3), maximum(v, 0.1)],
  views: (v) => [
    add(transpose(v), flip(transpose(v))),
    sub(slice(v, [1], [], [2]), slice(v, [3, 0], [0], [-2])),
    add(reshape(transpose(v), [2, 10]), 1),
  ],
  choices: (v) => [where(greater(v, 0), v, mul(v, 0.01)), equal(v, transpose(transpose(v)))],
  reductions: (v) => [
    sum(v),
    mean(v, { axis: 0 }),
    max(v, { axis: 1, keepDims: true }),
    cumsum(v, { axis: 0 }),
  ],
  products: (v, w) => [matmul(v, w), einsum('ij,jk->ki', v, w), softmax(matmul(v, w))],
  indexing: (v) => [take(v, [3, 0, 3]), concat([v, v]), argsort(v)],
  integers: () => [
    add(counts, counts),
    mul(counts, counts),
    cast(counts, 'float64'),
    max(counts, { axis: 0 }),
  ],
  derivatives: (v) => [
    grad(energy)(v),
    hvp(energy)(v, v),
    jacobian((u: Tensor) => tanh(u))(slice(v, [0], [2])),
  ],
  curvature: (v) => hessian(energy)(slice(v, [0], [1])),
  batches: (v) => vmap(grad(energy))(v),
  pullback: (v, w) => vjp((u: Tensor) => matmul(u, w), v)[1](matmul(v, w)),
  loops: (v) =>
    scan(
      (total: Tensor, row: Tensor) => [add(mul(total, 0.5), row), sum(total)] as const,
      slice(v, [0], [1]),
      v,
    ),
  branches: (v) =>
    cond(
      greater(sum(v), 0),
      (u: Tensor) => mul(u, 2),
      (u: Tensor) => sub(u, 1),
      v,
    ),
  random: () => [normal(key(3), [7]), permutation(key(4), 9)],
}

const csv = 'a,b,kind\n1,2,cat\n3,4,dog\n5.5,-1,cat\n'

/** A few steps of a small network on a file, compiled for a backend. */
const training = (backend: BackendName): Tree => {
  const table = parseCsv(csv, { label: 'kind' })
  if (E.isLeft(table)) throw new Error(table.left.message)
  const { x: features, y: labels } = table.right
  const model = network(2, dense('hidden', 5), activation('tanh'), dense('out', 2))
  const start = model.init(key(0))
  type Params = typeof start.params
  const optimizer = adam<Params>({ learningRate: 0.05 })
  const loss = (params: Params) =>
    softmaxCrossEntropy(model.apply(trainMode(key(1)), params, start.state, features)[0], labels) as Tensor<
      readonly []
    >
  const first = optimizer.init(start.params)
  const step = jit(
    (params: Params, state: typeof first) => {
      const [change, next] = optimizer.update(grad(loss)(params), state, { params, step: 0, value: 0 })
      return [applyStep(params, change), next] as const
    },
    { backend, reproducible: true },
  )
  const [params, state] = Array.from({ length: 5 }).reduce<readonly [Params, typeof first]>(
    ([p, s]) => step(p, s),
    [start.params, first],
  )
  return [params, state, model.apply(evalMode, params, start.state, features)[0]]
}

/** What a broad use of the library computes on some backends, as text by name. */
export const selfCheck = (backends: readonly BackendName[]): Readonly<Record<string, string>> => {
  const found: Record<string, string> = {}
  for (const [name, f] of Object.entries(functions)) {
    found[`eager ${name}`] = bytesOf(f(x, y))
    for (const backend of backends)
      for (const reproducible of [false, true])
        found[`${backend} ${reproducible ? 'reproducible ' : ''}${name}`] = bytesOf(
          jit(f, { backend, reproducible })(x, y),
        )
  }
  for (const backend of backends) found[`${backend} training`] = bytesOf(training(backend))
  const view = toNdarray(x).transpose(1, 0).lo(1, 1).step(-1, 2)
  found['ndarray'] = bytesOf(fromNdarray(view)) + String(view.get(1, 1))
  found['text'] = String(x) + String(item(sum(x)))
  found['npy'] = JSON.stringify(parseNpy(encodeNpy(x)), (_, value: unknown) =>
    value instanceof Object && 'dtype' in value ? bytesOf(value) : value,
  )
  return found
}
