import type { Typed } from '../../core/primitive/primitive.ts'
import type { Program } from '../../core/primitive/program.ts'
import { tensorIn, type ConcreteTensor } from '../../core/tensor/concrete.ts'
import { bytesOf, dtypes, viewBytes, type DType } from '../../core/tensor/dtype.ts'
import { frozenSizes } from '../../core/tensor/shape.ts'

/** A number among the arguments as an input of a program. */
export interface NumberInput {
  /** Which number it is. */
  readonly index: number
  readonly dtype: DType
}

/** A number has a scalar of each dtype while its function is written down. */
export const numberTypes = (count: number): readonly Typed[] =>
  Array.from({ length: count }, () => dtypes.map((dtype): Typed => ({ shape: [], dtype }))).flat()

/** Where among the types above the scalar of a number is. */
export const numberPosition = (index: number, dtype: DType): number =>
  index * dtypes.length + dtypes.indexOf(dtype)

/** The program without those of its inputs from `first` on that are scalars of numbers nothing uses, and the others. */
export const withoutUnusedNumbers = (
  program: Program,
  first: number,
): { readonly program: Program; readonly numbers: readonly NumberInput[] } => {
  const end = program.inputs.length
  if (end === first) return { program, numbers: [] }
  const used = new Set([...program.equations.flatMap(({ inputs }) => inputs), ...program.outputs])
  const kept = Array.from({ length: end - first }, (_, i) => first + i).filter((input) => used.has(input))
  const places = new Map(kept.map((input, i) => [input, first + i]))
  const dropped = end - first - kept.length
  const variable = (v: number): number => (v < first ? v : v < end ? (places.get(v) ?? v) : v - dropped)
  return {
    program: {
      ...program,
      inputs: [...program.inputs.slice(0, first), ...kept.map((input) => program.inputs[input]!)],
      equations: program.equations.map((equation) => ({
        ...equation,
        inputs: equation.inputs.map(variable),
      })),
      outputs: program.outputs.map(variable),
    },
    numbers: kept.map((input) => ({
      index: Math.floor((input - first) / dtypes.length),
      dtype: dtypes[(input - first) % dtypes.length]!,
    })),
  }
}

/** Numbers as inputs of a program. */
export type NumberTensors = (numbers: readonly number[]) => readonly ConcreteTensor[]

const stride = 8

/**
 * Writes numbers where a program reads them, converted as a number that meets a tensor is. Memory that is used again
 * is read by one run only, before the next is written.
 */
export const numberTensors = (inputs: readonly NumberInput[], reuse: boolean): NumberTensors => {
  const make = () => {
    const memory = new ArrayBuffer(stride * inputs.length)
    return {
      cells: inputs.map(({ dtype }, i) => viewBytes(dtype, memory, stride * i, bytesOf(dtype))),
      tensors: inputs.map(({ dtype }, i) => tensorIn(memory, stride * i, dtype, frozenSizes([]))),
    }
  }
  const shared = reuse ? make() : undefined
  return (numbers) => {
    const { cells, tensors } = shared ?? make()
    for (let i = 0; i < inputs.length; i++)
      (cells[i] as { [element: number]: number })[0] = numbers[(inputs[i] as NumberInput).index]!
    return tensors
  }
}
