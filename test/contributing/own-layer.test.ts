import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, expectTypeOf, test } from 'vitest'
import {
  add,
  ArgumentError,
  full,
  grad,
  item,
  key,
  leavesWithPaths,
  mean,
  mul,
  normal,
  sigmoid,
  sub,
  sum,
  take,
  tensor,
  toTypedArray,
  type Tensor,
} from 'puregrad'
import { checkGrad } from 'puregrad/testing'
import {
  block,
  decodeNetwork,
  dense,
  evalMode,
  layerKind,
  layerName,
  network,
  softmaxCrossEntropy,
  trainMode,
  type Layer,
} from 'puregrad/nn'
import { adam } from 'puregrad/optim'
import { probe } from 'puregrad/study'
import {
  encodeCheckpoint,
  fit,
  outcomeOf,
  parseCheckpoint,
  restoreTraining,
  startTraining,
  supervisedStep,
  type Plan,
} from 'puregrad/training'

/**
 * A layer that the library does not have, by what users can import alone: x·σ(βx) with a slope β for each element of an
 * example of any shape, noise in training, and the mean of what it was given as its state.
 */
interface SwishParams {
  readonly slope: Tensor
}
interface SwishState {
  readonly seen: Tensor
}

const swish = <const K extends string>(
  name: K,
  options: { readonly slope?: number; readonly noise?: number } = {},
): Layer<K, SwishParams, SwishState> => {
  const { slope = 1, noise = 0.01 } = options
  return {
    name,
    spec: { kind: 'swish', name, slope, noise },
    shape: (input) => input,
    init: (_, input, dtype) => ({
      params: { slope: full(input, slope, { dtype }) },
      state: { seen: full([], 0, { dtype }) },
    }),
    apply: (mode, params, state, x) => {
      const y = mul(x, sigmoid(mul(x, params.slope))) as Tensor
      if (mode.kind === 'eval') return [y, state]
      const seen = add(mul(state.seen, 0.5), mul(mean(x), 0.5))
      if (mode.kind === 'calibrate') return [y, { seen }]
      const dtype = x.dtype === 'float64' ? 'float64' : 'float32'
      return [add(y, normal(mode.key, x.shape, { std: noise, dtype })), { seen }]
    },
  }
}

const swishKind = layerKind(
  'swish',
  { name: layerName, slope: {}, noise: { min: 0 } },
  ({ name, slope, noise }) => swish(name, { slope, noise }),
)

const rightOf = <L, A>(either: E.Either<L, A>): A => {
  if (E.isLeft(either)) throw new Error(JSON.stringify(either.left))
  return either.right
}
const bytesOf = (tree: unknown): readonly string[] =>
  leavesWithPaths(tree).map(
    ({ path, leaf }) => `${path} ${Buffer.from(toTypedArray(leaf).buffer).toString('hex')}`,
  )

const model = network(
  3,
  dense('first', 4),
  swish('bend', { slope: 0.5 }),
  block('inside', dense('second', 3), swish('again')),
  dense('output', 2),
)
const begin = model.init(key(1))
type Params = typeof begin.params
type State = typeof begin.state
const x = normal(key(2), [12, 3])
const y = tensor(
  Array.from({ length: 12 }, (_, i) => (item(sum(take(x, i))) > 0 ? 1 : 0)),
  { dtype: 'int32' },
)

describe('a layer of one’s own', () => {
  test('builds and initializes in a network, with its types', () => {
    expectTypeOf(begin.params.bend).toEqualTypeOf<SwishParams>()
    expectTypeOf(begin.state.inside.again).toEqualTypeOf<SwishState>()
    expect(leavesWithPaths(begin.params).map(({ path }) => path)).toContain('inside.again.slope')
    expect(begin.params.bend.slope.shape).toEqual([4])
    expect(network([2, 5], swish('any')).init(key(0)).params.any.slope.shape).toEqual([2, 5])
  })

  test('runs in training and in evaluation', () => {
    const run = (seed: number | undefined) =>
      model.apply(seed === undefined ? evalMode : trainMode(key(seed)), begin.params, begin.state, x)
    expect(bytesOf(run(undefined)[0])).toEqual(bytesOf(run(undefined)[0]))
    expect(bytesOf(run(undefined)[1])).toEqual(bytesOf(begin.state))
    expect(bytesOf(run(3))).toEqual(bytesOf(run(3)))
    expect(bytesOf(run(3)[0])).not.toEqual(bytesOf(run(4)[0]))
    expect(item(run(3)[1].bend.seen)).not.toBe(0)
  })

  test('has derivatives as any function of tensors', () => {
    const { apply } = swish('alone')
    const f = (slope: Tensor): Tensor =>
      sum(apply(evalMode, { slope }, { seen: tensor(0) }, normal(key(5), [4, 2], { dtype: 'float64' }))[0])
    expect(checkGrad(f)(tensor([0.5, -2], { dtype: 'float64' })).kind).toBe('agrees')
  })

  test('is described, and comes back by the list of kinds, in blocks as well', () => {
    const text = JSON.stringify(model.spec)
    const restored = rightOf(decodeNetwork(JSON.parse(text), { kinds: [swishKind] }))
    expect(restored.spec).toEqual(model.spec)
    const again = restored.init(key(1))
    expect(bytesOf(again)).toEqual(bytesOf(begin))
    expect(bytesOf(restored.apply(trainMode(key(6)), again.params, again.state, x))).toEqual(
      bytesOf(model.apply(trainMode(key(6)), begin.params, begin.state, x)),
    )
    const unknown = decodeNetwork(JSON.parse(text))
    expect(E.isLeft(unknown) ? unknown.left.problems.map(({ path }) => path) : []).toEqual([
      'layers[1].kind',
      'layers[2].layers[1].kind',
    ])
    const odd = decodeNetwork(JSON.parse(text.replace('"noise":0.01', '"noise":-1')), { kinds: [swishKind] })
    expect(E.isLeft(odd) ? odd.left.message : '').toBe(
      'layers[1].noise: expected a finite number of 0 or more, got -1',
    )
    expect(() => decodeNetwork(JSON.parse(text), { kinds: [swishKind, swishKind] })).toThrow(ArgumentError)
  })

  test('is seen by probes', () => {
    const seen = probe(model, begin.params, begin.state, x, (out) => sum(mul(out, out)))
    expect(seen.map(({ layer }) => layer)).toEqual([
      'first',
      'bend',
      'inside.second',
      'inside.again',
      'output',
    ])
  })

  const optimizer = adam<Params>({ learningRate: 0.05 })
  const loss = (logits: Tensor, labels: Tensor) => softmaxCrossEntropy(logits, labels)
  const score = (params: Params, state: State) => item(loss(model.apply(evalMode, params, state, x)[0], y))
  const plan: Plan<Params, State, readonly unknown[], { readonly x: Tensor; readonly y: Tensor }, number> = {
    step: supervisedStep({ model, loss, optimizer }),
    batches: () => [{ x, y }],
    batchesPerEpoch: 1,
    score,
    monitor: (value) => value,
    stopping: { mode: 'min', patience: 99, minDelta: 0 },
    epochs: 40,
  }
  const start = startTraining<Params, State, readonly unknown[]>({
    params: begin.params,
    layers: begin.state,
    optimizer: optimizer.init(begin.params),
    key: key(7),
  })

  test('trains by fit, compiled as well as not', () => {
    const { best } = outcomeOf(fit(plan)(start))
    expect(best.value).toBeLessThan(0.2 * score(begin.params, begin.state))
    expect(bytesOf(best.params.bend)).not.toEqual(bytesOf(begin.params.bend))
    const short = { ...plan, epochs: 3 }
    const eager = { ...short, step: supervisedStep({ model, loss, optimizer, compile: false }) }
    const [a, b] = [outcomeOf(fit(short)(start)).last.params, outcomeOf(fit(eager)(start)).last.params]
    const gap = item(sum(mul(sub(a.output.weight, b.output.weight), sub(a.output.weight, b.output.weight))))
    expect(gap).toBeLessThan(1e-9)
    const slope = grad((params: Params) => loss(model.apply(evalMode, params, begin.state, x)[0], y))(
      begin.params,
    )
    expect(item(sum(mul(slope.inside.again.slope, slope.inside.again.slope)))).toBeGreaterThan(0)
  })

  test('is saved in a checkpoint and goes on from it, bit for bit', () => {
    const whole = outcomeOf(fit({ ...plan, epochs: 6 })(start)).last
    const half = outcomeOf(fit({ ...plan, epochs: 2 })(start)).last
    const bytes = rightOf(encodeCheckpoint(half, { network: model.spec }))
    const read = rightOf(parseCheckpoint(bytes, { kinds: [swishKind] }))
    const state = rightOf(restoreTraining(read, start, { network: model.spec }))
    expect(bytesOf(outcomeOf(fit({ ...plan, epochs: 6 })(state)).last)).toEqual(bytesOf(whole))
    const rebuilt = rightOf(decodeNetwork(read.setup.network, { kinds: [swishKind] }))
    expect(rebuilt.spec).toEqual(model.spec)
    const without = parseCheckpoint(bytes)
    expect(E.isLeft(without) ? without.left.message : '').toMatch(
      /^network\.layers\[1\]\.kind: expected one of dense, /,
    )
  })
})
