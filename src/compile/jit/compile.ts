import { chooseExecutor } from '../executors/choose-backend.ts'
import type { BackendName } from '../executors/executor.ts'
import type { FactorPrecision } from '../executors/kernel-program.ts'
import { loadProgram } from '../executors/load-program.ts'
import { outputTypes, type Program } from '../../core/primitive/program.ts'
import {
  copyElements,
  isContiguous,
  tensorIn,
  viewOf,
  type ConcreteTensor,
} from '../../core/tensor/concrete.ts'
import { bytesOf, viewBytes, type DType } from '../../core/tensor/dtype.ts'
import { frozenSizes, sizeOf, type Sizes } from '../../core/tensor/shape.ts'
import { isAlone, isWorthTakingBack, lendingMemory, renewed, type LentMemory } from './donation.ts'
import { isContiguousLayout } from '../lowering/layout.ts'
import { lower, type OutputPlace } from '../lowering/lower.ts'
import { holdForReading, releaseFromReading } from './memory-readers.ts'
import { numberTensors, type NumberInput } from './number-inputs.ts'
import { outputMemory, type OutputMemory } from './output-memory.ts'
import { reusableMemory } from './reusable-memory.ts'

/** How a program is compiled. */
export interface CompileOptions {
  readonly backend?: BackendName | undefined
  readonly reproducible?: boolean | undefined
  readonly products?: FactorPrecision | undefined
  /** Whether some of its arguments are given up, and the numbers of the tensors in them. */
  readonly donates: boolean
  readonly givenUp: readonly number[]
  /** The numbers that follow the tensors among its inputs. */
  readonly numbers: readonly NumberInput[]
}

/**
 * Runs on the tensors and numbers of the arguments. The tensors at the indices `givenUp` are given up once the run has
 * succeeded, but for those whose memory comes back among the results.
 */
type Run<R> = (leaves: readonly ConcreteTensor[], numbers: readonly number[], givenUp: readonly number[]) => R

/** A program ready to run. */
export interface Compiled {
  /** Whether memory that is given up is used again. */
  readonly recycles: boolean
  readonly run: Run<readonly ConcreteTensor[]>
  readonly runAsync: Run<Promise<readonly ConcreteTensor[]>>
}

/** Inputs of kernel programs are contiguous and aligned. */
const isReady = (x: ConcreteTensor): boolean => isContiguous(x) && x.firstByte % 8 === 0

/** Results of a donating function up to this size lie in memory of their own. */
const separateElements = 256

/** Makes one output of a call from its inputs and the memory of its outputs. */
type MakeResult = (
  inputs: readonly ConcreteTensor[],
  memory: ArrayBuffer,
  byteOffset: number,
) => ConcreteTensor

/** Elements in a row, from a byte of the memory of the outputs on, as nearly all results are: made without a call. */
interface PlainResult {
  readonly first: number
  readonly dtype: DType
  readonly shape: Sizes
}

/** The result at a place, so that a call decides nothing it could know before. */
const resultAt = (place: OutputPlace, dtype: DType): PlainResult | MakeResult => {
  const { strides, offset } = place.layout
  const shape = frozenSizes(place.layout.shape)
  switch (place.kind) {
    case 'slab': {
      const first = place.byteOffset
      if (isContiguousLayout(place.layout)) return { first, dtype, shape }
      // The elements up to the last one the layout reaches.
      const reach = strides.reduce((sum, s, k) => sum + Math.max(0, ((shape[k] ?? 1) - 1) * s), offset)
      const bytes = (sizeOf(shape) === 0 ? 0 : reach + 1) * bytesOf(dtype)
      return (_, memory, byteOffset) =>
        viewOf(viewBytes(dtype, memory, byteOffset + first, bytes), dtype, shape, strides, offset)
    }
    case 'input':
      return (inputs) => {
        const { view } = inputs[place.index]!
        return viewOf(view.data, dtype, shape, strides, view.offset + offset)
      }
    case 'constant': {
      const tensor = viewOf(copyElements(place.tensor), dtype, shape, strides, offset)
      return () => tensor
    }
  }
}

/** Places outputs in memory, and with donation keeps account of what is held. */
const resultsOf = (program: Program, outputs: readonly OutputPlace[], bytes: number, donates: boolean) => {
  const types = outputTypes(program)
  const resultOf = outputs.map((place, i) => resultAt(place, types[i]?.dtype ?? 'float32'))
  const lending = donates && isWorthTakingBack(bytes) ? lendingMemory(bytes) : undefined
  /** Whether all results of a call stay on its memory. */
  const onSlab = !isAlone(bytes) && outputs.every(({ kind }) => kind === 'slab')
  /** Small results leave the memory, so that keeping one, such as a loss, does not keep all of it from being reused. */
  const separated = (results: readonly ConcreteTensor[]): readonly ConcreteTensor[] =>
    results.map((x, i) =>
      outputs[i]?.kind === 'slab' && x.size <= separateElements
        ? viewOf(copyElements(x), x.dtype, x.shape)
        : x,
    )
  return {
    lending,
    nextMemory: (): OutputMemory | LentMemory => lending?.lend() ?? outputMemory(bytes),
    results: (
      inputs: readonly ConcreteTensor[],
      place: OutputMemory | LentMemory,
    ): readonly ConcreteTensor[] => {
      const { memory, byteOffset } = place
      const made = new Array<ConcreteTensor>(resultOf.length)
      for (let i = 0; i < resultOf.length; i++) {
        const result = resultOf[i]!
        made[i] =
          typeof result === 'function'
            ? result(inputs, memory, byteOffset)
            : tensorIn(memory, byteOffset + result.first, result.dtype, result.shape)
      }
      if (lending === undefined || !('loan' in place)) return made
      const given = isAlone(bytes) ? separated(made) : made
      lending.hold(
        place.loan,
        onSlab ? given : given.filter((x, i) => outputs[i]?.kind === 'slab' && x === made[i]),
      )
      return given
    },
  }
}

const noMemories: readonly ArrayBuffer[] = []

const memoryOf = (x: ConcreteTensor): ArrayBuffer => x.elementMemory

/** Inputs of a run: the memory of each, and the byte there where it starts. */
interface Inputs {
  readonly inputs: readonly ConcreteTensor[]
  readonly memories: readonly ArrayBuffer[]
  readonly starts: readonly number[]
}

/** The tensors as inputs, with copies of those that are not ready. Mostly all are, and their list serves as it is. */
const preparedInputs = (leaves: readonly ConcreteTensor[]): Inputs => {
  const memories = new Array<ArrayBuffer>(leaves.length)
  const starts = new Array<number>(leaves.length)
  for (let i = 0; i < leaves.length; i++) {
    const input = leaves[i]!
    if (!isReady(input))
      return preparedInputs(leaves.map((x) => (isReady(x) ? x : viewOf(copyElements(x), x.dtype, x.shape))))
    memories[i] = input.elementMemory
    starts[i] = input.firstByte
  }
  return { inputs: leaves, memories, starts }
}

/** Gives tensors of a call up, but for those whose memory comes back by one of the inputs that are passed on. */
const givingUp =
  (lending: ReturnType<typeof lendingMemory> | undefined, passedOn: readonly number[]) =>
  (
    leaves: readonly ConcreteTensor[],
    inputs: readonly ConcreteTensor[],
    indices: readonly number[],
  ): void => {
    if (lending === undefined || indices.length === 0) return
    const kept = passedOn.length === 0 ? noMemories : passedOn.map((i) => memoryOf(inputs[i]!))
    for (let i = 0; i < indices.length; i++) {
      const tensor = leaves[indices[i]!]!
      if (tensor.loan !== undefined && (kept.length === 0 || !kept.includes(memoryOf(tensor))))
        lending.giveUp(tensor)
    }
  }

/** Lowers a program, loads it into its executor and plans what becomes of memory at each call. */
export const compile = (program: Program, options: CompileOptions): Compiled => {
  const { reproducible = false, products = 'float32', givenUp: donated } = options
  const { kernels, outputs } = lower(program, { reproducible, products, givenUp: donated })
  const loaded = loadProgram(chooseExecutor(options.backend), kernels)
  const { lending, nextMemory, results } = resultsOf(program, outputs, kernels.outputBytes, options.donates)
  const tensors = program.inputs.length - options.numbers.length
  const passedOn = [...new Set(outputs.flatMap((place) => (place.kind === 'input' ? [place.index] : [])))]
  const written = passedOn.every((input) => input < tensors)
  const scalars = numberTensors(options.numbers, written)
  const ownScalars = numberTensors(options.numbers, false)
  const inputsOf = (
    leaves: readonly ConcreteTensor[],
    numbers: readonly number[],
    write: typeof scalars,
  ): Inputs => preparedInputs(options.numbers.length === 0 ? leaves : leaves.concat(write(numbers)))
  const giveUp = givingUp(lending, passedOn)
  /** Where there are no threads too, nothing is given up before the caller goes on: calls made together agree. */
  const runApart: NonNullable<typeof loaded.runAsync> =
    loaded.runAsync ??
    ((...call) =>
      Promise.resolve().then(() => {
        loaded.run(...call)
      }))
  const reusable = reusableMemory(
    isAlone(kernels.outputBytes) ? (kernels.inPlace ?? []) : [],
    kernels.outputBytes,
  )
  const failed = (place: OutputMemory | LentMemory): void => {
    if ('loan' in place) lending?.cancel(place.loan)
  }
  return {
    recycles: lending !== undefined,
    run: (leaves, numbers, givenUp) => {
      const { inputs, memories, starts } = inputsOf(leaves, numbers, scalars)
      const loan = reusable(leaves, inputs, givenUp)
      if (loan !== undefined) {
        // What fails does so before anything is overwritten.
        loaded.run(memories, starts, loan.memory, 0)
        const made = results(inputs, renewed(loan, leaves))
        giveUp(leaves, inputs, givenUp)
        return made
      }
      const place = nextMemory()
      try {
        loaded.run(memories, starts, place.memory, place.byteOffset)
      } catch (error) {
        failed(place)
        throw error
      }
      const made = results(inputs, place)
      giveUp(leaves, inputs, givenUp)
      return made
    },
    runAsync: async (leaves, numbers, givenUp) => {
      const { inputs, memories, starts } = inputsOf(leaves, numbers, ownScalars)
      const place = nextMemory()
      try {
        holdForReading(memories)
        try {
          await runApart(memories, starts, place.memory, place.byteOffset)
        } finally {
          releaseFromReading(memories)
        }
      } catch (error) {
        failed(place)
        throw error
      }
      const made = results(inputs, place)
      giveUp(leaves, inputs, givenUp)
      return made
    },
  }
}
