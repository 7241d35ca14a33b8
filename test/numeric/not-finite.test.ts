import { describe, expect, test } from 'vitest'
import {
  add,
  cast,
  clip,
  cumsum,
  div,
  elu,
  gelu,
  grad,
  hardSigmoid,
  hardTanh,
  jit,
  key,
  leakyRelu,
  log,
  logSoftmax,
  logSumExp,
  max,
  maximum,
  mean,
  min,
  minimum,
  mish,
  mul,
  norm,
  pow,
  prod,
  relu,
  reshape,
  selu,
  sigmoid,
  silu,
  slice,
  softmax,
  softplus,
  softsign,
  sqrt,
  square,
  stack,
  std,
  sum,
  tanh,
  tensor,
  toTypedArray,
  transpose,
  uniform,
  variance,
  type Tensor,
} from '../../src/index.ts'
import {
  activationFunctions,
  batchNorm,
  hinge,
  huber,
  layerNorm,
  leaky,
  maxout,
  meanAbsoluteError,
  meanSquaredError,
  multiClassHinge,
  network,
  prelu,
  sigmoidBinaryCrossEntropy,
  softmaxCrossEntropy,
  softmaxCrossEntropyFromProbabilities,
  trainMode,
  type LossOptions,
} from '../../src/nn/index.ts'
import { clipByGlobalNorm, l2Ball } from '../../src/optim/index.ts'
import { onEveryExecutor } from './on-every-executor.ts'

const dtypes = ['float32', 'float64'] as const
const matrix = (nested: unknown, dtype: 'float32' | 'float64' = 'float32'): Tensor =>
  tensor(nested as never, { dtype })
const total = (x: Tensor): Tensor => sum(x)

const floatOf = ({ dtype }: Tensor): 'float32' | 'float64' => (dtype === 'float64' ? 'float64' : 'float32')

/** A row of numbers with a NaN at one place, wide enough for vectors and their rests. */
const width = 37
const places = [0, 5, 16, 36]
const rowWith = (odd: number, place: number): readonly number[] =>
  Array.from({ length: width }, (_, i) => (i === place ? odd : (i % 7) / 4 - 0.75))

describe('NaN reaches everything that depends on it', () => {
  const elements: Readonly<Record<string, (x: Tensor) => Tensor>> = {
    ...activationFunctions,
    'leakyRelu of slope 0': (x) => leakyRelu(x, { slope: 0 }),
    clip: (x) => clip(x, -0.5, 0.5),
    'maximum with a number': (x) => maximum(x, 0),
    'maximum before a number': (x) => maximum(0, x),
    minimum: (x) => minimum(x, 0),
    square,
    'power of 3': (x) => pow(x, 3),
    leaky: (x) => network(width, leaky(0.1)).apply(trainMode(key(0)), {}, {}, x)[0],
    'leaky of slope 0': (x) => network(width, leaky(0)).apply(trainMode(key(0)), {}, {}, x)[0],
    prelu: (x) => {
      const net = network(width, prelu('p'))
      const { params, state } = net.init(key(0), { dtype: floatOf(x) })
      return net.apply(trainMode(key(0)), params, state, x)[0]
    },
  }
  test.each(Object.entries(elements))('%s: its own element and no other', (_, f) => {
    for (const dtype of dtypes)
      for (const place of places) {
        const out = onEveryExecutor((x) => f(x), [matrix([rowWith(NaN, place)], dtype)], 1e-5)
        out.forEach((value, i) => expect([i, Number.isNaN(value)]).toEqual([i, i === place]))
      }
  })

  const rows: Readonly<Record<string, (x: Tensor) => Tensor>> = {
    sum: (x) => sum(x, { axis: 1 }),
    mean: (x) => mean(x, { axis: 1 }),
    variance: (x) => variance(x, { axis: 1 }),
    std: (x) => std(x, { axis: 1 }),
    max: (x) => max(x, { axis: 1 }),
    min: (x) => min(x, { axis: 1 }),
    prod: (x) => prod(x, { axis: 1 }),
    norm: (x) => norm(x, { axis: 1 }),
    'norm of order 1': (x) => norm(x, { axis: 1, order: 1 }),
    'norm of order inf': (x) => norm(x, { axis: 1, order: 'inf' }),
    logSumExp: (x) => logSumExp(x, { axis: 1 }),
    softmax: (x) => softmax(x),
    logSoftmax: (x) => logSoftmax(x),
    layerNorm: (x) => {
      const net = network(width, layerNorm('n'))
      const { params, state } = net.init(key(0), { dtype: floatOf(x) })
      return net.apply(trainMode(key(0)), params, state, x)[0]
    },
    'the last of cumsum': (x) => sum(mul(cumsum(x, { axis: 1 }), 1), { axis: 1 }),
    maxout: (x) => {
      const net = network(width, maxout('m', 2, { pieces: 3 }))
      const { params, state } = net.init(key(0), { dtype: floatOf(x) })
      return net.apply(trainMode(key(0)), params, state, x)[0]
    },
  }
  test.each(Object.entries(rows))('%s: the whole row and no other', (_, f) => {
    for (const dtype of dtypes)
      for (const place of places) {
        const x = matrix([rowWith(0.5, place), rowWith(NaN, place), rowWith(0.25, place)], dtype)
        const out = onEveryExecutor((v) => f(v), [x], 1e-4)
        const per = out.length / 3
        out.forEach((value, i) => expect([i, Number.isNaN(value)]).toEqual([i, Math.floor(i / per) === 1]))
      }
  })

  test('batch normalization: the unit over the whole batch', () => {
    const net = network(3, batchNorm('n'))
    const { params, state } = net.init(key(0))
    const x = matrix([
      [1, 2, 3],
      [4, NaN, 6],
      [7, 8, 10],
    ])
    const out = onEveryExecutor((v) => net.apply(trainMode(key(0)), params, state, v)[0], [x])
    out.forEach((value, i) => expect(Number.isNaN(value)).toBe(i % 3 === 1))
  })

  const labels = tensor([1, 0], { dtype: 'int32' })
  const losses: Readonly<Record<string, (y: Tensor, options: LossOptions) => Tensor>> = {
    meanSquaredError: (y, o) => meanSquaredError(y, matrix([1, 0]), o),
    meanAbsoluteError: (y, o) => meanAbsoluteError(y, matrix([1, 0]), o),
    huber: (y, o) => huber(y, matrix([1, 0]), o),
    hinge: (y, o) => hinge(y, matrix([1, -1]), o),
    sigmoidBinaryCrossEntropy: (y, o) => sigmoidBinaryCrossEntropy(y, matrix([1, 0]), o),
  }
  test.each(Object.entries(losses))('%s', (_, loss) => {
    const out = onEveryExecutor((y) => loss(y, { reduction: 'none' }), [matrix([NaN, 0.5])])
    expect(out.map(Number.isNaN)).toEqual([true, false])
    expect(onEveryExecutor((y) => loss(y, {}), [matrix([NaN, 0.5])])).toEqual([NaN])
  })

  const classified: Readonly<Record<string, (z: Tensor, options: LossOptions) => Tensor>> = {
    softmaxCrossEntropy: (z, o) => softmaxCrossEntropy(z, labels, o),
    'softmaxCrossEntropy, smoothed': (z, o) => softmaxCrossEntropy(z, labels, { ...o, labelSmoothing: 0.1 }),
    fromProbabilities: (z, o) =>
      softmaxCrossEntropyFromProbabilities(
        z,
        matrix([
          [0, 1, 0],
          [1, 0, 0],
        ]),
        o,
      ),
    multiClassHinge: (z, o) => multiClassHinge(z, labels, o),
  }
  test.each(Object.entries(classified))('%s, at any class of the row', (_, loss) => {
    for (const place of [0, 1, 2]) {
      const z = matrix([[0.5, 1, -1].map((x, i) => (i === place ? NaN : x)), [0.5, 1, -1]])
      const out = onEveryExecutor((v) => loss(v, { reduction: 'none' }), [z])
      expect(out.map(Number.isNaN)).toEqual([true, false])
    }
  })

  test('clipping and projecting by a norm', () => {
    const clipped = onEveryExecutor(
      (w) =>
        clipByGlobalNorm<{ readonly w: Tensor }>(1).update(
          { w: w },
          {},
          {
            params: { w: w },
            step: 0,
            value: 0,
          },
        )[0].w,
      [matrix([NaN, 1])],
    )
    expect(clipped).toEqual([NaN, NaN])
    expect(
      onEveryExecutor(
        (w) => l2Ball<{ readonly weight: Tensor }>(1).apply({ weight: w }).weight,
        [matrix([NaN, 1])],
      ),
    ).toEqual([NaN, NaN])
  })
})

describe('infinities have their limits', () => {
  const limits: Readonly<
    Record<
      string,
      readonly [(x: Tensor) => Tensor, low: number, high: number, slopes: readonly [number, number]]
    >
  > = {
    relu: [relu, 0, Infinity, [0, 1]],
    leakyRelu: [(x) => leakyRelu(x), -Infinity, Infinity, [0.01, 1]],
    'leakyRelu of slope 0': [(x) => leakyRelu(x, { slope: 0 }), 0, Infinity, [0, 1]],
    elu: [(x) => elu(x), -1, Infinity, [0, 1]],
    selu: [selu, -1.7580993408473766, Infinity, [0, 1.0507009873554805]],
    gelu: [(x) => gelu(x), 0, Infinity, [0, 1]],
    geluTanh: [(x) => gelu(x, { form: 'tanh' }), 0, Infinity, [0, 1]],
    silu: [silu, 0, Infinity, [0, 1]],
    softplus: [softplus, 0, Infinity, [0, 1]],
    mish: [mish, 0, Infinity, [0, 1]],
    sigmoid: [sigmoid, 0, 1, [0, 0]],
    tanh: [tanh, -1, 1, [0, 0]],
    hardTanh: [hardTanh, -1, 1, [0, 0]],
    hardSigmoid: [hardSigmoid, 0, 1, [0, 0]],
    softsign: [softsign, -1, 1, [0, 0]],
  }
  test.each(Object.entries(limits))('%s', (_, [f, low, high, slopes]) => {
    for (const dtype of dtypes) {
      const x = matrix([-Infinity, Infinity], dtype)
      const close = (values: readonly number[]) =>
        values.map((v) => (Number.isFinite(v) ? (expect.closeTo(v, 6) as number) : v))
      expect(onEveryExecutor((v) => f(v), [x])).toEqual(close([low, high]))
      expect(onEveryExecutor((v) => grad((y: Tensor) => total(f(y)))(v), [x])).toEqual(close(slopes))
      // Numbers whose square or cube overflows are no different.
      const far = matrix(dtype === 'float32' ? [-3e38, 3e38] : [-1e308, 1e308], dtype)
      expect(onEveryExecutor((v) => grad((y: Tensor) => total(f(y)))(v), [far])).toEqual(close(slopes))
    }
  })

  test('a class of logit −∞ that is not the target costs nothing and moves nothing', () => {
    const z = matrix([[-Infinity, 0, 0]])
    const half = expect.closeTo(0.5, 6) as number
    const minusHalf = expect.closeTo(-0.5, 6) as number
    const log2 = expect.closeTo(Math.LN2, 6) as number
    const target = matrix([[0, 1, 0]])
    const label = tensor([1], { dtype: 'int32' })
    for (const loss of [
      (x: Tensor) => softmaxCrossEntropyFromProbabilities(x, target),
      (x: Tensor) => softmaxCrossEntropy(x, label),
    ]) {
      expect(onEveryExecutor((x) => loss(x), [z])).toEqual([log2])
      expect(onEveryExecutor((x) => grad(loss)(x), [z])).toEqual([0, minusHalf, half])
    }
    expect(onEveryExecutor((x) => softmaxCrossEntropyFromProbabilities(x, matrix([[1, 0, 0]])), [z])).toEqual(
      [Infinity],
    )
    expect(onEveryExecutor((x) => softmax(x), [z])).toEqual([0, 0.5, 0.5])
    expect(onEveryExecutor((x) => logSumExp(x), [z])).toEqual([log2])
    expect(onEveryExecutor((x) => grad((y: Tensor) => logSumExp(y) as Tensor)(x), [z])).toEqual([
      0,
      half,
      half,
    ])
    expect(onEveryExecutor((x) => logSumExp(x), [matrix([-Infinity, -Infinity])])).toEqual([-Infinity])
    expect(onEveryExecutor((x) => softmax(x), [matrix([-Infinity, -Infinity])])).toEqual([NaN, NaN])
    expect(onEveryExecutor((x) => logSumExp(x), [matrix([Infinity, 0])])).toEqual([Infinity])
  })

  test('a certain prediction: right costs nothing, wrong is infinite, the slope is that of the limit', () => {
    const z = matrix([Infinity, -Infinity, Infinity, -Infinity])
    const t = matrix([1, 0, 0, 1])
    const loss = (x: Tensor): Tensor => sigmoidBinaryCrossEntropy(x, t, { reduction: 'none' })
    expect(onEveryExecutor((x) => loss(x), [z])).toEqual([0, 0, Infinity, Infinity])
    expect(onEveryExecutor((x) => grad((y: Tensor) => total(loss(y)))(x), [z])).toEqual([0, 0, 1, -1])
  })

  test('margins far from 0', () => {
    const label = tensor([0], { dtype: 'int32' })
    const loss = (rows: unknown) => onEveryExecutor((z) => multiClassHinge(z, label), [matrix(rows)])
    expect(loss([[16777218, 0, -5]])).toEqual([0])
    expect(loss([[16777216, 16777216, -5]])).toEqual([1])
    expect(loss([[Infinity, 0, -5]])).toEqual([0])
    expect(loss([[0, -Infinity, -5]])).toEqual([0])
    expect(loss([[-Infinity, 0, -5]])).toEqual([Infinity])
    expect(
      onEveryExecutor((z) => grad((y: Tensor) => multiClassHinge(y, label))(z), [matrix([[1, 0.5, -5]])]),
    ).toEqual([-1, 1, 0])
  })
})

describe('powers at the edges are those of JavaScript', () => {
  const edges = [NaN, -Infinity, -2, -1, -0.5, -0, 0, 0.5, 1, 2, 3, Infinity]
  test.each(dtypes)('in %s', (dtype) => {
    const pairs = edges.flatMap((a) => edges.map((b) => [a, b] as const))
    const column = (k: 0 | 1): Tensor =>
      matrix(
        pairs.map((pair) => pair[k]),
        dtype,
      )
    const [a, b] = [column(0), column(1)]
    const expected = pairs.map(([x, y]) => x ** y)
    const actual = onEveryExecutor((x, y) => pow(x, y), [a, b])
    actual.forEach((value, i) => {
      const wanted = dtype === 'float32' ? Math.fround(expected[i] as number) : (expected[i] as number)
      expect([...(pairs[i] as readonly number[]), value]).toEqual([
        ...(pairs[i] as readonly number[]),
        wanted,
      ])
    })
    edges.forEach((x) => expect(onEveryExecutor((v) => pow(v, 2), [matrix(x, dtype)])).toEqual([x ** 2]))
  })

  test('and so are their slopes', () => {
    const slope = (x: number, y: number): readonly number[] =>
      onEveryExecutor(
        (a, b) => {
          const g = grad((u: Tensor, v: Tensor) => pow(u, v) as Tensor, { argument: [0, 1] })(a, b)
          return stack(g)
        },
        [matrix(x, 'float64'), matrix(y, 'float64')],
      )
    expect(slope(0, 2)).toEqual([0, 0])
    expect(slope(0, 1)).toEqual([1, 0])
    expect(slope(2, 0)).toEqual([0, expect.closeTo(Math.LN2, 12)])
    expect(slope(-2, 2)[0]).toBe(-4)
    expect(slope(0, 3)).toEqual([0, 0])
  })
})

describe('of zeros, 0 is above −0', () => {
  const rows = [
    [-0, 0, -0],
    [0, -0, -0],
    [-0, -0, 0],
  ]
  const columns = rows.map((_, i) => rows.map((row) => row[i]!))
  test.each(['float32', 'float64'] as const)('in whatever order they come, in %s', (dtype) => {
    const x = tensor(rows, { dtype })
    for (const [f, own] of [
      [max, Math.max],
      [min, Math.min],
    ] as const) {
      const along = (lines: readonly (readonly number[])[]) => lines.map((line) => own(...line))
      const wanted = [along(rows), along(columns), [own(...rows.flat())]]
      const forms = [
        (t: Tensor) => f(t, { axis: 1 }),
        (t: Tensor) => f(t, { axis: 0 }),
        (t: Tensor) => reshape(f(t), [1]),
      ]
      forms.forEach((form, i) => {
        for (const g of [form, jit(form), jit(form, { backend: 'typescript' })])
          expect([...toTypedArray(g(x))]).toEqual(wanted[i])
      })
    }
  })

  test('over axes that lie apart', () => {
    const x = transpose(tensor([rows, columns]), [1, 0, 2])
    expect([...toTypedArray(max(slice(x, [0, 0, 0], [3, 2, 2]), { axis: [0, 2] }))]).toEqual([0, 0])
    expect([...toTypedArray(min(slice(x, [0, 0, 0], [3, 2, 2]), { axis: [0, 2] }))]).toEqual([-0, -0])
  })
})

describe('what lies far from 0', () => {
  const spread = uniform(key(4), [3, 200], { dtype: 'float64' })
  const shifted = (by: number, dtype: 'float32' | 'float64'): Tensor =>
    cast(add(cast(mul(spread, 0.25), dtype), by), dtype)

  test.each([
    ['float32', 1e4],
    ['float32', 1e6],
    ['float64', 1e12],
  ] as const)('variance, std and layerNorm of %s around %d are those of the deviations', (dtype, by) => {
    const x = shifted(by, dtype)
    // The same numbers, exactly, around 0.
    const near = cast(add(cast(x, 'float64'), -by), 'float64')
    const net = network(200, layerNorm('n', { epsilon: 1e-12 }))
    const { params, state } = net.init(key(0), dtype === 'float64' ? { dtype } : {})
    const own = net.init(key(0), { dtype: 'float64' })
    const tolerance = dtype === 'float32' ? 1e-5 : 1e-10
    const compare = (actual: readonly number[], expected: readonly number[]): void => {
      actual.forEach((value, i) => {
        const wanted = expected[i] as number
        expect(Math.abs(value - wanted)).toBeLessThanOrEqual(tolerance * (Math.abs(wanted) + 1e-3))
      })
    }
    for (const f of [variance, std])
      compare(
        onEveryExecutor((v) => f(v, { axis: 1 }) as Tensor, [x], tolerance),
        onEveryExecutor((v) => f(v, { axis: 1 }) as Tensor, [near], tolerance),
      )
    compare(
      onEveryExecutor((v) => net.apply(trainMode(key(0)), params, state, v)[0], [x], tolerance),
      onEveryExecutor((v) => net.apply(trainMode(key(0)), own.params, own.state, v)[0], [near], tolerance),
    )
  })

  test('lengths that squares would overflow or vanish in', () => {
    const length = (dtype: 'float32' | 'float64', nested: unknown, options = {}): readonly number[] =>
      onEveryExecutor((x) => norm(x, options), [matrix(nested, dtype)])
    for (const [dtype, by] of [
      ['float32', 1e30],
      ['float32', 1e-30],
      ['float64', 1e200],
      ['float64', 1e-200],
    ] as const) {
      const [value] = length(dtype, [3 * by, -4 * by])
      expect((value as number) / by).toBeCloseTo(5, 5)
      const slopes = onEveryExecutor(
        (x) => grad((y: Tensor) => norm(y))(x),
        [matrix([3 * by, -4 * by], dtype)],
      )
      expect(slopes).toEqual([expect.closeTo(0.6, 6), expect.closeTo(-0.8, 6)])
    }
    expect(length('float64', [Infinity, 1])).toEqual([Infinity])
    expect(
      length(
        'float64',
        [
          [3, 4],
          [0, 0],
        ],
        { axis: 1 },
      ),
    ).toEqual([5, 0])
  })

  test.each([
    ['float64', [1e200, 0], [1, 0]],
    ['float64', [1.5e308, 1.5e308], [Math.SQRT1_2, Math.SQRT1_2]],
    ['float32', [1e30, 0], [1, 0]],
    ['float32', [3e38, 3e38], [Math.SQRT1_2, Math.SQRT1_2]],
    ['float64', [1e-200, 0], [1e-200, 0]],
  ] as const)('clipping %s %j to length 1', (dtype, from, to) => {
    const close = to.map((x) => expect.closeTo(x, 6) as number)
    const w = matrix(from, dtype)
    const clipped = onEveryExecutor(
      (g) =>
        clipByGlobalNorm<{ readonly w: Tensor }>(1).update(
          { w: g },
          {},
          {
            params: { w: g },
            step: 0,
            value: 0,
          },
        )[0].w,
      [w],
    )
    expect(clipped).toEqual(close)
    expect(
      onEveryExecutor((g) => l2Ball<{ readonly weight: Tensor }>(1).apply({ weight: g }).weight, [w]),
    ).toEqual(close)
  })
})

describe('no elements', () => {
  const none = matrix([])
  const rows = cast(matrix([[], []]), 'float32')
  test('softmax, logSoftmax and running sums give none; sums, products and norms their neutral element', () => {
    for (const f of [softmax, logSoftmax, (x: Tensor) => cumsum(x, { axis: -1 })])
      for (const x of [none, rows]) expect(onEveryExecutor((v) => f(v), [x])).toEqual([])
    const neutral = {
      sum: [(x: Tensor) => sum(x, { axis: -1 }), 0],
      prod: [(x: Tensor) => prod(x, { axis: -1 }), 1],
      norm: [(x: Tensor) => norm(x, { axis: -1 }), 0],
      norm1: [(x: Tensor) => norm(x, { axis: -1, order: 1 }), 0],
      normInf: [(x: Tensor) => norm(x, { axis: -1, order: 'inf' }), 0],
      logSumExp: [(x: Tensor) => logSumExp(x, { axis: -1 }), -Infinity],
    } as Readonly<Record<string, readonly [(x: Tensor) => Tensor, number]>>
    for (const [f, value] of Object.values(neutral)) {
      expect(onEveryExecutor((v) => f(v), [none])).toEqual([value])
      expect(onEveryExecutor((v) => f(v), [rows])).toEqual([value, value])
    }
  })

  test('what has no value without elements says so, and is empty over another axis', () => {
    for (const f of [mean, variance, std, max, min]) {
      expect(() => f(none)).toThrow(/no elements/)
      expect(() => f(rows, { axis: 1 })).toThrow(/no elements/)
      expect(onEveryExecutor((v) => f(v, { axis: 0 }) as Tensor, [rows])).toEqual([])
    }
  })
})

test('roots and logarithms of what they do not take are NaN', () => {
  expect(onEveryExecutor((x) => sqrt(x), [matrix([-1, -0, Infinity])])).toEqual([NaN, -0, Infinity])
  expect(onEveryExecutor((x) => log(x), [matrix([-1, 0, Infinity])])).toEqual([NaN, -Infinity, Infinity])
  expect(onEveryExecutor((x) => div(x, 0), [matrix([-1, 0, 1])])).toEqual([-Infinity, NaN, Infinity])
})
