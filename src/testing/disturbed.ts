import { evaluateProgram } from '../core/autodiff/evaluate.ts'
import type { AnyValue } from '../core/autodiff/value.ts'
import { isProgram, type Equation, type OperationName, type Program } from '../core/primitive/program.ts'
import { viewOf, type ConcreteTensor } from '../core/tensor/concrete.ts'
import { bufferFrom, isFloat } from '../core/tensor/dtype.ts'
import { sizeOf } from '../core/tensor/shape.ts'
import type { TensorType } from './source.ts'

/** Operations whose results are elements of their inputs, or whole numbers: they do not round. */
const exact: ReadonlySet<OperationName> = new Set<OperationName>([
  'neg',
  'max',
  'min',
  'abs',
  'sign',
  'floor',
  'round',
  'select',
  'stopGradient',
  'reduceMax',
  'broadcastTo',
  'reshape',
  'transpose',
  'slice',
  'pad',
  'concat',
  'gather',
  'cond',
  'scan',
  'while',
  'checkpoint',
  'custom',
])

/** Operations that add up: the error of their results goes with the size of what they add, not of the sum. */
const adding: ReadonlySet<OperationName> = new Set<OperationName>([
  'sum',
  'cumsum',
  'matmul',
  'scatterAdd',
  'add',
  'sub',
])

/** A fixed sequence of numbers in [−1, 1]. */
const noise = (seed: number, position: number): number => {
  const mixed = Math.sin(seed * 12.9898 + position * 78.233) * 43758.5453
  return 2 * (mixed - Math.floor(mixed)) - 1
}

/** Factors 1 + δ of the size of a few roundings in the dtype. */
const factors = ({ shape, dtype }: TensorType, seed: number, position: number): ConcreteTensor => {
  const size = 4 * (dtype === 'float32' ? 2 ** -24 : 2 ** -53)
  const data = Array.from({ length: sizeOf(shape) }, (_, i) => 1 + size * noise(seed, 1000 * position + i))
  return viewOf(bufferFrom(dtype, data), dtype, shape)
}

interface Rewriting {
  readonly equations: readonly Equation[]
  /** The new number of each old variable. */
  readonly numbers: readonly number[]
  /** The next free variable. */
  readonly next: number
  readonly constants: readonly ConcreteTensor[]
}

const withDisturbedPrograms = (equation: Equation, seed: number): Equation => ({
  ...equation,
  params: Object.fromEntries(
    Object.entries(equation.params).map(([name, value]: [string, unknown]) => [
      name,
      isProgram(value) ? disturbed(value, seed + 1) : value,
    ]),
  ) as never,
})

/**
 * The program with every rounding made a little larger: a value that was rounded is multiplied by 1 + δ, with δ a few
 * units in the last place, and so is what enters a sum. How far the results move tells how far rounding in another
 * order may move them.
 */
export const disturbed = (program: Program, seed: number): Program => {
  const before = program.inputs.length + program.constants.length
  // New constants are numbered after all others; they are counted first, so that their numbers are known.
  const roundsAt = ({ operation, outputs, inputs }: Equation, types: readonly TensorType[]) => ({
    results: !exact.has(operation) && outputs.every(({ dtype }) => isFloat(dtype)),
    operands: adding.has(operation)
      ? inputs.map((variable) => isFloat(types[variable]!.dtype))
      : inputs.map(() => false),
  })
  const types: readonly TensorType[] = [
    ...program.inputs,
    ...program.constants,
    ...program.equations.flatMap(({ outputs }) => outputs),
  ]
  const added = program.equations.reduce((count, equation) => {
    const { results, operands } = roundsAt(equation, types)
    return count + (results ? equation.outputs.length : 0) + operands.filter(Boolean).length
  }, 0)
  const start: Rewriting = {
    equations: [],
    numbers: Array.from({ length: before }, (_, i) => i),
    next: before + added,
    constants: program.constants,
  }
  const multiplied = (sofar: Rewriting, variable: number, type: TensorType): readonly [Rewriting, number] => {
    const constant = program.inputs.length + sofar.constants.length
    const { shape, dtype } = type
    const equation = {
      operation: 'mul',
      inputs: [variable, constant],
      params: {},
      outputs: [{ shape, dtype }],
    } as const
    return [
      {
        ...sofar,
        equations: [...sofar.equations, equation],
        next: sofar.next + 1,
        constants: [...sofar.constants, factors(type, seed, sofar.constants.length)],
      },
      sofar.next,
    ]
  }
  const end = program.equations.reduce<Rewriting>((sofar, equation) => {
    const { results, operands } = roundsAt(equation, types)
    const [prepared, inputs] = equation.inputs.reduce<readonly [Rewriting, readonly number[]]>(
      ([rewriting, list], variable, i) => {
        const number = rewriting.numbers[variable]!
        if (operands[i] !== true) return [rewriting, [...list, number]]
        const [next, made] = multiplied(rewriting, number, types[variable]!)
        return [next, [...list, made]]
      },
      [sofar, []],
    )
    const outputs = equation.outputs.map((_, i) => prepared.next + i)
    const written: Rewriting = {
      ...prepared,
      equations: [...prepared.equations, { ...withDisturbedPrograms(equation, seed), inputs }],
      next: prepared.next + outputs.length,
    }
    const [last, numbers] = outputs.reduce<readonly [Rewriting, readonly number[]]>(
      ([rewriting, list], output, i) => {
        if (!results) return [rewriting, [...list, output]]
        const [next, made] = multiplied(rewriting, output, equation.outputs[i]!)
        return [next, [...list, made]]
      },
      [written, []],
    )
    return { ...last, numbers: [...sofar.numbers, ...numbers] }
  }, start)
  return {
    inputs: program.inputs,
    constants: end.constants,
    equations: end.equations,
    outputs: program.outputs.map((variable) => end.numbers[variable]!),
  }
}

/** The results of a program on these inputs when its roundings are disturbed, once for each seed. */
export const disturbedResults = (
  program: Program,
  inputs: readonly AnyValue[],
  runs: number,
): readonly (readonly AnyValue[])[] =>
  Array.from({ length: runs }, (_, seed) => evaluateProgram(disturbed(program, 1 + seed), inputs))
