import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { grad } from '../../src/autodiff/grad.ts'
import { item, toArray } from '../../src/autodiff/read.ts'
import {
  decodePenalty,
  l1,
  l2,
  penalised,
  penaltyMonoid,
  penaltyValue,
  type Penalty,
} from '../../src/nn/index.ts'
import { add, sum } from '../../src/numeric/index.ts'
import { ArgumentError } from '../../src/tensor/errors.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { expectClose, float64 } from './central-difference.ts'

interface Params {
  readonly hidden: { readonly weight: Tensor; readonly bias: Tensor }
  readonly output: { readonly weight: Tensor; readonly bias: Tensor }
}

const number = fc.integer({ min: -512, max: 512 }).map((i) => i / 64 + 0.1 * (i % 3))
const lambda = fc.integer({ min: 0, max: 200 }).map((i) => i / 70)
const vector = fc.array(number, { minLength: 2, maxLength: 2 })
const weights = fc.tuple(vector, vector, vector, vector)
const paramsOf = ([a, b, c, d]: readonly (readonly number[])[]): Params => ({
  hidden: { weight: float64([a!]), bias: float64(b!) },
  output: { weight: float64([c!]), bias: float64(d!) },
})
const penalty: fc.Arbitrary<Penalty<Params>> = fc.oneof(
  lambda.map((x) => l1<Params>(x)),
  lambda.map((x) => l2<Params>(x)),
  fc.tuple(lambda, lambda).map(([x, y]) => penaltyMonoid<Params>().concat(l1(x), l2(y))),
  fc.constant(penaltyMonoid<Params>().empty),
)
const value = (p: Penalty<Params>, params: Params): number => item(penaltyValue(p, params))

describe('penalties', () => {
  test('are λΣw² and λΣ|w| over weights, not biases; their gradients are 2λw and λ sign w', () => {
    fc.assert(
      fc.property(weights, lambda, (numbers, rate) => {
        const params = paramsOf(numbers)
        const all = [...numbers[0], ...numbers[2]]
        expectClose(value(l2(rate), params), rate * all.reduce((s, w) => s + w * w, 0))
        expectClose(value(l1(rate), params), rate * all.reduce((s, w) => s + Math.abs(w), 0))
        const ridge = grad((p: Params) => penaltyValue(l2<Params>(rate), p))(params)
        const lasso = grad((p: Params) => penaltyValue(l1<Params>(rate), p))(params)
        const entries = (x: Tensor): readonly number[] => (toArray(x) as readonly (readonly number[])[])[0]!
        numbers[0].forEach((w, i) => {
          expectClose(entries(ridge.hidden.weight)[i]!, 2 * rate * w)
          expectClose(entries(lasso.hidden.weight)[i]!, rate * Math.sign(w))
        })
        numbers[2].forEach((w, i) => expectClose(entries(ridge.output.weight)[i]!, 2 * rate * w))
        ;[ridge, lasso].forEach((gradient) =>
          expect([toArray(gradient.hidden.bias), toArray(gradient.output.bias)]).toEqual([
            [0, 0],
            [0, 0],
          ]),
        )
      }),
    )
  })

  test('reach other parameters when told to', () => {
    const params = paramsOf([
      [1, 2],
      [3, 4],
      [5, 6],
      [7, 8],
    ])
    expect(
      value(
        l2(1, (path) => path === 'hidden.bias'),
        params,
      ),
    ).toBe(25)
    expect(
      value(
        l1(1, () => true),
        params,
      ),
    ).toBe(36)
    expect(
      value(
        l1(1, () => false),
        params,
      ),
    ).toBe(0)
  })

  test('form a monoid, bit for bit, and the value of a sum is the sum of values', () => {
    const { concat, empty } = penaltyMonoid<Params>()
    fc.assert(
      fc.property(weights, penalty, penalty, penalty, (numbers, a, b, c) => {
        const params = paramsOf(numbers)
        expect(value(concat(concat(a, b), c), params)).toBe(value(concat(a, concat(b, c)), params))
        expect(concat(concat(a, b), c)).toEqual(concat(a, concat(b, c)))
        expect(concat(empty, a)).toEqual(a)
        expect(concat(a, empty)).toEqual(a)
        expectClose(value(concat(a, b), params), value(a, params) + value(b, params))
        expectClose(value(concat(a, b), params), value(concat(b, a), params))
        expect(value(a, params)).toBeGreaterThanOrEqual(0)
      }),
    )
  })

  test('are homogeneous: Ω₂(cw) = c²Ω₂(w), Ω₁(cw) = |c|Ω₁(w)', () => {
    fc.assert(
      fc.property(weights, number, (numbers, c) => {
        const scaled = paramsOf(numbers.map((row) => row.map((w) => c * w)))
        expectClose(value(l2(1), scaled), c * c * value(l2(1), paramsOf(numbers)))
        expectClose(value(l1(1), scaled), Math.abs(c) * value(l1(1), paramsOf(numbers)))
      }),
    )
  })

  test('added to a loss add their value and gradient; λ = 0 and the empty penalty leave it as it was', () => {
    const loss = (p: Params): Tensor => add(sum(p.hidden.weight) as Tensor, sum(p.output.bias) as Tensor)
    fc.assert(
      fc.property(weights, penalty, (numbers, p) => {
        const params = paramsOf(numbers)
        expectClose(item(penalised(loss, p)(params)), item(loss(params)) + value(p, params))
        ;[l2<Params>(0), l1<Params>(0), penaltyMonoid<Params>().empty].forEach((none) => {
          expect(item(penalised(loss, none)(params))).toBe(item(loss(params)))
          expect(toArray(grad(penalised(loss, none))(params).hidden.weight)).toEqual([[1, 1]])
        })
      }),
    )
  })

  test('refuse a λ that is negative or not a number, saying which', () => {
    ;[-1, NaN, Infinity].forEach((rate) => {
      expect(() => l2(rate)).toThrow(ArgumentError)
      expect(() => l1(rate)).toThrow(ArgumentError)
      expect(decodePenalty({ l2: rate })).toEqual(
        E.left({
          kind: 'penalty',
          path: 'l2',
          message: `l2: expected a finite number ≥ 0, got ${String(rate)}`,
        }),
      )
      expect(decodePenalty({ l1: rate, l2: 1 })).toMatchObject({ _tag: 'Left', left: { path: 'l1' } })
    })
    const both = decodePenalty<Params>({ l1: 0.5, l2: 2 })
    expect(
      E.isRight(both)
        ? value(
            both.right,
            paramsOf([
              [1, 2],
              [9, 9],
              [0, 0],
              [9, 9],
            ]),
          )
        : NaN,
    ).toBe(11.5)
    expect(decodePenalty({ l1: 0 })).toEqual(E.right({ terms: [] }))
  })
})
