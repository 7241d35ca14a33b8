import { createRequire } from 'node:module'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { requireWellFormed } from '../../src/compile/executors/check-kernel-program.ts'
import { encodeKernelProgram } from '../../src/compile/executors/encode-kernel-program.ts'
import type { Executor } from '../../src/compile/executors/executor.ts'
import type {
  InPlace,
  Instruction,
  KernelProgram,
  Nest,
  NestBody,
  Place,
} from '../../src/compile/executors/kernel-program.ts'
import { nativeAddonFile, nativeExecutor } from '../../src/compile/executors/native.ts'
import { typescriptExecutor } from '../../src/compile/executors/typescript/executor.ts'
import { wasmExecutor } from '../../src/compile/executors/wasm.ts'
import { bytesOf, type Buffer } from '../../src/core/tensor/dtype.ts'
import { PuregradError } from '../../src/core/tensor/errors.ts'
import { randomProgram } from './random-kernel-programs.ts'

const executors: readonly Executor[] = [nativeExecutor(), wasmExecutor(), typescriptExecutor].filter(
  (executor) => executor !== undefined,
)

const isWellFormed = (program: KernelProgram): boolean => {
  try {
    requireWellFormed(program)
    return true
  } catch (error) {
    expect(error).toBeInstanceOf(PuregradError)
    return false
  }
}

const bodiesOf = (instruction: Instruction): readonly NestBody[] =>
  instruction.kind === 'nest'
    ? [instruction]
    : instruction.kind === 'matmul' && instruction.epilogue !== undefined
      ? [instruction.epilogue]
      : []

/** The words of a program straight into the addon. */
const loadWords = (words: Int32Array<ArrayBuffer>): void => {
  const addon = createRequire(import.meta.url)(nativeAddonFile()!) as {
    readonly load: (words: unknown, constants: unknown, table: unknown) => unknown
  }
  addon.load(words, new Uint8Array(64), new Float64Array(5))
}

/** For each nest that reads inputs and writes the output: each input where a store would be in its place. */
const stored = ({ instructions }: KernelProgram): readonly InPlace[] =>
  instructions.flatMap(bodiesOf).flatMap(({ loads, steps, stores }) =>
    stores.flatMap((store) =>
      loads.flatMap(({ place, dtype }): readonly InPlace[] => {
        const { dtype: kept } = [...loads, ...steps][store.register]!
        if (place.space !== 'input' || store.place.space !== 'output') return []
        const byteOffset = store.place.offset * bytesOf(kept) - place.offset * bytesOf(dtype)
        return [{ input: place.index, byteOffset }]
      }),
    ),
  )

/** With stores where inputs are loaded, as a program with donated arguments has them: strides of a load for a store. */
const storingWhereLoaded = (program: KernelProgram): KernelProgram => ({
  ...program,
  instructions: program.instructions.map((instruction): Instruction => {
    if (instruction.kind !== 'nest') return instruction
    const { loads, steps, stores } = instruction
    const own = loads.find(({ place, extent }) => place.space === 'input' && extent === 'full')
    if (own === undefined) return instruction
    const followed = stores.map((store) => {
      const { dtype, extent } = [...loads, ...steps][store.register]!
      const { outerStrides, rowStride, columnStride } = own
      return dtype === own.dtype && extent === 'full' && store.place.space === 'output'
        ? { ...store, outerStrides, rowStride, columnStride }
        : store
    })
    return { ...instruction, stores: followed }
  }),
})

/** As many of these as the program stays well-formed with. */
const withInPlace = (program: KernelProgram, wished: readonly InPlace[]): KernelProgram =>
  wished.reduce<KernelProgram>((sofar, one) => {
    const more = { ...sofar, inPlace: [...(sofar.inPlace ?? []), one] }
    return isWellFormed(more) ? more : sofar
  }, program)

/** The output after a run, with the inputs where they may lie or apart from it. */
const outputAfter = (
  executor: Executor,
  program: KernelProgram,
  inputs: readonly Buffer[],
  isInPlace: boolean,
): Uint8Array => {
  const memory = new ArrayBuffer(program.outputBytes)
  new Uint8Array(memory).fill(165)
  const placed = inputs.map((input, i) => {
    const place = program.inPlace?.find((one) => one.input === i)
    if (place === undefined) return input
    new Uint8Array(memory).set(
      new Uint8Array(input.buffer, input.byteOffset, input.byteLength),
      place.byteOffset,
    )
    return isInPlace ? { buffer: memory, byteOffset: place.byteOffset } : input
  })
  executor.load(program).run(
    placed.map(({ buffer }) => buffer),
    placed.map(({ byteOffset }) => byteOffset),
    memory,
    0,
  )
  return new Uint8Array(memory)
}

/** Whether what lies around a byte is NaN, as some dtype of its width. */
const isNaNAt = ({ buffer, byteLength }: Uint8Array, at: number): boolean => {
  const view = new DataView(buffer)
  const isIn = (bytes: number, isNaNOf: (start: number) => boolean): boolean => {
    const start = at - (at % bytes)
    return start + bytes <= byteLength && isNaNOf(start)
  }
  const half = (start: number): number => view.getUint16(start, true) & 0x7fff
  return (
    isIn(8, (start) => Number.isNaN(view.getFloat64(start, true))) ||
    isIn(4, (start) => Number.isNaN(view.getFloat32(start, true))) ||
    isIn(2, (start) => half(start) > 0x7c00)
  )
}

/**
 * Lists of numbers are compared much more slowly than their bytes. NaN is NaN: engines give it another sign once they have
 * compiled a loop.
 */
const expectSame = (executor: Executor, program: KernelProgram, inputs: readonly Buffer[]): void => {
  const [together, apart] = [true, false].map((isInPlace) =>
    outputAfter(executor, program, inputs, isInPlace),
  ) as [Uint8Array, Uint8Array]
  expect(
    together.findIndex((byte, i) => byte !== apart[i] && !(isNaNAt(together, i) && isNaNAt(apart, i))),
    executor.name,
  ).toBe(-1)
}

/** Whether an instruction writes where an input lies that it reads. */
const overwrites = ({ inPlace = [], instructions }: KernelProgram): boolean =>
  inPlace.some((one) =>
    instructions
      .flatMap(bodiesOf)
      .some((body) =>
        stored({ instructions: [{ kind: 'nest', outer: [], rows: 1, columns: 1, ...body }] } as never).some(
          ({ input, byteOffset }) => input === one.input && byteOffset === one.byteOffset,
        ),
      ),
  )

describe('an input in the place of the output', () => {
  it('leaves the output as it is with the input elsewhere, wherever a program is not refused', () => {
    const counts = { refused: 0, accepted: 0, overwritten: 0 }
    fc.assert(
      fc.property(
        fc.integer(),
        fc.boolean(),
        fc.array(fc.nat(), { maxLength: 3 }),
        (seed, exact, anywhere) => {
          const { program: random, inputs } = randomProgram(seed, exact)
          const program = [storingWhereLoaded(random), random].find(isWellFormed)!
          const wished = [
            ...stored(program),
            ...anywhere.map((n, i) => ({
              input: n % Math.max(1, inputs.length),
              byteOffset: (((n * 64) >> i) % Math.max(64, program.outputBytes)) & -8,
            })),
          ]
          const inPlace = withInPlace(program, wished)
          const accepted = inPlace.inPlace?.length ?? 0
          counts.refused += wished.length - accepted
          counts.accepted += accepted
          counts.overwritten += overwrites(inPlace) ? 1 : 0
          if (accepted === 0) return
          for (const executor of executors) expectSame(executor, inPlace, inputs)
        },
      ),
      { numRuns: 500 },
    )
    expect(counts.accepted).toBeGreaterThan(100)
    expect(counts.refused).toBeGreaterThan(100)
    expect(counts.overwritten).toBeGreaterThan(40)
  })
})

const at = (place: Place, rowStride = 4, columnStride = 1) =>
  ({ place, outerStrides: [], rowStride, columnStride }) as const
const x = { space: 'input', index: 0, offset: 0 } as const
const y = { space: 'output', offset: 0 } as const

/** 3 × 4 elements of the input doubled. */
const doubling = (rest: Partial<Nest> = {}): Nest => ({
  kind: 'nest',
  outer: [],
  rows: 3,
  columns: 4,
  loads: [{ dtype: 'float32', extent: 'full', ...at(x) }],
  steps: [{ operation: 'add', dtype: 'float32', extent: 'full', inputs: [0, 0] }],
  stores: [{ register: 1, ...at(y) }],
  accumulations: [],
  ...rest,
})

const programOf = (
  instructions: readonly Instruction[],
  rest: Partial<KernelProgram> = {},
): KernelProgram => ({
  reproducible: false,
  arenaBytes: 1024,
  constants: new Uint8Array(64),
  inputBytes: [64, 64],
  outputBytes: 256,
  inPlace: [{ input: 0, byteOffset: 0 }],
  instructions,
  ...rest,
})

const product = (rest: Partial<Extract<Instruction, { kind: 'matmul' }>> = {}): Instruction => {
  const other = { space: 'input', index: 1, offset: 0 } as const
  const [a, b, c] = [at(other), at(other), at({ space: 'arena', offset: 0 })]
  return { kind: 'matmul', dtype: 'float32', outer: [], m: 4, n: 4, k: 4, a, b, c, ...rest }
}
const gather: Instruction = {
  kind: 'gather',
  dtype: 'float32',
  indexDType: 'int32',
  batch: 1,
  outer: 1,
  n: 4,
  inner: 1,
  k: 4,
  x: { space: 'input', index: 1, offset: 0 },
  indices: { space: 'input', index: 1, offset: 8 },
  out: { space: 'arena', offset: 0 },
}
const epilogue: NestBody = {
  loads: [
    { dtype: 'float32', extent: 'full', ...at({ space: 'arena', offset: 0 }) },
    { dtype: 'float32', extent: 'full', ...at(x) },
  ],
  steps: [{ operation: 'add', dtype: 'float32', extent: 'full', inputs: [0, 1] }],
  stores: [{ register: 2, ...at(y) }],
  accumulations: [],
}
const load = { dtype: 'float32', extent: 'full' } as const
const late = /input 0 is read after its place was written/

const refused: readonly (readonly [string, KernelProgram, RegExp])[] = [
  ['read by a later instruction', programOf([doubling(), doubling({ stores: [] })]), late],
  ['loaded elsewhere', programOf([doubling({ loads: [{ ...load, ...at({ ...x, offset: 1 }) }] })]), late],
  ['loaded by other strides', programOf([doubling({ loads: [{ ...load, ...at(x, 1, 3) }] })]), late],
  [
    'loaded twice, once elsewhere',
    programOf([
      doubling({
        loads: [
          { ...load, ...at(x) },
          { ...load, ...at({ ...x, offset: 4 }, 0) },
        ],
      }),
    ]),
    late,
  ],
  [
    'stored in one place by several rows',
    programOf([
      doubling({
        loads: [{ ...load, ...at(x, 1) }],
        stores: [{ register: 1, ...at(y, 1) }],
      }),
    ]),
    late,
  ],
  [
    'summed over',
    programOf([
      doubling({
        stores: [],
        accumulations: [
          { register: 1, reduction: 'sum', over: 'rows', place: y, outerStrides: [], columnStride: 1 },
        ],
      }),
    ]),
    late,
  ],
  ['a factor of a product that is stored there', programOf([product({ a: at(x), c: at(y) })]), late],
  ['a factor beside an epilogue that stores there', programOf([product({ b: at(x), epilogue })]), late],
  [
    'loaded behind a product that lies there',
    programOf([
      product({ c: at(y), epilogue: { ...epilogue, loads: [{ ...load, ...at(y) }, epilogue.loads[1]!] } }),
    ]),
    late,
  ],
  ['read and written in a loop', programOf([{ kind: 'loop', count: 2, body: [doubling()] }]), late],
  ['before what can fail', programOf([doubling(), gather]), /something that can fail runs after/],
  [
    'in a loop beside what can fail',
    programOf([
      {
        kind: 'loop',
        count: 2,
        body: [gather, doubling({ loads: [{ ...load, ...at({ space: 'arena', offset: 0 }) }] })],
      },
    ]),
    /something that can fail runs after/,
  ],
  [
    'beyond the output',
    programOf([], { inPlace: [{ input: 0, byteOffset: 200 }] }),
    /does not lie in the 256 bytes/,
  ],
  ['between elements', programOf([], { inPlace: [{ input: 0, byteOffset: 4 }] }), /multiple of 8/],
  ['that is none', programOf([], { inPlace: [{ input: 7, byteOffset: 0 }] }), /no input 7/],
  [
    'where another one is',
    programOf([], {
      inPlace: [
        { input: 0, byteOffset: 0 },
        { input: 1, byteOffset: 56 },
      ],
    }),
    /inputs 0 and 1 have one place/,
  ],
  [
    'in two places',
    programOf([], {
      inPlace: [
        { input: 0, byteOffset: 0 },
        { input: 0, byteOffset: 64 },
      ],
    }),
    /inputs 0 and 0 have one place/,
  ],
]

describe('an input in the place of the output is refused', () => {
  it.each(refused)('%s', (_, program, message) => {
    expect(() => requireWellFormed(program)).toThrow(message)
    const { inPlace, ...apart } = program
    expect(inPlace).toBeDefined()
    requireWellFormed(apart)
    // The executors in C++ check for themselves.
    const words = encodeKernelProgram(apart)
    const places = inPlace!.flatMap(({ input, byteOffset }) => [input, byteOffset])
    const inPlaceAt = 7 + program.inputBytes.length
    const forged = Int32Array.from([
      ...words.subarray(0, inPlaceAt),
      inPlace!.length,
      ...places,
      ...words.subarray(inPlaceAt + 1),
    ])
    if (nativeExecutor() === undefined) return
    expect(() => loadWords(forged)).toThrow(/^kernel program, word \d+: /)
  })

  it.each([
    ['one nest that stores where it loads', programOf([doubling()])],
    ['reads that come before', programOf([doubling({ stores: [] }), product(), doubling()])],
    ['an epilogue that stores where it loads', programOf([gather, product({ epilogue })])],
    ['a product of which nothing is read later', programOf([product({ a: at(x) }), product({ c: at(y) })])],
  ] as const)('but not for %s', (_, program) => {
    requireWellFormed(program)
    const inputs = program.inputBytes.map((bytes) =>
      new Float32Array(bytes / 4).map((__, i) => (i < 2 ? i : 0)),
    )
    for (const executor of executors) expectSame(executor, program, inputs)
  })
})
