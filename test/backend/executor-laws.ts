import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeKernelProgram } from '../../src/compile/executors/encode-kernel-program.ts'
import type { Executor } from '../../src/compile/executors/executor.ts'
import type { Instruction, KernelProgram, Place } from '../../src/compile/executors/kernel-program.ts'
import { typescriptExecutor } from '../../src/compile/executors/typescript/executor.ts'
import { ArgumentError, PuregradError } from '../../src/core/tensor/errors.ts'
import { bufferFrom, viewBytes, type Buffer, type DType } from '../../src/core/tensor/dtype.ts'
import { input, out, programOf } from './programs-by-hand.ts'
import { outputOf, randomProgram } from './random-kernel-programs.ts'
import { sameBytesLaw } from './same-bytes-law.ts'

/** What every executor has to fulfil. */
export const executorLaws = (name: string, find: () => Executor | undefined): void => {
  const executor = find()
  describe.skipIf(executor === undefined)(`the ${name} executor`, () => {
    const result = (
      dtype: DType,
      instructions: readonly Instruction[],
      inputs: readonly Buffer[],
      count: number,
      rest: Partial<KernelProgram> = {},
    ): readonly number[] => {
      const bytes = count * (dtype === 'float64' ? 8 : dtype === 'bool' ? 1 : 4)
      const program = programOf(instructions, inputs, bytes, rest)
      return [...viewBytes(dtype, outputOf(executor!, program, inputs), 0, bytes)]
    }

    it('gives the bytes of the TypeScript executor for reproducible programs', () => {
      fc.assert(
        fc.property(fc.integer(), (seed) => {
          sameBytesLaw(executor!, seed, true)
        }),
        { numRuns: 300 },
      )
    })

    it('gives the values of the TypeScript executor up to rounding otherwise', () => {
      fc.assert(
        fc.property(fc.integer(), (seed) => {
          sameBytesLaw(executor!, seed, false)
        }),
        { numRuns: 300 },
      )
    })

    it('runs a loaded program again on other inputs', () => {
      const [rows, columns] = [7, 33]
      const x = bufferFrom(
        'float32',
        Array.from({ length: rows * columns }, (_, i) => Math.sin(i)),
      )
      const program = programOf(
        [
          {
            kind: 'nest',
            outer: [],
            rows,
            columns,
            loads: [
              {
                dtype: 'float32',
                extent: 'full',
                place: input(0),
                outerStrides: [],
                rowStride: columns,
                columnStride: 1,
              },
            ],
            steps: [{ operation: 'mul', dtype: 'float32', extent: 'full', inputs: [0, 0] }],
            stores: [],
            accumulations: [
              {
                register: 1,
                reduction: 'sum',
                over: 'rows',
                place: out,
                outerStrides: [],
                columnStride: 1,
              },
            ],
          },
        ],
        [x],
        4 * columns,
      )
      const loaded = executor!.load(program)
      const memory = new ArrayBuffer(program.outputBytes + 16)
      for (const scale of [1, 2, 3]) {
        const scaled = x.map((v) => scale * v)
        loaded.run([scaled.buffer], [0], memory, 16)
        const sums = viewBytes('float32', memory, 16, program.outputBytes)
        for (let c = 0; c < columns; c++) {
          const column = Array.from({ length: rows }, (_, r) => scaled[r * columns + c]!)
          const expected = column.reduce((sum, v) => sum + v * v, 0)
          expect(Math.abs(sums[c]! - expected)).toBeLessThan(1e-5 * (1 + expected))
        }
      }
    })

    it('adds up a million float32 to the last digits', () => {
      const n = 1_000_000
      const x = bufferFrom(
        'float32',
        Array.from({ length: n }, () => 0.1),
      )
      const load = { dtype: 'float32', extent: 'full', place: input(0), outerStrides: [] } as const
      const sum = { register: 0, reduction: 'sum', place: out, outerStrides: [] } as const
      const space = { kind: 'nest', outer: [], steps: [], stores: [] } as const
      const exact = n * Math.fround(0.1)
      const all = result(
        'float32',
        [
          {
            ...space,
            rows: 1,
            columns: n,
            loads: [{ ...load, rowStride: 0, columnStride: 1 }],
            accumulations: [{ ...sum, over: 'all', columnStride: 0 }],
          },
        ],
        [x],
        1,
      )
      expect(Math.abs(all[0]! / exact - 1)).toBeLessThan(1e-6)
      const columns = result(
        'float32',
        [
          {
            ...space,
            rows: n / 2,
            columns: 2,
            loads: [{ ...load, rowStride: 2, columnStride: 1 }],
            accumulations: [{ ...sum, over: 'rows', columnStride: 1 }],
          },
        ],
        [x],
        2,
      )
      for (const value of columns) expect(Math.abs(value / (exact / 2) - 1)).toBeLessThan(1e-6)
    })

    it('gathers and adds scattered elements', () => {
      const x = bufferFrom('float32', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
      const indices = bufferFrom('int32', [2, 0, 2, 1])
      const shape = { dtype: 'float32', indexDType: 'int32', batch: 2, outer: 1, inner: 2 } as const
      const places = { x: input(0), indices: input(1), out }
      expect(
        result('float32', [{ kind: 'gather', ...shape, n: 3, k: 2, ...places }], [x, indices], 8),
      ).toEqual([5, 6, 1, 2, 11, 12, 9, 10])
      expect(
        result(
          'float32',
          [{ kind: 'scatterAdd', ...shape, n: 3, k: 2, ...places }],
          [x.slice(0, 8), bufferFrom('int32', [2, 2, 1, 0])],
          12,
        ),
      ).toEqual([0, 0, 0, 0, 4, 6, 7, 8, 5, 6, 0, 0])
    })

    it('names an index outside its axis', () => {
      const inputs = [bufferFrom('float32', [1, 2, 3]), bufferFrom('int32', [0, -1])]
      const gather: Instruction = {
        kind: 'gather',
        dtype: 'float32',
        indexDType: 'int32',
        batch: 1,
        outer: 1,
        n: 3,
        inner: 1,
        k: 2,
        x: input(0),
        indices: input(1),
        out,
      }
      const run = () => result('float32', [gather], inputs, 2)
      expect(run).toThrow(ArgumentError)
      expect(run).toThrow('gather: index -1 is outside an axis of size 3')
    })

    it('scans, finds and sorts as the reference', () => {
      const values = [3, NaN, -0, 0, 1, NaN, -5, 3, 1e10, -Infinity, 2, 2]
      for (const dtype of ['float32', 'float64', 'int32', 'uint32', 'bool'] as const) {
        const x = bufferFrom(dtype, dtype === 'bool' ? values.map((v) => Number(v > 0)) : values)
        const cases: readonly (readonly [DType, Instruction])[] = [
          ...(dtype === 'bool'
            ? []
            : [false, true].map(
                (reverse) =>
                  [
                    dtype,
                    { kind: 'cumsum', dtype, outer: 2, n: 3, inner: 2, reverse, x: input(0), out },
                  ] as const,
              )),
          ['int32', { kind: 'argmax', dtype, outer: 2, n: 3, inner: 2, x: input(0), out }],
          ['int32', { kind: 'argmax', dtype, outer: 1, n: 12, inner: 1, x: input(0), out }],
          ['int32', { kind: 'argsort', dtype, rows: 1, n: 12, x: input(0), out }],
          ['int32', { kind: 'argsort', dtype, rows: 3, n: 4, x: input(0), out }],
        ]
        for (const [to, instruction] of cases) {
          const program = programOf([instruction], [x], 96)
          const read = (e: Executor) => [...viewBytes(to, outputOf(e, program, [x]), 0, 96)]
          expect(read(executor!), `${instruction.kind} ${dtype}`).toEqual(read(typescriptExecutor))
        }
      }
    })

    it('sorts long rows, equal elements in their order', () => {
      const x = bufferFrom(
        'int32',
        Array.from({ length: 3000 }, (_, i) => (i * 7919) % 100),
      )
      const order = result(
        'int32',
        [{ kind: 'argsort', dtype: 'int32', rows: 1, n: 3000, x: input(0), out }],
        [x],
        3000,
      )
      expect(order).toEqual([...x.keys()].sort((i, j) => x[i]! - x[j]! || i - j))
    })

    it('draws the random bits of the reference', () => {
      const keys = bufferFrom('uint32', [1, 2, 3, 4294967295])
      const counters = bufferFrom('uint32', [5, 6, 7, 8])
      const cases: readonly Instruction[] = [
        { kind: 'threefry', count: 2, keys: input(0), counters: input(1), out },
        { kind: 'randomBits', batch: 2, count: 5, keys: input(0), out },
        { kind: 'randomBits', batch: 2, count: 40001, keys: input(0), out },
      ]
      for (const instruction of cases) {
        const program = programOf([instruction], [keys, counters], 4 * 80_002)
        const [actual, expected] = [executor!, typescriptExecutor].map((e) =>
          Buffer.from(outputOf(e, program, [keys, counters])),
        )
        expect(Buffer.compare(actual!, expected!)).toBe(0)
      }
    })

    it('repeats a body, and copies at the counters of the loops around', () => {
      const x = bufferFrom('float64', [1, 2, 3, 4, 5, 6])
      const loop: Instruction = {
        kind: 'loop',
        count: 2,
        body: [
          {
            kind: 'loop',
            count: 3,
            body: [
              {
                kind: 'copyAt',
                dtype: 'float64',
                count: 1,
                depth: 1,
                from: input(0),
                fromAdvance: 2,
                to: { space: 'arena', offset: 0 },
                toAdvance: 0,
              },
              {
                kind: 'copyAt',
                dtype: 'float64',
                count: 1,
                depth: 0,
                from: { space: 'arena', offset: 0 },
                fromAdvance: 0,
                to: { space: 'output', offset: 0 },
                toAdvance: 1,
              },
            ],
          },
        ],
      }
      expect(result('float64', [loop], [x], 2, { arenaBytes: 64 })).toEqual([5, 5])
    })

    it('repeats a body as long as a condition holds, and no more often than it is told', () => {
      // Halved while above 1.
      const at = (place: Place) => ({ place, outerStrides: [], rowStride: 0, columnStride: 0 })
      const state: Place = { space: 'output', offset: 0 }
      const nest = (operation: 'less' | 'mul', factor: number, to: Place): Instruction => ({
        kind: 'nest',
        outer: [],
        rows: 1,
        columns: 1,
        loads: [
          { dtype: 'float64', extent: 'full', ...at(operation === 'less' ? input(0) : state) },
          {
            dtype: 'float64',
            extent: 'full',
            ...at(operation === 'less' ? state : { space: 'input', index: 0, offset: factor }),
          },
        ],
        steps: [
          {
            operation,
            dtype: operation === 'less' ? 'bool' : 'float64',
            extent: 'full',
            inputs: [0, 1],
          },
        ],
        stores: [{ register: 2, ...at(to) }],
        accumulations: [],
      })
      const started: Instruction = {
        kind: 'loop',
        count: 1,
        body: [
          {
            kind: 'copyAt',
            dtype: 'float64',
            count: 1,
            depth: 0,
            from: { space: 'input', index: 0, offset: 2 },
            fromAdvance: 0,
            to: state,
            toAdvance: 0,
          },
        ],
      }
      const predicate: Place = { space: 'arena', offset: 0 }
      const halved = (atMost: number | null): readonly Instruction[] => [
        started,
        {
          kind: 'while',
          atMost,
          condition: [nest('less', 0, predicate)],
          predicate,
          body: [nest('mul', 1, state)],
        },
      ]
      const run = (start: number, atMost: number | null) =>
        result('float64', halved(atMost), [bufferFrom('float64', [1, 0.5, start])], 1, { arenaBytes: 64 })
      expect(run(12, null)).toEqual([0.75])
      expect(run(12, 2)).toEqual([3])
      expect(run(12, 0)).toEqual([12])
      expect(run(0.5, null)).toEqual([0.5])
      expect(run(NaN, null)).toEqual([NaN])
    })

    it('takes one of two branches', () => {
      const x = bufferFrom('float64', [1, 2])
      const copied = (offset: number): Instruction => ({
        kind: 'loop',
        count: 1,
        body: [
          {
            kind: 'copyAt',
            dtype: 'float64',
            count: 1,
            depth: 0,
            from: { space: 'input', index: 0, offset },
            fromAdvance: 0,
            to: out,
            toAdvance: 0,
          },
        ],
      })
      const branch: Instruction = {
        kind: 'if',
        predicate: input(1),
        onTrue: [copied(0)],
        onFalse: [copied(1)],
      }
      expect(result('float64', [branch], [x, bufferFrom('bool', [1])], 1)).toEqual([1])
      expect(result('float64', [branch], [x, bufferFrom('bool', [0])], 1)).toEqual([2])
    })

    it('refuses programs that are not well-formed, and says where', () => {
      const x = bufferFrom('float32', [1, 2, 3, 4])
      const nest = (rest: object): Instruction => ({
        kind: 'nest',
        outer: [],
        rows: 1,
        columns: 4,
        loads: [
          {
            dtype: 'float32',
            extent: 'full',
            place: input(0),
            outerStrides: [],
            rowStride: 0,
            columnStride: 1,
          },
        ],
        steps: [],
        stores: [{ register: 0, place: out, outerStrides: [], rowStride: 0, columnStride: 1 }],
        accumulations: [],
        ...rest,
      })
      const store = { register: 0, place: out, outerStrides: [], rowStride: 0, columnStride: 1 }
      const wrong: readonly (readonly [string, Instruction])[] = [
        ['bytes', nest({ columns: 5 })],
        ['bytes', nest({ rows: 2, stores: [{ ...store, rowStride: 1 }] })],
        ['write', nest({ stores: [{ ...store, place: input(0) }] })],
        ['register', nest({ stores: [{ ...store, register: 1 }] })],
        ['-3 to 0', nest({ stores: [{ ...store, columnStride: -1 }] })],
        ['extent', nest({ steps: [{ operation: 'neg', dtype: 'float32', extent: 'scalar', inputs: [0] }] })],
        ['float64', nest({ steps: [{ operation: 'neg', dtype: 'float64', extent: 'full', inputs: [0] }] })],
        ['register', nest({ steps: [{ operation: 'neg', dtype: 'float32', extent: 'full', inputs: [1] }] })],
        ['from 0', { kind: 'while', atMost: -2, condition: [], predicate: out, body: [] }],
        [
          'bytes',
          {
            kind: 'while',
            atMost: 1,
            condition: [],
            predicate: { space: 'input', index: 0, offset: 16 },
            body: [],
          },
        ],
        [
          'write',
          {
            kind: 'while',
            atMost: 1,
            condition: [],
            predicate: out,
            body: [nest({ stores: [{ ...store, place: input(0) }] })],
          },
        ],
        [
          'depth',
          {
            kind: 'copyAt',
            dtype: 'float32',
            count: 1,
            depth: 0,
            from: input(0),
            fromAdvance: 0,
            to: out,
            toAdvance: 0,
          },
        ],
      ]
      for (const [message, instruction] of wrong) {
        const load = () => executor!.load(programOf([instruction], [x], 16))
        expect(load, message).toThrow(PuregradError)
        expect(load).toThrow(message)
      }
    })

    it('refuses buffers that are too short', () => {
      shortBufferLaw(executor!)
    })
  })
}

/** Every buffer is as long as the program declares, whether an instruction reads it or not. */
export const shortBufferLaw = (executor: Executor): void => {
  const x = bufferFrom('float32', [1, 2, 3, 4])
  const loaded = executor.load(programOf([], [x], 16))
  const output = new ArrayBuffer(16)
  expect(() => loaded.run([new ArrayBuffer(8)], [0], output, 0)).toThrow(RangeError)
  expect(() => loaded.run([x.buffer], [8], output, 0)).toThrow(RangeError)
  expect(() => loaded.run([x.buffer], [0], output, 8)).toThrow(RangeError)
  expect(() => loaded.run([x.buffer], [-8], output, 0)).toThrow(RangeError)
  expect(() => loaded.run([], [], output, 0)).toThrow(RangeError)
  expect(() => loaded.run([x.buffer], [0], output, 0)).not.toThrow()
}

/** Loading any words either gives a program or throws; it never crashes. */
export const mutationLaw = (
  load: (words: Int32Array<ArrayBuffer>, constants: Uint8Array<ArrayBuffer>) => void,
): void => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.array(fc.tuple(fc.nat(), fc.oneof(fc.integer({ min: -3, max: 40 }), fc.integer())), {
        minLength: 1,
        maxLength: 4,
      }),
      (seed, changes) => {
        const { program } = randomProgram(seed, false)
        const words = encodeKernelProgram(program)
        // Not the sizes of memory: much of it would be allocated.
        for (const [at, word] of changes) words[7 + (at % (words.length - 7))] = word
        try {
          load(words, program.constants)
        } catch (error) {
          expect(error).toBeInstanceOf(Error)
        }
      },
    ),
    { numRuns: 500 },
  )
}
