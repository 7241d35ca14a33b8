import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  add,
  bernoulli,
  checkpoint,
  cos,
  custom,
  foldIn,
  grad,
  key,
  mul,
  moveAxis,
  normal,
  sin,
  splitKey,
  stack,
  sum,
  tanh,
  toTypedArray,
  vmap,
  type Key,
  type Tensor,
} from '../../src/index.ts'
import { programs, runProgram, runScalarProgram, tensorsOf } from '../../src/testing/index.ts'
import { constantCases, indexedCases, smoothCases } from './primitives.ts'

const matrix = tensorsOf([2, 2], { min: -2, max: 2 })
const batches = fc.array(matrix, { minLength: 1, maxLength: 3 })

const expectClose = (a: Tensor, b: Tensor, tolerance = 1e-10): void => {
  expect(a.shape).toEqual(b.shape)
  expect(a.dtype).toBe(b.dtype)
  const y = toTypedArray(b)
  toTypedArray(a).forEach((x, i) => {
    expect(Math.abs(x - (y[i] ?? NaN)) / (1 + Math.abs(x))).toBeLessThan(tolerance)
  })
}

describe('law 5: vmap f = stack ∘ map f', () => {
  test.each([...smoothCases, ...constantCases, ...indexedCases])(
    '$name, all or one input mapped',
    ({ f, inputs }) => {
      const rows = [0, 1, 2].map((shift) =>
        inputs.map((x) => (x.dtype === 'float64' ? add(x, shift * 0.125) : x)),
      )
      const stacked = inputs.map((_, i) => stack(rows.map((row) => row[i] as Tensor)))
      expectClose(vmap(f)(...stacked), stack(rows.map((row) => f(...row))), 1e-13)
      inputs.forEach((_, only) => {
        const mixed = inputs.map((x, i) => (i === only ? (stacked[i] as Tensor) : x))
        const expected = stack(
          rows.map((row) => f(...inputs.map((x, i) => (i === only ? (row[i] as Tensor) : x)))),
        )
        expectClose(vmap(f, { in: inputs.map((_, i) => (i === only ? 0 : null)) })(...mixed), expected, 1e-13)
      })
    },
  )

  test('random programs, other axes, gradients, nested', () => {
    fc.assert(
      fc.property(programs(), batches, (program, xs) => {
        const f = runProgram(program)
        const x = stack(xs)
        const expected = stack(xs.map(f))
        expectClose(vmap(f)(x), expected)
        expectClose(vmap(f, { in: 2, out: 1 })(moveAxis(x, 0, 2)), moveAxis(expected, 0, 1))
        const g = grad(runScalarProgram(program))
        expectClose(vmap(g)(x), stack(xs.map((y) => g(y))))
        const viaGrad = grad((y: Tensor) => sum(vmap(runScalarProgram(program))(y)) as Tensor)(x)
        expectClose(viaGrad, stack(xs.map((y) => g(y))))
        const double = stack([x, add(x, 0.25) as Tensor])
        expectClose(vmap(vmap(f))(double), stack([expected, stack(xs.map((y) => f(add(y, 0.25) as Tensor)))]))
      }),
      { numRuns: 60 },
    )
  })

  test('random numbers over a batch of keys are those of each key', () => {
    const keys = splitKey(key(3), 4)
    const draw = (k: Key): Tensor => normal(foldIn(k, 'layer'), [3], { dtype: 'float64' })
    expectClose(vmap(draw as (k: Tensor) => Tensor)(stack(keys)), stack(keys.map(draw)), 1e-15)
    const flags = (k: Key): Tensor => bernoulli(k, 0.5, [5])
    expect([...toTypedArray(vmap(flags as (k: Tensor) => Tensor)(stack(keys)))]).toEqual([
      ...toTypedArray(stack(keys.map(flags))),
    ])
  })

  test('custom derivatives and recomputation, in every order of transformations', () => {
    const body = (x: Tensor): Tensor => sin(mul(x, x)) as Tensor
    const functions: readonly ((x: Tensor) => Tensor)[] = [
      body,
      checkpoint(body),
      custom(body, { jvp: ([x], [dx]) => mul(mul(dx, 2), mul(x, cos(mul(x, x)))) as Tensor }),
      custom(body, {
        vjp: (x) => [
          body(x),
          (ct: Tensor) => [mul(mul(ct, 2), mul(x, cos(mul(x, x)))) as Tensor] as [Tensor],
        ],
      }),
    ]
    fc.assert(
      fc.property(batches, (xs) => {
        const x = stack(xs)
        const [plain, ...others] = functions.map((f) => {
          const loss = (y: Tensor): Tensor => sum(tanh(f(y)))
          const second = (y: Tensor): Tensor => sum(mul(grad(loss)(y), y))
          return [
            vmap(f)(x),
            vmap(grad(loss))(x),
            grad((y: Tensor) => sum(vmap(loss)(y)) as Tensor)(x),
            vmap(grad(second))(x),
          ]
        })
        for (const other of others)
          other.forEach((value, i) => expectClose(value, plain?.[i] as Tensor, 1e-9))
      }),
      { numRuns: 40 },
    )
  })
})
