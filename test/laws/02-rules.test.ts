import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { add, jvp, mul, toTypedArray, type Tensor } from '../../src/index.ts'
import { programs, runProgram, tensorsOf } from '../../src/testing/index.ts'

const matrix = tensorsOf([2, 2], { min: -2, max: 2 })

const expectClose = (a: Tensor, b: Tensor): void => {
  const y = toTypedArray(b)
  toTypedArray(a).forEach((x, i) => {
    expect(Math.abs(x - (y[i] ?? NaN)) / (1 + Math.abs(x))).toBeLessThan(1e-10)
  })
}

describe('law 2: the rules of calculus', () => {
  test('chain, sum and product', () => {
    fc.assert(
      fc.property(programs(), programs(), matrix, matrix, (p, q, x, v) => {
        const [f, g] = [runProgram(p), runProgram(q)]
        const [fx, df] = jvp(f, [x], [v])
        const [gx, dg] = jvp(g, [x], [v])
        expectClose(jvp((y: Tensor) => g(f(y)), [x], [v])[1], jvp(g, [fx], [df])[1])
        expectClose(jvp((y: Tensor) => add(f(y), g(y)), [x], [v])[1], add(df, dg))
        expectClose(jvp((y: Tensor) => mul(f(y), g(y)), [x], [v])[1], add(mul(df, gx), mul(fx, dg)))
      }),
      { numRuns: 100 },
    )
  })
})
