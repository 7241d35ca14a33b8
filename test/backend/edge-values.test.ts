import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nativeExecutor } from '../../src/compile/executors/native.ts'
import type { Executor } from '../../src/compile/executors/executor.ts'
import type { KernelProgram, Step } from '../../src/compile/executors/kernel-program.ts'
import { stepOf, type StepOperation } from '../../src/compile/executors/steps.ts'
import { nativeOperations as nativeSteps } from './step-operations.ts'
import { typescriptExecutor } from '../../src/compile/executors/typescript/executor.ts'
import { wasmExecutor } from '../../src/compile/executors/wasm.ts'
import {
  bufferFrom,
  bytesOf,
  dtypes,
  isStorage,
  viewBytes,
  type Buffer,
  type DType,
} from '../../src/core/tensor/dtype.ts'
import { outputOf } from './random-kernel-programs.ts'

const ints = [0, 1, 2, 3, 7, 31, 100, 255, 256, 65535, 65536, 16777217, 2147483646, 2147483647]
const reals = [
  ...[0, 1e-45, 1e-40, 1.1754944e-38, 1e-20, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 3.5, 7, 88, 89, 104],
  ...[127.5, 709, 710, 8388607.5, 8388608, 16777217, 2147483520, 2147483648, 2147483649, 4294967040],
  ...[4294967296, 4294967297, 1e10, 1e15, 4503599627370495.5, 9007199254740993, 1e20, 1e38, 3.4028235e38],
]
const edges: Readonly<Record<DType, readonly number[]>> = {
  float32: [...reals, ...reals.map((x) => -x), NaN, Infinity, -Infinity],
  float64: [
    ...[...reals, 5e-324, 1e-310, 2.3e-308, 1e200, 1.7976931348623157e308].flatMap((x) => [x, -x]),
    ...[NaN, Infinity, -Infinity],
  ],
  int32: [...ints, ...ints.map((x) => -x), -2147483648],
  uint32: [...ints, 2147483648, 2147483649, 4294967294, 4294967295],
  bool: [0, 1],
  float16: [
    ...reals,
    ...reals.map((x) => -x),
    NaN,
    Infinity,
    -Infinity,
    2049,
    2051,
    65519,
    65520,
    2 ** -24,
    2 ** -25,
  ],
  bfloat16: [...reals, ...reals.map((x) => -x), NaN, Infinity, -Infinity, 257, 259, 3.39e38, 3.4e38, 1e-40],
}

const arityOf = (operation: StepOperation): number => stepOf(operation)!.arity

/** Each value beside each other one: as many pairs, or triples with a third that walks along. */
const columnsOf = (operation: StepOperation, dtype: DType): readonly (readonly number[])[] => {
  const values = edges[dtype]
  const arity = arityOf(operation)
  if (arity === 1) return [values]
  const pairs = values.flatMap((a) => values.map((b) => [a, b] as const))
  const [a, b] = [pairs.map(([x]) => x), pairs.map(([, y]) => y)]
  if (arity === 2) return [a, b]
  if (operation === 'select') return [pairs.map((_, i) => ((i * 7) % 3) & 1), a, b]
  return [a, b, pairs.map((_, i) => values[(i * 5) % values.length]!)]
}

/** A program of the steps on its inputs, which leaves the last register. */
const programOf = (
  inputs: readonly (readonly [DType, Buffer])[],
  steps: readonly Step[],
  result: DType,
  rest: Partial<KernelProgram>,
): KernelProgram => {
  const columns = inputs[0]![1].length
  return {
    reproducible: false,
    arenaBytes: 0,
    constants: new Uint8Array(0),
    inputBytes: inputs.map(([, buffer]) => buffer.byteLength),
    outputBytes: columns * bytesOf(result),
    instructions: [
      {
        kind: 'nest',
        outer: [],
        rows: 1,
        columns,
        loads: inputs.map(([dtype], index) => ({
          dtype,
          extent: 'full',
          place: { space: 'input', index, offset: 0 },
          outerStrides: [],
          rowStride: 0,
          columnStride: 1,
        })),
        steps,
        stores: [
          {
            register: inputs.length + steps.length - 1,
            place: { space: 'output', offset: 0 },
            outerStrides: [],
            rowStride: 0,
            columnStride: 1,
          },
        ],
        accumulations: [],
      },
    ],
    ...rest,
  }
}

const exact = new Set<StepOperation>([
  ...(['add', 'sub', 'neg', 'mul', 'div', 'max', 'min', 'sqrt', 'abs', 'sign'] as const),
  ...(['floor', 'round', 'equal', 'less', 'lessEqual', 'select', 'cast'] as const),
])

/** The operations that have a kernel for a dtype. */
const isThere = (executor: Executor, program: KernelProgram): boolean => {
  try {
    executor.load(program)
    return true
  } catch {
    return false
  }
}

/** Whether a result is right to its last digits: functions differ there, and a · b + c may be rounded once. */
const isClose = (
  operation: StepOperation,
  dtype: DType,
  came: number,
  right: number,
  inputs: readonly (readonly [DType, Buffer])[],
  i: number,
): boolean => {
  if (exact.has(operation)) return false
  const [epsilon, least, most] =
    dtype === 'float32' ? [4e-7, 1e-44, 3.4028234663852886e38] : [4e-7, 1e-322, Number.MAX_VALUE]
  if (operation !== 'mulAdd')
    return Number.isFinite(right) && Math.abs(came - right) <= epsilon * Math.abs(right) + least
  const [a = 0, b = 0, c = 0] = inputs.map(([, list]) => list[i]!)
  const product = Math.abs(a * b)
  // One rounding overflows only where the sum does.
  if (product > most && Math.abs(a) <= most && Math.abs(b) <= most) return true
  return Math.abs(came - right) <= epsilon * (product + Math.abs(c)) + least
}

describe.each([
  ['native', nativeExecutor],
  ['WebAssembly', wasmExecutor],
] as const)('at the edges of its dtypes the %s executor', (_, find) => {
  const executor = find()
  const compared = (
    operation: StepOperation,
    dtype: DType,
    to: DType,
    rest: Partial<KernelProgram>,
  ): string[] => {
    const lists = columnsOf(operation, dtype)
    const arity = lists.length
    const typeAt = (i: number): DType => (operation === 'select' && i === 0 ? 'bool' : dtype)
    const inputs = lists.map((list, i) => {
      const whole = dtype === 'float32' ? list.map(Math.fround) : list
      return [typeAt(i), bufferFrom(typeAt(i), whole)] as const
    })
    const step: Step = {
      operation,
      dtype: to,
      extent: 'full',
      inputs: Array.from({ length: arity }, (_, i) => i),
    }
    // A second step that changes nothing, so that the two become one loop of machine code where there is such.
    const twice: Step = { operation: 'neg', dtype: to, extent: 'full', inputs: [arity] }
    const again: Step = { ...twice, inputs: [arity + 1] }
    const differences: string[] = []
    for (const steps of to === 'bool' ? [[step]] : [[step], [step, twice, again]]) {
      const program = programOf(inputs, steps, to, rest)
      if (!isThere(executor!, program)) return []
      const buffers = inputs.map(([, buffer]) => buffer)
      const read = (e: Executor) =>
        viewBytes(to, outputOf(e, program, buffers), 0, inputs[0]![1].length * bytesOf(to))
      const [actual, expected] = [read(executor!), read(typescriptExecutor)]
      expected.forEach((right, i) => {
        const came = actual[i]!
        if (
          !Object.is(came, right) &&
          !isClose(operation, to, came, right, inputs, i) &&
          differences.length < 8
        )
          differences.push(
            `${operation}(${inputs.map(([, list]) => String(list[i])).join(', ')}) of ${dtype}: ${came}, not ${right}`,
          )
      })
    }
    return differences
  }

  it.skipIf(executor === undefined).each([false, true])(
    'computes each step as the TypeScript executor does (reproducible: %s)',
    (reproducible) => {
      const differences = nativeSteps.flatMap((operation) =>
        operation === 'rowSum' || operation === 'rowMax'
          ? []
          : dtypes.flatMap((dtype) => {
              const results: readonly DType[] =
                operation === 'cast' ? dtypes : /^(equal|less)/.test(operation) ? ['bool'] : [dtype]
              return results.flatMap((to) => compared(operation, dtype, to, { reproducible }))
            }),
      )
      expect(differences).toEqual([])
    },
  )

  // Quotients of small powers of two are exact, so that the largest is the same one however sums are rounded.
  it.skipIf(executor === undefined)('takes the pivots of the TypeScript executor, NaN among them', () => {
    const element = fc.constantFrom(NaN, Infinity, 0, 1, -1, 2, -4, 0.5)
    const matrices = fc
      .tuple(fc.integer({ min: 1, max: 3 }), fc.array(element, { minLength: 9, maxLength: 9 }))
      .map(([n, elements]) => [n, elements.slice(0, n * n)] as const)
    fc.assert(
      fc.property(matrices, fc.constantFrom('float32', 'float64'), ([n, elements], dtype) => {
        const x = bufferFrom(dtype, elements)
        const program = (reproducible: boolean): KernelProgram => ({
          reproducible,
          arenaBytes: 0,
          constants: new Uint8Array(0),
          inputBytes: [x.byteLength],
          outputBytes: n * (n + 1) * bytesOf(dtype),
          instructions: [
            {
              kind: 'routine',
              name: 'luFactor',
              dtype,
              sizes: [1, n],
              reads: [{ space: 'input', index: 0, offset: 0 }],
              out: { space: 'output', offset: 0 },
            },
          ],
        })
        const order = (e: Executor, reproducible: boolean) =>
          viewBytes(
            dtype,
            outputOf(e, program(reproducible), [x]),
            n * n * bytesOf(dtype),
            n * bytesOf(dtype),
          )
        const expected = order(typescriptExecutor, false)
        for (const reproducible of [false, true]) expect(order(executor!, reproducible)).toEqual(expected)
      }),
      { numRuns: 400 },
    )
  })

  it.skipIf(executor === undefined)('reduces, searches and sorts as the TypeScript executor does', () => {
    for (const dtype of dtypes.filter((each) => !isStorage(each)))
      for (const n of [1, 2, 3, 4, 7, 8, 15, 16, 17, 33, 64, 70]) {
        const values = edges[dtype]
        const rows = values.length
        // Each row starts at another value, so that each is first, last and in the rest of a vector once.
        const list = Array.from({ length: rows * n }, (_, i) => values[(Math.floor(i / n) + (i % n)) % rows]!)
        const x = bufferFrom(dtype, dtype === 'float32' ? list.map(Math.fround) : list)
        const input = { space: 'input', index: 0, offset: 0 } as const
        const output = { space: 'output', offset: 0 } as const
        const full = { outerStrides: [], rowStride: n, columnStride: 1 }
        const once = { outerStrides: [], rowStride: 1, columnStride: 0 }
        const nest = {
          kind: 'nest',
          outer: [],
          rows,
          columns: n,
          stores: [],
          steps: [],
          accumulations: [],
        } as const
        const loads = [{ dtype, extent: 'full', place: input, ...full }] as const
        const reduced = (operation: StepOperation) => ({
          ...nest,
          loads,
          steps: [{ operation, dtype, extent: 'row', inputs: [0] }] as const,
          stores: [{ register: 1, place: output, ...once }],
        })
        const accumulated = (over: 'rows' | 'all') => ({
          ...nest,
          loads,
          accumulations: [
            {
              register: 0,
              reduction: 'max',
              over,
              place: output,
              outerStrides: [],
              columnStride: 1,
            } as const,
          ],
        })
        const integers = dtype === 'int32' || dtype === 'uint32'
        const cases: readonly (readonly [DType, number, KernelProgram['instructions'][number]])[] = [
          [dtype, rows, reduced('rowMax')],
          ...(integers ? [[dtype, rows, reduced('rowSum')] as const] : []),
          [dtype, n, accumulated('rows')],
          [dtype, 1, accumulated('all')],
          ['int32', rows, { kind: 'argmax', dtype, outer: rows, n, inner: 1, x: input, out: output }],
          ['int32', n, { kind: 'argmax', dtype, outer: 1, n: rows, inner: n, x: input, out: output }],
          ['int32', rows * n, { kind: 'argsort', dtype, rows, n, x: input, out: output }],
        ]
        for (const [to, count, instruction] of cases)
          for (const reproducible of [false, true]) {
            const program = {
              ...programOf([[dtype, x]], [], to, { reproducible }),
              outputBytes: count * bytesOf(to),
              instructions: [instruction],
            }
            const read = (e: Executor) => [
              ...viewBytes(to, outputOf(e, program, [x]), 0, count * bytesOf(to)),
            ]
            expect(read(executor!), `${instruction.kind} ${dtype} ${n}`).toEqual(read(typescriptExecutor))
          }
      }
  })
})
