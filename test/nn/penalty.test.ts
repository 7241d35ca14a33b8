import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { grad } from '../../src/core/autodiff/grad.ts'
import { item, toArray } from '../../src/core/autodiff/read.ts'
import {
  convertLambda,
  decodePenalty,
  elasticNet,
  groupLasso,
  l1,
  l2,
  penalized,
  penaltyMonoid,
  penaltyValue,
  shareParameters,
  tie,
  type LambdaForm,
  type Penalty,
} from '../../src/nn/index.ts'
import { add, mul, square, sub, sum } from '../../src/core/numeric/index.ts'
import {
  applyStep,
  chain,
  decayWeights,
  descend,
  scaleByAdam,
  sgd,
  type Optimizer,
} from '../../src/optim/index.ts'
import { ArgumentError } from '../../src/core/tensor/errors.ts'
import type { Tensor } from '../../src/core/tensor/tensor.ts'
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
  fc.tuple(lambda, lambda).map(([x, y]) => elasticNet<Params>({ l1: x, l2: y })),
  lambda.map((x) => groupLasso<Params>(x)),
  fc
    .tuple(lambda, fc.constantFrom('squared' as const, 'norm' as const))
    .map(([x, form]) => tie<Params>(x, 'hidden', 'output', form)),
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
        expectClose(item(penalized(loss, p)(params)), item(loss(params)) + value(p, params))
        ;[l2<Params>(0), l1<Params>(0), penaltyMonoid<Params>().empty].forEach((none) => {
          expect(item(penalized(loss, none)(params))).toBe(item(loss(params)))
          expect(toArray(grad(penalized(loss, none))(params).hidden.weight)).toEqual([[1, 1]])
        })
      }),
    )
  })

  test('refuse a λ that is negative or not a number, saying which', () => {
    ;[-1, NaN, Infinity].forEach((rate) => {
      expect(() => l2(rate)).toThrow(ArgumentError)
      expect(() => l1(rate)).toThrow(ArgumentError)
      expect(decodePenalty({ l2: rate })).toMatchObject({
        left: {
          kind: 'decoding',
          subject: 'penalty',
          problems: [
            { path: 'l2', message: `l2: expected a finite number of 0 or more, got ${String(rate)}` },
          ],
        },
      })
      expect(decodePenalty({ l1: rate, l2: 1 })).toMatchObject({ left: { problems: [{ path: 'l1' }] } })
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

const close = (found: Tensor, expected: readonly number[], tolerance?: number): void =>
  (toArray(found) as readonly (readonly number[])[])
    .flat()
    .forEach((value, i) => expectClose(value, expected[i] ?? NaN, tolerance))

describe('the elastic net and the group lasso', () => {
  test('are λ₁Σ|w| + λ₂Σw² and λΣ√n‖w‖, and have a finite gradient at zeros', () => {
    fc.assert(
      fc.property(weights, lambda, lambda, (numbers, first, second) => {
        const params = paramsOf(numbers)
        const all = [...numbers[0], ...numbers[2]]
        expectClose(
          value(elasticNet({ l1: first, l2: second }), params),
          all.reduce((s, w) => s + first * Math.abs(w) + second * w * w, 0),
        )
        // Weights are [1, 2]: every unit has one member, the input has two.
        expectClose(value(groupLasso(first), params), first * all.reduce((s, w) => s + Math.abs(w), 0))
        const lengths = [numbers[0], numbers[2]].map((row) => Math.hypot(...row))
        for (const by of ['input', 'leaf'] as const)
          expectClose(
            value(groupLasso(first, { by }), params),
            first * Math.SQRT2 * (lengths[0]! + lengths[1]!),
          )
        const slopes = grad((p: Params) => penaltyValue(groupLasso<Params>(first, { by: 'leaf' }), p))(params)
        close(
          slopes.hidden.weight,
          numbers[0].map((w) => (lengths[0] === 0 ? 0 : (first * Math.SQRT2 * w) / lengths[0]!)),
        )
      }),
    )
    const zero = paramsOf([
      [0, 0],
      [1, 1],
      [0, 0],
      [1, 1],
    ])
    const slopes = grad((p: Params) => penaltyValue(groupLasso<Params>(1), p))(zero)
    expect(toArray(slopes.hidden.weight)).toEqual([[0, 0]])
  })
})

describe('a tie', () => {
  const forms = fc.constantFrom('squared' as const, 'norm' as const)
  test('is symmetric, 0 where the parts are equal, and includes biases', () => {
    fc.assert(
      fc.property(weights, lambda, forms, (numbers, by, form) => {
        const params = paramsOf(numbers)
        expect(value(tie(by, 'hidden', 'output', form), params)).toBe(
          value(tie(by, 'output', 'hidden', form), params),
        )
        const gap = [
          ...numbers[0].map((w, i) => w - numbers[2][i]!),
          ...numbers[1].map((w, i) => w - numbers[3][i]!),
        ]
        const squared = gap.reduce((s, d) => s + d * d, 0)
        expectClose(
          value(tie(by, 'hidden', 'output', form), params),
          by * (form === 'squared' ? squared : Math.sqrt(squared)),
        )
        const equal = paramsOf([numbers[0], numbers[1], numbers[0], numbers[1]])
        expect(value(tie(by, 'hidden', 'output', form), equal)).toBe(0)
      }),
    )
  })
  test('has the gradient ±2λ(A − B) when squared, ±λ(A − B)/‖A − B‖ as a norm, and 0 at A = B', () => {
    fc.assert(
      fc.property(weights, lambda, (numbers, by) => {
        const params = paramsOf(numbers)
        const slopes = (form: 'squared' | 'norm', at: Params): Params =>
          grad((p: Params) => penaltyValue(tie<Params>(by, 'hidden.weight', 'output.weight', form), p))(at)
        const gap = numbers[0].map((w, i) => w - numbers[2][i]!)
        const length = Math.hypot(...gap)
        close(
          slopes('squared', params).hidden.weight,
          gap.map((d) => 2 * by * d),
        )
        close(
          slopes('squared', params).output.weight,
          gap.map((d) => -2 * by * d),
        )
        close(
          slopes('norm', params).hidden.weight,
          gap.map((d) => (length === 0 ? 0 : (by * d) / length)),
        )
        const equal = paramsOf([numbers[0], numbers[1], numbers[0], numbers[3]])
        for (const form of ['squared', 'norm'] as const) {
          const { hidden, output } = slopes(form, equal)
          const nothing = [hidden, output].map((part) => (toArray(part.weight) as number[][]).flat())
          expect(nothing.flat().every((slope) => slope === 0)).toBe(true)
        }
      }),
    )
  })
  test('of parts that are not alike is refused with their paths', () => {
    const params = paramsOf([
      [1, 2],
      [3, 4],
      [5, 6],
      [7, 8],
    ])
    expect(() => value(tie(1, 'hidden', 'outputs', 'norm'), params)).toThrow(
      "tie: nothing lies at 'outputs'; there are hidden.weight, hidden.bias, output.weight, output.bias",
    )
    expect(() => value(tie(1, 'hidden.weight', 'output.bias', 'norm'), params)).toThrow(
      "tie: 'hidden.weight' is of shape [1, 2], 'output.bias' of [2]",
    )
    const lone = { ...params, output: { weight: params.output.weight } }
    expect(() => penaltyValue(tie(1, 'hidden', 'output', 'norm'), lone)).toThrow(
      "tie: 'hidden.bias' has no counterpart 'output.bias'",
    )
    expect(() => tie(-1, 'a', 'b', 'norm')).toThrow(ArgumentError)
  })
})

test('hard sharing gives the shared part the gradient of both uses, and the replaced one none', () => {
  fc.assert(
    fc.property(weights, (numbers) => {
      const params = paramsOf(numbers)
      const loss = (p: Params): Tensor => add(sum(square(p.hidden.weight)), mul(3, sum(p.output.weight)))
      const slopes = grad((p: Params) => loss(shareParameters(p, 'hidden', 'output')))(params)
      close(
        slopes.hidden.weight,
        numbers[0].map((w) => 2 * w + 3),
      )
      expect(toArray(slopes.output.weight)).toEqual([[0, 0]])
      const shared = shareParameters(params, 'hidden', 'output')
      expect([shared.output.weight, shared.output.bias]).toEqual([params.hidden.weight, params.hidden.bias])
    }),
  )
})

describe('λ', () => {
  test('in another form is the same function, and back again the same λ', () => {
    const forms: fc.Arbitrary<LambdaForm> = fc.oneof(
      fc.constantFrom('plain' as const, 'half' as const),
      fc.integer({ min: 1, max: 1000 }).map((rows) => ({ rows })),
    )
    fc.assert(
      fc.property(lambda, forms, forms, (by, from, to) => {
        expectClose(convertLambda(convertLambda(by, from, to), to, from), by, 1e-14)
        expectClose(
          convertLambda(by, from, 'plain'),
          from === 'plain' ? by : from === 'half' ? by / 2 : by / (2 * from.rows),
          1e-14,
        )
      }),
    )
    expect(() => convertLambda(-1, 'half', 'plain')).toThrow(ArgumentError)
    expect(() => convertLambda(1, { rows: 0 }, 'plain')).toThrow(/whole number of 1 or more, got 0/)
  })
})

describe('l2 in the gradient and decay beside it', () => {
  const rate = 0.25
  /** A single step from the gradient of ℓ = Σ c·w, with the penalty in the gradient or as decay of half its λ form. */
  const stepped = (
    by: number,
    numbers: readonly (readonly number[])[],
    coupled: boolean,
    optimizer: Optimizer<Params, readonly unknown[]>,
  ): Tensor => {
    const params = paramsOf(numbers)
    const loss = (p: Params): Tensor => sum(mul(float64([numbers[2]!]), p.hidden.weight))
    const gradient = grad(coupled ? penalized(loss, l2<Params>(by)) : loss)(params)
    const [move] = optimizer.update(gradient, optimizer.init(params), {
      params,
      step: 0,
      value: 0,
    })
    return applyStep(params, move).hidden.weight
  }
  const where = { where: (path: string) => path.endsWith('weight') }
  const decoupled = (by: number) => decayWeights<Params>(convertLambda(by, 'plain', 'half'), where)
  test('are one step under gradient descent: (1 − 2ηλ)w − η∇ℓ', () => {
    fc.assert(
      fc.property(weights, lambda, (numbers, by) => {
        const coupled = stepped(by, numbers, true, sgd({ learningRate: rate }))
        const beside = stepped(by, numbers, false, chain(decoupled(by), descend<Params>(rate)))
        close(
          coupled,
          numbers[0].map((w, i) => (1 - 2 * rate * by) * w - rate * numbers[2][i]!),
        )
        close(beside, (toArray(coupled) as number[][]).flat())
      }),
    )
  })
  test('are two different steps under Adam', () => {
    const numbers = [
      [1, 4],
      [0, 0],
      [1, 1],
      [0, 0],
    ]
    const adamThen = (by: number): Optimizer<Params, readonly unknown[]> =>
      chain(chain(scaleByAdam<Params>(), decoupled(by)), descend<Params>(rate))
    const coupled = stepped(0.5, numbers, true, adamThen(0))
    const beside = stepped(0.5, numbers, false, adamThen(0.5))
    // Adam's first step is the sign of the gradient, whatever the penalty adds to it.
    close(coupled, [0.75, 3.75], 1e-7)
    expect(Math.abs((toArray(sub(coupled, beside) as Tensor) as number[][])[0]![1]!)).toBeGreaterThan(0.9)
  })
})

describe('penalties from outside', () => {
  test('are the sum of what is named', () => {
    const params = paramsOf([
      [1, 2],
      [3, 4],
      [5, 6],
      [7, 8],
    ])
    const of = (spec: unknown): number => {
      const decoded = decodePenalty<Params>(spec)
      return E.isRight(decoded) ? value(decoded.right, params) : NaN
    }
    fc.assert(
      fc.property(lambda, lambda, (by, other) => {
        expectClose(
          of({ l1: by, tie: { lambda: other, a: 'hidden', b: 'output', form: 'squared' } }),
          by * 14 + other * 64,
        )
        expectClose(
          of({ groupLasso: { lambda: by, by: 'input' } }),
          by * Math.SQRT2 * (Math.sqrt(5) + Math.sqrt(61)),
        )
      }),
    )
    expect(of({})).toBe(0)
  })
  test('that are wrong say where', () => {
    const message = (spec: unknown): string => {
      const decoded = decodePenalty(spec)
      return E.isLeft(decoded) ? decoded.left.message : ''
    }
    expect(message({ groupLasso: { lambda: 1, by: 'unitt' } })).toBe(
      'groupLasso.by: expected one of leaf, unit, input (did you mean unit?), got "unitt"',
    )
    expect(message({ tie: { lambda: 1, a: 'x', b: 'y' } })).toBe(
      'tie.form: expected one of squared, norm, got nothing',
    )
    expect(message({ l3: 1 })).toBe(
      'l3: a penalty has no such key; did you mean l1? (it has l1, l2, groupLasso, tie), got 1',
    )
    expect(message(7)).toBe('the penalty: expected a penalty, a record of l1, l2, groupLasso, tie, got 7')
    expect(message([1])).toMatch(/expected a penalty/)
    expect(message(null)).toBe(
      'the penalty: expected a penalty, a record of l1, l2, groupLasso, tie, got null',
    )
  })
})
