import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toTypedArray } from '../../src/core/autodiff/read.ts'
import { jit } from '../../src/compile/jit/jit.ts'
import { tensor } from '../../src/core/numeric/index.ts'
import {
  adaBelief,
  adadelta,
  adafactor,
  adaMax,
  adagrad,
  adam,
  adamW,
  amsGrad,
  applyStep,
  chain,
  clipByGlobalNorm,
  clipByValue,
  lamb,
  lars,
  lion,
  momentum,
  muon,
  nAdam,
  rAdam,
  rmsProp,
  rProp,
  sgd,
  type Optimizer,
} from '../../src/optim/index.ts'
import type { Tensor } from '../../src/core/tensor/tensor.ts'

interface Params {
  readonly a: Tensor
  readonly b: Tensor
}
type Vector = readonly number[]

/** The published update: from the parameters of one tensor and all its gradients so far to the new parameters. */
type Published = (theta: Vector, gradients: readonly Vector[]) => Vector

const steps = 20
const entry = fc.integer({ min: -256, max: 256 }).map((i) => i / 64)
const nonZero = entry.filter((value) => value !== 0)
const vector = fc.tuple(nonZero, nonZero)
const runs = fc.record({
  start: fc.tuple(vector, vector),
  gradients: fc.array(fc.tuple(vector, vector), { minLength: steps, maxLength: steps }),
})

const trajectory = (
  optimizer: Optimizer<Params, readonly unknown[]>,
  [a, b]: readonly [Vector, Vector],
  gradients: readonly (readonly [Vector, Vector])[],
): readonly (readonly [Vector, Vector])[] => {
  const params = (pair: readonly [Vector, Vector]): Params => ({
    a: tensor(pair[0], { dtype: 'float64' }),
    b: tensor(pair[1], { dtype: 'float64' }),
  })
  // Compiled, as training uses it: an update that reads its state eagerly would not stage.
  const step = jit(
    (at: { readonly params: Params; readonly state: readonly unknown[] }, g: Params, n: Tensor) => {
      const [move, state] = optimizer.update(g, at.state, { params: at.params, step: n, value: 0 })
      return { params: applyStep(at.params, move), state }
    },
  )
  return gradients.reduce<{
    readonly at: { readonly params: Params; readonly state: readonly unknown[] }
    readonly seen: readonly (readonly [Vector, Vector])[]
  }>(
    ({ at, seen }, gradient, n) => {
      const next = step(at, params(gradient), tensor(n, { dtype: 'float64' }))
      return {
        at: next,
        seen: [...seen, [[...toTypedArray(next.params.a)], [...toTypedArray(next.params.b)]] as const],
      }
    },
    { at: { params: params([a, b]), state: optimizer.init(params([a, b])) }, seen: [] },
  ).seen
}

/** E[x²] or E[x] after the last of some values: Σ (1 − β)βᵏ x. */
const average = (values: Vector, beta: number): number =>
  values.reduce((total, value) => beta * total + (1 - beta) * value, 0)
/** Σ βᵏ x. */
const velocity = (values: Vector, beta: number): number =>
  values.reduce((total, value) => beta * total + value, 0)
const squares = (values: Vector): Vector => values.map((value) => value * value)

/** An update that treats every element alone. */
const elementwise =
  (update: (theta: number, gradients: Vector) => number): Published =>
  (theta, gradients) =>
    theta.map((value, i) =>
      update(
        value,
        gradients.map((gradient) => gradient[i]!),
      ),
    )

const norm = (values: Vector): number => Math.hypot(...values)

const adamDirection = (gs: Vector, b1: number, b2: number, epsilon: number): number =>
  average(gs, b1) /
  (1 - b1 ** gs.length) /
  (Math.sqrt(average(squares(gs), b2) / (1 - b2 ** gs.length)) + epsilon)

const published: Readonly<Record<string, readonly [Optimizer<Params, readonly unknown[]>, Published]>> = {
  // Robbins, Monro 1951.
  sgd: [sgd<Params>({ learningRate: 0.1 }), elementwise((theta, gs) => theta - 0.1 * gs.at(-1)!)],
  // Polyak 1964, the heavy ball: v ← βv + g.
  momentum: [
    momentum<Params>({ learningRate: 0.1, beta: 0.9 }),
    elementwise((theta, gs) => theta - 0.1 * velocity(gs, 0.9)),
  ],
  // Nesterov 1983 as Sutskever, Martens, Dahl, Hinton 2013 write it, seen from the point ahead (Bengio,
  // Boulanger-Lewandowski, Pascanu 2013).
  'nesterov momentum': [
    momentum<Params>({ learningRate: 0.1, beta: 0.9, nesterov: true }),
    elementwise((theta, gs) => theta - 0.1 * (gs.at(-1)! + 0.9 * velocity(gs, 0.9))),
  ],
  // Kingma, Ba 2015, algorithm 1.
  adam: [
    adam<Params>({ learningRate: 0.01 }),
    elementwise((theta, gs) => theta - 0.01 * adamDirection(gs, 0.9, 0.999, 1e-8)),
  ],
  // Duchi, Hazan, Singer 2011.
  adagrad: [
    adagrad<Params>({ learningRate: 0.1 }),
    elementwise(
      (theta, gs) => theta - (0.1 * gs.at(-1)!) / (Math.sqrt(squares(gs).reduce((s, x) => s + x, 0)) + 1e-10),
    ),
  ],
  // Zeiler 2012, algorithm 1.
  adadelta: [
    adadelta<Params>({ decay: 0.9 }),
    elementwise((theta, gs) => {
      const directions = gs.reduce<Vector>((ds, _, t) => {
        const [gg, dd] = [average(squares(gs.slice(0, t + 1)), 0.9), average(squares(ds), 0.9)]
        return [...ds, (Math.sqrt(dd + 1e-6) / Math.sqrt(gg + 1e-6)) * gs[t]!]
      }, [])
      return theta - directions.at(-1)!
    }),
  ],
  // Tieleman, Hinton 2012.
  rmsProp: [
    rmsProp<Params>({ learningRate: 0.01 }),
    elementwise((theta, gs) => theta - (0.01 * gs.at(-1)!) / (Math.sqrt(average(squares(gs), 0.9)) + 1e-8)),
  ],
  // Graves 2013, without momentum.
  'rmsProp, centred': [
    rmsProp<Params>({ learningRate: 0.01, centered: true, epsilon: 1e-3 }),
    elementwise((theta, gs) => {
      const variance = Math.max(average(squares(gs), 0.9) - average(gs, 0.9) ** 2, 0)
      return theta - (0.01 * gs.at(-1)!) / (Math.sqrt(variance) + 1e-3)
    }),
  ],
  // Loshchilov, Hutter 2019, algorithm 2.
  adamW: [
    adamW<Params>({ learningRate: 0.01, weightDecay: 0.1 }),
    elementwise((theta, gs) => theta - 0.01 * (adamDirection(gs, 0.9, 0.999, 1e-8) + 0.1 * theta)),
  ],
  // Dozat 2016, with constant momentum.
  nAdam: [
    nAdam<Params>({ learningRate: 0.01 }),
    elementwise((theta, gs) => {
      const t = gs.length
      const ahead = (0.9 * average(gs, 0.9)) / (1 - 0.9 ** (t + 1)) + (0.1 * gs.at(-1)!) / (1 - 0.9 ** t)
      return theta - (0.01 * ahead) / (Math.sqrt(average(squares(gs), 0.999) / (1 - 0.999 ** t)) + 1e-8)
    }),
  ],
  // Reddi, Kale, Kumar 2018, algorithm 2.
  amsGrad: [
    amsGrad<Params>({ learningRate: 0.01, b2: 0.9 }),
    elementwise((theta, gs) => {
      const largest = Math.max(...gs.map((_, t) => average(squares(gs.slice(0, t + 1)), 0.9)))
      return theta - (0.01 * average(gs, 0.9)) / (Math.sqrt(largest) + 1e-8)
    }),
  ],
  // Liu et al. 2020, algorithm 2.
  rAdam: [
    rAdam<Params>({ learningRate: 0.01 }),
    elementwise((theta, gs) => {
      const t = gs.length
      const longest = 2 / (1 - 0.999) - 1
      const length = longest - (2 * t * 0.999 ** t) / (1 - 0.999 ** t)
      const mean = average(gs, 0.9) / (1 - 0.9 ** t)
      if (length <= 4) return theta - 0.01 * mean
      const r = Math.sqrt(((length - 4) * (length - 2) * longest) / ((longest - 4) * (longest - 2) * length))
      return theta - (0.01 * r * mean) / (Math.sqrt(average(squares(gs), 0.999) / (1 - 0.999 ** t)) + 1e-8)
    }),
  ],
  // Chen et al. 2023, algorithm 2.
  lion: [
    lion<Params>({ learningRate: 0.01, weightDecay: 0.1 }),
    elementwise((theta, gs) => {
      const before = average(gs.slice(0, -1), 0.99)
      return theta - 0.01 * (Math.sign(0.9 * before + (1 - 0.9) * gs.at(-1)!) + 0.1 * theta)
    }),
  ],
  // You et al. 2020, algorithm 2, with the identity for φ.
  lamb: [
    lamb<Params>({ learningRate: 0.01, weightDecay: 0.1 }),
    (theta, gradients) => {
      const direction = theta.map(
        (value, i) =>
          adamDirection(
            gradients.map((gradient) => gradient[i]!),
            0.9,
            0.999,
            1e-6,
          ) +
          0.1 * value,
      )
      return theta.map((value, i) => value - (0.01 * norm(theta) * direction[i]!) / norm(direction))
    },
  ],
  // Kingma, Ba 2015, algorithm 2.
  adaMax: [
    adaMax<Params>({ learningRate: 0.01 }),
    elementwise((theta, gs) => {
      const largest = Math.max(...gs.map((g, i) => 0.999 ** (gs.length - 1 - i) * (Math.abs(g) + 1e-8)))
      return theta - ((0.01 / (1 - 0.9 ** gs.length)) * average(gs, 0.9)) / largest
    }),
  ],
  // Zhuang et al. 2020, algorithm 2.
  adaBelief: [
    adaBelief<Params>({ learningRate: 0.01, epsilon: 1e-8 }),
    elementwise((theta, gs) => {
      const spread = gs.reduce(
        (s, g, t) => 0.999 * s + 0.001 * (g - average(gs.slice(0, t + 1), 0.9)) ** 2 + 1e-8,
        0,
      )
      const t = gs.length
      return (
        theta - (0.01 * average(gs, 0.9)) / (1 - 0.9 ** t) / (Math.sqrt(spread / (1 - 0.999 ** t)) + 1e-8)
      )
    }),
  ],
  // Shazeer, Stern 2018, algorithm 5: what has no rows and columns keeps every element.
  adafactor: [
    adafactor<Params>({ learningRate: 0.01 }),
    (theta, gradients) => {
      const direction = theta.map((_, i) => {
        const square = gradients.reduce((v, g, t) => v + (t + 1) ** -0.8 * (g[i]! ** 2 + 1e-30 - v), 0)
        return gradients.at(-1)![i]! / Math.sqrt(square)
      })
      const size = norm(theta) / Math.sqrt(theta.length)
      const clip = Math.max(1, norm(direction) / Math.sqrt(theta.length))
      return theta.map((value, i) => value - (0.01 * Math.max(size, 1e-3) * direction[i]!) / clip)
    },
  ],
  // You, Gitman, Ginsburg 2017, algorithm 1, without momentum, which is that of `momentum`.
  lars: [
    lars<Params>({ learningRate: 0.5, coefficient: 0.1, weightDecay: 0.01, beta: 0 }),
    (theta, gradients) => {
      const g = gradients.at(-1)!
      const rate = (0.1 * norm(theta)) / (norm(g) + 0.01 * norm(theta))
      return theta.map((value, i) => value - 0.5 * rate * (g[i]! + 0.01 * value))
    },
  ],
  // Igel, Hüsken 2000, iRprop⁻.
  rProp: [
    rProp<Params>({ learningRate: 0.1 }),
    elementwise((theta, gs) => {
      const { size, last } = gs.reduce(
        ({ size, last }, g) => {
          const turn = Math.sign(g * last)
          return turn < 0
            ? { size: Math.max(0.5 * size, 1e-4), last: 0 }
            : { size: turn > 0 ? Math.min(1.2 * size, 5000) : size, last: g }
        },
        { size: 1, last: 0 },
      )
      return theta - 0.1 * size * Math.sign(last)
    }),
  ],
  // Jordan 2024; the nearest orthogonal matrix of one column is the column over its length.
  'muon of a vector': [
    muon<Params>({ learningRate: 0.1 }),
    (theta, gradients) => {
      const ahead = theta.map((_, i) => {
        const gs = gradients.map((gradient) => gradient[i]!)
        return gs.at(-1)! + 0.95 * velocity(gs, 0.95)
      })
      const length = norm(ahead)
      return theta.map((value, i) => value - (length === 0 ? 0 : (0.1 * Math.SQRT2 * ahead[i]!) / length))
    },
  ],
  'clipByValue, then sgd': [
    chain(clipByValue<Params>(1), sgd<Params>({ learningRate: 0.1 })),
    elementwise((theta, gs) => theta - 0.1 * Math.min(1, Math.max(-1, gs.at(-1)!))),
  ],
}

describe('follows its published update for 20 steps', () => {
  test.each(Object.keys(published))('%s', (name) => {
    const [optimizer, update] = published[name]!
    fc.assert(
      fc.property(runs, ({ start, gradients }) => {
        const seen = trajectory(optimizer, start, gradients)
        seen.forEach((place, t) => {
          const before = t === 0 ? start : seen[t - 1]!
          place.forEach((values, part) => {
            const expected = update(
              before[part]!,
              gradients.slice(0, t + 1).map((gradient) => gradient[part]!),
            )
            values.forEach((value, i) =>
              expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(
                1e-10 * Math.max(1e-3, Math.abs(expected[i]!)),
              ),
            )
          })
        })
      }),
      { numRuns: 6 },
    )
  })
})

test('clipping by global norm keeps the direction, shortens to the limit and leaves short gradients alone', () => {
  fc.assert(
    fc.property(fc.tuple(vector, vector), fc.integer({ min: 1, max: 400 }), ([a, b], size) => {
      const limit = size / 64
      const params = { a: tensor(a, { dtype: 'float64' }), b: tensor(b, { dtype: 'float64' }) }
      const [clipped] = clipByGlobalNorm<Params>(limit).update(params, {}, { params, step: 0, value: 0 })
      const before = [...a, ...b]
      const after = [...toTypedArray(clipped.a), ...toTypedArray(clipped.b)]
      expect(norm(after)).toBeCloseTo(Math.min(limit, norm(before)), 12)
      if (norm(before) <= limit) expect(after).toEqual(before)
      after.forEach((value, i) => expect(value * norm(before)).toBeCloseTo(before[i]! * norm(after), 10))
    }),
  )
})

test('limits and decays out of range are refused', () => {
  expect(() => clipByValue(0)).toThrow(/above 0, got 0/)
  expect(() => clipByGlobalNorm(Infinity)).toThrow(/above 0, got Infinity/)
  expect(() => adamW({ learningRate: 0.1, weightDecay: -1 })).toThrow(/of 0 or more, got -1/)
})

describe('on a constant gradient the correction of the bias is exact', () => {
  const epsilon = 1e-8
  // Both averages, corrected, are those of a constant: g and g². So every step is the first one.
  test.each<readonly [string, Optimizer<Params, readonly unknown[]>]>([
    ['adam', adam<Params>({ learningRate: 0.01 })],
    ['adam with other averages', adam<Params>({ learningRate: 0.01, b1: 0.5, b2: 0.75 })],
    ['adamW without decay', adamW<Params>({ learningRate: 0.01, weightDecay: 0 })],
  ])('%s steps by η g/(|g| + ε) every time', (_, optimizer) => {
    fc.assert(
      fc.property(fc.tuple(vector, vector), ([g, h]) => {
        const start = [
          [0, 0],
          [0, 0],
        ] as const
        const seen = trajectory(
          optimizer,
          start,
          Array.from({ length: 2 * steps }, () => [g, h] as const),
        )
        seen.forEach((place, t) =>
          place.forEach((values, part) =>
            values.forEach((value, i) => {
              const gradient = (part === 0 ? g : h)[i]!
              const step = (0.01 * gradient) / (Math.abs(gradient) + epsilon)
              expect(Math.abs(value + (t + 1) * step)).toBeLessThanOrEqual(1e-12 * (t + 1))
            }),
          ),
        )
      }),
      { numRuns: 6 },
    )
  })
})
