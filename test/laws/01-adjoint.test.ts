import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { add, cast, jvp, linearize, mul, tensor, toTypedArray, vjp, type Tensor } from '../../src/index.ts'
import { adjointError, programs, runProgram, tensorsOf } from '../../src/testing/index.ts'
import { adjointProgramLaw } from './program-laws.ts'
import { smoothCases } from './primitives.ts'

const matrix = tensorsOf([2, 2], { min: -2, max: 2 })

const distance = (a: Tensor, b: Tensor): number =>
  Math.max(...toTypedArray(a).map((x, i) => Math.abs(x - (toTypedArray(b)[i] ?? NaN))))

describe('law 1: forward and reverse mode are adjoint, and both are linear', () => {
  test.each(smoothCases)('$name', ({ f, inputs }) => {
    const g = (x: readonly Tensor[]): Tensor => f(...x)
    const output = g(inputs)
    expect(adjointError(g)(inputs, inputs, output)).toBeLessThan(1e-13)
  })

  test('a cotangent comes back in the dtype of the value it belongs to', () => {
    for (const [from, to] of [
      ['float64', 'float32'],
      ['float32', 'float64'],
    ] as const) {
      const x = tensor([0.5, -1.25], { dtype: from })
      const [y, pullback] = vjp((v: Tensor) => cast(v, to), x)
      const [back] = pullback(y)
      expect([y.dtype, back.dtype]).toEqual([to, from])
      expect(toTypedArray(back)).toEqual(toTypedArray(x))
    }
  })

  test('random programs', () => {
    fc.assert(
      fc.property(programs(), matrix, matrix, matrix, (program, x, v, u) => {
        adjointProgramLaw(program, x, v, u)
      }),
      { numRuns: 200 },
    )
  })

  test('the tangent map and the pullback are linear, and linearize is jvp', () => {
    fc.assert(
      fc.property(programs(), matrix, matrix, matrix, (program, x, v, w) => {
        const f = runProgram(program)
        const [, forward] = linearize(f, x)
        const combined = add(mul(v, 3), w) as Tensor
        const apart = add(mul(forward(v), 3), forward(w)) as Tensor
        expect(distance(forward(combined), apart)).toBeLessThan(1e-9)
        expect(distance(forward(v), jvp(f, [x], [v])[1])).toBe(0)
        const [, pullback] = vjp(f, x)
        const apartBack = add(mul(pullback(v)[0], 3), pullback(w)[0]) as Tensor
        expect(distance(pullback(combined)[0], apartBack)).toBeLessThan(1e-9)
      }),
      { numRuns: 100 },
    )
  })
})
