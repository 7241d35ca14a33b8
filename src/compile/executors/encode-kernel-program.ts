import { dtypes, type DType } from '../../core/tensor/dtype.ts'
import { PuregradError } from '../../core/tensor/errors.ts'
import { requireWellFormed } from './check-kernel-program.ts'
import {
  factorDType,
  factorPrecisions,
  largestWord,
  type Accumulation,
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
export const version = 6

const spaces: readonly Place['space'][] = ['arena', 'constant', 'input', 'output']
const reductions: readonly Accumulation['reduction'][] = ['sum', 'max']
const parts: readonly Accumulation['over'][] = ['rows', 'all']
const extents: readonly Extent[] = ['full', 'row', 'scalar']

const dtypeCodes = Object.fromEntries(dtypes.map((dtype, code) => [dtype, code])) as Readonly<
  Record<DType, number>
>

/** What has no words of its own: written all the same, it would be another program. */
const refuse = (what: string): never => {
  throw new PuregradError(`kernel program: there are no words for ${what}`)
}

/** Four words: the fill in front, then the values. */
const writePadded = (words: number[], values: readonly number[], fill: number): void => {
  if (values.length > 4) refuse(`${String(values.length)} outer axes`)
  for (let i = values.length; i < 4; i++) words.push(fill)
  for (let i = 0; i < values.length; i++) words.push(values[i]!)
}

/** The strides along so many outer axes. */
const writeOuter = (words: number[], strides: readonly number[], rank: number): void => {
  if (strides.length !== rank) refuse(`${String(strides.length)} strides along ${String(rank)} outer axes`)
  writePadded(words, strides, 0)
}

/** A space that there is not has the word of no place, and an input of too large a number none. */
const writePlace = (words: number[], place: Place): void => {
  const index = place.space === 'input' ? place.index : 0
  if (!Number.isInteger(index)) refuse(`input ${String(index)}`)
  words.push(4 * index + spaces.indexOf(place.space), place.offset)
}

const writeStrided = (words: number[], strided: StridedPlace, rank: number): void => {
  writePlace(words, strided.place)
  writeOuter(words, strided.outerStrides, rank)
  words.push(strided.rowStride, strided.columnStride)
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

/** Three words: the registers, then -1 for each that the step does not have. More than three are words too many. */
const writeInputs = (words: number[], inputs: readonly number[]): void => {
  for (let i = 0; i < inputs.length; i++) {
    if (inputs[i]! < 0) refuse(`register ${String(inputs[i])}`)
    words.push(inputs[i]!)
  }
  for (let i = inputs.length; i < 3; i++) words.push(-1)
}

const writeBody = (
  words: number[],
  { loads, steps, stores, accumulations }: NestBody,
  rank: number,
): void => {
  words.push(loads.length, steps.length, stores.length, accumulations.length)
  for (let i = 0; i < loads.length; i++) {
    const load = loads[i]!
    words.push(dtypeCodes[load.dtype], extents.indexOf(load.extent))
    writeStrided(words, load, rank)
  }
  for (let i = 0; i < steps.length; i++) {
    const { operation, dtype, extent, inputs } = steps[i]!
    words.push(stepCode(operation), dtypeCodes[dtype], extents.indexOf(extent))
    writeInputs(words, inputs)
  }
  for (let i = 0; i < stores.length; i++) {
    const store = stores[i]!
    words.push(store.register)
    writeStrided(words, store, rank)
  }
  for (const { register, reduction, over, place, outerStrides, columnStride } of accumulations) {
    words.push(register, reductions.indexOf(reduction), parts.indexOf(over))
    writePlace(words, place)
    writeOuter(words, outerStrides, rank)
    words.push(columnStride)
  }
}

/** The kind and the number of words, both included, in front of those that are written. */
const framed = (words: number[], kind: number, write: () => void): void => {
  const start = words.length
  words.push(kind, 0)
  write()
  words[start + 1] = words.length - start
}

type OfKind<K extends Instruction['kind']> = Extract<Instruction, { readonly kind: K }>

/** How each instruction is written behind the words of those before it. */
type Writers = {
  readonly [K in Instruction['kind']]: (words: number[], instruction: OfKind<K>) => void
}

const writeMatmul: Writers['matmul'] = (words, product) => {
  const { dtype, factors = 'float32', outer, m, n, k, a, b, c, epilogue } = product
  framed(words, 2, () => {
    words.push(dtypeCodes[dtype], factorPrecisions.indexOf(factors))
    words.push(dtypeCodes[factorDType(product, a)], dtypeCodes[factorDType(product, b)])
    writePadded(words, outer, 1)
    words.push(m, n, k)
    writeStrided(words, a, outer.length)
    writeStrided(words, b, outer.length)
    writeStrided(words, c, outer.length)
    words.push(epilogue === undefined ? 0 : 1)
    if (epilogue !== undefined) writeBody(words, epilogue, outer.length)
  })
}

const writeIndexing = (words: number[], instruction: OfKind<'gather' | 'scatterAdd'>): void => {
  const { kind, dtype, indexDType, batch, outer, n, inner, k, x, indices, out } = instruction
  framed(words, kind === 'gather' ? 3 : 4, () => {
    words.push(dtypeCodes[dtype], dtypeCodes[indexDType], batch, outer, n, inner, k)
    writePlace(words, x)
    writePlace(words, indices)
    writePlace(words, out)
  })
}

/** Bodies behind the words in front of them, where `lengths` has the number of words of each. */
const writeBodies = (words: number[], lengths: number, bodies: readonly (readonly Instruction[])[]): void => {
  bodies.forEach((body, i) => {
    const start = words.length
    writeInstructions(words, body)
    words[lengths + i] = words.length - start
  })
}

const writers: Writers = {
  nest: (words, nest) => {
    framed(words, 1, () => {
      writePadded(words, nest.outer, 1)
      words.push(nest.rows, nest.columns)
      writeBody(words, nest, nest.outer.length)
    })
  },
  matmul: writeMatmul,
  gather: writeIndexing,
  scatterAdd: writeIndexing,
  cumsum: (words, { dtype, outer, n, inner, reverse, x, out }) => {
    framed(words, 5, () => {
      words.push(dtypeCodes[dtype], outer, n, inner, reverse ? 1 : 0)
      writePlace(words, x)
      writePlace(words, out)
    })
  },
  argmax: (words, { dtype, outer, n, inner, x, out }) => {
    framed(words, 6, () => {
      words.push(dtypeCodes[dtype], outer, n, inner)
      writePlace(words, x)
      writePlace(words, out)
    })
  },
  argsort: (words, { dtype, rows, n, x, out }) => {
    framed(words, 7, () => {
      words.push(dtypeCodes[dtype], rows, n)
      writePlace(words, x)
      writePlace(words, out)
    })
  },
  threefry: (words, { count, keys, counters, out }) => {
    framed(words, 8, () => {
      words.push(count)
      writePlace(words, keys)
      writePlace(words, counters)
      writePlace(words, out)
    })
  },
  randomBits: (words, { batch, count, keys, out }) => {
    framed(words, 9, () => {
      words.push(batch, count)
      writePlace(words, keys)
      writePlace(words, out)
    })
  },
  loop: (words, { count, body }) => {
    words.push(10, 4, count, 0)
    writeBodies(words, words.length - 1, [body])
  },
  routine: (words, { name, dtype, sizes, reads, out }) => {
    framed(words, 13, () => {
      words.push(routineNumber(name), dtypeCodes[dtype], sizes.length, ...sizes, reads.length)
      reads.forEach((place) => {
        writePlace(words, place)
      })
      writePlace(words, out)
    })
  },
  copyAt: (words, { dtype, count, depth, from, fromAdvance, to, toAdvance }) => {
    framed(words, 11, () => {
      words.push(dtypeCodes[dtype], count, depth)
      writePlace(words, from)
      words.push(fromAdvance)
      writePlace(words, to)
      words.push(toAdvance)
    })
  },
  while: (words, { atMost, condition, predicate, body }) => {
    if (atMost !== null && atMost < 0) refuse(`${String(atMost)} turns`)
    words.push(14, 7, atMost ?? -1)
    writePlace(words, predicate)
    words.push(0, 0)
    writeBodies(words, words.length - 2, [condition, body])
  },
  if: (words, { predicate, onTrue, onFalse }) => {
    words.push(12, 6)
    writePlace(words, predicate)
    words.push(0, 0)
    writeBodies(words, words.length - 2, [onTrue, onFalse])
  },
}

const writeInstructions = (words: number[], instructions: readonly Instruction[]): void => {
  for (let i = 0; i < instructions.length; i++) {
    const instruction = instructions[i]!
    const write = writers[instruction.kind] as (words: number[], instruction: Instruction) => void
    write(words, instruction)
  }
}

/**
 * The words of a program, as the native and WebAssembly executors read them: a header of
 * `magic, version, flags, arena bytes, constant bytes, output bytes, inputs, …bytes of each, inputs in place, …number and
 * byte of each, words of instructions`, then the instructions.
 *
 * What reads the words checks them (`verify.cc`): here is refused only what they would not show.
 *
 * @throws PuregradError for what has no words, such as a number that does not fit into one.
 */
export const encodeKernelProgram = (program: KernelProgram): Int32Array<ArrayBuffer> => {
  const { inPlace = [] } = program
  const words = [
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
    0,
  ]
  writeBodies(words, words.length - 1, [program.instructions])
  const encoded = new Int32Array(words)
  for (let at = 0; at < encoded.length; at++)
    if (encoded[at] !== words[at] || encoded[at]! < -largestWord)
      throw new PuregradError(
        `kernel program, word ${String(at)}: expected a whole number of 32 bits, got ${String(words[at])}`,
      )
  return encoded
}

/**
 * Hands the words of a program to what checks and takes them. Where they are refused, the error is that of the check of
 * the program itself, which names the instruction.
 */
export const withWords = <T>(program: KernelProgram, take: (words: Int32Array<ArrayBuffer>) => T): T => {
  try {
    return take(encodeKernelProgram(program))
  } catch (error) {
    requireWellFormed(program)
    throw error
  }
}
