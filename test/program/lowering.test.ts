import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evaluateProgram } from '../../src/core/autodiff/evaluate.ts'
import { stageFlat } from '../../src/core/autodiff/stage.ts'
import type { AnyValue } from '../../src/core/autodiff/value.ts'
import { typescriptExecutor } from '../../src/compile/executors/typescript/executor.ts'
import { add, grad, hvp, key, matmul, normal, sin, tanh, transpose, type Tensor } from '../../src/index.ts'
import { outputTypes } from '../../src/core/primitive/program.ts'
import { lower } from '../../src/compile/lowering/lower.ts'
import { copyElements, viewOf, type ConcreteTensor } from '../../src/core/tensor/concrete.ts'
import { viewBytes } from '../../src/core/tensor/dtype.ts'
import { programs, runProgram, runScalarProgram } from '../../src/testing/programs.ts'

/** What a function gives through its kernel program, next to what the reference interpreter gives. */
const compared = (f: (xs: readonly AnyValue[]) => readonly AnyValue[], inputs: readonly ConcreteTensor[]) => {
  const { program } = stageFlat(f, inputs)
  const { kernels, outputs } = lower(program)
  const copies = inputs.map((x) => copyElements(x))
  const memory = new ArrayBuffer(kernels.outputBytes)
  typescriptExecutor.load(kernels).run(
    copies.map(({ buffer }) => buffer),
    copies.map(({ byteOffset }) => byteOffset),
    memory,
    0,
  )
  const types = outputTypes(program)
  const actual = outputs.map((place, i) => {
    const { shape, strides, offset } = place.layout
    const { dtype } = types[i]!
    const data =
      place.kind === 'slab'
        ? viewBytes(dtype, memory, place.byteOffset, memory.byteLength - place.byteOffset)
        : place.kind === 'input'
          ? copies[place.index]!
          : copyElements(place.tensor)
    return copyElements(viewOf(data, dtype, shape, strides, offset))
  })
  const expected = evaluateProgram(program, inputs).map((x) => copyElements(x as ConcreteTensor))
  return { actual, expected }
}

const expectClose = (actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void => {
  expect(actual.length).toBe(expected.length)
  for (let i = 0; i < actual.length; i++) {
    const [a, b] = [actual[i]!, expected[i]!]
    if (!Object.is(a, b) && !(Math.abs(a - b) <= tolerance * (1 + Math.abs(b))))
      expect.fail(`element ${i}: expected ${b}, got ${a}`)
  }
}

describe('a kernel program gives what the program it was made of gives, to 1e-10 in float64', () => {
  const orders = {
    values: (p: Parameters<typeof runProgram>[0]) => runProgram(p),
    gradients: (p: Parameters<typeof runProgram>[0]) => grad(runScalarProgram(p)),
    'Hessian-vector products': (p: Parameters<typeof runProgram>[0]) => (x: Tensor) =>
      hvp(runScalarProgram(p))(x, sin(x)),
  }
  it.each(Object.entries(orders))('%s of random programs', (_, order) => {
    fc.assert(
      fc.property(programs({ maxLength: 8 }), fc.integer({ min: 1, max: 4 }), (p, size) => {
        const x = normal(key(3), [size, size], { dtype: 'float64' }) as unknown as ConcreteTensor
        const { actual, expected } = compared(([v]) => [order(p)(v as Tensor) as AnyValue], [x])
        expected.forEach((e, i) => expectClose(actual[i]!, e, 1e-10))
      }),
      { numRuns: 60 },
    )
  })
})

describe('products of many axes', () => {
  it('whose outer axes no loop walks together are split, and every part is a product', () => {
    const shape = [2, 3, 2, 1, 2, 2, 2]
    const a = normal(key(1), [...shape, 3, 4], { dtype: 'float64' }) as unknown as ConcreteTensor
    const b = normal(key(2), [2, 2, 2, 2, 3, 1, 2, 4, 3], { dtype: 'float64' }) as unknown as ConcreteTensor
    const { actual, expected } = compared(
      ([x, y]) => {
        const moved = transpose(x as Tensor, [6, 4, 2, 0, 1, 3, 5, 7, 8])
        return [tanh(add(matmul(moved, y as Tensor), 1)) as unknown as AnyValue]
      },
      [a, b],
    )
    expectClose(actual[0]!, expected[0]!, 1e-12)
  })
})
