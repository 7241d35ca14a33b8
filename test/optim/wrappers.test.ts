import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { item, toTypedArray } from '../../src/core/autodiff/read.ts'
import { grad } from '../../src/core/autodiff/grad.ts'
import { add, mul, square, stopGradient, sub, sum, tensor } from '../../src/core/numeric/index.ts'
import {
  accumulateGradients,
  adam,
  adamW,
  applyStep,
  averagedParameters,
  averageParameters,
  byGroup,
  chain,
  decodeOptimizer,
  lookahead,
  minimizeLbfgs,
  momentum,
  reduceOnPlateau,
  sgd,
  sharpnessAware,
  type Optimizer,
} from '../../src/optim/index.ts'
import { jit } from '../../src/compile/jit/jit.ts'
import type { Tensor } from '../../src/core/tensor/tensor.ts'
import { leavesOf } from '../../src/core/tensor/tree.ts'

interface Params {
  readonly w: Tensor
}
const paramsOf = (values: readonly number[]): Params => ({ w: tensor(values, { dtype: 'float64' }) })
const numbers = ({ w }: Params): readonly number[] => [...toTypedArray(w)]

/** Parameters and states after each of some steps, the update compiled. */
const follow = <S>(
  optimizer: Optimizer<Params, S>,
  start: readonly number[],
  gradients: readonly (readonly number[])[],
  values: readonly number[] = [],
) => {
  const step = jit(
    (at: { readonly params: Params; readonly state: S }, g: Params, n: Tensor, value: Tensor) => {
      const [move, state] = optimizer.update(g, at.state, {
        params: at.params,
        step: n,
        value,
      })
      return { params: applyStep(at.params, move), state }
    },
  )
  type At = { readonly params: Params; readonly state: S }
  const scalar = (value: number): Tensor => tensor(value, { dtype: 'float64' })
  return gradients.reduce<readonly At[]>(
    (seen, gradient, n) => [
      ...seen,
      step(seen.at(-1)!, paramsOf(gradient), scalar(n), scalar(values[n] ?? 0)),
    ],
    [{ params: paramsOf(start), state: optimizer.init(paramsOf(start)) }],
  )
}

const entry = fc.integer({ min: -256, max: 256 }).map((i) => i / 64)
const vector = fc.array(entry, { minLength: 2, maxLength: 2 })
const gradients = fc.array(vector, { minLength: 12, maxLength: 12 })

describe('lookahead', () => {
  test('is the published two loops', () => {
    fc.assert(
      fc.property(vector, gradients, (start, gs) => {
        const seen = follow(
          lookahead(momentum<Params>({ learningRate: 0.1 }), { every: 3, share: 0.5 }),
          start,
          gs,
        )
        // Zhang et al. 2019: the fast weights follow the inner optimizer; every third step the slow ones move halfway.
        gs.reduce(
          ({ fast, slow, v }, g, n) => {
            const velocity = v.map((value, i) => 0.9 * value + g[i]!)
            const moved = fast.map((value, i) => value - 0.1 * velocity[i]!)
            const next = (n + 1) % 3 === 0 ? slow.map((s, i) => s + 0.5 * (moved[i]! - s)) : slow
            const place = (n + 1) % 3 === 0 ? next : moved
            numbers(seen[n + 1]!.params).forEach((value, i) => expect(value).toBeCloseTo(place[i]!, 10))
            return { fast: place, slow: next, v: velocity }
          },
          { fast: start, slow: start, v: [0, 0] },
        )
      }),
      { numRuns: 20 },
    )
  })
})

describe('gathered gradients', () => {
  test('move as one step along their mean, and not in between', () => {
    fc.assert(
      fc.property(vector, gradients, (start, gs) => {
        const seen = follow(accumulateGradients(4, adam<Params>({ learningRate: 0.1 })), start, gs)
        const means = [0, 4, 8].map((from) =>
          [0, 1].map((i) => gs.slice(from, from + 4).reduce((s, g) => s + g[i]!, 0) / 4),
        )
        const plain = follow(adam<Params>({ learningRate: 0.1 }), start, means)
        seen.forEach(({ params }, n) =>
          numbers(params).forEach((value, i) =>
            expect(value).toBeCloseTo(numbers(plain[Math.floor(n / 4)]!.params)[i]!, 10),
          ),
        )
      }),
      { numRuns: 20 },
    )
  })
})

describe('the average of parameters', () => {
  test('is the bias-corrected exponential mean of the parameters after each step', () => {
    fc.assert(
      fc.property(vector, gradients, (start, gs) => {
        const optimizer = chain(sgd<Params>({ learningRate: 0.1 }), averageParameters<Params>(0.8))
        const seen = follow(optimizer, start, gs)
        const places = seen.slice(1).map(({ params }) => numbers(params))
        const last = seen.at(-1)!
        const weight = 1 - 0.8 ** places.length
        const expected = [0, 1].map(
          (i) => places.reduce((mean, place) => 0.8 * mean + 0.2 * place[i]!, 0) / weight,
        )
        numbers(averagedParameters(last.state, last.params)).forEach((value, i) =>
          expect(value).toBeCloseTo(expected[i]!, 10),
        )
      }),
      { numRuns: 20 },
    )
  })
  test('is the parameters before the first step, and missing from a state without it', () => {
    const params = paramsOf([1, 2])
    const optimizer = chain(sgd<Params>({ learningRate: 0.1 }), averageParameters<Params>(0.8))
    expect(numbers(averagedParameters(optimizer.init(params), params))).toEqual([1, 2])
    expect(() => averagedParameters(sgd<Params>({ learningRate: 1 }).init(params), params)).toThrow(
      /without averageParameters/,
    )
    expect(() => averageParameters(1)).toThrow(/of 0 or more and below 1, got 1/)
  })
})

describe('reduce on plateau', () => {
  const moves = (losses: readonly number[], every: number) => {
    const optimizer = chain(
      reduceOnPlateau<Params>({ factor: 0.5, patience: 2, every, minimum: 0.2 }),
      sgd<Params>({ learningRate: 1 }),
    )
    const seen = follow(
      optimizer,
      [0],
      losses.map(() => [1]),
      losses,
    )
    return seen.slice(1).map(({ params }, i) => numbers(seen[i]!.params)[0]! - numbers(params)[0]!)
  }
  test('halves after two losses that are not better, down to the minimum', () => {
    const losses = [4, 3, 3, 3, 3, 3, 3, 3, 1, 1]
    const seen = moves(losses, 1).map((move) => Number(move.toFixed(9)))
    expect(seen).toEqual([1, 1, 1, 0.5, 0.5, 0.25, 0.25, 0.2, 0.2, 0.2])
  })
  test('compares means of periods', () => {
    expect(moves([2, 4, 4, 2, 1, 5, 3, 3], 2).map((move) => Number(move.toFixed(9)))).toEqual([
      1, 1, 1, 1, 1, 0.5, 0.5, 0.5,
    ])
  })
})

describe('groups', () => {
  test('follow each their own optimizer', () => {
    fc.assert(
      fc.property(vector, gradients, (start, gs) => {
        type Both = { readonly a: Params; readonly b: Params }
        const optimizer = byGroup<Both>((path) => path.slice(0, 1), {
          a: sgd({ learningRate: 0.5 }),
          b: adamW({ learningRate: 0.1 }),
        })
        const own = {
          a: follow(sgd<Params>({ learningRate: 0.5 }), start, gs),
          b: follow(adamW<Params>({ learningRate: 0.1 }), start, gs),
        }
        gs.reduce(
          ({ params, state }, g, n) => {
            const [move, next] = optimizer.update({ a: paramsOf(g), b: paramsOf(g) }, state, {
              params,
              step: n,
              value: 0,
            })
            const there = applyStep(params, move)
            for (const name of ['a', 'b'] as const)
              numbers(there[name]).forEach((value, i) =>
                expect(value).toBeCloseTo(numbers(own[name][n + 1]!.params)[i]!, 12),
              )
            return { params: there, state: next }
          },
          {
            params: { a: paramsOf(start), b: paramsOf(start) },
            state: optimizer.init({ a: paramsOf(start), b: paramsOf(start) }),
          },
        )
      }),
      { numRuns: 10 },
    )
  })
  test('need an optimizer for every parameter', () => {
    expect(() =>
      byGroup<Params>(() => 'lost', { kept: sgd({ learningRate: 1 }) }).init(paramsOf([1])),
    ).toThrow(/w is put into 'lost', which has no optimizer; there are kept/)
  })
})

test('a sharpness-aware gradient is the gradient at the worst point nearby', () => {
  const gradient = grad(({ w }: Params) => sum(mul(square(w), w)))
  const [a, b] = [3, 4]
  const length = Math.hypot(3 * a * a, 3 * b * b)
  const there = [a + (0.1 * 3 * a * a) / length, b + (0.1 * 3 * b * b) / length]
  numbers(sharpnessAware(gradient, 0.1)(paramsOf([a, b]))).forEach((value, i) =>
    expect(value).toBeCloseTo(3 * there[i]! ** 2, 10),
  )
  expect(numbers(sharpnessAware(gradient, 0.1)(paramsOf([0, 0])))).toEqual([0, 0])
})

describe('L-BFGS', () => {
  const rosenbrock = ({ w }: Params): Tensor => {
    const [x, y] = [
      sum(mul(w, tensor([1, 0], { dtype: 'float64' }))),
      sum(mul(w, tensor([0, 1], { dtype: 'float64' }))),
    ]
    return add(square(sub(1, x)), mul(100, square(sub(y, square(x)))))
  }
  test('finds the minimum of Rosenbrock’s function from many starts', () => {
    fc.assert(
      fc.property(vector, (start) => {
        const { params, why, gradientNorm } = minimizeLbfgs(rosenbrock, paramsOf(start), { tolerance: 1e-6 })
        expect(why).toBe('converged')
        expect(gradientNorm).toBeLessThanOrEqual(1e-6)
        numbers(params).forEach((value) => expect(value).toBeCloseTo(1, 4))
      }),
      { numRuns: 10 },
    )
  })
  test('solves a quadratic of n parameters in about n iterations', () => {
    const scale = tensor([1, 10, 100, 1000], { dtype: 'float64' })
    const { iterations, value } = minimizeLbfgs(
      ({ w }: Params) => sum(mul(scale, square(w))),
      paramsOf([1, 1, 1, 1]),
    )
    expect(iterations).toBeLessThanOrEqual(25)
    expect(value).toBeLessThan(1e-15)
  })
  test('says why it ended', () => {
    expect(minimizeLbfgs(rosenbrock, paramsOf([-1, 1]), { iterations: 2 }).why).toBe('budget')
    const uphill = ({ w }: Params): Tensor => sub(sum(w), mul(2, stopGradient(sum(w))))
    expect(minimizeLbfgs(uphill, paramsOf([0])).why).toBe('line-search')
    expect(() => minimizeLbfgs(({ w }: Params) => sum(w), paramsOf([Infinity]))).toThrow(
      /is Infinity at the start/,
    )
  })
  test('leaves its start as it was', () => {
    const start = paramsOf([2, 2])
    minimizeLbfgs(rosenbrock, start)
    expect(leavesOf(start).map((leaf) => [...toTypedArray(leaf)])).toEqual([[2, 2]])
    expect(item(rosenbrock(start))).toBe(401)
  })
})

test('every optimizer can be described by data', () => {
  for (const kind of ['adamW', 'nAdam', 'amsGrad', 'rAdam', 'adagrad', 'adadelta', 'rmsProp', 'lion', 'lamb'])
    expect(decodeOptimizer({ kind, learningRate: 0.1 })._tag).toBe('Right')
  expect(decodeOptimizer({ kind: 'lion', learningRate: 0.1, weightDecay: -1 })).toMatchObject({
    _tag: 'Left',
    left: { problems: [{ path: 'weightDecay' }] },
  })
})
