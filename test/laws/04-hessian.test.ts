import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  hessian,
  hvp,
  jacobian,
  matmul,
  reshape,
  toTypedArray,
  transpose,
  type Tensor,
} from '../../src/index.ts'
import { programs, runProgram, runScalarProgram, tensorsOf } from '../../src/testing/index.ts'

const matrix = tensorsOf([2, 2], { min: -2, max: 2 })

const expectClose = (a: Tensor, b: Tensor, tolerance = 1e-10): void => {
  const y = toTypedArray(b)
  toTypedArray(a).forEach((x, i) => {
    expect(Math.abs(x - (y[i] ?? NaN)) / (1 + Math.abs(x))).toBeLessThan(tolerance)
  })
}

describe('law 4: second derivatives', () => {
  test('the Hessian is symmetric and hvp is its product', () => {
    fc.assert(
      fc.property(programs({ maxLength: 4 }), matrix, matrix, (program, x, v) => {
        const f = runScalarProgram(program)
        const h = reshape(hessian(f)(x), [4, 4]) as Tensor
        expectClose(h, transpose(h) as Tensor)
        const product = matmul(h, reshape(v, [4]) as Tensor) as Tensor
        expectClose(product, reshape(hvp(f)(x, v), [4]))
      }),
      { numRuns: 60 },
    )
  })

  test('forward and reverse Jacobians are equal', () => {
    fc.assert(
      fc.property(programs(), matrix, (program, x) => {
        const f = runProgram(program)
        expectClose(jacobian(f, { mode: 'forward' })(x), jacobian(f, { mode: 'reverse' })(x), 1e-12)
      }),
      { numRuns: 60 },
    )
  })
})
