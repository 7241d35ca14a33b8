import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { specialMath, specialMathFolder } from '../../scripts/special-math.ts'
import * as puregrad from '../../src/index.ts'
import { ArgumentError, jit, tensor, toTypedArray, type Tensor } from '../../src/index.ts'
import * as special from '../../src/special/index.ts'
import * as sincFunction from '../../src/core/kernel/special/sinc.ts'
import { onEveryExecutor } from '../numeric/on-every-executor.ts'

/*
 * tables/functions.json: arguments and values to 22 digits, made with mpmath 1.3 at 60 digits by sampling the range of each
 * function uniformly and in the logarithm; a name with a colon has an order behind it.
 */
const tables = JSON.parse(
  readFileSync(new URL('./tables/functions.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, readonly (readonly [x: number, value: string])[]>>

type F = (x: Tensor) => Tensor

const functions = { ...puregrad, ...special } as unknown as Readonly<
  Record<string, (...inputs: readonly unknown[]) => Tensor>
>

const functionOf = (name: string): F => {
  const [word = '', order] = name.split(':')
  if (word === 'sinc' && order !== '0') {
    const { sinc } = sincFunction
    return (x) =>
      tensor(
        [...toTypedArray(x)].map((t) => sinc(Number(order), t)),
        { dtype: x.dtype },
      )
  }
  const f = functions[word]!
  return order === undefined || word === 'sinc' ? (x) => f(x) : (x) => f(Number(order), x)
}

/** What an error is measured by: near roots, of functions that swing, the swing. */
const sizeOf = (name: string, x: number, value: number): number => {
  if (name.startsWith('besselJ'))
    return Math.max(Math.abs(value), Math.min(1, Math.sqrt(2 / (Math.PI * Math.abs(x)))) / 2)
  const order = Number(name.split(':')[1])
  return name.startsWith('sinc')
    ? Math.max(Math.abs(value), Math.PI ** order / (2 * order + 2))
    : Math.abs(value)
}

const unitOf = (size: number, digits: number, least: number): number =>
  Math.max(2 ** (Math.floor(Math.log2(size)) + 1 - digits), least)

const kinds = [
  ['float64', 53, Number.MIN_VALUE],
  ['float32', 24, 2 ** -149],
] as const

describe.each(kinds)('within four units in the last place of %s', (dtype, digits, least) => {
  test.each(Object.keys(tables))('%s', (name) => {
    const rows = tables[name]!.filter(
      // In float32 the argument is another one; values of whole numbers and halves are kept by the next test.
      ([x, value]) => dtype === 'float64' || (Math.fround(x) === x && Math.abs(Number(value)) < 3e38),
    )
    const found = toTypedArray(
      functionOf(name)(
        tensor(
          rows.map(([x]) => x),
          { dtype },
        ),
      ),
    )
    const wrong = rows.flatMap(([x, text], i) => {
      const value = Number(text)
      const error = Math.abs(found[i]! - value) / unitOf(sizeOf(name, x, value), digits, least)
      return error <= 4 ? [] : [{ x, value, found: found[i], error }]
    })
    expect(wrong).toEqual([])
  })
})

test('float32 is float64 rounded: one function behind both', () => {
  for (const name of Object.keys(tables)) {
    const xs = tables[name]!.map(([x]) => Math.fround(x))
    const f = functionOf(name)
    const exact = toTypedArray(f(tensor(xs, { dtype: 'float64' })))
    expect([name, ...toTypedArray(f(tensor(xs, { dtype: 'float32' })))]).toEqual([
      name,
      ...[...exact].map(Math.fround),
    ])
  }
})

test('every executor gives the same bytes as the eager function', () => {
  for (const name of Object.keys(tables)) {
    if (/^sinc:[1-9]/.test(name)) continue
    const f = functionOf(name)
    for (const dtype of ['float64', 'float32'] as const)
      onEveryExecutor(
        f,
        [tensor([...tables[name]!.map(([x]) => x), 0, -0, NaN, Infinity, -Infinity], { dtype })],
        0,
      )
  }
})

test('functions of two and three numbers, the same bytes on every executor, scalars among them', () => {
  const a = tensor([0.3, 2, 0, -0, -1, 7.5, NaN, Infinity, 40], { dtype: 'float64' })
  const b = tensor([1.5, 0.2, -0, 3, -0, 120, 1, -Infinity, 39], { dtype: 'float64' })
  const { atan2, hypot, copySign } = puregrad
  const { logBeta, gammaP, gammaQ, gammaPInv, betaInc, beta } = special
  for (const f of [atan2, hypot, copySign, logBeta, gammaP, gammaQ, gammaPInv] as readonly ((
    x: Tensor,
    y: Tensor | number,
  ) => Tensor)[]) {
    onEveryExecutor((x, y) => f(x, y), [a, b], 0)
    onEveryExecutor((x) => f(x, 0.75), [a], 0)
    onEveryExecutor((x) => f(tensor(0.75, { dtype: 'float64' }), x), [a], 0)
  }
  onEveryExecutor((x, y) => betaInc(x, y, 0.25), [a, b], 0)
  onEveryExecutor((x) => betaInc(2, x, 0.25), [a], 0)
  onEveryExecutor((x) => betaInc(2, 3, x), [a], 0)
  onEveryExecutor((x, y) => beta(x, y), [a, b], 1e-14)
})

const at = (f: (x: Tensor) => Tensor, ...xs: readonly number[]): readonly number[] => [
  ...toTypedArray(f(tensor(xs, { dtype: 'float64' }))),
]

test('edges', () => {
  const { atan2, cbrt, ceil, copySign, exp2, hypot, log10, log2, logAddExp, reciprocal, tan, trunc } =
    puregrad
  const pair = (f: unknown, x: number, y: number): number =>
    at((t) => (f as (a: Tensor, b: number) => Tensor)(t, y), x)[0]!
  expect(at(ceil, -0.5, 0, -0, 1.5, NaN, -Infinity)).toEqual([-0, 0, -0, 2, NaN, -Infinity])
  expect(at(trunc, -0.5, 0.5, -0, -1.5, NaN, Infinity)).toEqual([-0, 0, -0, -1, NaN, Infinity])
  expect(at(log2, 8, 2 ** -1074, 0, -1, Infinity)).toEqual([3, -1074, -Infinity, NaN, Infinity])
  expect(at(log10, 1000, 1e22, 0, -1)).toEqual([3, 22, -Infinity, NaN])
  expect(at(exp2, -1074, 1023, 1024, -1080, -Infinity)).toEqual([2 ** -1074, 2 ** 1023, Infinity, 0, 0])
  expect(at(cbrt, 27, -27, -0, 1e-300, Infinity)).toEqual([3, -3, -0, 1e-100, Infinity])
  expect(at(tan, -0, Infinity)).toEqual([-0, NaN])
  expect(at(reciprocal, -0, Infinity, 4)).toEqual([-Infinity, 0, 0.25])
  expect(pair(hypot, 3e300, 4e300)).toBe(5e300)
  expect(pair(hypot, 3e-320, 4e-320)).toBe(5e-320)
  expect(pair(hypot, NaN, Infinity)).toBe(Infinity)
  expect(pair(copySign, 2, -0)).toBe(-2)
  const zeros = [0, -0].flatMap((y) => [0, -0, 1, -1].map((x) => pair(atan2, y, x)))
  expect(zeros).toEqual([0, Math.PI, 0, Math.PI, -0, -Math.PI, -0, -Math.PI])
  expect(pair(atan2, Infinity, -Infinity)).toBe((3 * Math.PI) / 4)
  expect([pair(logAddExp, -Infinity, -Infinity), pair(logAddExp, Infinity, Infinity)]).toEqual([
    -Infinity,
    Infinity,
  ])
  expect(pair(logAddExp, NaN, 1)).toBeNaN()
  const { besselI, besselJ, digamma, erfc, erfinv, gamma, lgamma, ndtri, polygamma, sinc, xlogy } = special
  expect(at(lgamma, 0, -1, 1, 2, Infinity, -Infinity)).toEqual([Infinity, Infinity, 0, 0, Infinity, Infinity])
  expect(at(gamma, 0, -0, -2, 5, 23, 172)).toEqual([
    Infinity,
    -Infinity,
    NaN,
    24,
    1.1240007277776077e21,
    Infinity,
  ])
  expect(at(digamma, 0, -0, -3, Infinity)).toEqual([-Infinity, Infinity, NaN, Infinity])
  expect(at((x) => polygamma(1, x), 0, -2, Infinity)).toEqual([Infinity, Infinity, 0])
  expect(at(erfc, -Infinity, Infinity, 0, NaN)).toEqual([2, 0, 1, NaN])
  expect(at(erfinv, 1, -1, 1.1, -0)).toEqual([Infinity, -Infinity, NaN, -0])
  expect(at(ndtri, 0, 1, 0.5, -0.1)).toEqual([-Infinity, Infinity, 0, NaN])
  expect(at((x) => besselI(0, x), 0, 800)).toEqual([1, Infinity])
  expect(at((x) => besselJ(0, x), 0, Infinity)).toEqual([1, 0])
  expect(at(sinc, 0, 1, Infinity)).toEqual([1, 0, 0])
  expect([pair(xlogy, 0, 0), pair(xlogy, 0, NaN)]).toEqual([0, NaN])
  expect(() => polygamma(-1, tensor(1))).toThrow(ArgumentError)
  expect(() => besselJ(0.5, tensor(1))).toThrow('order')
})

/** The two sides of identities, to a relative error. */
const agree = (actual: readonly number[], expected: readonly number[], tolerance: number): void => {
  actual.forEach((x, i) => {
    expect(Math.abs(x - expected[i]!) / Math.abs(expected[i]!)).toBeLessThan(tolerance)
  })
}

/* Values by mpmath 1.3: P(a, x), Q(a, x) and the derivative of P by a, then I(x; a, b). */
const incomplete = [
  [0.5, 0.3, 0.56142197391900014, 0.43857802608099986, -0.77057035137535192],
  [2.5, 4, 0.84376437242227767, 0.15623562757772233, -0.14765686908718715],
  [30, 20, 0.021818217525557392, 0.97818178247444261, -0.010205257324989506],
  [100, 130, 0.99724959163269347, 0.0027504083673065263, -0.0008101300285622899],
] as const

test.each(incomplete)('incomplete gamma functions at a = %f, x = %f', (a, x, p, q) => {
  const value = (f: unknown): number => at((t) => (f as (a: number, x: Tensor) => Tensor)(a, t), x)[0]!
  agree([value(special.gammaP), value(special.gammaQ)], [p, q], 2e-14)
  agree([at((t) => special.gammaPInv(a, t), p)[0]!], [x], 1e-13)
})

const f64 = (x: number): Tensor => tensor(x, { dtype: 'float64' })

test.each(incomplete)('the derivative of P by its shape at a = %f, x = %f', (a, x, _p, _q, slope) => {
  const found = puregrad.grad((t: Tensor) => special.gammaP(t, x))(f64(a))
  agree([puregrad.item(found)], [slope], 1e-12)
})

test('the derivative by a shape is refused the second time, and of the incomplete beta function at once', () => {
  const { grad } = puregrad
  const slope = (t: Tensor): Tensor => grad((a: Tensor) => special.gammaP(a, 2))(t)
  expect(() => grad(slope)(f64(2))).toThrow('gammaP, gammaQ: the derivative by the shape a is known once')
  expect(() => grad((a: Tensor) => special.betaInc(a, 2, 0.5))(f64(2))).toThrow('known by x alone')
  expect(() => jit(grad((a: Tensor) => special.betaInc(a, 2, 0.5)))(f64(2))).toThrow('known by x alone')
})

test('all derivatives of sin πx / πx at 0, and of the Bessel functions', () => {
  const derivative = (f: F, times: number): F =>
    times === 0 ? f : derivative((x) => puregrad.grad((t: Tensor) => f(t))(x), times - 1)
  const at0 = (f: F, times: number): number => puregrad.item(derivative(f, times)(f64(0)))
  agree([at0(special.sinc, 2), at0(special.sinc, 4)], [-(Math.PI ** 2) / 3, Math.PI ** 4 / 5], 1e-14)
  const j =
    (n: number): F =>
    (x) =>
      special.besselJ(n, x)
  agree([at0(j(0), 2), at0(j(1), 1), at0(j(1), 3)], [-0.5, 0.5, -3 / 8], 1e-14)
  const i =
    (n: number): F =>
    (x) =>
      special.besselI(n, x)
  agree([at0(i(0), 2), at0(i(1), 1), at0(i(1), 3)], [0.5, 0.5, 3 / 8], 1e-14)
})

test('next to its pole at 0 the digamma function is −1/x − γ on both sides', () => {
  const euler = 0.5772156649015329
  for (const x of [1e-300, 1e-30, 1e-17, 1e-12, 1e-9, 2 ** -28])
    for (const near of [x, -x]) {
      const [value] = toTypedArray(special.digamma(f64(near)))
      const right = -1 / near - euler + (Math.PI ** 2 / 6) * near
      expect(Math.abs(value! - right), String(near)).toBeLessThanOrEqual(1e-15 * Math.abs(right))
    }
})

test('conventions of derivatives', () => {
  const { grad, hypot, item, logAddExp } = puregrad
  const slope = (f: F, x: number): number => item(grad((t: Tensor) => f(t))(f64(x)))
  expect(slope((x) => hypot(x, 0), 0)).toBe(0)
  expect(slope((x) => logAddExp(x, -Infinity), -Infinity)).toBe(0.5)
  expect(slope((x) => logAddExp(x, Infinity), Infinity)).toBe(0.5)
  expect(slope((x) => special.xlogy(x, 2), 0)).toBe(Math.log(2))
  expect(slope((y) => special.xlogy(0, y), 0)).toBe(0)
  expect(slope((x) => puregrad.copySign(x, -1), 3)).toBe(-1)
})

test('entropy and divergence', () => {
  const p = tensor([[0.25, 0.25, 0.5, 0]], { dtype: 'float64' })
  const q = tensor([[0.5, 0.25, 0.25, 0]], { dtype: 'float64' })
  expect(toTypedArray(special.entropy(p))[0]).toBeCloseTo(1.5 * Math.LN2, 15)
  expect(toTypedArray(special.klDivergence(p, q))[0]).toBeCloseTo(0.25 * Math.LN2, 15)
  expect(toTypedArray(special.klDivergence(q, tensor([[1, 0, 0, 0]], { dtype: 'float64' })))[0]).toBe(
    Infinity,
  )
  expect(special.entropy(p, { axis: 0 }).shape).toEqual([4])
  expect(() => special.entropy(p, { axes: 0 } as never)).toThrow('axes')
})

test('the twin in C++ is made of the TypeScript: else run node --import tsx scripts/special-math.ts', () => {
  for (const [name, text] of Object.entries(specialMath()))
    expect(readFileSync(`${specialMathFolder}/${name}`, 'utf8')).toBe(text)
})
