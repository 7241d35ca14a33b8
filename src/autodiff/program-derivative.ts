import { isFloat } from '../tensor/dtype.ts'
import type { Typed } from '../primitive/primitive.ts'
import { outputTypes, type Program } from '../primitive/program.ts'
import { operations } from './apply.ts'
import { jvpFlat, linearizeFlat, transposeLinear, type Tangents } from './linearize.ts'
import { stageFlat } from './stage.ts'
import type { AnyValue } from './value.ts'

/** Runs a program on values of any kind. */
export type EvaluateProgram = (program: Program, inputs: readonly AnyValue[]) => readonly AnyValue[]

/** Which of these values can carry a derivative. */
export const differentiable = (types: readonly Typed[]): readonly boolean[] =>
  types.map(({ dtype }) => isFloat(dtype))

/** The items at marked positions. */
export const chosen = <T>(items: readonly T[], marks: readonly boolean[]): readonly T[] =>
  items.filter((_, i) => marks[i] === true)

/** Items put back at the marked positions; `undefined` at the others. */
export const spreadTo = <T>(items: readonly T[], marks: readonly boolean[]): readonly (T | undefined)[] => {
  let next = 0
  return marks.map((mark) => (mark ? items[next++] : undefined))
}

/** Values for exact zeros. */
export const withZeros = (values: Tangents, types: readonly Typed[]): readonly AnyValue[] =>
  types.map((type, i) => values[i] ?? (operations.constant(0, type) as AnyValue))

/**
 * The derivative of a program as a program: `[…inputs, …tangents of the marked inputs]` to
 * `[…outputs, …tangents of the differentiable outputs]`.
 */
export const jvpProgram = (
  evaluate: EvaluateProgram,
  program: Program,
  moving: readonly boolean[],
): Program => {
  const { inputs } = program
  const types = outputTypes(program)
  return stageFlat(
    (both) => {
      const { outputs, tangents } = jvpFlat(
        (values) => evaluate(program, values),
        both.slice(0, inputs.length),
        spreadTo(both.slice(inputs.length), moving),
      )
      return [...outputs, ...chosen(withZeros(tangents, types), differentiable(types))]
    },
    [...inputs, ...chosen(inputs, moving)],
  ).program
}

/**
 * The transposed derivative of a program as a program: `[…inputs, …cotangents of the differentiable outputs]` to
 * cotangents of the marked inputs.
 */
export const vjpProgram = (
  evaluate: EvaluateProgram,
  program: Program,
  wanted: readonly boolean[],
): Program => {
  const { inputs } = program
  const types = outputTypes(program)
  return stageFlat(
    (both) => {
      const primals = both.slice(0, inputs.length)
      const { map } = linearizeFlat(
        (values) =>
          evaluate(
            program,
            spreadTo(values, wanted).map((value, i) => value ?? (primals[i] as AnyValue)),
          ),
        chosen(primals, wanted),
      )
      const cotangents = transposeLinear(map, spreadTo(both.slice(inputs.length), differentiable(types)))
      return withZeros(cotangents, chosen(inputs, wanted))
    },
    [...inputs, ...chosen(types, differentiable(types))],
  ).program
}
