import { routineOf } from '../../src/compile/executors/routines.ts'
import type {
  Instruction,
  KernelProgram,
  NestBody,
  StridedPlace,
} from '../../src/compile/executors/kernel-program.ts'
import { bytesOf, type DType } from '../../src/core/tensor/dtype.ts'

/** What a kernel program costs, counted from its instructions. */
export interface KernelCost {
  /** As written: those in a loop or branch count once, and the loop or branch itself. */
  readonly instructions: number
  readonly arenaBytes: number
  /**
   * Elements read and written where they lie in memory, in bytes: what an access repeats counts once an instruction, and
   * what a product reads again from the cache it has just written counts as nothing.
   */
  readonly bytesMoved: number
}

interface Loops {
  readonly outer: readonly number[]
  readonly rows: number
  readonly columns: number
}

const touched = ({ outerStrides, rowStride, columnStride }: StridedPlace, { outer, rows, columns }: Loops) =>
  [...outer, rows, columns].reduce(
    (product, n, i) => ([...outerStrides, rowStride, columnStride][i] === 0 ? product : product * n),
    1,
  )

const sum = (parts: readonly number[]): number => parts.reduce((total, part) => total + part, 0)

const bodyBytes = (body: NestBody, loops: Loops, inCache: number): number => {
  const { loads, steps, stores, accumulations } = body
  const dtypeAt = (register: number): DType => [...loads, ...steps][register]!.dtype
  const bytes = (access: StridedPlace, dtype: DType): number => touched(access, loops) * bytesOf(dtype)
  // Registers that hold the same elements in another way read them once.
  const reads = new Map(
    loads.slice(inCache).map((load) => {
      const { place, outerStrides, rowStride, columnStride } = load
      return [JSON.stringify([place, outerStrides, rowStride, columnStride]), bytes(load, load.dtype)]
    }),
  )
  return (
    sum([...reads.values()]) +
    sum(stores.map((store) => bytes(store, dtypeAt(store.register)))) +
    sum(accumulations.map((part) => bytes({ ...part, rowStride: 0 }, dtypeAt(part.register))))
  )
}

const bytesMovedBy = (instruction: Instruction): number => {
  switch (instruction.kind) {
    case 'nest':
      return bodyBytes(instruction, instruction, 0)
    case 'matmul': {
      const { outer, m, n, k, a, b, c, dtype, epilogue } = instruction
      const elements =
        touched(a, { outer, rows: m, columns: k }) +
        touched(b, { outer, rows: k, columns: n }) +
        touched(c, { outer, rows: m, columns: n })
      const behind = epilogue === undefined ? 0 : bodyBytes(epilogue, { outer, rows: m, columns: n }, 1)
      return elements * bytesOf(dtype) + behind
    }
    case 'loop':
      return instruction.count * bytesMoved(instruction.body)
    case 'while':
      return (instruction.atMost ?? 1) * (bytesMoved(instruction.condition) + bytesMoved(instruction.body))
    case 'if':
      return Math.max(bytesMoved(instruction.onTrue), bytesMoved(instruction.onFalse))
    case 'copyAt':
      return 2 * instruction.count * bytesOf(instruction.dtype)
    case 'cumsum':
      return 2 * instruction.outer * instruction.n * instruction.inner * bytesOf(instruction.dtype)
    case 'argmax':
      return instruction.outer * instruction.inner * (instruction.n * bytesOf(instruction.dtype) + 4)
    case 'routine': {
      const arrays = routineOf(instruction.name)?.reach(instruction.sizes)
      return sum([...(arrays?.reads ?? []), arrays?.writes ?? 0]) * bytesOf(instruction.dtype)
    }
    case 'argsort':
      return instruction.rows * instruction.n * (bytesOf(instruction.dtype) + 4)
    case 'gather':
    case 'scatterAdd': {
      const { batch, outer, n, k, inner, dtype } = instruction
      const [read, written] = instruction.kind === 'gather' ? [k, k] : [k, n]
      return batch * (k * 4 + outer * inner * (read + written) * bytesOf(dtype))
    }
    case 'threefry':
      return instruction.count * 24
    case 'randomBits':
      return instruction.batch * (8 + 4 * instruction.count)
  }
}

const bytesMoved = (instructions: readonly Instruction[]): number => sum(instructions.map(bytesMovedBy))

const countOf = (instructions: readonly Instruction[]): number =>
  sum(
    instructions.map((instruction) => {
      if (instruction.kind === 'loop') return 1 + countOf(instruction.body)
      if (instruction.kind === 'while') return 1 + countOf(instruction.condition) + countOf(instruction.body)
      return instruction.kind === 'if' ? 1 + countOf(instruction.onTrue) + countOf(instruction.onFalse) : 1
    }),
  )

export const kernelCost = ({ instructions, arenaBytes }: KernelProgram): KernelCost => ({
  instructions: countOf(instructions),
  arenaBytes,
  bytesMoved: bytesMoved(instructions),
})
