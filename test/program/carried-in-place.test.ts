import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  add,
  concat,
  cond,
  less,
  matmul,
  maximum,
  minimum,
  mul,
  scan,
  slice,
  stopGradient,
  sub,
  sum,
  take,
  tensor,
  transpose,
  whileLoop,
  type Program,
  type Tensor,
} from '../../src/index.ts'
import { evaluateProgram } from '../../src/core/autodiff/evaluate.ts'
import { stageFlat } from '../../src/core/autodiff/stage.ts'
import type { AnyValue } from '../../src/core/autodiff/value.ts'
import type { Executor } from '../../src/compile/executors/executor.ts'
import type { Instruction, NestBody } from '../../src/compile/executors/kernel-program.ts'
import { nativeExecutor } from '../../src/compile/executors/native.ts'
import { typescriptExecutor } from '../../src/compile/executors/typescript/executor.ts'
import { wasmExecutor } from '../../src/compile/executors/wasm.ts'
import { lower, type Lowered } from '../../src/compile/lowering/lower.ts'
import { inlineCalls } from '../../src/compile/passes/inline-calls.ts'
import { copyElements, type ConcreteTensor } from '../../src/core/tensor/concrete.ts'
import { meetAll } from '../backend/step-operations.ts'
import { runLowered } from './run-lowered.ts'

/*
 * Loops whose next values may lie over the ones before, beside loops where that would be seen: values that change places,
 * are read after their successor is there, through transposes, slices and reversed, by products, reductions, gathers,
 * branches and loops inside, or go into a stack as they came. Elements are whole numbers of at most 8, so that every
 * order of operations gives the same bits.
 */

meetAll()

const executors: readonly Executor[] = [nativeExecutor(), wasmExecutor(), typescriptExecutor].filter(
  (executor) => executor !== undefined,
)

const bounded = (x: Tensor): Tensor => minimum(maximum(x, -8), 8) as Tensor

const picks = tensor([2, 0, 2], { dtype: 'int32' })

/** What a body does with two of its values, all square. */
const operations = {
  add: (a: Tensor, b: Tensor) => bounded(add(a, b) as Tensor),
  sub: (a: Tensor, b: Tensor) => bounded(sub(b, a) as Tensor),
  mul: (a: Tensor, b: Tensor) => bounded(mul(a, b) as Tensor),
  same: (a: Tensor) => stopGradient(a),
  transposed: (a: Tensor) => transpose(a) as Tensor,
  reversed: (a: Tensor) => slice(a, [-1], [-9], [-1]) as Tensor,
  shifted: (a: Tensor, b: Tensor) => concat([slice(a, [1]), slice(b, [0], [1])]) as Tensor,
  product: (a: Tensor, b: Tensor) => bounded(matmul(a, b) as Tensor),
  behind: (a: Tensor, b: Tensor) => bounded(sub(a, matmul(b, b)) as Tensor),
  rows: (a: Tensor, b: Tensor) => bounded(sub(a, sum(b, { axis: 1, keepDims: true })) as Tensor),
  columns: (a: Tensor, b: Tensor) => bounded(add(a, sum(b, { axis: 0 })) as Tensor),
  gathered: (a: Tensor) => take(a, picks) as Tensor,
  either: (a: Tensor, b: Tensor) =>
    cond(
      less(sum(a), 0) as Tensor,
      (x: Tensor, y: Tensor) => bounded(add(x, y) as Tensor),
      (x: Tensor) => transpose(x) as Tensor,
      a,
      b,
    ),
} as const

interface Line {
  readonly operation: keyof typeof operations
  readonly a: number
  readonly b: number
}

/** A loop over values of which some are carried; `inside` is a loop in its body. */
interface Loop {
  readonly kind: 'scan' | 'reverse' | 'while'
  readonly turns: number
  readonly carried: number
  readonly first: readonly number[]
  readonly lines: readonly Line[]
  readonly next: readonly number[]
  readonly inside: Loop | undefined
}

const loops = (depth: number): fc.Arbitrary<Loop> =>
  fc.record({
    kind: fc.constantFrom<Loop['kind']>('scan', 'reverse', 'while'),
    turns: fc.nat(3),
    carried: fc.integer({ min: 1, max: 4 }),
    first: fc.array(fc.nat(5), { minLength: 4, maxLength: 4 }),
    lines: fc.array(
      fc.record({
        operation: fc.constantFrom(...(Object.keys(operations) as (keyof typeof operations)[])),
        a: fc.nat(6),
        b: fc.nat(6),
      }),
      { maxLength: 6 },
    ),
    next: fc.array(fc.nat(5), { minLength: 4, maxLength: 4 }),
    inside:
      depth === 0
        ? fc.constant(undefined)
        : fc.oneof(
            { weight: 2, arbitrary: fc.constant(undefined) },
            { weight: 1, arbitrary: loops(depth - 1) },
          ),
  })

/** The last values of the carried ones, and in a scan all that they were at the start of a turn. */
const run = (loop: Loop, values: readonly Tensor[]): readonly Tensor[] => {
  const at = (known: readonly Tensor[], back: number): Tensor =>
    known[known.length - 1 - (back % known.length)]!
  const initial = Array.from({ length: loop.carried }, (_, i) => at(values, loop.first[i]!))
  const turn = (state: readonly Tensor[]): readonly Tensor[] => {
    const known = [...values.slice(0, 2), ...state]
    if (loop.inside !== undefined) known.push(...run(loop.inside, known))
    for (const { operation, a, b } of loop.lines)
      known.push(operations[operation](at(known, a), at(known, b)))
    return state.map((_, i) => at(known, loop.next[i]!))
  }
  if (loop.kind === 'while') {
    const [, ended] = whileLoop(
      ([count]: readonly [Tensor, readonly Tensor[]]) => less(count, loop.turns) as Tensor,
      ([count, state]) => [add(count, 1) as Tensor, turn(state)] as const,
      [tensor(0), initial] as readonly [Tensor, readonly Tensor[]],
    )
    return ended
  }
  const [ended, stacks] = scan(
    (state: readonly Tensor[]) => [turn(state), state] as const,
    initial,
    [] as readonly Tensor[],
    { length: loop.turns, reverse: loop.kind === 'reverse' },
  )
  return [...ended, ...stacks.map((stack) => bounded(sum(stack, { axis: 0 })))]
}

const square = { shape: [3, 3], dtype: 'float32' } as const

const staged = (f: (...inputs: Tensor[]) => readonly Tensor[], inputs: number): Program =>
  stageFlat(
    (xs) => f(...(xs as readonly Tensor[])) as readonly AnyValue[],
    Array.from({ length: inputs }, () => square),
  ).program

/** Nests that store somewhere exactly where they load. */
const inPlaceIn = (instructions: readonly Instruction[]): number => {
  const storesOver = ({ loads, stores }: NestBody): boolean =>
    stores.some((store) =>
      loads.some(
        ({ place }) =>
          place.space === store.place.space && JSON.stringify(place) === JSON.stringify(store.place),
      ),
    )
  return instructions.reduce((total, instruction) => {
    switch (instruction.kind) {
      case 'nest':
        return total + Number(storesOver(instruction))
      case 'matmul':
        return total + Number(instruction.epilogue !== undefined && storesOver(instruction.epilogue))
      case 'loop':
      case 'while':
        return total + inPlaceIn(instruction.body)
      default:
        return total
    }
  }, 0)
}

const expectEvaluated = (program: Program, options: Parameters<typeof lower>[1], seed: number): Lowered => {
  const inputs = program.inputs.map((_, i) =>
    tensor(
      Array.from({ length: 9 }, (__, k) => ((seed + 7 * i + 5 * k) % 17) - 8),
      { shape: [3, 3] },
    ),
  ) as unknown as readonly ConcreteTensor[]
  const expected = evaluateProgram(program, inputs).map((x) => copyElements(x as ConcreteTensor))
  const prepared = inlineCalls(program)
  const lowered = lower(prepared, options)
  for (const executor of executors)
    runLowered(executor, lowered, prepared, inputs).forEach((actual, i) => {
      const at = actual.findIndex(
        (element, k) => element !== expected[i]![k] && element + expected[i]![k]! !== 0,
      )
      if (at >= 0)
        expect.fail(
          `${executor.name}, output ${i}, element ${at}: expected ${expected[i]![at]}, got ${actual[at]}`,
        )
    })
  return lowered
}

describe('next values of a loop that lie over the ones before', () => {
  it('leave every result as it is, whatever loops read, hand on and hold', () => {
    let inPlace = 0
    fc.assert(
      fc.property(loops(2), fc.boolean(), fc.boolean(), fc.nat(), (loop, fuse, givenUp, seed) => {
        const program = staged((a, b, c) => [...run(loop, [a, b, c])], 3)
        const { kernels } = expectEvaluated(program, { fuse, givenUp: givenUp ? [2, 0, 1] : [] }, seed)
        inPlace += inPlaceIn(kernels.instructions)
      }),
      { numRuns: 250 },
    )
    expect(inPlace).toBeGreaterThan(40)
  }, 60_000)
})

const bodyOf = (
  turn: (state: readonly Tensor[], w: Tensor) => readonly Tensor[],
  count: number,
): readonly Instruction[] => {
  const program = staged((w, ...state) => {
    const [ended] = scan(
      (now: readonly Tensor[]) => [turn(now, w), []] as const,
      state,
      [] as readonly Tensor[],
      {
        length: 5,
      },
    )
    return ended
  }, 1 + count)
  const { kernels } = expectEvaluated(program, {}, 3)
  const loop = kernels.instructions.find(({ kind }) => kind === 'loop')
  return loop?.kind === 'loop' ? loop.body : []
}
const kindsOf = (...given: Parameters<typeof bodyOf>) => bodyOf(...given).map(({ kind }) => kind)

describe('the body of a loop', () => {
  it('copies nothing that is computed where it lies, or from others only', () => {
    expect(kindsOf(([h], w) => [operations.add(h!, w)], 1)).toEqual(['nest'])
    expect(kindsOf(([h, v], w) => [operations.add(h!, w), operations.mul(v!, h!)], 2)).toEqual([
      'nest',
      'nest',
    ])
    expect(kindsOf(([h, v]) => [operations.behind(h!, v!), v!], 2)).toEqual(['matmul'])
  })

  it('writes a value after everything has read the one before', () => {
    const waiting = ([h, v]: readonly Tensor[], w: Tensor) => [
      operations.add(h!, w),
      operations.product(h!, v!),
    ]
    expect(kindsOf(waiting, 2)).toEqual(['matmul', 'nest', 'nest'])
  })

  it('copies where a value is read in another order, or changes its place', () => {
    expect(kindsOf(([h]) => [operations.add(h!, transpose(h!) as Tensor)], 1)).toEqual(['nest', 'nest'])
    expect(kindsOf(([h, v]) => [v!, h!], 2)).toHaveLength(3)
    expect(kindsOf(([h]) => [operations.product(h!, h!)], 1)).toEqual(['matmul', 'nest'])
  })

  it('holds a loop whose values lie over its own', () => {
    const inner = ([h]: readonly Tensor[], w: Tensor): readonly Tensor[] => {
      const [ended] = scan(
        (now: readonly Tensor[]) => [[operations.add(now[0]!, w)], []] as const,
        [h!],
        [] as readonly Tensor[],
        { length: 3 },
      )
      return ended
    }
    expect(kindsOf(inner, 1)).toEqual(['loop'])
  })
})
