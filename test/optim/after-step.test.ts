import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { grad } from '../../src/core/autodiff/grad.ts'
import { item, toArray, toTypedArray } from '../../src/core/autodiff/read.ts'
import { elasticNet, groupLasso, l1, l2, penaltyValue, tie, type Penalty } from '../../src/nn/index.ts'
import { add, mul, norm, square, sub, sum, tensor } from '../../src/core/numeric/index.ts'
import {
  adam,
  afterSteps,
  box,
  elasticNetShrink,
  fuse,
  groupSoftThreshold,
  l1Ball,
  l2Ball,
  lookahead,
  maxNorm,
  sgd,
  shrink,
  simplex,
  softThreshold,
  type Grouping,
  type Projection,
  type ProximalStep,
} from '../../src/optim/index.ts'
import { jit } from '../../src/compile/jit/jit.ts'
import type { Tensor } from '../../src/core/tensor/tensor.ts'
import { leavesOf, zipTrees } from '../../src/core/tensor/tree.ts'
import { tensorsOf } from '../../src/testing/index.ts'

interface Params {
  readonly a: { readonly weight: Tensor; readonly bias: Tensor }
  readonly b: { readonly weight: Tensor; readonly bias: Tensor }
}
const part = fc.record({ weight: tensorsOf([3, 2]), bias: tensorsOf([2]) })
const trees: fc.Arbitrary<Params> = fc.record({ a: part, b: part })
const lambdas = fc.integer({ min: 0, max: 40 }).map((i) => i / 16)
const rates = fc.integer({ min: 1, max: 32 }).map((i) => i / 16)
const groupings = fc.constantFrom<Grouping>('leaf', 'unit', 'input')

const distance = (a: Params, b: Params): number =>
  Math.sqrt(
    leavesOf(zipTrees(a, [b], ([x, y]) => sum(square(sub(x as Tensor, y as Tensor))))).reduce(
      (total, leaf) => total + item(leaf),
      0,
    ),
  )
const numbers = (params: Params): readonly number[] =>
  leavesOf(params).flatMap((leaf) => Array.from(toTypedArray(leaf), Number))
const matrix = (x: Tensor): readonly (readonly number[])[] => toArray(x) as readonly (readonly number[])[]

/** Each proximal step with the penalty it belongs to. */
const proximal: fc.Arbitrary<{ readonly map: ProximalStep<Params>; readonly penalty: Penalty<Params> }> =
  fc.oneof(
    lambdas.map((by) => ({ map: softThreshold<Params>(by), penalty: l1<Params>(by) })),
    lambdas.map((by) => ({ map: shrink<Params>(by), penalty: l2<Params>(by) })),
    fc
      .record({ l1: lambdas, l2: lambdas })
      .map((both) => ({ map: elasticNetShrink<Params>(both), penalty: elasticNet<Params>(both) })),
    fc.tuple(lambdas, groupings).map(([by, grouping]) => ({
      map: groupSoftThreshold<Params>(by, { by: grouping }),
      penalty: groupLasso<Params>(by, { by: grouping }),
    })),
    lambdas.map((by) => ({ map: fuse<Params>(by, 'a', 'b'), penalty: tie<Params>(by, 'a', 'b', 'norm') })),
  )

const projections: fc.Arbitrary<Projection<Params>> = fc.oneof(
  fc.constant(box<Params>(-0.5, 1.25)),
  fc.constant(maxNorm<Params>(1.5)),
  groupings.map((by) => l2Ball<Params>(2, { by })),
  groupings.map((by) => l1Ball<Params>(2, { by })),
  groupings.map((by) => simplex<Params>(1.5, { by })),
)

describe('a proximal step', () => {
  // x is the minimizer where no other y is better: h(y) − h(x) ≥ ⟨z − x, y − x⟩ / η, z being what it was made of.
  test('is the minimizer of its definition: optimality against any other point, tolerance 1e-9', () => {
    fc.assert(
      fc.property(proximal, trees, trees, rates, ({ map, penalty }, from, other, rate) => {
        const at = map.apply(from, rate)
        const value = (params: Params): number => item(penaltyValue(penalty, params))
        const inner = leavesOf(
          zipTrees(from, [at, other], ([z, x, y]) =>
            sum(mul(sub(z as Tensor, x as Tensor) as Tensor, sub(y as Tensor, x as Tensor) as Tensor)),
          ),
        ).reduce((total, leaf) => total + item(leaf), 0)
        expect(rate * (value(other) - value(at)) - inner).toBeGreaterThanOrEqual(-1e-9)
      }),
      { numRuns: 200 },
    )
  })
  test('does not expand, and is firm: ‖px − py‖² ≤ ⟨px − py, x − y⟩', () => {
    fc.assert(
      fc.property(proximal, trees, trees, rates, ({ map }, x, y, rate) => {
        const [px, py] = [map.apply(x, rate), map.apply(y, rate)]
        const inner = leavesOf(
          zipTrees(px, [py, x, y], ([a, b, c, d]) =>
            sum(mul(sub(a as Tensor, b as Tensor) as Tensor, sub(c as Tensor, d as Tensor) as Tensor)),
          ),
        ).reduce((total, leaf) => total + item(leaf), 0)
        expect(distance(px, py)).toBeLessThanOrEqual(distance(x, y) + 1e-12)
        expect(distance(px, py) ** 2).toBeLessThanOrEqual(inner + 1e-10)
      }),
      { numRuns: 200 },
    )
  })
  test('with λ = 0 or rate 0 changes no bit, and biases never', () => {
    fc.assert(
      fc.property(trees, rates, (x, rate) => {
        const none = [softThreshold<Params>(0), shrink<Params>(0), groupSoftThreshold<Params>(0)]
        none.forEach((map) => expect(numbers(map.apply(x, rate))).toEqual(numbers(x).map((w) => w + 0)))
        const some = [softThreshold<Params>(1), shrink<Params>(1), groupSoftThreshold<Params>(1)]
        some.forEach((map) => {
          expect(numbers(map.apply(x, 0))).toEqual(numbers(x).map((w) => w + 0))
          expect(map.apply(x, rate).a.bias).toBe(x.a.bias)
        })
      }),
      { numRuns: 30 },
    )
  })
  test('of l1 is exactly 0 from −ηλ to ηλ, never −0; of l2 nowhere but at 0', () => {
    fc.assert(
      fc.property(trees, lambdas, rates, (x, lambda, rate) => {
        const before = matrix(x.a.weight).flat()
        matrix(softThreshold<Params>(lambda).apply(x, rate).a.weight)
          .flat()
          .forEach((w, i) => {
            expect(Object.is(w, 0)).toBe(Math.abs(before[i]!) <= lambda * rate)
            expect(Math.abs(w)).toBe(Math.max(0, Math.abs(before[i]!) - lambda * rate))
          })
        matrix(shrink<Params>(lambda).apply(x, rate).a.weight)
          .flat()
          .forEach((w, i) => expect(w === 0).toBe(before[i] === 0))
      }),
      { numRuns: 50 },
    )
  })
  test('of groups zeroes them whole: all members or none', () => {
    const map = groupSoftThreshold<{ readonly weight: Tensor }>(1, { by: 'unit' })
    fc.assert(
      fc.property(tensorsOf([4, 3], { min: -1, max: 1 }), rates, (weight, rate) => {
        const left = matrix(map.apply({ weight }, rate).weight)
        const before = matrix(weight)
        before[0]!.forEach((_, unit) => {
          const length = Math.hypot(...before.map((row) => row[unit]!))
          const members = left.map((row) => row[unit]!)
          if (length < 2 * rate - 1e-9) expect(members.every((w) => w === 0)).toBe(true)
          if (length > 2 * rate + 1e-9) expect(Math.hypot(...members)).toBeCloseTo(length - 2 * rate, 12)
        })
      }),
    )
  })
  test('of a tie keeps the mean, and makes both parts equal bit for bit once 2ηλ covers the gap', () => {
    fc.assert(
      fc.property(trees, lambdas, rates, (x, lambda, rate) => {
        const after = fuse<Params>(lambda, 'a', 'b').apply(x, rate)
        const gap = distance({ a: x.a, b: x.a }, { a: x.b, b: x.a })
        const left = distance({ a: after.a, b: after.a }, { a: after.b, b: after.a })
        expect(left).toBeCloseTo(Math.max(0, gap - 2 * lambda * rate), 10)
        if (gap < 2 * lambda * rate - 1e-9) {
          expect(toArray(after.a.weight)).toEqual(toArray(after.b.weight))
          expect(toArray(after.a.bias)).toEqual(toArray(after.b.bias))
        }
        const means = (params: Params): readonly number[] =>
          matrix(add(params.a.weight, params.b.weight) as Tensor).flat()
        means(after).forEach((mean, i) => expect(mean).toBeCloseTo(means(x)[i]!, 12))
      }),
    )
  })
})

describe('a projection', () => {
  test('lands in its set, moves nothing that is there, and is the nearest point', () => {
    fc.assert(
      fc.property(projections, trees, trees, (map, from, other) => {
        const [at, inside] = [map.apply(from), map.apply(other)]
        expect(distance(map.apply(at), at)).toBeLessThan(1e-12)
        // ⟨z − x, y − x⟩ ≤ 0 for every y of the set.
        const inner = leavesOf(
          zipTrees(from, [at, inside], ([z, x, y]) =>
            sum(mul(sub(z as Tensor, x as Tensor) as Tensor, sub(y as Tensor, x as Tensor) as Tensor)),
          ),
        ).reduce((total, leaf) => total + item(leaf), 0)
        expect(inner).toBeLessThan(1e-10)
        expect(distance(at, inside)).toBeLessThanOrEqual(distance(from, other) + 1e-12)
        expect(at.a.bias).toBe(from.a.bias)
      }),
      { numRuns: 200 },
    )
  })
  test('the set is the one it says', () => {
    fc.assert(
      fc.property(trees, (from) => {
        const weight = (map: Projection<Params>): readonly (readonly number[])[] =>
          matrix(map.apply(from).a.weight)
        weight(box(-0.5, 1.25))
          .flat()
          .forEach((w) => expect(w >= -0.5 && w <= 1.25).toBe(true))
        ;[0, 1].forEach((unit) =>
          expect(Math.hypot(...weight(maxNorm(1.5)).map((row) => row[unit]!))).toBeLessThan(1.5 + 1e-12),
        )
        weight(l2Ball(2, { by: 'input' })).forEach((row) =>
          expect(Math.hypot(...row)).toBeLessThan(2 + 1e-12),
        )
        const size = (rows: readonly number[]): number => rows.reduce((total, w) => total + Math.abs(w), 0)
        expect(size(weight(l1Ball(2)).flat())).toBeLessThan(2 + 1e-12)
        weight(simplex(1.5, { by: 'input' })).forEach((row) => {
          expect(row.every((w) => w >= 0)).toBe(true)
          expect(size(row)).toBeCloseTo(1.5, 12)
        })
      }),
    )
  })
  test('onto the L1 ball agrees with bisection on the threshold', () => {
    fc.assert(
      fc.property(tensorsOf([6]), (weight) => {
        const values = Array.from(toTypedArray(weight), Number)
        const left = (by: number): readonly number[] =>
          values.map((w) => Math.sign(w) * Math.max(0, Math.abs(w) - by))
        const size = (w: readonly number[]): number => w.reduce((total, x) => total + Math.abs(x), 0)
        const [low] = Array.from({ length: 60 }).reduce<readonly [number, number]>(
          ([a, b]) => (size(left((a + b) / 2)) > 2 ? [(a + b) / 2, b] : [a, (a + b) / 2]),
          [0, 4],
        )
        const expected = size(values) <= 2 ? values : left(low)
        Array.from(toTypedArray(l1Ball<{ readonly weight: Tensor }>(2).apply({ weight }).weight)).forEach(
          (w, i) => expect(w).toBeCloseTo(expected[i]!, 10),
        )
      }),
    )
  })
})

describe('after the step of an optimizer', () => {
  test('maps go in order, with the rate of descend in effect, compiled as not compiled', () => {
    fc.assert(
      fc.property(tensorsOf([4]), fc.nat({ max: 5 }), (weight, n) => {
        const optimizer = sgd<{ readonly weight: Tensor }>({
          learningRate: (step) => mul(0.25, add(step, 1)),
        })
        const after = afterSteps(optimizer, [softThreshold(1), box(-1, 1)])
        const at = tensor(n, { dtype: 'float64' })
        const expected = Array.from(toTypedArray(weight), Number).map(
          (w) => Math.max(-1, Math.min(1, Math.sign(w) * Math.max(0, Math.abs(w) - 0.25 * (n + 1)))) + 0,
        )
        expect(toArray(after({ weight }, at).weight)).toEqual(expected)
        expect(toArray(jit(after)({ weight }, at).weight)).toEqual(expected)
      }),
      { numRuns: 20 },
    )
  })
  test('a proximal step needs an optimizer with one rate, a projection does not', () => {
    const wrapped = lookahead(sgd<{ readonly weight: Tensor }>({ learningRate: 1 }))
    expect(() => afterSteps(wrapped, [softThreshold(1)])).toThrow(
      /softThreshold needs the rate of the optimizer's descend; lookahead/,
    )
    expect(toArray(afterSteps(wrapped, [box(0, 1)])({ weight: tensor([2, -1]) }, 0).weight)).toEqual([1, 0])
    const scheduled = afterSteps(adam<{ readonly weight: Tensor }>({ learningRate: 0.5 }), [softThreshold(2)])
    expect(toArray(scheduled({ weight: tensor([3, -1]) }, 7).weight)).toEqual([2, 0])
  })
  test('bad settings are refused, saying which', () => {
    ;[-1, NaN, Infinity].forEach((lambda) =>
      [softThreshold, shrink, groupSoftThreshold, (by: number) => fuse(by, 'a', 'b')].forEach((make) =>
        expect(() => make(lambda)).toThrow(`λ: expected a finite number of 0 or more, got ${String(lambda)}`),
      ),
    )
    expect(() => box(1, 0)).toThrow(/low ≤ high, got 1 and 0/)
    expect(() => maxNorm(0)).toThrow(/maxNorm: bound: expected a finite number above 0, got 0/)
    expect(() => simplex(-1)).toThrow(/simplex: total/)
    const params = { a: tensor([1]), b: tensor([1, 2]) }
    expect(() => fuse<typeof params>(1, 'a', 'c').apply(params, 1)).toThrow(
      /nothing lies at 'c'; there are a, b/,
    )
    expect(() => fuse<typeof params>(1, 'a', 'b').apply(params, 1)).toThrow(
      /'a' is of shape \[1\], 'b' of \[2\]/,
    )
    expect(() => fuse<typeof params>(1, 'a', 'a').apply(params, 1)).toThrow(/got 'a' twice/)
  })
})

test('proximal gradient descent meets the optimality conditions of a lasso: |∇ᵢℓ| ≤ λ at zeros, = λ elsewhere', () => {
  const lambda = 1
  fc.assert(
    fc.property(tensorsOf([4, 3], { min: -2, max: 2 }), tensorsOf([4], { min: -2, max: 2 }), (x, y) => {
      type Lasso = { readonly weight: Tensor }
      const loss = ({ weight }: Lasso): Tensor =>
        add(
          mul(0.5, sum(square(sub(sum(mul(x, weight), { axis: 1 }) as Tensor, y)))),
          mul(0.5, sum(square(weight))),
        )
      const learningRate = 1 / (1 + item(norm(x)) ** 2)
      const after = afterSteps<Lasso, readonly unknown[]>(sgd<Lasso>({ learningRate }), [
        softThreshold(lambda),
      ])
      const step = jit(({ weight }: Lasso) =>
        after({ weight: sub(weight, mul(learningRate, grad(loss)({ weight }).weight)) as Tensor }, 0),
      )
      const start: Lasso = { weight: tensor([0, 0, 0], { dtype: 'float64' }) }
      const end = Array.from({ length: 3000 }).reduce<Lasso>((at) => step(at), start)
      const slopes = toTypedArray(grad(loss)(end).weight)
      Array.from(toTypedArray(end.weight), Number).forEach((w, i) =>
        w === 0
          ? expect(Math.abs(Number(slopes[i]))).toBeLessThan(lambda + 1e-6)
          : expect(Math.abs(Number(slopes[i]) + lambda * Math.sign(w))).toBeLessThan(1e-6),
      )
    }),
    { numRuns: 5 },
  )
})
