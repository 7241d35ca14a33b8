import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { item, toTypedArray } from '../../src/core/autodiff/read.ts'
import { add, div, tensor } from '../../src/core/numeric/index.ts'
import {
  accumulateGradients,
  adam,
  afterSteps,
  applyStep,
  byGroup,
  chain,
  decodeOptimizer,
  descend,
  identity,
  lookahead,
  momentum,
  optimizerKind,
  optimizerKinds,
  rateAt,
  scaleByAdam,
  sgd,
  trace,
  transformationMonoid,
  type AdamState,
  type Gradient,
  type Optimizer,
  type OptimizerSpec,
  type Schedule,
  type TraceState,
  type Transformation,
} from '../../src/optim/index.ts'
import { ArgumentError, TreeError } from '../../src/core/tensor/errors.ts'
import type { Tensor } from '../../src/core/tensor/tensor.ts'
import { leavesWithPaths } from '../../src/core/tensor/tree.ts'

interface Params {
  readonly layer: { readonly weight: Tensor; readonly bias: Tensor }
}
type Pair = readonly [readonly number[], readonly number[]]

const paramsOf = ([weight, bias]: Pair, dtype: 'float32' | 'float64' = 'float64'): Params => ({
  layer: { weight: tensor([weight], { dtype }), bias: tensor(bias, { dtype }) },
})
const numbersOf = ({ layer }: Params): readonly number[] => [
  ...toTypedArray(layer.weight),
  ...toTypedArray(layer.bias),
]
const bytesOf = (tree: unknown): readonly string[] =>
  leavesWithPaths(tree).map(
    ({ path, leaf }) => `${path} ${Buffer.from(toTypedArray(leaf).buffer).toString('hex')}`,
  )

const entry = fc.integer({ min: -256, max: 256 }).map((i) => i / 64)
const vector = fc.array(entry, { minLength: 2, maxLength: 2 })
const pair = fc.tuple(vector, vector)
const steps = 20
const run = fc.record({ start: pair, gradients: fc.array(pair, { minLength: steps, maxLength: steps }) })

/** The parameters after each step along given gradients. */
const trajectory = (
  optimizer: Optimizer<Params, readonly unknown[]>,
  start: Params,
  gradients: readonly Params[],
): readonly (readonly number[])[] =>
  gradients.reduce<{
    readonly params: Params
    readonly state: readonly unknown[]
    readonly seen: readonly (readonly number[])[]
  }>(
    ({ params, state, seen }, gradient, step) => {
      const [move, after] = optimizer.update(gradient, state, { params, step, value: 0 })
      const next = applyStep(params, move)
      return { params: next, state: after, seen: [...seen, numbersOf(next)] }
    },
    { params: start, state: optimizer.init(start), seen: [] },
  ).seen

/** A textbook optimizer of one number: the new θ from the gradients so far (the last one is the current). */
type Reference = (theta: number, gradients: readonly number[]) => number

const rate: Schedule = (step) => div(0.1, add(1, step))
const powerMean = (gs: readonly number[], beta: number): number =>
  gs.reduce((sum, g, i) => sum + (1 - beta) * beta ** (gs.length - 1 - i) * g, 0)
const velocity = (gs: readonly number[], beta: number): number =>
  gs.reduce((sum, g, i) => sum + beta ** (gs.length - 1 - i) * g, 0)
const at = (gs: readonly number[]): number => item(rateAt(rate, gs.length - 1))

const cases: readonly {
  readonly name: string
  readonly optimizer: (learningRate: Schedule) => Optimizer<Params, readonly unknown[]>
  readonly reference: Reference
}[] = [
  {
    name: 'sgd',
    optimizer: (learningRate) => sgd({ learningRate }),
    reference: (theta, gs) => theta - at(gs) * gs.at(-1)!,
  },
  {
    name: 'momentum',
    optimizer: (learningRate) => momentum({ learningRate, beta: 0.8 }),
    reference: (theta, gs) => theta - at(gs) * velocity(gs, 0.8),
  },
  {
    name: 'nesterov momentum',
    optimizer: (learningRate) => momentum({ learningRate, beta: 0.8, nesterov: true }),
    reference: (theta, gs) => theta - at(gs) * (gs.at(-1)! + 0.8 * velocity(gs, 0.8)),
  },
  {
    name: 'adam',
    optimizer: (learningRate) => adam({ learningRate, b1: 0.8, b2: 0.95, epsilon: 1e-3 }),
    reference: (theta, gs) => {
      const mean = powerMean(gs, 0.8) / (1 - 0.8 ** gs.length)
      const variance =
        powerMean(
          gs.map((g) => g * g),
          0.95,
        ) /
        (1 - 0.95 ** gs.length)
      return theta - (at(gs) * mean) / (Math.sqrt(variance) + 1e-3)
    },
  },
]

describe.each(cases)('$name', ({ optimizer, reference }) => {
  test('follows its formula for 20 steps under a schedule', () => {
    fc.assert(
      fc.property(run, ({ start, gradients }) => {
        const found = trajectory(
          optimizer(rate),
          paramsOf(start),
          gradients.map((g) => paramsOf(g)),
        )
        start.flat().forEach((first, coordinate) => {
          const own = gradients.map((g) => g.flat()[coordinate]!)
          own.reduce((theta, _, step) => {
            const next = reference(theta, own.slice(0, step + 1))
            const got = found[step]![coordinate]!
            expect(Math.abs(got - next)).toBeLessThanOrEqual(1e-12 * (1 + Math.abs(next)))
            return next
          }, first)
        })
      }),
      { numRuns: 40 },
    )
  })

  test('changes nothing at rate 0', () => {
    fc.assert(
      fc.property(run, ({ start, gradients }) => {
        const found = trajectory(
          optimizer(0),
          paramsOf(start),
          gradients.map((g) => paramsOf(g)),
        )
        found.forEach((numbers) => expect(numbers).toEqual(start.flat()))
      }),
      { numRuns: 20 },
    )
  })

  test('leaves its inputs as they were, gives the same bytes for the same call, and keeps dtypes', () => {
    fc.assert(
      fc.property(
        pair,
        pair,
        fc.constantFrom('float32' as const, 'float64' as const),
        (start, slope, dtype) => {
          const [params, gradient] = [paramsOf(start, dtype), paramsOf(slope, dtype)]
          const made = optimizer(0.1)
          const state = made.init(params)
          const once = (from: readonly unknown[]) =>
            made.update(gradient, from, { params, step: 0, value: 0 })
          const [, used] = once(state)
          const before = bytesOf({ params, gradient, state, used })
          expect(bytesOf(once(used))).toEqual(bytesOf(once(used)))
          applyStep(params, once(used)[0])
          expect(bytesOf({ params, gradient, state, used })).toEqual(before)
          leavesWithPaths(once(used)[0]).forEach(({ leaf }) => expect(leaf.dtype).toBe(dtype))
        },
      ),
      { numRuns: 30 },
    )
  })
})

describe('adam', () => {
  test('takes a first step of −η sign(g) wherever |g| ≫ ε', () => {
    fc.assert(
      fc.property(pair, fc.integer({ min: 1, max: 1000 }), (slope, k) => {
        const learningRate = k / 1000
        const moved = trajectory(
          adam({ learningRate }),
          paramsOf([
            [0, 0],
            [0, 0],
          ]),
          [paramsOf(slope)],
        )[0]!
        slope.flat().forEach((g, i) => {
          expect(Math.abs(moved[i]! + learningRate * Math.sign(g))).toBeLessThanOrEqual(1e-6 * learningRate)
        })
      }),
    )
  })

  test('corrects its bias exactly on constant gradients', () => {
    const g = [3, -0.5]
    const found = trajectory(
      adam({ learningRate: 0.01 }),
      paramsOf([g, g]),
      Array.from({ length: 500 }, () => paramsOf([g, g])),
    )
    const [before, after] = [found[498]!, found[499]!]
    after.forEach((theta, i) =>
      expect(Math.abs(theta - before[i]! + 0.01 * Math.sign([...g, ...g][i]!))).toBeLessThan(1e-9),
    )
  })

  test('shows its averages and its settings by name', () => {
    const transformation = scaleByAdam<Params>({ b1: 0.5, b2: 0.75 })
    const params = paramsOf([
      [0, 0],
      [0, 0],
    ])
    const [, state] = transformation.update(
      paramsOf([
        [2, 4],
        [6, 8],
      ]),
      transformation.init(params),
      {
        params,
        step: 0,
        value: 0,
      },
    )
    const { mean, square, count }: AdamState<Params> = state
    expect(numbersOf(mean)).toEqual([1, 2, 3, 4])
    expect(numbersOf(square)).toEqual([1, 4, 9, 16])
    expect([...toTypedArray(count)]).toEqual([1])
    expect(transformation.hyperParameters).toEqual({ b1: 0.5, b2: 0.75, epsilon: 1e-8 })
    expect(
      adam({ learningRate: 0.1 }).parts?.map(({ name, hyperParameters }) => [name, hyperParameters]),
    ).toEqual([
      ['scaleByAdam', { b1: 0.9, b2: 0.999, epsilon: 1e-8 }],
      ['descend', { rate: 0.1 }],
    ])
  })
})

describe('chain', () => {
  type Same = Transformation<Params, Gradient<Params>, Gradient<Params>, readonly unknown[]>
  const unit = identity<Params, Gradient<Params>>()
  const { concat, empty } = transformationMonoid<Params, Gradient<Params>>()
  const part: fc.Arbitrary<Same> = fc.oneof(
    fc.constantFrom(0, 0.5, 0.9).map((beta) => chain(unit, trace<Params>(beta, { nesterov: beta > 0.6 }))),
    fc.constant(chain(scaleByAdam<Params>(), unit)),
    fc.constant(chain(trace<Params>(0.3), scaleByAdam<Params>({ b1: 0.5 }))),
    fc.constant(unit),
  )
  const walk = (same: Same, { start, gradients }: { start: Pair; gradients: readonly Pair[] }) =>
    trajectory(
      chain(same, descend<Params>(0.1)),
      paramsOf(start),
      gradients.map((g) => paramsOf(g)),
    )

  test('is a monoid, bit for bit, in names, states and steps', () => {
    fc.assert(
      fc.property(part, part, part, run, (a, b, c, data) => {
        const [left, right] = [concat(concat(a, b), c), concat(a, concat(b, c))]
        expect(walk(left, data)).toEqual(walk(right, data))
        expect(left.name).toBe(right.name)
        const params = paramsOf(data.start)
        expect(bytesOf(left.init(params))).toEqual(bytesOf(right.init(params)))
        ;[concat(empty, a), concat(a, empty)].forEach((same) => {
          expect(walk(same, data)).toEqual(walk(a, data))
          expect(same.parts).toEqual(a.parts)
        })
      }),
      { numRuns: 25 },
    )
  })

  test('feeds the output of each part to the next, in order', () => {
    const both = trajectory(
      chain(chain(trace<Params>(0.5), trace<Params>(0)), descend<Params>(1)),
      paramsOf([
        [0, 0],
        [0, 0],
      ]),
      [
        paramsOf([
          [1, 0],
          [0, 0],
        ]),
        paramsOf([
          [1, 0],
          [0, 0],
        ]),
      ],
    )
    expect(both.map(([first]) => first)).toEqual([-1, -2.5])
  })

  test('of any number of parts = the chain of chains of two', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 9 }), run, (parts, data) => {
        const whole = chain(...parts) as unknown as Same
        const byTwo = parts.reduce<Same>((sofar, next) => chain(sofar, next), empty)
        expect(whole.parts).toEqual(byTwo.parts)
        expect(walk(whole, data)).toEqual(walk(byTwo, data))
      }),
      { numRuns: 15 },
    )
  })

  test('says which part is no transformation', () => {
    const odd = [undefined, null, 3, 'adam', {}, adam, E.right(unit)]
    for (const part of odd) {
      expect(() => chain(unit, part as never)).toThrow(ArgumentError)
      expect(() => chain(unit, part as never)).toThrow(
        /^chain: part 2: expected a transformation such as .*, got /,
      )
      expect(() => lookahead(part as never)).toThrow(/^lookahead: the optimizer: expected a transformation/)
      expect(() => accumulateGradients(2, part as never)).toThrow(/the optimizer: expected a transformation/)
      expect(() => byGroup(() => 'a', { a: part as never })).toThrow(/^byGroup: a: expected a transformation/)
      expect(() => afterSteps(part as never, [])).toThrow(/the optimizer: expected a transformation/)
    }
    expect(() => byGroup(() => 'a', undefined as never)).toThrow(
      /expected a record of optimizers, got nothing/,
    )
    expect(() => chain(undefined as never)).toThrow('got nothing')
    const eight = Array.from({ length: 8 }, (_, i) => (i === 7 ? 3 : unit)) as unknown as readonly Same[]
    expect(() => chain(...eight)).toThrow('part 8')
  })

  test('resumed from its state continues as uninterrupted', () => {
    fc.assert(
      fc.property(run, fc.integer({ min: 1, max: steps - 1 }), ({ start, gradients }, cut) => {
        const optimizer = adam<Params>({ learningRate: rate })
        const all = gradients.map((g) => paramsOf(g))
        const advance = (params: Params, state: readonly unknown[], from: number, to: number) =>
          all.slice(from, to).reduce(
            (sofar, gradient, i) => {
              const [move, after] = optimizer.update(gradient, sofar.state, {
                params: sofar.params,
                step: from + i,
                value: 0,
              })
              return { params: applyStep(sofar.params, move), state: after }
            },
            { params, state },
          )
        const half = advance(paramsOf(start), optimizer.init(paramsOf(start)), 0, cut)
        expect(bytesOf(advance(half.params, half.state, cut, steps))).toEqual(
          bytesOf(advance(paramsOf(start), optimizer.init(paramsOf(start)), 0, steps)),
        )
      }),
      { numRuns: 20 },
    )
  })

  test('keeps gradients and steps apart in the type checker', () => {
    const params = paramsOf([
      [1, 1],
      [1, 1],
    ])
    const gradient: Gradient<Params> = params
    // @ts-expect-error -- a gradient is not a step
    applyStep(params, gradient)
    // @ts-expect-error -- nor is a plain record of tensors
    applyStep(params, params)
    // @ts-expect-error -- what comes after `descend` works on steps
    chain(descend<Params>(0.1), trace<Params>(0.9))
    const d = descend<Params>(0.1)
    const t = trace<Params>(0.9)
    // @ts-expect-error -- also in the middle of a long chain
    chain(t, t, d, t)
    // @ts-expect-error -- and of one longer than any that is typed part by part
    chain(t, t, t, t, t, d, t, t)
    expectTypeOf(chain(t, t, t, t, t, t, t, d)).toExtend<Optimizer<Params, readonly unknown[]>>()
    expectTypeOf(chain(t, t, t, t, t, t, t)).not.toExtend<Optimizer<Params, readonly unknown[]>>()
    // @ts-expect-error -- without `descend` it is no optimizer
    const optimizer: Optimizer<Params, TraceState<Params>> = trace<Params>(0.9)
    expect(optimizer.name).toBe('trace')
  })

  test('names the path where gradient and state differ', () => {
    const params = paramsOf([
      [1, 1],
      [1, 1],
    ])
    const lacking = { layer: { weight: params.layer.weight } } as unknown as Params
    const update = (optimizer: Optimizer<Params, readonly unknown[]>) => () =>
      optimizer.update(lacking, optimizer.init(params), { params, step: 0, value: 0 })
    expect(update(adam({ learningRate: 1 }))).toThrow(TreeError)
    expect(update(momentum({ learningRate: 1 }))).toThrow(/trace: the trees differ at layer/)
    expect(() => applyStep(params, lacking as never)).toThrow(/applyStep: the trees differ at layer/)
  })
})

describe('an optimizer as data', () => {
  test.each([
    [{ kind: 'sgd', learningRate: 0.1 }, sgd<Params>({ learningRate: 0.1 })],
    [
      { kind: 'momentum', learningRate: 0.1, beta: 0.5, nesterov: true },
      momentum<Params>({ learningRate: 0.1, beta: 0.5, nesterov: true }),
    ],
    [{ kind: 'momentum', learningRate: 0 }, momentum<Params>({ learningRate: 0 })],
    [
      { kind: 'adam', learningRate: 0.01, b1: 0.5, b2: 0, epsilon: 1e-3 },
      adam<Params>({ learningRate: 0.01, b1: 0.5, b2: 0, epsilon: 1e-3 }),
    ],
  ])('%j is the one it describes', (spec, expected) => {
    const decoded = decodeOptimizer<Params>(spec)
    if (E.isLeft(decoded)) throw new Error(decoded.left.message)
    expect(decoded.right.parts?.map(({ name, hyperParameters }) => [name, hyperParameters])).toEqual(
      expected.parts?.map(({ name, hyperParameters }) => [name, hyperParameters]),
    )
    const gradients = [
      paramsOf([
        [1, -2],
        [0.5, 3],
      ]),
      paramsOf([
        [2, -1],
        [1, 0],
      ]),
    ]
    const start = paramsOf([
      [1, 1],
      [1, 1],
    ])
    expect(trajectory(decoded.right, start, gradients)).toEqual(trajectory(expected, start, gradients))
  })

  test.each<readonly [unknown, string, string]>([
    [undefined, '', 'the optimizer: expected an optimizer, a record with a kind, got nothing'],
    [
      { kind: 'adamw', learningRate: 1 },
      'kind',
      'kind: expected one of sgd, momentum, adam, adamW, nAdam, amsGrad, rAdam, adagrad, adadelta, rmsProp, lion, lamb, adaMax, adaBelief, adafactor, lars, muon, rProp, scheduleFreeSgd, scheduleFreeAdamW (did you mean adamW?), got "adamw"',
    ],
    [{ kind: 'sgd' }, 'learningRate', 'learningRate: expected a finite number of 0 or more, got nothing'],
    [
      { kind: 'sgd', learningRate: -0.1 },
      'learningRate',
      'learningRate: expected a finite number of 0 or more, got -0.1',
    ],
    [
      { kind: 'adam', learningRate: NaN },
      'learningRate',
      'learningRate: expected a finite number of 0 or more, got NaN',
    ],
    [
      { kind: 'adam', learningRate: Infinity },
      'learningRate',
      'learningRate: expected a finite number of 0 or more, got Infinity',
    ],
    [
      { kind: 'adam', learningRate: 0.1, b2: 1 },
      'b2',
      'b2: expected a finite number of 0 or more and below 1, got 1',
    ],
    [
      { kind: 'adam', learningRate: 0.1, epsilon: 0 },
      'epsilon',
      'epsilon: expected a finite number above 0, got 0',
    ],
    [
      { kind: 'momentum', learningRate: 0.1, beta: 1.5 },
      'beta',
      'beta: expected a finite number of 0 or more and below 1, got 1.5',
    ],
    [
      { kind: 'momentum', learningRate: 0.1, nesterov: 'yes' },
      'nesterov',
      'nesterov: expected true or false, got "yes"',
    ],
    [
      { kind: 'adam', learningRate: 0.1, beta1: 0.5 },
      'beta1',
      'beta1: an optimizer of kind adam has no such key (it has kind, learningRate, b1, b2, epsilon), got 0.5',
    ],
  ])('%j is refused with the path', (spec, path, message) => {
    const decoded = decodeOptimizer(spec)
    expect(E.isLeft(decoded) ? decoded.left.problems : []).toEqual([{ path, message }])
  })

  test('is refused with everything that is wrong with it', () => {
    const decoded = decodeOptimizer({ kind: 'adam', learningRate: -1, b1: 2, beta: 0 })
    expect(E.isLeft(decoded) ? decoded.left.problems.map(({ path }) => path) : []).toEqual([
      'beta',
      'learningRate',
      'b1',
    ])
  })

  test('of an earlier version is read by the name it had', () => {
    const decoded = [{ kind: 'nadam' }, { kind: 'nAdam' }].map((spec) =>
      decodeOptimizer<Params>({ ...spec, learningRate: 0.1 }),
    )
    expect(decoded.map((read) => (E.isRight(read) ? read.right.name : ''))).toEqual([
      'scaleByNAdam → descend',
      'scaleByNAdam → descend',
    ])
  })

  test('of one kind among others, by one list without repetitions', () => {
    const again = optimizerKind('adam', {}, sgd)
    const formerly = optimizerKind('other', {}, sgd, ['nadam'])
    for (const kind of [again, formerly])
      expect(() => decodeOptimizer({ kind: 'sgd', learningRate: 1 }, { kinds: [kind] })).toThrow(
        /two kinds are named 'n?adam'/,
      )
    expect(new Set(optimizerKinds.map(({ kind }) => kind)).size).toBe(optimizerKinds.length)
    expectTypeOf<OptimizerSpec['kind']>().toEqualTypeOf<(typeof optimizerKinds)[number]['kind']>()
    expectTypeOf<Extract<OptimizerSpec, { kind: 'rmsProp' }>['centered']>().toEqualTypeOf<
      boolean | undefined
    >()
  })
})
