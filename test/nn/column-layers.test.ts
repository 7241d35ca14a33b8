import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  grad,
  item,
  jit,
  key,
  mul,
  normal,
  sum,
  tensor,
  toArray,
  toTypedArray,
  type Tensor,
} from '../../src/index.ts'
import {
  embedding,
  evalMode,
  fadingDropout,
  network,
  parametricActivation,
  periodic,
  scaleFeatures,
  trainMode,
} from '../../src/nn/index.ts'
import { checkGrad } from '../../src/testing/index.ts'

const applied = (net: ReturnType<typeof network>, params: object, x: Tensor): Tensor =>
  net.apply(
    evalMode,
    params as never,
    Object.fromEntries(Object.keys(params).map((name) => [name, {}])) as never,
    x,
  )[0]

describe('embeddings', () => {
  const columns = [
    { at: 2, levels: 2 },
    { at: 0, levels: 3 },
  ]
  const net = network(3, embedding('e', { columns, width: 2 }))
  const vectors = tensor([
    [1, 2],
    [3, 4],
    [5, 6],
    [7, 8],
    [9, 10],
  ])

  test('put the vectors of each column behind the columns that stay', () => {
    expect(toArray(applied(net, { e: { vectors } }, tensor([[2, 0.5, 1]])))).toEqual([[0.5, 3, 4, 9, 10]])
  })

  test('take what is no code for 0, compiled too', () => {
    const odd = tensor([
      [-1, 0, 7],
      [3, 0, NaN],
      [1e9, 0, -1e9],
    ])
    const expected = Array.from({ length: 3 }, () => [0, 1, 2, 5, 6])
    expect(toArray(applied(net, { e: { vectors } }, odd))).toEqual(expected)
    expect(toArray(jit((x: Tensor) => applied(net, { e: { vectors } }, x))(odd))).toEqual(expected)
  })

  test('give to each vector the sum of what comes back from its rows', () => {
    const x = tensor([
      [2, 0, 0],
      [2, 0, 1],
    ])
    const g = grad((v: Tensor) => sum(applied(net, { e: { vectors: v } }, x)) as Tensor)(vectors)
    expect(toArray(g)).toEqual([
      [1, 1],
      [1, 1],
      [0, 0],
      [0, 0],
      [2, 2],
    ])
  })

  test('refuse columns that are none, or that the input lacks', () => {
    expect(() => embedding('e', { columns: [] })).toThrow(/columns: expected positions/)
    expect(() => embedding('e', { columns: [columns[0]!, columns[0]!] })).toThrow(/each once/)
    expect(() => network(2, embedding('e', { columns }))).toThrow(
      /expected an input with a column 2, got one of 2/,
    )
  })
})

describe('periodic features', () => {
  test('are sums of waves of their own column, whatever the order of columns', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.shuffledSubarray([0, 1, 2, 3], { minLength: 1 }), (seed, columns) => {
        const net = network(4, periodic('p', { columns, frequencies: 3, width: 3 }))
        const { params } = net.init(key(seed), { dtype: 'float64' })
        const x = normal(key(seed + 1), [5, 4], { dtype: 'float64' })
        const found = toArray(applied(net as never, params, x)) as number[][]
        const [f, phase, w, b] = [params.p.frequency, params.p.phase, params.p.weight, params.p.bias].map(
          (p) => toArray(p) as number[][][],
        ) as [number[][][], number[][][], number[][][], number[][][]]
        ;(toArray(x) as number[][]).forEach((row, r) => {
          const extra = columns.flatMap((at, c) =>
            [0, 1].map((o) =>
              [0, 1, 2].reduce(
                (total, k) =>
                  total +
                  Math.cos(2 * Math.PI * f[c]![0]![k]! * row[at]! + phase[c]![0]![k]!) * w[c]![k]![o]!,
                b[c]![0]![o]!,
              ),
            ),
          )
          ;[...row, ...extra].forEach((value, i) => expect(found[r]![i]).toBeCloseTo(value, 12))
        })
      }),
      { numRuns: 20 },
    )
  })

  test('have the derivatives of waves', () => {
    const net = network(2, periodic('p', { columns: [1], frequencies: 4, width: 3 }))
    const { params } = net.init(key(3), { dtype: 'float64' })
    const x = normal(key(4), [3, 2], { dtype: 'float64' })
    const weights = normal(key(5), [3, 4], { dtype: 'float64' })
    const loss = (p: typeof params): Tensor => sum(mul(applied(net as never, p, x), weights)) as Tensor
    expect(checkGrad(loss)(params).kind).toBe('agrees')
  })
})

describe('shares and factors', () => {
  test('a share of 1 is the function, of 0 the identity', () => {
    const net = network(3, parametricActivation('a', 'relu'))
    const x = tensor([[-2, -2, 2]])
    expect(toArray(applied(net as never, { a: { share: tensor([1, 0, 0.3]) } }, x))).toEqual([[0, -2, 2]])
  })
  test('factors scale features', () => {
    const net = network(2, scaleFeatures('s'))
    expect(toArray(applied(net as never, { s: { scale: tensor([3, -1]) } }, tensor([[1, 2]])))).toEqual([
      [3, -2],
    ])
  })
})

describe('dropout that fades', () => {
  const steps = 8
  const net = network(1000, fadingDropout('d', 0.4, steps))
  const { params, state } = net.init(key(0))
  const x = tensor(new Float32Array(1000).fill(1), { shape: [1, 1000] })

  test('drops its rate at first, less later and nothing in the end, and keeps the mean', () => {
    const rates = Array.from({ length: steps + 2 }, (_, step) => {
      const [y, after] = net.apply(trainMode(key(step)), params, { d: { step: tensor(step) } }, x)
      expect(item(after.d.step)).toBe(step + 1)
      const kept = Array.from(toTypedArray(y)).filter((value) => value !== 0)
      const rate = 1 - kept.length / 1000
      kept.forEach((value) => expect(value).toBeCloseTo(kept[0]!, 6))
      return rate
    })
    // 1,000 draws of chance 0.4: five deviations are 0.08.
    rates.slice(0, 5).forEach((rate) => expect(Math.abs(rate - 0.4)).toBeLessThan(0.08))
    expect(Math.abs(rates[6]! - 0.2)).toBeLessThan(0.065)
    expect(rates.slice(steps)).toEqual([0, 0])
  })

  test('in evaluation is the identity and counts nothing', () => {
    const [y, after] = net.apply(evalMode, params, state, x)
    expect(toArray(y)).toEqual(toArray(x))
    expect(item(after.d.step)).toBe(0)
  })

  test('compiled is eager', () => {
    const step = (s: typeof state, rows: Tensor) => net.apply(trainMode(key(7)), params, s, rows)[0]
    expect(toArray(jit(step)(state, x))).toEqual(toArray(step(state, x)))
  })
})
