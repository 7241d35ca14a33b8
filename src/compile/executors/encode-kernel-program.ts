import { dtypes, type DType } from '../../core/tensor/dtype.ts'
import { PuregradError } from '../../core/tensor/errors.ts'
import { requireWellFormed } from './check-kernel-program.ts'
import {
  factorPrecisions,
  type Extent,
  type Instruction,
  type KernelProgram,
  type NestBody,
  type Place,
  type StridedPlace,
} from './kernel-program.ts'
import { routineNumber } from './routines.ts'
import { nativeSteps } from './native-steps.ts'
import type { StepOperation } from './steps.ts'

/*
 * The words of a kernel program, 32 bits each, as `docs/kernel-program.md` lays them out. Lists of four outer sizes
 * (padded with 1 in front) and four outer strides (padded with 0 in front) have a fixed length.
 */

/** The first word of every encoded program. */
export const magic = 0x50474b31

/** The second: another number wherever a program of before would be read as something else. */
export const version = 5

const spaces = { arena: 0, constant: 1, input: 2, output: 3 } as const
const extents: readonly Extent[] = ['full', 'row', 'scalar']

const dtypeCode = (dtype: DType): number => dtypes.indexOf(dtype)

/** Four words: the fill in front, then the values. */
const writePadded = (words: number[], values: readonly number[], fill: number): void => {
  for (let i = values.length; i < 4; i++) words.push(fill)
  for (let i = 0; i < values.length; i++) words.push(values[i]!)
}

const writePlace = (words: number[], place: Place): void => {
  words.push(spaces[place.space] | ((place.space === 'input' ? place.index : 0) << 2), place.offset)
}

const writeStrided = (words: number[], strided: StridedPlace): void => {
  writePlace(words, strided.place)
  writePadded(words, strided.outerStrides, 0)
  words.push(strided.rowStride, strided.columnStride)
}

const placeWords = (place: Place): readonly number[] => {
  const words: number[] = []
  writePlace(words, place)
  return words
}

const stepCodes: ReadonlyMap<string, number> = new Map(
  nativeSteps.map((operation, code) => [operation, code]),
)

const stepCode = (operation: StepOperation): number => {
  const code = stepCodes.get(operation)
  if (code === undefined)
    throw new PuregradError(`kernel program: there are no native kernels of the step ${operation}`)
  return code
}

const writeBody = (words: number[], { loads, steps, stores, accumulations }: NestBody): void => {
  words.push(loads.length, steps.length, stores.length, accumulations.length)
  for (const load of loads) {
    words.push(dtypeCode(load.dtype), extents.indexOf(load.extent))
    writeStrided(words, load)
  }
  for (const { operation, dtype, extent, inputs } of steps) {
    words.push(stepCode(operation), dtypeCode(dtype), extents.indexOf(extent))
    words.push(inputs[0] ?? -1, inputs[1] ?? -1, inputs[2] ?? -1)
  }
  for (const store of stores) {
    words.push(store.register)
    writeStrided(words, store)
  }
  for (const { register, reduction, over, place, outerStrides, columnStride } of accumulations) {
    words.push(register, reduction === 'sum' ? 0 : 1, over === 'rows' ? 0 : 1)
    writePlace(words, place)
    writePadded(words, outerStrides, 0)
    words.push(columnStride)
  }
}

/** The kind and the number of words, both included, in front of the rest. */
const framed = (kind: number, words: readonly number[]): readonly number[] => [
  kind,
  words.length + 2,
  ...words,
]

/** As `framed`, of the words that are written. */
const written = (kind: number, write: (words: number[]) => void): readonly number[] => {
  const words = [kind, 0]
  write(words)
  words[1] = words.length
  return words
}

type OfKind<K extends Instruction['kind']> = Extract<Instruction, { readonly kind: K }>

const matmulWords = ({
  dtype,
  factors = 'float32',
  outer,
  m,
  n,
  k,
  a,
  b,
  c,
  epilogue,
}: OfKind<'matmul'>): readonly number[] =>
  written(2, (words) => {
    words.push(dtypeCode(dtype), factorPrecisions.indexOf(factors))
    writePadded(words, outer, 1)
    words.push(m, n, k)
    writeStrided(words, a)
    writeStrided(words, b)
    writeStrided(words, c)
    words.push(epilogue === undefined ? 0 : 1)
    if (epilogue !== undefined) writeBody(words, epilogue)
  })

const nestWords = (nest: OfKind<'nest'>): readonly number[] =>
  written(1, (words) => {
    writePadded(words, nest.outer, 1)
    words.push(nest.rows, nest.columns)
    writeBody(words, nest)
  })

const indexingWords = (instruction: OfKind<'gather' | 'scatterAdd'>): readonly number[] => {
  const { kind, dtype, indexDType, batch, outer, n, inner, k, x, indices, out } = instruction
  const codes = [dtypeCode(dtype), dtypeCode(indexDType)]
  const places = [...placeWords(x), ...placeWords(indices), ...placeWords(out)]
  return framed(kind === 'gather' ? 3 : 4, [...codes, batch, outer, n, inner, k, ...places])
}

const copyWords = (copy: OfKind<'copyAt'>): readonly number[] => {
  const { dtype, count, depth, from, fromAdvance, to, toAdvance } = copy
  const ends = [...placeWords(from), fromAdvance, ...placeWords(to), toAdvance]
  return framed(11, [dtypeCode(dtype), count, depth, ...ends])
}

const words: { readonly [K in Instruction['kind']]: (instruction: OfKind<K>) => readonly number[] } = {
  nest: nestWords,
  matmul: matmulWords,
  gather: indexingWords,
  scatterAdd: indexingWords,
  cumsum: ({ dtype, outer, n, inner, reverse, x, out }) =>
    framed(5, [dtypeCode(dtype), outer, n, inner, reverse ? 1 : 0, ...placeWords(x), ...placeWords(out)]),
  argmax: ({ dtype, outer, n, inner, x, out }) =>
    framed(6, [dtypeCode(dtype), outer, n, inner, ...placeWords(x), ...placeWords(out)]),
  argsort: ({ dtype, rows, n, x, out }) =>
    framed(7, [dtypeCode(dtype), rows, n, ...placeWords(x), ...placeWords(out)]),
  threefry: ({ count, keys, counters, out }) =>
    framed(8, [count, ...placeWords(keys), ...placeWords(counters), ...placeWords(out)]),
  randomBits: ({ batch, count, keys, out }) =>
    framed(9, [batch, count, ...placeWords(keys), ...placeWords(out)]),
  loop: ({ count, body }) => {
    const inner = body.flatMap(instructionWords)
    return [10, 4, count, inner.length, ...inner]
  },
  routine: ({ name, dtype, sizes, reads, out }) =>
    framed(13, [
      routineNumber(name),
      dtypeCode(dtype),
      sizes.length,
      ...sizes,
      reads.length,
      ...reads.flatMap(placeWords),
      ...placeWords(out),
    ]),
  copyAt: copyWords,
  while: ({ atMost, condition, predicate, body }) => {
    const parts = [condition.flatMap(instructionWords), body.flatMap(instructionWords)] as const
    const lengths = parts.map(({ length }) => length)
    return [14, 7, atMost ?? -1, ...placeWords(predicate), ...lengths, ...parts.flat()]
  },
  if: ({ predicate, onTrue, onFalse }) => {
    const branches = [onTrue.flatMap(instructionWords), onFalse.flatMap(instructionWords)] as const
    return [12, 6, ...placeWords(predicate), ...branches.map(({ length }) => length), ...branches.flat()]
  },
}

const instructionWords = (instruction: Instruction): readonly number[] =>
  (words[instruction.kind] as (instruction: Instruction) => readonly number[])(instruction)

/**
 * The words of a program, as the native and WebAssembly executors read them: a header of
 * `magic, version, flags, arena bytes, constant bytes, output bytes, inputs, …bytes of each, inputs in place, …number and
 * byte of each, words of instructions`, then the instructions.
 *
 * @throws PuregradError for a program that is not well formed, and for a number that does not fit into a word.
 */
export const encodeKernelProgram = (program: KernelProgram): Int32Array<ArrayBuffer> => {
  requireWellFormed(program)
  const instructions = program.instructions.map(instructionWords)
  const { inPlace = [] } = program
  const header = [
    magic,
    version,
    program.reproducible ? 1 : 0,
    program.arenaBytes,
    program.constants.length,
    program.outputBytes,
    program.inputBytes.length,
    ...program.inputBytes,
    inPlace.length,
    ...inPlace.flatMap(({ input, byteOffset }) => [input, byteOffset]),
    instructions.reduce((sum, { length }) => sum + length, 0),
  ]
  const encoded = new Int32Array(header.length + header[header.length - 1]!)
  let at = 0
  for (const part of [header, ...instructions])
    for (let i = 0; i < part.length; i++) {
      const word = part[i]!
      encoded[at] = word
      if (encoded[at] !== word)
        throw new PuregradError(
          `kernel program, word ${String(at)}: expected a whole number of 32 bits, got ${String(word)}`,
        )
      at += 1
    }
  return encoded
}
