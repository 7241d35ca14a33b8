import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  add,
  matmul,
  mul,
  sub,
  sum,
  take,
  tanh,
  transpose,
  type Program,
  type Tensor,
} from '../../src/index.ts'
import { evaluateProgram } from '../../src/core/autodiff/evaluate.ts'
import { stageFlat } from '../../src/core/autodiff/stage.ts'
import type { AnyValue } from '../../src/core/autodiff/value.ts'
import type { Typed } from '../../src/core/primitive/primitive.ts'
import { variableTypes } from '../../src/core/primitive/program.ts'
import { sameShape } from '../../src/core/tensor/shape.ts'
import { copyElements, type ConcreteTensor } from '../../src/core/tensor/concrete.ts'
import type { Executor } from '../../src/compile/executors/executor.ts'
import { nativeExecutor } from '../../src/compile/executors/native.ts'
import { typescriptExecutor } from '../../src/compile/executors/typescript/executor.ts'
import { wasmExecutor } from '../../src/compile/executors/wasm.ts'
import { successors } from '../../src/compile/lowering/in-place.ts'
import { lower, type Lowered } from '../../src/compile/lowering/lower.ts'
import { inlineCalls } from '../../src/compile/passes/inline-calls.ts'
import { meetAll } from '../backend/step-operations.ts'
import { regionPrograms } from './region-programs.ts'
import { runLowered } from './run-lowered.ts'

meetAll()

const executors: readonly Executor[] = [nativeExecutor(), wasmExecutor(), typescriptExecutor].filter(
  (executor) => executor !== undefined,
)

const isSame = (a: number | undefined, b: number | undefined): boolean =>
  a === b || (Number.isNaN(a) && Number.isNaN(b))

/** With every value among the results that has the type of an input. */
const returningMore = (program: Program): Program => {
  const types = variableTypes(program)
  const given = program.inputs.length + program.constants.length
  const more = types.flatMap((type, variable) =>
    variable >= given &&
    program.inputs.some((input) => input.dtype === type.dtype && sameShape(input.shape, type.shape))
      ? [variable]
      : [],
  )
  return { ...program, outputs: [...program.outputs, ...more] }
}

describe('inputs that results may be written over', () => {
  it('leave the results as they are, for programs of loops, branches and views', () => {
    let overlaid = 0
    fc.assert(
      fc.property(regionPrograms(), fc.boolean(), fc.nat(), ({ program: random, inputs }, fuse, turn) => {
        const program = returningMore(random)
        const expected = evaluateProgram(program, inputs).map((x) => copyElements(x as ConcreteTensor))
        const prepared = inlineCalls(program)
        const all = program.inputs.map((_, i) => (i + turn) % program.inputs.length)
        const lowered = lower(prepared, { fuse, givenUp: all })
        overlaid += lowered.kernels.inPlace?.length ?? 0
        for (const executor of executors)
          runLowered(executor, lowered, prepared, inputs).forEach((actual, i) => {
            const at = actual.findIndex((element, j) => !isSame(element, expected[i]![j]))
            if (at >= 0)
              expect.fail(
                `${executor.name}, output ${i}, element ${at}: expected ${expected[i]![at]}, got ${actual[at]}`,
              )
          })
      }),
      { numRuns: 700 },
    )
    expect(overlaid).toBeGreaterThan(10)
  }, 60_000)
})

const lowered = (
  f: (...inputs: Tensor[]) => readonly Tensor[],
  types: readonly Typed[],
  givenUp: readonly number[],
): Lowered => {
  const { program } = stageFlat((inputs) => f(...(inputs as readonly Tensor[])) as readonly AnyValue[], types)
  return lower(program, { givenUp })
}
const square: Typed = { shape: [16, 16], dtype: 'float32' }
const inPlaceOf = (...given: Parameters<typeof lowered>) =>
  (lowered(...given).kernels.inPlace ?? []).map(({ input }) => input)

describe('a result is written over an argument', () => {
  it('where it is computed from its elements', () => {
    expect(inPlaceOf((w) => [mul(2, w)], [square], [0])).toEqual([0])
    expect(inPlaceOf((w) => [mul(2, w)], [square], [])).toEqual([])
  })

  it('where nothing reads the argument, and where everything has read it before', () => {
    expect(inPlaceOf((_, x) => [tanh(x)], [square, square], [0])).toEqual([0])
    expect(inPlaceOf((w) => [tanh(matmul(w, matmul(w, w)))], [square], [0])).toEqual([])
    expect(inPlaceOf((w, x) => [matmul(matmul(w, x), x)], [square, square], [0])).toEqual([0])
  })

  it('behind the epilogue of a product, which then has its own memory', () => {
    const { kernels } = lowered((w, x) => [sub(w, mul(0.1, matmul(transpose(x), x)))], [square, square], [0])
    expect(kernels.inPlace).toEqual([{ input: 0, byteOffset: 0 }])
    expect(kernels.instructions).toMatchObject([{ kind: 'matmul', c: { place: { space: 'arena' } } }])
    expect(kernels.arenaBytes).toBe(1024)
  })

  it('behind whatever reads the argument later, if that does not wait for it', () => {
    const step = (w: Tensor, x: Tensor, d: Tensor): readonly Tensor[] => [
      sub(w, matmul(transpose(x), d)),
      matmul(d, transpose(w)),
    ]
    expect(inPlaceOf(step, [square, square, square], [0])).toEqual([0])
    const { instructions } = lowered(step, [square, square, square], [0]).kernels
    expect(instructions).toMatchObject([{ b: { place: { index: 0 } } }, { epilogue: { stores: [{}] } }])
    const waiting = (w: Tensor): readonly Tensor[] => {
      const moved = tanh(w)
      return [moved, matmul(w, moved)]
    }
    expect(inPlaceOf(waiting, [square], [0])).toEqual([])
  })

  it('not where it is the argument, or a view of it, that comes back', () => {
    expect(inPlaceOf((w) => [w], [square], [0])).toEqual([])
    expect(inPlaceOf((w) => [add(w, 1), w], [square], [0])).toEqual([])
    expect(inPlaceOf((w) => [add(w, 1), transpose(w)], [square], [0])).toEqual([])
  })

  it('not where two arguments change places', () => {
    expect(inPlaceOf((a, b) => [add(b, 1), add(a, 1)], [square, square], [0, 1])).toEqual([0])
    expect(inPlaceOf((a, b) => [add(b, a), sub(a, b)], [square, square], [0, 1])).toEqual([0, 1])
    expect(inPlaceOf((a, b) => [matmul(b, b), matmul(a, a)], [square, square], [0, 1])).toEqual([0])
  })

  it('not where its elements are read in another order', () => {
    expect(inPlaceOf((w) => [add(w, transpose(w))], [square], [0])).toEqual([])
    expect(inPlaceOf((w) => [add(w, sum(w, { axis: 0 }))], [square], [0])).toEqual([0])
    expect(inPlaceOf((w) => [matmul(w, w)], [square], [0])).toEqual([])
  })

  it('not before something that can fail', () => {
    const index: Typed = { shape: [3], dtype: 'int32' }
    const { instructions, inPlace } = lowered(
      (w, x, i) => [mul(w, 2), take(x, i)],
      [square, square, index],
      [0],
    ).kernels
    expect(inPlace).toHaveLength(1)
    expect(instructions.map(({ kind }) => kind)).toEqual(['gather', 'nest'])
    const late = (w: Tensor, i: Tensor): readonly Tensor[] => {
      const moved = mul(w, 2)
      return [moved, take(moved, i)]
    }
    expect(inPlaceOf(late, [square, index], [0])).toEqual([])
  })
})

describe('the output that an argument will be at the next call', () => {
  const [a, b, c]: readonly Typed[] = [
    { shape: [2, 3], dtype: 'float32' },
    { shape: [3], dtype: 'float32' },
    { shape: [], dtype: 'float32' },
  ]
  it('is told from a run of outputs like the arguments', () => {
    expect(successors([a!, b!, a!], [0, 1], [c!, a!, a!, b!, c!])).toEqual([
      [0, 2],
      [1, 3],
    ])
  })
  it('or from their order', () => {
    expect(successors([a!, b!, a!, b!], [0, 1, 2, 3], [a!, b!, c!, a!])).toEqual([
      [0, 0],
      [1, 1],
      [2, 3],
    ])
    expect(successors([c!], [0], [a!, b!])).toEqual([])
    expect(successors([c!], [], [a!, b!])).toEqual([])
  })
})
