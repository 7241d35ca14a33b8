import { describe, expect, test } from 'vitest'
import { toArray } from '../../src/core/autodiff/read.ts'
import { bernoulli, foldIn, key, tensor } from '../../src/core/numeric/index.ts'
import { dropout, l2, network, penalized, trainMode } from '../../src/nn/index.ts'
import {
  accumulateGradients,
  adamW,
  afterSteps,
  averagedParameters,
  averageParameters,
  byGroup,
  chain,
  decayWeights,
  descend,
  lamb,
  lion,
  lookahead,
  piecewiseConstant,
  scaleByAdam,
  scaleByRms,
  sgd,
  shrink,
  softThreshold,
  trace,
  warmUp,
  type Optimizer,
} from '../../src/optim/index.ts'
import { jit } from '../../src/compile/jit/jit.ts'
import { submodels } from '../../src/study/index.ts'
import type { Tensor } from '../../src/core/tensor/tensor.ts'

interface Params {
  readonly w: Tensor
}
const odd = [Infinity, -Infinity, NaN]
const of = (values: readonly number[]): Params => ({ w: tensor(values) })
const numbers = ({ w }: Params): unknown => toArray(w)

/** The step and the state after it, as one program and one operation at a time. */
const both = <S>(optimizer: Optimizer<Params, S>, gradient: Params, state: S, params = of([0, 0])) =>
  [optimizer.update, jit(optimizer.update)].map((update) =>
    update(gradient, state, { params, step: 0, value: 0 }),
  )

describe('what is not chosen leaves no trace, were it infinite or NaN', () => {
  test.each(odd)('a gathered gradient of %s moves nothing until it is due', (x) => {
    const optimizer = accumulateGradients(2, sgd<Params>({ learningRate: 1 }))
    both(optimizer, of([x, 1]), optimizer.init(of([0, 0]))).forEach(([step]) =>
      expect(numbers(step)).toEqual([0, 0]),
    )
    const [, state] = optimizer.update(of([x, 1]), optimizer.init(of([0, 0])), {
      params: of([0, 0]),
      step: 0,
      value: 0,
    })
    both(optimizer, of([1, 3]), state).forEach(([step]) => expect((numbers(step) as number[])[1]).toBe(-2))
  })
  test.each(odd)('a rate of 0 gives no step along %s, constant or on schedule', (x) => {
    const rates = [0, warmUp({ steps: 4, then: 1 }), piecewiseConstant({ boundaries: [5], values: [0, 1] })]
    rates.forEach((rate) => {
      both(descend<Params>(rate) as Optimizer<Params, object>, of([x, 1]), {}).forEach(([step]) =>
        expect(numbers(step)).toEqual([0, 0]),
      )
    })
  })
  test.each(odd)('a decay of 0 forgets %s', (x) => {
    const states = [
      [trace<Params>(0), { velocity: of([x, x]) }],
      [
        scaleByAdam<Params>({ b1: 0, b2: 0 }),
        { mean: of([x, x]), square: of([x, x]), count: tensor(0, { dtype: 'float64' }) },
      ],
      [scaleByRms<Params>({ decay: 0 }), { squares: of([x, x]), mean: of([x, x]) }],
    ] as const
    states.forEach(([{ update }, state]) => {
      const [direction] = update(of([1, 1]), state as never, {
        params: of([0, 0]),
        step: 0,
        value: 0,
      })
      expect((numbers(direction as Params) as number[]).every(Number.isFinite)).toBe(true)
    })
    const average = chain(sgd<Params>({ learningRate: 1 }), averageParameters<Params>(0))
    const [, state] = average.update(
      of([1, 1]),
      average
        .init(of([x, x]))
        .with(-1, { parameterSum: of([x, x]), parameterWeight: tensor(0.5, { dtype: 'float64' }) }),
      { params: of([2, 2]), step: 0, value: 0 },
    )
    expect(numbers(averagedParameters(state, of([0, 0])))).toEqual([1, 1])
  })
  test.each(odd)('λ = 0 does not look at parameters of %s', (x) => {
    const [direction] = decayWeights<Params>(0).update(
      of([1, 1]),
      {},
      { params: of([x, x]), step: 0, value: 0 },
    )
    expect(numbers(direction)).toEqual([1, 1])
    const lions = lion<Params>({ learningRate: 1 })
    const [step] = lions.update(of([1, -1]), lions.init(of([x, x])), {
      params: of([x, x]),
      step: 0,
      value: 0,
    })
    expect(numbers(step)).toEqual([-1, 1])
    expect(
      toArray(
        penalized(
          () => tensor(3),
          l2<Params>(0, () => true),
        )(of([x, x])),
      ),
    ).toBe(3)
    const after = afterSteps(sgd<Params>({ learningRate: 0.5 }), [
      softThreshold<Params>(1, (path) => path !== 'w'),
      shrink<Params>(1, (path) => path !== 'w'),
    ])
    expect(numbers(after(of([x, 1]), 0))).toEqual([x, 1])
  })
  test.each(odd)('slow weights of %s are not looked at before they are due', (x) => {
    const optimizer = lookahead(sgd<Params>({ learningRate: 1 }), { every: 2, share: 0.5 })
    const state = { ...optimizer.init(of([1, 1])), slow: of([x, x]) }
    both(optimizer, of([1, 1]), state).forEach(([step]) => expect(numbers(step)).toEqual([-1, -1]))
  })
  test.each(odd)('a group with a gradient of %s leaves the others alone', (x) => {
    type Two = { readonly a: Tensor; readonly b: Tensor }
    const optimizer = byGroup<Two>((path) => path, {
      a: sgd({ learningRate: 1 }),
      b: sgd({ learningRate: 1 }),
    })
    const params = { a: tensor([0]), b: tensor([0]) }
    const [step] = optimizer.update({ a: tensor([x]), b: tensor([1]) }, optimizer.init(params), {
      params,
      step: 0,
      value: 0,
    })
    expect(toArray(step.b)).toEqual([-1])
  })
  test.each(odd)('dropout and its submodels drop %s', (x) => {
    for (const scaling of ['inverted', 'slide'] as const) {
      const net = network(4, dropout('drop', 0.5, { scaling }))
      const { params, state } = net.init(key(0))
      const from = key(3)
      const kept = toArray(bernoulli(foldIn(from, 'drop'), 0.5, [1, 4])) as unknown as number[][]
      const [output] = net.apply(trainMode(from), params, state, tensor([[x, x, x, x]]))
      const seen = (toArray(output) as number[][])[0]!
      expect(kept[0]!.some((keep) => !keep)).toBe(true)
      seen.forEach((value, i) => expect(value).toBe(kept[0]![i] ? (scaling === 'slide' ? x : x * 2) : 0))
      expect(toArray(submodels(net).apply(0n, params, state, tensor([[x, 1, 1, x]])))).toEqual([[0, 0, 0, 0]])
    }
  })
})

describe('settings that a law alone would not tell', () => {
  const context = (params: Params) => ({ params, step: 0, value: 0 })
  test('the proximal step of λΣw² divides by 1 + 2ηλ', () => {
    expect(toArray(shrink<{ weight: Tensor }>(3).apply({ weight: tensor([7]) }, 0.5).weight)).toEqual([1.75])
    // What it is by its definition: the least of ½(y − x)² + ηλy².
    const [x, eta, lambda] = [7, 0.5, 3]
    const cost = (y: number): number => 0.5 * (y - x) ** 2 + eta * lambda * y * y
    expect(cost(1.75)).toBeLessThan(Math.min(cost(1.74), cost(1.76)))
  })
  test('AdamW decays by 0.01 of the parameters unless told otherwise, LAMB and Lion not at all', () => {
    const params = of([2, -4])
    const none = of([0, 0])
    const moved = (optimizer: Optimizer<Params, readonly unknown[]>) =>
      numbers(optimizer.update(none, optimizer.init(params), context(params))[0]) as number[]
    moved(adamW<Params>({ learningRate: 0.5 })).forEach((value, i) =>
      expect(value).toBeCloseTo([-0.01, 0.02][i]!, 9),
    )
    expect(moved(lamb<Params>({ learningRate: 0.5 })).map(Math.abs)).toEqual([0, 0])
    expect(moved(lion<Params>({ learningRate: 0.5 })).map(Math.abs)).toEqual([0, 0])
  })
  test('LAMB at parameters of 0 takes Adam’s own step', () => {
    const zero = of([0, 0])
    const optimizer = lamb<Params>({ learningRate: 0.5 })
    const [step] = optimizer.update(of([3, -4]), optimizer.init(zero), context(zero))
    const found = numbers(step) as number[]
    ;[-0.5, 0.5].forEach((value, i) => expect(found[i]).toBeCloseTo(value, 5))
  })
  test('centred RMSProp stays finite where rounding makes the variance negative', () => {
    const { init, update } = scaleByRms<Params>({ centered: true, decay: 0.9 })
    const start = init(of([0, 0]))
    const steps = Array.from({ length: 400 }).reduce<{ readonly state: typeof start; readonly ok: boolean }>(
      ({ state, ok }) => {
        const [direction, next] = update(of([1e3 + 1 / 3, 77.7]), state, context(of([0, 0])))
        return { state: next, ok: ok && (numbers(direction) as number[]).every(Number.isFinite) }
      },
      { state: start, ok: true },
    )
    expect(steps.ok).toBe(true)
    // The variance itself without its bound, at this state: below 0.
    const behind = { squares: of([0.99, 0.99]), mean: of([1, 1]) }
    const [direction] = update(of([1, 1]), behind, context(of([0, 0])))
    expect((numbers(direction) as number[]).every((value) => value > 1e6 && Number.isFinite(value))).toBe(
      true,
    )
  })
})
