import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  abs,
  custom,
  eye,
  item,
  key,
  matmul,
  mul,
  sin,
  sum,
  tensor,
  toArray,
  toTypedArray,
  transpose,
  type Tensor,
} from '../../src/index.ts'
import { evalMode } from '../../src/nn/index.ts'
import { symmetricEigen } from '../../src/data/index.ts'
import { ArgumentError } from '../../src/core/tensor/errors.ts'
import {
  assertClose,
  checkHessian,
  checkJvp,
  checkVjp,
  law,
  laws,
  mutationScore,
  networks,
  optimizerChains,
  orthogonalMatrices,
  plantedData,
  simplexPoints,
  spdMatrices,
  tensorMatchers,
  ulpDistance,
} from '../../src/testing/index.ts'

const f64 = (elements: readonly number[]): Tensor => tensor(elements, { dtype: 'float64' })

describe('checks along directions', () => {
  const [x, v] = [f64([1, -0.5]), f64([2, 1])]
  const record = { a: x, b: f64([3]) }
  const f = ({ a, b }: typeof record) => ({ product: mul(a, b) as Tensor, sine: sin(a) })
  test('agree where it is right', () => {
    expect(checkJvp(f)(record, { a: v, b: f64([1]) }).kind).toBe('agrees')
    expect(checkVjp(f)(record, { product: v, sine: x }).kind).toBe('agrees')
    expect(checkHessian(({ a, b }: typeof record) => sum(mul(mul(a, b), sin(a))))(record).kind).toBe('agrees')
  })
  test('name the place where it is not', () => {
    const half = custom(f, { jvp: ([{ a, b }], [{ a: da }]) => ({ product: mul(da, b), sine: mul(da, a) }) })
    expect(checkJvp(half)(record, { a: v, b: f64([1]) })).toMatchObject({
      kind: 'disagrees',
      path: 'product',
      index: 0,
    })
    const lost = custom((y: Tensor): Tensor => mul(y, y), {
      vjp: (y) => [mul(y, y), (ct: Tensor): [Tensor] => [mul(ct, mul(f64([2, 1]), y))]],
    })
    expect(checkVjp(lost)(x, v)).toMatchObject({ kind: 'disagrees', index: 1 })
    expect(checkHessian((y: Tensor) => sum(lost(y)))(x)).toMatchObject({ kind: 'disagrees' })
  })
  test('say what they cannot tell', () => {
    expect(checkJvp((y: Tensor) => abs(y))(f64([0, 1]), v).kind).toBe('kink')
    expect(checkVjp((y: Tensor) => mul(y, 1e-300))(f64([1, 1]), f64([Infinity, 1])).kind).toBe('undecided')
    expect(() => checkJvp(sin)(tensor([1]), tensor([1]))).toThrow('differences need float64')
  })
})

describe('matchers', () => {
  expect.extend(tensorMatchers as never)
  const near = (received: unknown) =>
    expect(received) as unknown as Record<string, (...given: unknown[]) => void>
  test('extend expect', () => {
    near(tensor([1, 2]))['toBeCloseToTensor']!(tensor([1, 2.0000002]))
    near(tensor([1, 2]))['toEqualTensor']!(tensor([1, 2]))
    near(tensor([[1, 2]]))['toBeATensorOf']!([1, 2], 'float32')
    expect(() => near(tensor([1, 2]))['toEqualTensor']!(tensor([1, 2.0000002]))).toThrow(
      '[1]: expected 2.000000238418579, got 2, 1 ulp apart',
    )
  })
  test('and node', () => {
    assertClose({ a: f64([1]) }, { a: f64([1 + 1e-9]) }, { relative: 1e-8 })
    expect(() => assertClose({ a: f64([1]) }, { a: f64([1 + 1e-9]) })).toThrow(ArgumentError)
    expect(() => assertClose(f64([1]), tensor([1]))).toThrow(
      'expected float32 of shape [1], got float64 of shape [1]',
    )
    expect(() => assertClose({ a: f64([1]) }, { b: f64([1]) })).toThrow(
      'expected tensors at b, got them at a',
    )
    expect(() => assertClose(f64([1]), 3)).toThrow('expected a tensor, or a record of tensors')
    assertClose(f64([NaN, Infinity, 0]), f64([NaN, Infinity, -0]), { ulp: 0 })
  })
  test('count floats between', () => {
    expect(ulpDistance(-Number.MIN_VALUE, Number.MIN_VALUE)).toBe(2)
    expect(ulpDistance(0, -0)).toBe(0)
    expect(ulpDistance(1, 2, 'float32')).toBe(2 ** 23)
    expect(ulpDistance(NaN, NaN)).toBe(0)
  })
})

describe('arbitraries', () => {
  test('matrices have the condition and the orthogonality that they promise', () => {
    fc.assert(
      fc.property(spdMatrices(4, { condition: 1000 }), orthogonalMatrices(4), (a, q) => {
        const values = symmetricEigen(a).values
        expect(Math.max(...values) / Math.min(...values)).toBeCloseTo(1000, 6)
        expect(toTypedArray(a)).toEqual(toTypedArray(transpose(a)))
        assertClose(matmul(transpose(q), q), eye(4, { dtype: 'float64' }), { absolute: 1e-14 })
      }),
      { numRuns: 8 },
    )
  })
  test('points of the simplex add up to 1', () => {
    fc.assert(
      fc.property(simplexPoints(5), (p) => item(sum(p)) === 1 && toTypedArray(p).every((x) => x >= 0)),
      { numRuns: 50 },
    )
    expect(toArray(fc.sample(simplexPoints(1), 1)[0]!)).toEqual([1])
  })
  test('networks and optimizers are whole ones', () => {
    fc.assert(
      fc.property(networks({ input: 2 }), optimizerChains<unknown>(), (net, optimizer) => {
        const { params, state } = net.init(key(0))
        const [y] = net.apply(
          evalMode,
          params,
          state,
          tensor([
            [1, 2],
            [3, 4],
            [5, 6],
          ]),
        )
        expect(y.shape).toEqual([3, 2])
        const [step] = optimizer.update(params, optimizer.init(params), { params, step: 0, value: 1 })
        expect(Object.keys(step as object)).toEqual(Object.keys(params))
      }),
      { numRuns: 15 },
    )
  })
  test('planted data follow their truth', () => {
    fc.assert(
      fc.property(plantedData({ features: 4, informative: 2 }), ({ x, y, weights, bias, informative }) => {
        const w = Array.from(toTypedArray(weights))
        expect(w.flatMap((weight, i) => (weight === 0 ? [] : [i]))).toEqual(informative)
        const rows = toArray(x) as number[][]
        const expected = rows.map((row) => row.reduce((total, value, i) => total + value * w[i]!, bias))
        assertClose(y, f64(expected), { absolute: 1e-12 })
      }),
      { numRuns: 8 },
    )
    const [data] = fc.sample(plantedData({ model: 'logistic', rows: 200 }), { numRuns: 1, seed: 1 })
    expect(new Set(toTypedArray(data!.y))).toEqual(new Set([0, 1]))
  })
})

describe('the mutation score of a gradient', () => {
  const at = [f64([0.5, 2, -1])] as const
  const f = (x: Tensor): Tensor => sum(mul(x, sin(x)))
  test('tells weak properties from strong ones, and who catches what', () => {
    const blind = mutationScore(f, (g) => [law('a value', () => Number.isFinite(item(g(at[0]))))], {
      at,
      sample: 4,
    })
    expect(blind.score).toBe(0)
    expect(blind.caught).toEqual([])
    expect(blind.survived[0]).toMatchObject({ place: expect.stringMatching(/^line \d: /) })
    const report = mutationScore(f, (g) => laws.primitive(g, { inputs: at }), { at, sample: 4 })
    expect(report.score).toBe(1)
    expect(report.caught.flatMap(({ by }) => by)).toContain(
      'forward mode, reverse mode and differences agree',
    )
    const names = mutationScore(f, () => [], { at }).survived.map(({ mistake }) => mistake)
    for (const mistake of [
      'the sign is flipped',
      'a factor of 2',
      'off by one index',
      'a wrong mask',
      'the gradient is stopped',
      'a stale value',
      'the factor of the chain is dropped',
      'the term of input 1 is missing',
      'the coefficient is held fixed, so that second derivatives are wrong',
    ])
      expect(names).toContain(mistake)
  })
  test('plants into rules of one’s own', () => {
    const own = custom((x: Tensor): Tensor => sin(mul(x, x)), {
      jvp: ([x], [dx]) => mul(mul(dx, 2), mul(x, sin(mul(x, x)))),
    })
    const { survived } = mutationScore(
      (x: Tensor) => sum(own(x)),
      () => [],
      { at },
    )
    const mistakes = survived.filter(({ place }) => place.endsWith(': custom')).map(({ mistake }) => mistake)
    expect(mistakes).toContain('in the rule mul: the second factor is dropped')
    expect(mistakes).toContain('the rule gives: the sign is flipped')
  })
  test('has something to plant into', () => {
    expect(() =>
      mutationScore(
        (x: Tensor) => x,
        () => [],
        { at },
      ),
    ).toThrow('mutationScore: no operation of the function has a derivative')
  })
})
