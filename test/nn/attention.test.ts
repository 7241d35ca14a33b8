import { describe, expect, test } from 'vitest'
import {
  attention,
  grad,
  hvp,
  jit,
  jvp,
  key,
  matmul,
  mul,
  normal,
  softmax,
  sub,
  sum,
  tensor,
  toArray,
  toTypedArray,
  transpose,
  vmap,
  where,
  zeros,
  type Tensor,
} from '../../src/index.ts'
import {
  crossAttention,
  evalMode,
  masked,
  multiHeadAttention,
  network,
  positionalEncoding,
  rotary,
  trainMode,
  transformerBlock,
} from '../../src/nn/index.ts'
import { checkGrad } from '../../src/testing/index.ts'
import { DTypeError, ShapeError } from '../../src/core/tensor/errors.ts'
import { waves } from './waves.ts'

const values = (x: Tensor): readonly number[] => [...toTypedArray(x)].map(Number)
const close = (found: Tensor, expected: readonly number[], digits = 9): void => {
  expect(found.size).toBe(expected.length)
  values(found).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, digits))
}

const q = normal(key(1), [2, 3, 4], { dtype: 'float64' })
const k = normal(key(2), [2, 5, 4], { dtype: 'float64' })
const v = normal(key(3), [2, 5, 3], { dtype: 'float64' })
const there = tensor([[[1, 0, 1, 1, 0]], [[1, 1, 1, 0, 0]]], { dtype: 'bool' })
const lower = tensor(
  [
    [1, 0, 0, 0, 0],
    [1, 1, 0, 0, 0],
    [1, 1, 1, 0, 0],
  ],
  { dtype: 'bool' },
)
/** The definition. */
const plain = (a: Tensor, b: Tensor, c: Tensor, mask?: Tensor): Tensor => {
  const scores: Tensor = mul(matmul(a, transpose(b, [0, 2, 1])), 0.5)
  return matmul(softmax(mask === undefined ? scores : where(mask, scores, -1e30)), c)
}

describe('attention', () => {
  const cases = [
    ['to all', {}, undefined],
    ['causal', { causal: true }, lower],
    ['to some keys', { mask: there }, there],
    ['by a mask of each query', { mask: lower }, lower],
  ] as const
  test.each(cases)('%s is its definition, with its derivatives to the second order', (_, options, mask) => {
    const weights = waves([2, 3, 3], 0.4)
    const f = (p: { q: Tensor; k: Tensor; v: Tensor }): Tensor =>
      sum(mul(attention(p.q, p.k, p.v, options), weights))
    const g = (p: { q: Tensor; k: Tensor; v: Tensor }): Tensor =>
      sum(mul(plain(p.q, p.k, p.v, mask), weights))
    const at = { q, k, v }
    const along = { q: waves([2, 3, 4], 1.1), k: waves([2, 5, 4], 0.3), v: waves([2, 5, 3], 0.6) }
    close(attention(q, k, v, options), values(plain(q, k, v, mask)))
    const pairs = [
      [grad(f)(at), grad(g)(at)],
      [hvp(f)(at, along), hvp(g)(at, along)],
      [jit(grad(f))(at), grad(g)(at)],
    ] as const
    for (const [found, expected] of pairs)
      for (const name of ['q', 'k', 'v'] as const) close(found[name], values(expected[name]))
    close(jvp(f, [at], [along])[1], values(jvp(g, [at], [along])[1]))
    const rows = vmap((a: Tensor, b: Tensor, c: Tensor) =>
      attention(a, b, c, { causal: options === cases[1][1] }),
    )
    if (mask === undefined || options === cases[1][1]) close(rows(q, k, v), values(plain(q, k, v, mask)))
    expect(checkGrad(f)(at).kind).toBe('agrees')
  })

  test('broadcasts, and gives zeros where there is nothing to look at', () => {
    const one = tensor([[1, 0]])
    const nothing = zeros([1, 2], { dtype: 'bool' })
    expect(
      toArray(
        attention(
          one,
          tensor([
            [1, 0],
            [0, 1],
          ]),
          tensor([[5], [7]]),
          { mask: nothing },
        ),
      ),
    ).toEqual([[0]])
    const many = attention(waves([3, 1, 2, 4], 1), waves([4, 5, 4], 0.7), waves([5, 2], 0.2))
    expect(many.shape).toEqual([3, 4, 2, 2])
    expect(attention(zeros([0, 4]), zeros([5, 4]), zeros([5, 2])).shape).toEqual([0, 2])
    const late = attention(
      one,
      tensor([
        [1, 0],
        [0, 1],
      ]),
      tensor([[5], [7]]),
      {
        causal: true,
        mask: tensor([[0, 1]], { dtype: 'bool' }),
      },
    )
    expect(toArray(late)).toEqual([[0]])
  })

  test('says what does not go together', () => {
    expect(() => attention(q, v, v)).toThrow(ShapeError)
    expect(() => attention(q, k, zeros([2, 5, 3]))).toThrow(DTypeError)
    expect(() => attention(q, k, v, { mask: zeros([3, 5]) })).toThrow(/expected a mask of booleans/)
    expect(() => attention(q, k, v, { mask: zeros([3, 4], { dtype: 'bool' }) })).toThrow(ShapeError)
  })
})

/** By PyTorch 2.15 in float64: torch.nn.MultiheadAttention of width 4 with 2 heads on waves([2, 3, 4], 1.3). */
const reference = {
  attention: [
    0.609881287032, 0.896311313983, 0.708272434963, 0.173500569488, 0.650953565773, 0.947368653614,
    0.756320181699, 0.206310043995, 0.695588635038, 0.959631330065, 0.733089479477, 0.153498431997,
    0.437722453056, 0.669709538809, 0.484900359527, 0.0102088406665, 0.386377066395, 0.592036327105,
    0.400668008377, -0.0591445912941, 0.227332764018, 0.530408207268, 0.452141104544, 0.0923292524858,
  ],
  causal: [
    0.803508030106, 1.11814354092, 0.901851407248, 0.289558312265, 0.756777158303, 1.04406507926,
    0.819279137954, 0.219507784904, 0.695588635038, 0.959631330065, 0.733089479477, 0.153498431997,
    0.29999675955, 0.355584445843, 0.0743241538351, -0.392322323344, 0.299801495571, 0.438735451165,
    0.219658584214, -0.221793676896, 0.227332764018, 0.530408207268, 0.452141104544, 0.0923292524858,
  ],
  padded: [
    0.77671083384, 1.0501235316, 0.809920424431, 0.19711380091, 0.756777158303, 1.04406507926, 0.819279137954,
    0.219507784904, 0.773530649739, 1.04502623593, 0.804203334922, 0.192231979648, 0.29999675955,
    0.355584445843, 0.0743241538351, -0.392322323344, 0.29999675955, 0.355584445843, 0.0743241538351,
    -0.392322323344, 0.29999675955, 0.355584445843, 0.0743241538351, -0.392322323344,
  ],
  cross: [
    0.60789725105, 0.773189694402, 0.495349036422, -0.0750332641821, 0.646798602414, 0.813987220758,
    0.527659319163, -0.0594335469336, 0.655208853021, 0.826235203617, 0.540627788097, -0.049045209723,
    0.547209087905, 0.744420815282, 0.505821437081, -0.0279849247489, 0.553979994243, 0.741263335022,
    0.493539183632, -0.0462659829658, 0.552926422327, 0.740231901875, 0.49279240032, -0.0465380518882,
  ],
} as const

describe('attention with heads', () => {
  const affine = (i: number) => ({ weight: waves([4, 4], 0.21 + 0.1 * i), bias: waves([4], 0.5 + 0.1 * i) })
  const params = { query: affine(0), key: affine(1), value: affine(2), output: affine(3) }
  const x = waves([2, 3, 4], 1.3)
  const mask = tensor(
    [
      [1, 1, 0],
      [1, 0, 0],
    ],
    { dtype: 'bool' },
  )

  test('is that of PyTorch', () => {
    const run = (layer: ReturnType<typeof multiHeadAttention>, told = {}) =>
      layer.apply({ ...evalMode, ...told }, params, {}, x)[0]
    close(run(multiHeadAttention('a', 2)), reference.attention)
    close(run(multiHeadAttention('a', 2, { causal: true })), reference.causal)
    close(run(multiHeadAttention('a', 2), { mask }), reference.padded)
    close(crossAttention(2).apply(evalMode, params, x, waves([2, 5, 4], 0.77)), reference.cross)
  })

  test('leaves out whole heads in training', () => {
    const layer = multiHeadAttention('a', 2, { headDropout: 0.5 })
    const identity = {
      ...params,
      output: {
        weight: tensor(
          [
            [1, 0, 0, 0],
            [0, 1, 0, 0],
            [0, 0, 1, 0],
            [0, 0, 0, 1],
          ],
          { dtype: 'float64' },
        ),
        bias: zeros([4], { dtype: 'float64' }),
      },
    }
    const many = normal(key(1), [40, 3, 4], { dtype: 'float64' })
    const [y] = layer.apply(trainMode(key(2)), identity, {}, many)
    const [whole] = layer.apply(evalMode, identity, {}, many)
    const factors = new Set(
      values(y).map((value, i) => Math.round((value / values(whole)[i]!) * 1000) / 1000),
    )
    expect(factors).toEqual(new Set([0, 2]))
  })

  test('in a transformer sees nothing of later steps or of padding', () => {
    const net = network(
      [5, 4],
      positionalEncoding('p'),
      transformerBlock('t', { heads: 2, width: 4, causal: true }),
    )
    const { params: p, state } = net.init(key(0), { dtype: 'float64' })
    const a = normal(key(1), [1, 5, 4], { dtype: 'float64' })
    const b = where(tensor([[[1], [1], [1], [0], [0]]], { dtype: 'bool' }), a, 9)
    const [ya, yb] = [net.apply(evalMode, p, state, a)[0], net.apply(evalMode, p, state, b)[0]]
    expect(values(ya).slice(0, 12)).toEqual(values(yb).slice(0, 12))
    expect(values(ya).slice(12)).not.toEqual(values(yb).slice(12))
    const open = network([5, 4], masked('m', [multiHeadAttention('a', 2)], { padding: 9 }))
    const begun = open.init(key(2), { dtype: 'float64' })
    const short = network([3, 4], masked('m', [multiHeadAttention('a', 2)], { padding: 9 }))
    const cut = tensor([(toArray(b) as number[][][])[0]!.slice(0, 3)] as never, {
      dtype: 'float64',
    }) as Tensor
    close(
      short.apply(evalMode, begun.params, begun.state, cut)[0],
      values(open.apply(evalMode, begun.params, begun.state, b)[0]).slice(0, 12),
    )
  })

  test('knows positions by their distance where they are rotary', () => {
    const [a, b] = [
      normal(key(1), [1, 4], { dtype: 'float64' }),
      normal(key(2), [1, 4], { dtype: 'float64' }),
    ]
    const product = (m: number, n: number): number =>
      Number(toArray(sum(mul(rotary(a, { start: m }), rotary(b, { start: n })))))
    expect(product(3, 7)).toBeCloseTo(product(103, 107), 9)
    expect(product(3, 7)).not.toBeCloseTo(product(3, 8), 3)
    expect(() => rotary(zeros([2, 3]))).toThrow(ShapeError)
    expect(() => network([5, 6], multiHeadAttention('a', 2, { rotary: true }))).toThrow(
      "multiHeadAttention 'a': rotary: expected heads of an even width, got 3",
    )
    expect(Number(toArray(sum(sub(rotary(a), a))))).toBeCloseTo(0, 12)
  })
})
