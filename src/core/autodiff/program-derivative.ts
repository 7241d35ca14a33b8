import { isReal } from '../tensor/dtype.ts'
import type { Typed } from '../primitive/primitive.ts'
import { outputTypes, type Program } from '../primitive/program.ts'
import { operations, supportOf } from './apply.ts'
import { eliminateDeadCode } from './dead-code.ts'
import { jvpFlat, linearizeFlat, transposeLinear } from './linearize.ts'
import { stageFlat } from './stage.ts'
import { withSupport } from './tangent-operations.ts'
import type { AnyValue, Tangents } from './value.ts'

/** Runs a program on values of any kind. */
export type EvaluateProgram = (program: Program, inputs: readonly AnyValue[]) => readonly AnyValue[]

/** Which of these values can carry a derivative. */
export const differentiable = (types: readonly Typed[]): readonly boolean[] =>
  types.map(({ dtype }) => isReal(dtype))

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
  types.map((type, i) => values[i] ?? operations.constant(0, type))

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

/** The program of some of the outputs, without what only the others needed. */
export const withOutputs = (program: Program, kept: readonly boolean[]): Program =>
  kept.every(Boolean) ? program : eliminateDeadCode({ ...program, outputs: chosen(program.outputs, kept) })

/** A transposed derivative as a program. */
export interface Pullback {
  /**
   * `[…inputs, …cotangents, …supports of the limited ones]` to `[…cotangents of the wanted inputs, …their supports]`.
   */
  readonly program: Program
  /** Which of the wanted inputs something may not flow to everywhere; of the others the support tells nothing. */
  readonly limited: readonly boolean[]
}

/**
 * The transposed derivative of a program. Of the differentiable outputs those that `asked` marks get a cotangent, the
 * others none; of those cotangents the ones that `limited` marks come with their support.
 */
export const vjpProgram = (
  evaluate: EvaluateProgram,
  program: Program,
  wanted: readonly boolean[],
  asked: readonly boolean[],
  limited: readonly boolean[],
): Pullback => {
  const { inputs } = program
  const types = outputTypes(program)
  const given = chosen(chosen(types, differentiable(types)), asked)
  let flags: readonly boolean[] = []
  const staged = stageFlat(
    (all) => {
      const primals = all.slice(0, inputs.length)
      const { map } = linearizeFlat(
        (values) =>
          evaluate(
            program,
            spreadTo(values, wanted).map((value, i) => value ?? primals[i]!),
          ),
        chosen(primals, wanted),
      )
      const received = all.slice(inputs.length, inputs.length + given.length)
      const supports = spreadTo(all.slice(inputs.length + given.length), limited)
      const cotangents = spreadTo(
        received.map((cotangent, i) => withSupport(cotangent, supports[i])),
        asked,
      )
      const sent = transposeLinear(map, spreadTo(cotangents, differentiable(types)))
      const like = chosen(inputs, wanted)
      const found = sent.map((cotangent, i) =>
        cotangent === undefined ? booleans(false, like[i]!) : supportOf(cotangent),
      )
      flags = found.map((support) => support !== undefined)
      return [...withZeros(sent, like), ...found.map((support, i) => support ?? booleans(true, like[i]!))]
    },
    [...inputs, ...given, ...chosen(given, limited).map(({ shape }): Typed => ({ shape, dtype: 'bool' }))],
  ).program
  return { program: staged, limited: flags }
}

const booleans = (value: boolean, { shape }: Typed): AnyValue =>
  operations.constant(value ? 1 : 0, { shape, dtype: 'bool' })
