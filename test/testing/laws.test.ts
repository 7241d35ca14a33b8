import { describe, expect, test } from 'vitest'
import {
  add,
  cos,
  custom,
  full,
  jvp,
  matmul,
  maximum,
  mean,
  mul,
  neg,
  normal,
  sin,
  square,
  sub,
  sum,
  tensor,
  toTypedArray,
  transpose,
  zerosLike,
  mapTree,
  zipTrees,
  type Key,
  type Tensor,
} from '../../src/index.ts'
import {
  hinge,
  huber,
  l1,
  l2,
  layerKind,
  layerName,
  meanSquaredError,
  softmaxCrossEntropy,
  type Layer,
  type Mode,
  type NoState,
} from '../../src/nn/index.ts'
import { chain, descend, momentum, type Gradient, type Transformation } from '../../src/optim/index.ts'
import { meanWeighting, minNormWeighting, type Weighting } from '../../src/criteria/index.ts'
import { ArgumentError } from '../../src/core/tensor/errors.ts'
import { law, LawError, laws, type Law } from '../../src/testing/index.ts'

const broken = (list: readonly Law[]): readonly string[] =>
  laws.judge(list).flatMap(({ name, verdict }) => (verdict.kind === 'holds' ? [] : [name]))

const few = { runs: 1 } as const

interface Weighted {
  readonly weight: Tensor
}

/** A layer by its `apply`, right in everything else. */
const layer = (
  apply: (mode: Mode, params: Weighted, x: Tensor) => Tensor,
): Layer<'mine', Weighted, NoState> => ({
  name: 'mine',
  spec: { kind: 'mine', name: 'mine' },
  shape: (input) => input,
  init: (from, input, dtype) => ({ params: { weight: normal(from, input, { dtype }) }, state: {} }),
  apply: (mode, params, state, x) => [apply(mode, params, x), state],
})
const kinds = [
  layerKind('mine', { name: layerName }, () => layer((_, { weight }, x): Tensor => mul(x, weight))),
]
const lawsOf = (apply: Parameters<typeof layer>[0]) =>
  laws.layer(layer(apply), { kinds, inputs: [[3]], ...few })

describe('a wrong layer is caught by one line', () => {
  test('a right one is not', () => {
    expect(laws.check(lawsOf((_, { weight }, x): Tensor => mul(x, weight)))).toHaveLength(21)
  })

  test('a wrong transposition', () => {
    const wrong = custom((x: Tensor, w: Tensor): Tensor => matmul(x, w), {
      vjp: (x, w) => [
        matmul(x, w),
        (ct: Tensor): [Tensor, Tensor] => [matmul(ct, w) as Tensor, matmul(transpose(x), ct) as Tensor],
      ],
    })
    const dense: Layer<'dense', Weighted, NoState> = {
      ...layer((_, __, x) => x),
      name: 'dense',
      init: (from, [n = 1], dtype) => ({ params: { weight: normal(from, [n, n], { dtype }) }, state: {} }),
      apply: (_, { weight }, state, x) => [wrong(x, weight), state],
    }
    const report = laws.print(laws.judge(laws.layer(dense, { inputs: [[1], [2], [3]], ...few })))
    expect(report).toContain('fails      in evaluation forward mode, reverse mode and differences agree')
    expect(report).toMatch(/at +.* mode: the derivative of output\[0, \d\] by x\[0, \d\]/)
    expect(report).toMatch(/case +inputs of shape \[2\], 2 rows, seed 0/)
  })

  test('a mask that is another one in the derivative', () => {
    const stale = lawsOf((mode, { weight }, x) => {
      if (mode.kind !== 'train') return mul(x, weight)
      const kept = full(x.shape, 1, { dtype: x.dtype === 'float32' ? 'float32' : 'float64' })
      const dropped = custom((y: Tensor): Tensor => mul(y, kept), {
        jvp: ([y], [dy]) => mul(dy, mul(y, 0)) as Tensor,
      })
      return mul(dropped(x), weight)
    })
    expect(broken(stale)).toEqual(['in training forward mode, reverse mode and differences agree'])
  })

  test('statistics of the batch in evaluation', () => {
    const centre = lawsOf((_, { weight }, x): Tensor => mul(sub(x, mean(x, { axis: 0 })), weight))
    expect(broken(centre)).toContain('in evaluation a row depends on no other row')
    const report = laws.print(laws.judge(centre))
    expect(report).toMatch(/expected -?[\d.]+ \(that row alone\)\n +found +-?[\d.]+ \(among the others\)/)
  })

  test('what it remembers, and chance from nowhere', () => {
    let calls = 0
    const counting = lawsOf((_, { weight }, x): Tensor => mul(x, add(weight, calls++)))
    expect(broken(counting)).toContain('draws from its key alone, and remembers nothing')
    const writing = laws.layer(
      {
        ...layer((_, { weight }, x): Tensor => mul(x, weight)),
        apply: (_, params, state, x) => {
          ;(params as { weight: Tensor }).weight = x
          return [x, state]
        },
      },
      few,
    )
    expect(broken(writing)).toContain('in evaluation leaves what it is given as it was')
  })

  test('a shape, a description or a dtype that is not what was said', () => {
    const wide = laws.layer(
      { ...layer((_, { weight }, x): Tensor => mul(x, weight)), shape: () => [7] },
      { inputs: [[3]], kinds, ...few },
    )
    expect(broken(wide)).toEqual(['declares the shape of its output'])
    const mine = layer((_, { weight }, x): Tensor => mul(x, weight))
    expect(broken(laws.layer({ ...mine, spec: { ...mine.spec, rate: 2 } }, { kinds, ...few }))).toEqual([
      'comes back from its description',
    ])
    const [undecided] = laws
      .judge(laws.layer(mine, few))
      .filter(({ verdict }) => verdict.kind === 'undecided')
    expect(undecided?.verdict).toMatchObject({ reason: expect.stringContaining("the kind 'mine'") })
    const odd = { ...mine, init: () => ({ params: { weight: full([3], 1) }, state: {} }) }
    expect(broken(laws.layer(odd, { kinds, inputs: [[3]], ...few }))).toContain(
      'begins from its key alone, in the dtype that is asked for',
    )
  })
})

describe('losses', () => {
  test.each([
    ['squared error', meanSquaredError, {}],
    ['Huber', huber, {}],
    ['hinge', hinge, { targets: 'signs', width: 0 }],
    ['cross-entropy', (z: Tensor, y: Tensor) => softmaxCrossEntropy(z, y), { targets: 'labels' }],
  ] as const)('%s', (_, loss, options) => {
    laws.check(laws.loss(loss, { ...options, ...few }))
  })
  test('a mean that is missing, and a formula that overflows', () => {
    const total = (a: Tensor, b: Tensor): Tensor => sum(square(sub(a, b)))
    expect(broken(laws.loss(total, few))).toEqual(['is the mean over the rows'])
    expect(broken(laws.loss(total, { reduction: 'sum', ...few }))).toEqual([])
    const order = (a: Tensor, b: Tensor): Tensor =>
      mean(
        mul(
          square(sub(a, b)),
          tensor([[1], [2], [3], [4]].slice(0, a.shape[0]), { dtype: a.dtype as 'float64' }),
        ),
      )
    expect(broken(laws.loss(order, { runs: 6 }))).toContain('does not depend on the order of the rows')
  })
})

describe('penalties', () => {
  const soft = (x: Tensor, by: number): Tensor => sub(maximum(sub(x, by), 0), maximum(sub(neg(x), by), 0))
  interface P {
    readonly weight: Tensor
  }
  const params: P = { weight: tensor([1, -0.5, 2], { dtype: 'float64' }) }
  test('of the library', () => {
    laws.check(laws.penalty(l2(0.5), few))
    laws.check(
      laws.penalty(l1<P>(2), {
        params,
        proximal: (p, rate) => ({ weight: soft(p.weight, 2 * rate) }),
        ...few,
      }),
    )
  })
  test('a proximal step without its rate, a penalty below 0', () => {
    expect(
      broken(laws.penalty(l1<P>(2), { params, proximal: (p) => ({ weight: soft(p.weight, 2) }), runs: 4 })),
    ).toEqual(['its proximal step is the least there is'])
    const below = {
      terms: [{ name: 'below', lambda: 1, omega: (p: P): Tensor => neg(sum(square(p.weight))) }],
    }
    expect(broken(laws.penalty(below, { params, ...few }))).toEqual(['is not negative'])
  })
})

describe('optimizers', () => {
  const velocity = <P>(keeps: boolean): Transformation<P, Gradient<P>, Gradient<P>, P> => ({
    name: 'velocity',
    init: (params) => mapTree(params, (leaf) => zerosLike(leaf)),
    update: (gradient, before) => {
      const next = zipTrees(before, [gradient], ([v, g]) => add(mul(v, 0.9), g))
      return [next as Gradient<P>, keeps ? next : before]
    },
  })
  const formula = (theta: number, gradients: readonly number[]): number =>
    theta - 0.1 * gradients.reduce((total, g, i) => total + 0.9 ** (gradients.length - 1 - i) * g, 0)
  test('follow their formula, or not', () => {
    laws.check(laws.optimizer(momentum({ learningRate: 0.1, beta: 0.9 }), { formula, ...few }))
    expect(broken(laws.optimizer(chain(velocity(true), descend(0.1)), { formula, ...few }))).toEqual([])
    expect(broken(laws.optimizer(chain(velocity(false), descend(0.1)), { formula, ...few }))).toEqual([
      'follows its formula',
    ])
  })
  test('keep their memory in their state', () => {
    const uphill = <P>(): Transformation<P, Gradient<P>, Gradient<P>, NoState> => ({
      name: 'uphill',
      init: () => ({}),
      update: (gradient, state) => [mapTree(gradient, (leaf) => neg(leaf)), state],
    })
    let last: unknown
    const forgetful = <P>(): Transformation<P, Gradient<P>, Gradient<P>, NoState> => ({
      name: 'forgetful',
      init: () => ({}),
      update: (gradient, state) => {
        const before = last as Gradient<P> | undefined
        last = gradient
        const mixed =
          before === undefined ? gradient : zipTrees(gradient, [before], ([a, b]) => add(a, mul(b, 0.1)))
        return [mixed, state]
      },
    })
    expect(broken(laws.optimizer(chain(forgetful(), descend(0.1)), few))).toContain(
      'remembers nothing outside of its state',
    )
    expect(broken(laws.optimizer(chain(uphill(), descend(0.1)), few))).toEqual(['descends into a bowl'])
  })
})

describe('weightings and splitters', () => {
  test('what a weighting promises', () => {
    laws.check(laws.weighting(minNormWeighting))
    expect(broken(laws.weighting(meanWeighting, { runs: 12 }))).toEqual([
      'makes no objective worse, to first order',
    ])
    const first: Weighting = (gramian) => ({ _tag: 'Right', right: gramian.map((_, i) => (i === 0 ? 1 : 0)) })
    expect(broken(laws.weighting(first, { objectives: [2, 3] }))).toEqual([
      'does not depend on the order of the objectives',
      'makes no objective worse, to first order',
      'has a left for what is not finite',
      'refuses what is no Gramian',
    ])
  })
  test('what a splitter promises', () => {
    const byTime = ({ rows }: { readonly rows: number }) => {
      const all = Array.from({ length: rows }, (_, i) => i)
      const at = Math.round(0.75 * rows)
      return [all.slice(0, at), all.slice(at)]
    }
    laws.check(laws.splitter(byTime, { shares: [0.75, 0.25], ordered: true }))
    const leaky: typeof byTime = ({ rows }) => {
      const [first = [], second = []] = byTime({ rows })
      return [first, [...second, 0]]
    }
    expect(broken(laws.splitter(leaky, { ordered: true, grouped: true }))).toEqual([
      'no row is in two parts',
      'no group is in two parts',
      'no row comes after one of a later part',
    ])
    expect(broken(laws.splitter(byTime, { shares: [0.5, 0.5], stratified: true }))).toEqual([
      'each part has its share',
      'each class has its share in each part',
    ])
  })
})

describe('functions and rules of one’s own', () => {
  const at = [tensor([1, 0.5], { dtype: 'float64' })]
  const f = (x: Tensor): Tensor => sin(square(x))
  test('a rule that forgets a factor', () => {
    const right = {
      jvp: ([x]: readonly Tensor[], [dx]: readonly Tensor[]): Tensor =>
        mul(mul(dx!, mul(2, x!)), cos(square(x!))),
    }
    laws.check(laws.custom((x) => f(x), right, { inputs: at }))
    const wrong = {
      jvp: ([x]: readonly Tensor[], [dx]: readonly Tensor[]): Tensor => mul(mul(dx!, x!), cos(square(x!))),
    }
    expect(broken(laws.custom((x) => f(x), wrong, { inputs: at, name: 'sine of squares' }))).toEqual([
      'the rule is the derivative of the function itself',
      'forward mode, reverse mode and differences agree',
    ])
  })
  test('a value that vjp returns and that is another', () => {
    const other = {
      vjp: (x: Tensor): readonly [Tensor, (ct: Tensor) => readonly [Tensor]] => [
        add(f(x), 1e-3),
        (ct) => [jvp(f, [x], [ct])[1]],
      ],
    }
    expect(broken(laws.custom((x) => f(x), other as never, { inputs: at }))).toContain(
      'the rule changes no value',
    )
  })
  test('inputs that are drawn', () => {
    const drawn = (from: Key): readonly Tensor[] => [normal(from, [2], { dtype: 'float64' })]
    laws.check(laws.primitive((x) => f(x), { inputs: drawn, ...few }))
    expect(() => laws.primitive((x) => f(x), { inputs: [3] as never })).toThrow(
      'laws.primitive: inputs: expected a list of tensors',
    )
  })
})

describe('the runner', () => {
  const list = [
    law('holds', () => true),
    law('is broken', () => false),
    law('throws', () => toTypedArray(3 as never).length > 0),
  ]
  test('throws one report, unless all hold', () => {
    expect(() => laws.check(list)).toThrow(LawError)
    expect(() => laws.check(list)).toThrow(
      /of 3 laws 2 fail, 0 are undecided, 1 hold\n {2}fails {6}is broken/,
    )
    expect(laws.check(list, { except: ['is broken', 'throws'] })).toHaveLength(1)
    expect(() => laws.check(list, { except: ['is broke'] })).toThrow(ArgumentError)
    expect(() => laws.check(list, { except: ['is broke'] })).toThrow("did you mean 'is broken'?")
  })
  test('the same seed gives the same report', () => {
    const report = () => laws.print(laws.judge(laws.loss((a, b) => sum(square(sub(a, b))), few)))
    expect(report()).toBe(report())
  })
})
