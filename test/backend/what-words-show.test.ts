import { describe, expect, it } from 'vitest'
import { encodeKernelProgram } from '../../src/compile/executors/encode-kernel-program.ts'
import type { Executor } from '../../src/compile/executors/executor.ts'
import type { Instruction, KernelProgram, Nest } from '../../src/compile/executors/kernel-program.ts'
import { nativeExecutor } from '../../src/compile/executors/native.ts'
import { typescriptExecutor } from '../../src/compile/executors/typescript/executor.ts'
import { wasmExecutor } from '../../src/compile/executors/wasm.ts'
import { PuregradError } from '../../src/core/tensor/errors.ts'

const executors = [nativeExecutor(), wasmExecutor(), typescriptExecutor].filter(
  (executor): executor is Executor => executor !== undefined,
)

const programOf = (...instructions: readonly unknown[]): KernelProgram => ({
  reproducible: false,
  arenaBytes: 64,
  constants: new Uint8Array(0),
  inputBytes: [64],
  outputBytes: 64,
  instructions: instructions as readonly Instruction[],
})

const from = { place: { space: 'input', index: 0, offset: 0 }, rowStride: 4, columnStride: 1 }
const to = { place: { space: 'output', offset: 0 }, rowStride: 4, columnStride: 1 }

/** Doubles one block of 4 rows of 4 numbers and adds its rows up, with anything else in its place. */
const nest = (changes: object = {}, load: object = {}, step: object = {}, sum: object = {}): Nest =>
  ({
    ...{ kind: 'nest', outer: [1], rows: 4, columns: 4 },
    loads: [{ dtype: 'float32', extent: 'full', ...from, outerStrides: [0], ...load }],
    steps: [{ operation: 'neg', dtype: 'float32', extent: 'full', inputs: [0], ...step }],
    stores: [{ register: 1, ...to, outerStrides: [0] }],
    accumulations: [
      {
        ...{ register: 1, reduction: 'sum', over: 'rows', outerStrides: [0], columnStride: 1 },
        ...{ place: { space: 'arena', offset: 0 }, ...sum },
      },
    ],
    ...changes,
  }) as unknown as Nest

const at = { place: { space: 'arena', offset: 0 }, outerStrides: [0], rowStride: 0, columnStride: 1 }
const product = { kind: 'matmul', dtype: 'float32', outer: [0], m: 1, n: 1, k: 1, a: at, b: at, c: at }
const large = 2 ** 27

const turns = {
  ...{ kind: 'while', atMost: -1, condition: [], body: [] },
  predicate: { space: 'input', index: 0, offset: 0 },
}

/** What would be another program if it were written all the same. */
const unwritable: readonly (readonly [string, unknown])[] = [
  ['half an input', nest({}, { place: { space: 'input', index: 0.25, offset: 0 } })],
  [
    'an input whose number is lost in a word',
    nest({}, { place: { space: 'input', index: 2 ** 30, offset: 0 } }),
  ],
  ['fewer strides than outer axes', nest({}, { outerStrides: [] })],
  ['more strides than outer axes', nest({}, { outerStrides: [0, 0] })],
  ['fewer strides of a sum than outer axes', nest({}, {}, {}, { outerStrides: [] })],
  ['five outer axes', nest({ outer: [1, 1, 1, 1, 1], accumulations: [], stores: [], loads: [], steps: [] })],
  ['a register in front of the first', nest({}, {}, { inputs: [0, -1] })],
  ['a stride that no positive number is the opposite of', nest({ rows: 1 }, { rowStride: -(2 ** 31) })],
  ['a number of turns below 0', turns],
]

const refused: readonly (readonly [string, unknown])[] = [
  ...unwritable,
  ['a memory that there is not', nest({}, { place: { space: 'heap', offset: 0 } })],
  ['a reduction that there is not', nest({}, {}, {}, { reduction: 'least' })],
  ['a reduction over what there is not', nest({}, {}, {}, { over: 'columns' })],
  ['a step of four inputs', nest({}, {}, { operation: 'mulAdd', inputs: [0, 0, 0, 0] })],
  ['sizes whose product loses digits, one of them 0', nest({ outer: [0], rows: large, columns: large })],
  ['a product whose sizes have one that loses digits', { ...product, m: large, k: large }],
]

it.each(unwritable)('there are no words for %s', (_, instruction) => {
  expect(() => encodeKernelProgram(programOf(instruction))).toThrow(PuregradError)
})

const run = (executor: Executor, program: KernelProgram): void => {
  executor.load(program).run([new ArrayBuffer(64)], [0], new ArrayBuffer(64), 0)
}

describe.each(executors.map((executor) => [executor.name, executor] as const))('%s', (_, executor) => {
  it('runs what is well formed', () => {
    run(executor, programOf(nest(), product))
  })

  it.each(refused)('refuses %s, and names the instruction', (__, instruction) => {
    const { kind } = instruction as Instruction
    const refusing = (): void => {
      run(executor, programOf(nest(), instruction))
    }
    expect(refusing).toThrow(PuregradError)
    expect(refusing).toThrow(`kernel program, instruction 1 (${kind}): `)
  })

  it('lets what has no elements lie anywhere', () => {
    const nowhere = { space: 'output', offset: 1000 }
    const sort = { kind: 'argsort', dtype: 'float32', rows: 0, n: 4, x: nowhere, out: nowhere }
    const copy = {
      ...{ kind: 'copyAt', dtype: 'float32', count: 0, depth: 0, fromAdvance: 0, toAdvance: 0 },
      ...{ from: nowhere, to: nowhere },
    }
    run(executor, programOf(sort, { kind: 'loop', count: 2, body: [copy] }))
  })
})
