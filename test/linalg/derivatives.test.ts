import { describe, expect, test } from 'vitest'
import {
  add,
  grad,
  jit,
  jvp,
  log,
  matmul,
  mul,
  sin,
  stack,
  stage,
  sum,
  vmap,
  type Tensor,
} from '../../src/index.ts'
import * as linalg from '../../src/linalg/index.ts'
import { checkDerivatives } from '../../src/testing/index.ts'
import { onEveryExecutor } from '../numeric/on-every-executor.ts'
import { definite, distance, f64, randomMatrix, swap } from './matrices.ts'

type F = (...inputs: Tensor[]) => Tensor

interface Case {
  readonly name: string
  readonly f: F
  readonly inputs: readonly Tensor[]
}

/** The pivots are not on its diagonal. */
const a = f64([
  [0.3, -1.2, 2.1],
  [1.7, 0.6, -0.4],
  [-0.8, 0.5, 1.4],
])
const b = f64([
  [0.4, -1.1],
  [1.3, 0.2],
  [-0.6, 0.9],
])
const small = f64([
  [0.3, -1.2],
  [1.7, 0.6],
])
const batch = stack([a, mul(add(a, 0.4), -1.3) as Tensor])
const pair = (f: (x: never) => { readonly [K: string]: Tensor }, ...parts: readonly string[]): F =>
  ((x: never) => parts.map((part) => f(x)[part]!).reduce((s, part) => add(s, sin(part)))) as never

const cases: readonly Case[] = [
  { name: 'cholesky', f: linalg.cholesky, inputs: [definite(1, [3, 3])] },
  { name: 'cholesky of a batch', f: linalg.cholesky, inputs: [definite(2, [2, 2, 2])] },
  { name: 'choleskySolve', f: linalg.choleskySolve, inputs: [definite(3, [3, 3]), b] },
  { name: 'triangularSolve', f: linalg.triangularSolve as F, inputs: [definite(4, [3, 3]), b] },
  {
    name: 'triangularSolve from the right',
    f: (x, y) => linalg.triangularSolve(x, y, { side: 'right', lower: false, unitDiagonal: true }),
    inputs: [a, swap(b)],
  },
  { name: 'lu', f: pair(linalg.lu as never, 'l', 'u'), inputs: [a] },
  { name: 'lu of a batch', f: pair(linalg.lu as never, 'l', 'u'), inputs: [batch] },
  { name: 'solve for a matrix', f: linalg.solve, inputs: [a, b] },
  { name: 'solve for a vector', f: linalg.solve, inputs: [a, f64([1, -2, 0.5])] },
  { name: 'solve of one matrix for a batch', f: linalg.solve, inputs: [a, stack([b, sin(b)])] },
  { name: 'solve of a batch for one vector', f: linalg.solve, inputs: [batch, f64([1, -2, 0.5])] },
  { name: 'inverse', f: linalg.inverse, inputs: [a] },
  { name: 'det', f: linalg.det, inputs: [batch] },
  { name: 'slogdet', f: (x) => linalg.slogdet(x).logAbsDet, inputs: [batch] },
  { name: 'matrixPower', f: (x) => linalg.matrixPower(x, 5), inputs: [a] },
  { name: 'matrixPower of the inverse', f: (x) => linalg.matrixPower(x, -2), inputs: [a] },
  { name: 'matrixExponential', f: linalg.matrixExponential, inputs: [small] },
  {
    name: 'matrixExponential with squarings',
    f: (x) => linalg.matrixExponential(mul(x, 4)),
    inputs: [small],
  },
  { name: 'trace', f: linalg.trace, inputs: [batch] },
  { name: 'diagonal', f: (x) => linalg.diagonal(x, { offset: -1 }), inputs: [batch] },
  { name: 'diagonalMatrix', f: (x) => linalg.diagonalMatrix(x, { offset: 1 }), inputs: [b] },
  { name: 'tril', f: (x) => linalg.tril(x, { offset: 1 }), inputs: [batch] },
  { name: 'triu', f: (x) => linalg.triu(x, { offset: 1 }), inputs: [batch] },
  { name: 'kron', f: linalg.kron, inputs: [a, b] },
]

describe('derivatives', () => {
  test.each(cases)('$name: both modes agree with differences', ({ f, inputs }) => {
    expect(checkDerivatives((x: readonly Tensor[]) => f(...x), { directions: 6 })(inputs)).toMatchObject({
      kind: 'agrees',
    })
  })

  test.each(cases)('$name: the second derivative, too', ({ f, inputs }) => {
    const slope = (x: readonly Tensor[]): readonly Tensor[] =>
      grad((y: readonly Tensor[]) => sum(sin(f(...y))) as Tensor)(x)
    expect(checkDerivatives(slope, { directions: 3 })(inputs)).toMatchObject({ kind: 'agrees' })
  })

  test.each(cases)('$name: one for each of a batch, with its derivative', ({ f, inputs }) => {
    const others = inputs.map((x) => add(mul(x, 1.125), mul(sin(x), 0.05)) as Tensor)
    const gradient: F = (...x) => grad((y: Tensor) => sum(sin(f(y, ...x.slice(1)))) as Tensor)(x[0]!)
    for (const g of [f, gradient]) {
      const one = vmap(g)(...inputs.map((x, i) => stack([x, others[i]!])))
      expect(distance(one, stack([g(...inputs), g(...others)]))).toBeLessThan(1e-12)
      const [x, ...rest] = inputs
      if (rest.length === 0) continue
      const last = inputs.length - 1
      const only = vmap((y: Tensor) => g(...inputs.slice(0, last), y))(stack([inputs[last]!, others[last]!]))
      const each = [inputs[last]!, others[last]!].map((y) => g(x!, ...rest.slice(0, -1), y))
      expect(distance(only, stack(each))).toBeLessThan(1e-12)
    }
  })

  test.each(cases)('$name: compiled on every executor, with its derivative', ({ f, inputs }) => {
    onEveryExecutor((...x) => f(...x), inputs, 1e-11)
    onEveryExecutor(
      (...x) => grad((y: Tensor) => sum(sin(f(y, ...x.slice(1)))) as Tensor)(x[0]!),
      inputs,
      1e-10,
    )
  })

  test('the gradient by a symmetric matrix is symmetric', () => {
    const x = definite(5, [4, 4])
    const w = randomMatrix(6, [4, 4])
    const gradient = grad((y: Tensor) => sum(mul(linalg.cholesky(y), w)) as Tensor)(x)
    expect(distance(gradient, swap(gradient))).toBeLessThan(1e-15)
  })

  test('the log-determinant by the Cholesky factor has the inverse for its gradient', () => {
    const x = definite(7, [5, 5])
    const viaFactor = grad((y: Tensor) => mul(sum(log(linalg.diagonal(linalg.cholesky(y)))), 2) as Tensor)(x)
    expect(distance(viaFactor, linalg.inverse(x))).toBeLessThan(1e-13)
    expect(distance(grad((y: Tensor) => linalg.slogdet(y).logAbsDet)(x), linalg.inverse(x))).toBeLessThan(
      1e-13,
    )
  })

  test('a matrix is factored once for its solution, its derivative and the derivative of that', () => {
    const loss = (x: Tensor): Tensor => sum(sin(linalg.solve(x, b)))
    const along = (x: Tensor): Tensor => jvp(grad(loss), [x], [a])[1]
    const { program } = stage(along)(a)
    const names = program.equations.map(({ operation }) => operation)
    expect(names.filter((name) => name === 'luFactor').length).toBe(1)
    expect(distance(jit(along)(a), along(a))).toBeLessThan(1e-12)
  })

  test('A⁻¹A is the identity to every order', () => {
    const product = (x: Tensor): Tensor => matmul(linalg.solve(x, randomMatrix(8, [3, 3])), f64([1, 2, 3]))
    const third = (x: Tensor): Tensor =>
      jvp((y: Tensor) => jvp((z: Tensor) => jvp(product, [z], [z])[1], [y], [y])[1], [a], [x])[1]
    // A⁻¹B is homogeneous of degree −1: each derivative along A itself changes its sign.
    expect(distance(third(a), mul(product(a), -1) as Tensor)).toBeLessThan(1e-12)
  })
})
