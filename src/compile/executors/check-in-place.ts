/*
 * Which programs may say that an input lies in the output. The bytes there are both until they are written first, so
 *
 *   - every instruction that reads the input comes before the first one that writes there, or
 *   - is that one, a nest (or the epilogue of a product) that stores each element exactly where it loads it, once;
 *   - behind that write nothing can fail: a run that throws leaves the inputs as they were.
 *
 * An instruction with bodies counts as one. Of `w − rate · g`, w in input 0, which may lie at byte 0 of the output:
 *
 *   0  nest 4 × 8      reads input 0 [8, 1], writes output +0 [8, 1]       one instruction, the same places
 *   1  matmul          reads input 0                                       refused: it would find the difference
 *
 * What stores an element loads it before: every executor works on a nest in blocks of which each loads before it stores,
 * and blocks have no place in common.
 */

import { bytesOf, type DType } from '../../core/tensor/dtype.ts'
import type { Extent, Instruction, KernelProgram, NestBody, StridedPlace } from './kernel-program.ts'

/** An input in the output, and the numbers of the instructions that last read it and first wrote there. */
interface Watched {
  readonly input: number
  readonly first: number
  readonly end: number
  readBy: number
  writtenBy: number
}

/** Follows the instructions of a program in their order; each answer is what is wrong, if something is. */
export interface InPlaceWatch {
  readonly reads: (input: number, at: number) => string | undefined
  /** Bytes of the output from `first` to before `end` are written. */
  readonly writes: (first: number, end: number, at: number) => void
  /** Something of this instruction may throw. */
  readonly mayFail: (at: number) => string | undefined
  /** An instruction that lies in no other has been looked at. */
  readonly ended: (instruction: Instruction, at: number) => string | undefined
}

const none = -1

interface Axes {
  readonly sizes: readonly number[]
  readonly stridesOf: (access: StridedPlace) => readonly number[]
}

const axesOf = (outer: readonly number[], rows: number, columns: number): Axes => ({
  sizes: [...outer, rows, columns],
  stridesOf: ({ outerStrides, rowStride, columnStride }) => [...outerStrides, rowStride, columnStride],
})

/** Whether no two positions of a space have one element. */
const isOnce = (sizes: readonly number[], strides: readonly number[]): boolean => {
  const moving = sizes
    .map((n, axis) => [n, Math.abs(strides[axis]!)] as const)
    .filter(([n]) => n > 1)
    .sort(([, a], [, b]) => a - b)
  let reach = 0
  return moving.every(([n, stride]) => {
    const apart = stride > reach
    reach += (n - 1) * stride
    return apart
  })
}

/** Bytes from the first to behind the last element of an access of a register of this extent. */
const spanOf = (
  access: StridedPlace,
  dtype: DType,
  extent: Extent,
  { sizes, stridesOf }: Axes,
): readonly [number, number] => {
  const bytes = bytesOf(dtype)
  const moving = sizes.length - (extent === 'full' ? 0 : extent === 'row' ? 1 : 2)
  let [least, most] = [access.place.offset, access.place.offset]
  stridesOf(access).forEach((stride, axis) => {
    const way = axis < moving ? (sizes[axis]! - 1) * stride : 0
    least += Math.min(0, way)
    most += Math.max(0, way)
  })
  return [least * bytes, (most + 1) * bytes]
}

/** Whether something writes where the input may lie. */
const liesOver = (
  { first, end }: Watched,
  access: StridedPlace,
  dtype: DType,
  extent: Extent,
  axes: Axes,
): boolean => {
  if (access.place.space !== 'output') return false
  const [from, to] = spanOf(access, dtype, extent, axes)
  return from < end && first < to
}

/** Whether a nest stores in the place of an input, if it does, each element exactly where it loads it. */
const storesWhereItLoads = (
  { loads, steps, stores, accumulations }: NestBody,
  axes: Axes,
  watched: Watched,
): boolean => {
  const registers = [...loads, ...steps]
  const { input, first } = watched
  const own = loads.filter(({ place }) => place.space === 'input' && place.index === input)
  if (own.length === 0) return true
  const moving = (access: StridedPlace): string =>
    axes
      .stridesOf(access)
      .filter((_, axis) => axes.sizes[axis]! > 1)
      .join()
  const isApart = stores.every((store) => {
    const { dtype, extent } = registers[store.register]!
    if (!liesOver(watched, store, dtype, extent, axes)) return true
    return (
      extent === 'full' &&
      isOnce(axes.sizes, axes.stridesOf(store)) &&
      own.every(
        (load) =>
          load.extent === 'full' &&
          load.dtype === dtype &&
          first / bytesOf(dtype) + load.place.offset === store.place.offset &&
          moving(load) === moving(store),
      )
    )
  })
  return (
    isApart &&
    accumulations.every(({ register, over, place, outerStrides, columnStride }) => {
      const access = { place, outerStrides, rowStride: 0, columnStride: over === 'rows' ? columnStride : 0 }
      return !liesOver(watched, access, registers[register]!.dtype, 'full', axes)
    })
  )
}

/** Whether an instruction that reads an input and writes in its place does so element by element. */
const isElementwise = (instruction: Instruction, watched: Watched): boolean => {
  if (instruction.kind === 'nest') {
    const { outer, rows, columns } = instruction
    return storesWhereItLoads(instruction, axesOf(outer, rows, columns), watched)
  }
  if (instruction.kind !== 'matmul') return false
  const { dtype, outer, m, n, a, b, c, epilogue } = instruction
  const axes = axesOf(outer, m, n)
  const isFactor = [a, b].some(({ place }) => place.space === 'input' && place.index === watched.input)
  if (isFactor || liesOver(watched, c, dtype, 'full', axes)) return false
  return epilogue === undefined || storesWhereItLoads(epilogue, axes, watched)
}

/** What is wrong with the places themselves, if something is. */
const placeProblem = ({ inputBytes, outputBytes, inPlace = [] }: KernelProgram): string | undefined => {
  const problems = inPlace.map(({ input, byteOffset }, i) => {
    const bytes = inputBytes[input]
    if (bytes === undefined) return `there is no input ${String(input)} that could lie in the output`
    if (!Number.isInteger(byteOffset) || byteOffset < 0 || byteOffset % 8 !== 0)
      return `expected a multiple of 8 as the place of input ${String(input)} in the output, got ${String(byteOffset)}`
    if (byteOffset + bytes > outputBytes)
      return `input ${String(input)} does not lie in the ${String(outputBytes)} bytes of the output`
    const other = inPlace
      .slice(0, i)
      .find(
        (before) =>
          before.input === input ||
          (byteOffset < before.byteOffset + (inputBytes[before.input] ?? 0) &&
            before.byteOffset < byteOffset + bytes),
      )
    return other === undefined
      ? undefined
      : `inputs ${String(other.input)} and ${String(input)} have one place in the output`
  })
  return problems.find((problem) => problem !== undefined)
}

/** A watch over a program, or what is wrong with the places it names. */
export const watchInPlace = (program: KernelProgram): InPlaceWatch | string => {
  const problem = placeProblem(program)
  if (problem !== undefined) return problem
  const watched = (program.inPlace ?? []).map(({ input, byteOffset }): Watched => {
    const end = byteOffset + (program.inputBytes[input] ?? 0)
    return { input, first: byteOffset, end, readBy: none, writtenBy: none }
  })
  let failsAt = none
  const late = ({ input }: Watched): string => `input ${String(input)} is read after its place was written`
  const fails = 'something that can fail runs after an input was overwritten'
  return {
    reads: (input, at) => {
      const own = watched.find((one) => one.input === input)
      if (own === undefined) return undefined
      if (own.writtenBy !== none && own.writtenBy < at) return late(own)
      own.readBy = at
      return undefined
    },
    writes: (first, end, at) => {
      for (const own of watched)
        if (own.writtenBy === none && first < own.end && own.first < end) own.writtenBy = at
    },
    mayFail: (at) => {
      failsAt = at
      return watched.some(({ writtenBy }) => writtenBy !== none) ? fails : undefined
    },
    ended: (instruction, at) => {
      if (failsAt === at && watched.some(({ writtenBy }) => writtenBy !== none)) return fails
      const odd = watched.find(
        (own) => own.readBy === at && own.writtenBy === at && !isElementwise(instruction, own),
      )
      return odd === undefined ? undefined : late(odd)
    },
  }
}
