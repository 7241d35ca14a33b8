import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { grad, hessian, jvp, toNdarray, vjp, vmap, stack, type Tensor } from '../../src/index.ts'
import { programs, runProgram, runScalarProgram, tensorsOf } from '../../src/testing/index.ts'
import { constantCases, smoothCases } from './primitives.ts'

const digest = (tensors: readonly Tensor[]): string => {
  const hash = createHash('sha256')
  for (const x of tensors) {
    const { data } = toNdarray(x)
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  }
  return hash.digest('hex')
}

const matrix = tensorsOf([2, 2])

describe('law 7: nothing changes its inputs, and the same call gives the same bytes', () => {
  test.each([...smoothCases, ...constantCases])('$name', ({ f, inputs }) => {
    const before = digest(inputs)
    const [first, second] = [f(...inputs), f(...inputs)]
    expect(digest(inputs)).toBe(before)
    expect(digest([first])).toBe(digest([second]))
  })

  test('transformations of random programs', () => {
    fc.assert(
      fc.property(programs(), matrix, matrix, (program, x, v) => {
        const before = digest([x, v])
        const f = runProgram(program)
        const run = (): readonly Tensor[] => [
          f(x),
          grad(runScalarProgram(program))(x),
          jvp(f, [x], [v])[1],
          ...vjp(f, x)[1](v),
          vmap(f)(stack([x, v])),
          hessian(runScalarProgram(program.slice(0, 2)))(x),
        ]
        expect(digest(run())).toBe(digest(run()))
        expect(digest([x, v])).toBe(before)
      }),
      { numRuns: 40 },
    )
  })
})
