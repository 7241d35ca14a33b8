import { describe, expect, test } from 'vitest'
import {
  grad,
  item,
  jit,
  jvp,
  key,
  matmul,
  mul,
  normal,
  reshape,
  scan,
  square,
  sub,
  sum,
  tensor,
  toArray,
  transpose,
  vmap,
  type Tensor,
} from '../../src/index.ts'
import { solve } from '../../src/linalg/index.ts'
import { conjugateGradient } from '../../src/solvers/index.ts'
import { expectSlopes, f64 } from './slopes.ts'

const root = normal(key(0), [6, 6], { dtype: 'float64' })
const shift = mul(tensor(2, { dtype: 'float64' }), 1)
/** BᵀB + 2s²: positive definite for every s. */
const operator =
  (s: Tensor) =>
  (v: Tensor): Tensor =>
    sub(matmul(transpose(root), matmul(root, v)), mul(mul(square(s), shift), mul(v, -1)))
const b = f64([1, -2, 3, 0.5, 0, 1])
const dense = (s: Tensor, right: Tensor = b): Tensor => {
  const columns = vmap(operator(s))(
    f64(Array.from({ length: 6 }, (_, i) => Array.from({ length: 6 }, (_, j) => (i === j ? 1 : 0)))),
  )
  return solve(columns, right)
}
const close = (found: Tensor, expected: Tensor, digits = 8): void => {
  const flat = toArray(reshape(expected, [expected.size])) as readonly number[]
  ;(toArray(reshape(found, [found.size])) as readonly number[]).forEach((x, i) =>
    expect(x).toBeCloseTo(flat[i]!, digits),
  )
}

describe('conjugate gradients', () => {
  test('solve, in about as many iterations as there are unknowns', () => {
    const { x, converged, iterations } = conjugateGradient(operator(f64(1)), b)
    close(x, dense(f64(1)))
    expect(item(converged)).toBe(1)
    expect(item(iterations)).toBeLessThan(12)
    const few = conjugateGradient(operator(f64(1)), b, { iterations: 2 })
    expect([item(few.converged), item(few.iterations)]).toEqual([0, 2])
    close(conjugateGradient(operator(f64(1)), mul(b, 0)).x, mul(b, 0))
  })
  test('have the derivatives of the solution, by the operator and by the right side', () => {
    const by = (s: Tensor) => sum(square(conjugateGradient(operator(s), b).x))
    const exact = (s: Tensor) => sum(square(dense(s)))
    expectSlopes(by, 0.7, item(grad(exact)(f64(0.7))), item(grad(grad(exact))(f64(0.7))), 6)
    const right = (v: Tensor) => sum(square(conjugateGradient(operator(f64(1)), v).x))
    close(grad(right)(b), grad((v: Tensor) => sum(square(dense(f64(1), v))))(b))
    const [, moved] = jvp((v: Tensor) => conjugateGradient(operator(f64(1)), v).x, [b], [mul(b, 2)])
    close(moved, mul(dense(f64(1)), 2))
  })
  test('batch by either, compile, and stand in loops', () => {
    const f = (s: Tensor) => conjugateGradient(operator(s), b).x
    const values = f64([0.5, 1, 2])
    const expected = vmap((s: Tensor) => dense(s))(values)
    for (const g of [vmap(f), jit(vmap(f))]) close(g(values), expected)
    close(
      vmap((v: Tensor) => conjugateGradient(operator(f64(1)), v).x)(transpose(root)),
      vmap((v: Tensor) => dense(f64(1), v))(transpose(root)),
    )
    const loss = (s: Tensor) => sum(square(f(s)))
    const slope = grad((s: Tensor) => sum(square(dense(s))))
    close(vmap(grad(loss))(values), vmap(slope)(values))
    close(jit(grad(loss))(f64(0.7)), slope(f64(0.7)))
    close(grad(jit(loss))(f64(0.7)), slope(f64(0.7)), 5)
    const looped = (s: Tensor) =>
      scan((v: Tensor) => [conjugateGradient(operator(s), v).x, undefined], b, undefined, { length: 1 })[0]
    close(looped(f64(1)), dense(f64(1)))
  })
})
