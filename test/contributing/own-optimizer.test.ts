import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import {
  add,
  ArgumentError,
  div,
  grad,
  item,
  jit,
  key,
  leavesWithPaths,
  mapTree,
  mul,
  sign,
  sqrt,
  square,
  sub,
  sum,
  tensor,
  toTypedArray,
  zerosLike,
  zipTrees,
  type Tensor,
} from 'puregrad'
import {
  applyStep,
  averagedParameters,
  averageParameters,
  chain,
  clipByGlobalNorm,
  decayWeights,
  decodeOptimizer,
  descend,
  lookahead,
  optimizerKind,
  warmUp,
  type Gradient,
  type Optimizer,
  type Schedule,
  type Transformation,
} from 'puregrad/optim'
import {
  encodeCheckpoint,
  fit,
  outcomeOf,
  parseCheckpoint,
  restoreTraining,
  startTraining,
  type Plan,
  type StepInput,
  type StepOutput,
} from 'puregrad/training'

/**
 * An optimizer that the library does not have, by what users can import alone: Yogi, whose second moment moves by at
 * most (1 − β₂)g², m / (√v + ε). Source: M. Zaheer et al., "Adaptive methods for nonconvex optimization", NeurIPS 2018.
 */
interface YogiState<P> {
  readonly mean: P
  readonly square: P
}

const scaleByYogi = <P>({ b1 = 0.9, b2 = 0.99 } = {}): Transformation<
  P,
  Gradient<P>,
  Gradient<P>,
  YogiState<P>
> => ({
  name: 'scaleByYogi',
  hyperParameters: { b1, b2 },
  init: (params) => {
    const zeros = mapTree(params, (leaf) => zerosLike(leaf))
    return { mean: zeros, square: zeros }
  },
  update: (gradient, state) => {
    const mean = zipTrees(state.mean, [gradient], ([m, g]) =>
      add(mul(m as Tensor, b1), mul(g as Tensor, 1 - b1)),
    )
    const squares = zipTrees(state.square, [gradient], ([v, g]) => {
      const gg = square(g as Tensor)
      return sub(v as Tensor, mul(mul(sign(sub(v as Tensor, gg)), gg), 1 - b2))
    })
    const direction = zipTrees(mean, [squares], ([m, v]) => div(m as Tensor, add(sqrt(v as Tensor), 1e-3)))
    return [direction as Gradient<P>, { mean, square: squares }]
  },
})

const yogi = <P>({
  learningRate,
  ...scaling
}: {
  readonly learningRate: Schedule
  readonly b1?: number
  readonly b2?: number
}): Optimizer<P, readonly unknown[]> => chain(scaleByYogi<P>(scaling), descend<P>(learningRate))

const share = { min: 0, below: 1 }
const yogiKind = optimizerKind('yogi', { b1: share, b2: share }, yogi)

interface Params {
  readonly w: Tensor
}
const params: Params = { w: tensor([3, -2], { dtype: 'float64' }) }
const loss = ({ w }: Params): Tensor => sum(square(sub(mul(w, tensor([1, 10], { dtype: 'float64' })), 1)))

const rightOf = <L, A>(either: E.Either<L, A>): A => {
  if (E.isLeft(either)) throw new Error(JSON.stringify(either.left))
  return either.right
}
const bytesOf = (tree: unknown): readonly string[] =>
  leavesWithPaths(tree).map(
    ({ path, leaf }) => `${path} ${Buffer.from(toTypedArray(leaf).buffer).toString('hex')}`,
  )
const trajectory = <S>(optimizer: Optimizer<Params, S>, steps: number): Params => {
  const walk = (at: Params, state: S, step: number): Params => {
    if (step === steps) return at
    const [move, next] = optimizer.update(grad(loss)(at), state, { params: at, step, value: loss(at) })
    return walk(applyStep(at, move), next, step + 1)
  }
  return walk(params, optimizer.init(params), 0)
}

describe('an optimizer of one’s own', () => {
  test('makes the step of its formula', () => {
    const [move] = yogi<Params>({ learningRate: 0.5 }).update(
      { w: tensor([4, 0], { dtype: 'float64' }) },
      yogi<Params>({ learningRate: 0.5 }).init(params),
      { params, step: 0, value: 0 },
    )
    expect(Array.from(toTypedArray(move.w), Number)[0]).toBeCloseTo(
      (-0.5 * 0.4) / (Math.sqrt(0.16) + 1e-3),
      12,
    )
    expect(Number(toTypedArray(move.w)[1])).toBeCloseTo(0, 12)
  })

  test('composes with the parts of the library, in any number, and with schedules', () => {
    const optimizer = chain(
      clipByGlobalNorm<Params>(10),
      scaleByYogi(),
      decayWeights(1e-4),
      descend(warmUp({ steps: 5, then: 0.1 })),
      averageParameters(0.5),
    )
    expect(optimizer.name).toBe('clipByGlobalNorm → scaleByYogi → decayWeights → descend → averageParameters')
    expect(item(loss(trajectory(optimizer, 300)))).toBeLessThan(1e-2)
    const slow = lookahead(optimizer, { every: 3 })
    expect(item(loss(trajectory(slow, 300)))).toBeLessThan(item(loss(params)))
    const state = optimizer.init(params)
    const [, after] = optimizer.update(params, state, { params, step: 0, value: 0 })
    expect(bytesOf(averagedParameters(after, params))).toEqual(bytesOf(params))
  })

  test('keeps gradients and steps apart by type', () => {
    const transformation = scaleByYogi<Params>()
    const context = { params, step: 0, value: 0 }
    const apart = (): unknown => {
      const [direction] = transformation.update(params, transformation.init(params), context)
      // @ts-expect-error -- a gradient is not a step
      applyStep(params, direction)
      // @ts-expect-error -- what comes after `descend` takes steps
      return chain(descend<Params>(0.1), transformation)
    }
    expect(apart).toBeTypeOf('function')
    // @ts-expect-error -- without `descend` it is no optimizer
    const half: Optimizer<Params, YogiState<Params>> = transformation
    expect(half.name).toBe('scaleByYogi')
  })

  test('is read from a file of settings by the same door as those of the library', () => {
    const settings: unknown = JSON.parse('{ "kind": "yogi", "learningRate": 0.1, "b2": 0.9 }')
    const decoded = rightOf(decodeOptimizer<Params>(settings, { kinds: [yogiKind] }))
    expect(bytesOf(trajectory(decoded, 20))).toEqual(
      bytesOf(trajectory(yogi<Params>({ learningRate: 0.1, b2: 0.9 }), 20)),
    )
    const wrong = decodeOptimizer({ kind: 'yogi', learningRate: -1, b2: 2, b3: 1 }, { kinds: [yogiKind] })
    expect(E.isLeft(wrong) ? wrong.left.problems.map(({ path }) => path) : []).toEqual([
      'b3',
      'learningRate',
      'b2',
    ])
    const unknown = decodeOptimizer(settings)
    expect(E.isLeft(unknown) ? unknown.left.message : '').toMatch(
      /^kind: expected one of sgd, .*, got "yogi"/,
    )
    expect(E.isRight(decodeOptimizer({ kind: 'adam', learningRate: 1 }, { kinds: [yogiKind] }))).toBe(true)
    expect(() => decodeOptimizer(settings, { kinds: [yogiKind, yogiKind] })).toThrow(ArgumentError)
  })

  test('compiles, trains by fit and goes on from a checkpoint, bit for bit', () => {
    const optimizer = yogi<Params>({ learningRate: warmUp({ steps: 3, then: 0.2 }) })
    const update = jit((at: Params, state: readonly unknown[], step: Tensor) => {
      const [move, next] = optimizer.update(grad(loss)(at), state, { params: at, step, value: loss(at) })
      return { params: applyStep(at, move), optimizer: next, loss: loss(at) }
    })
    type Input = StepInput<Params, object, readonly unknown[]>
    const step = (current: Input): StepOutput<Params, object, readonly unknown[]> => {
      const next = update(current.params, current.optimizer, tensor(current.step, { dtype: 'float64' }))
      return { ...next, layers: {}, loss: item(next.loss) }
    }
    const plan: Plan<Params, object, readonly unknown[], string, number> = {
      step,
      batches: () => ['all'],
      batchesPerEpoch: 1,
      score: (at) => item(loss(at)),
      monitor: (value) => value,
      stopping: { mode: 'min', patience: 999, minDelta: 0 },
      epochs: 200,
    }
    const start = startTraining<Params, object, readonly unknown[]>({
      params,
      layers: {},
      optimizer: optimizer.init(params),
      key: key(0),
    })
    const whole = outcomeOf(fit(plan)(start)).last
    expect(item(loss(whole.params))).toBeLessThan(1e-2)
    const half = outcomeOf(fit({ ...plan, epochs: 70 })(start)).last
    const setup = { optimizer: { kind: 'yogi', learningRate: 0.2 } }
    const read = rightOf(parseCheckpoint(rightOf(encodeCheckpoint(half, setup))))
    expect(E.isRight(decodeOptimizer(read.setup.optimizer, { kinds: [yogiKind] }))).toBe(true)
    const restored = rightOf(restoreTraining(read, start, setup))
    expect(bytesOf(outcomeOf(fit(plan)(restored)).last)).toEqual(bytesOf(whole))
  })
})
