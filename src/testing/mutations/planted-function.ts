import { stage, type StagedProgram } from '../../compile/program/stage.ts'
import { apply } from '../../core/autodiff/apply.ts'
import { applyEquationBy, evaluatorBy } from '../../core/autodiff/evaluate.ts'
import { valuesOf } from '../../core/autodiff/leaves.ts'
import { operations, tangentOperations } from '../../core/autodiff/apply.ts'
import { stageFlat } from '../../core/autodiff/stage.ts'
import type { AnyValue } from '../../core/autodiff/value.ts'
import type { Equation, Program } from '../../core/primitive/program.ts'
import { isNameOfPrimitive, primitiveNamed } from '../../core/primitive/named.ts'
import { isFloat } from '../../core/tensor/dtype.ts'
import { leavesOf, withLeaves } from '../../core/tensor/tree.ts'
import { changesOf } from './operation-changes.ts'
import { equationAt, type EquationPlace } from './places.ts'
import { plantMistake, type Mistake, type Notice } from './plant-mistake.ts'
import { slips } from './tangent-mistakes.ts'

/** A rule of one's own with one of its operations changed, or a slip in what it gives. */
const plantIntoRule = (derivative: Program, mistake: Mistake, notice: Notice): Program => {
  // eslint-disable-next-line functional/no-let -- counts within one run of a rule
  let asked = 0
  const run = evaluatorBy((equation, inputs, within) => {
    if (
      mistake.kind !== 'operation' ||
      !isNameOfPrimitive(equation.operation) ||
      asked++ !== mistake.place.at
    )
      return applyEquationBy(equation, inputs, within)
    const primitive = primitiveNamed(equation.operation)
    const chosen = changesOf(primitive)[mistake.place.change]
    const [right] = applyEquationBy(equation, inputs, within)
    const made = chosen?.make(operations, { primitive, inputs, params: equation.params as never })
    if (chosen === undefined || made === undefined || made.shape.join() !== right!.shape.join())
      return [right!]
    notice(`in the rule ${equation.operation}: ${chosen.name}`)
    return [made as AnyValue]
  })
  return stageFlat((values) => {
    const given = run(derivative, values)
    if (mistake.kind === 'operation') return given
    return given.map((output, i) => {
      if (i > 0 || !isFloat(output.dtype)) return output
      const slip = slips[mistake.number]
      const made =
        slip?.make(tangentOperations, output) ??
        (mistake.number === slips.length ? operations.constant(0, output) : undefined)
      if (made === undefined) return output
      notice(slip === undefined ? 'the rule gives 0' : `the rule gives: ${slip.name}`)
      return made as AnyValue
    })
  }, derivative.inputs).program
}

const typesOf = (args: unknown): string =>
  leavesOf(args)
    .map(({ shape, dtype }) => `${dtype}[${shape.join()}]`)
    .join(' ')

/**
 * The function with a mistake in the derivative of one of its operations: its values are as they were. It is written
 * down anew for arguments of another type.
 */
export const plantedFunction = <A extends readonly unknown[], B>(
  f: (...args: A) => B,
  place: EquationPlace,
  mistake: Mistake,
  notice: Notice,
): ((...args: A) => B) => {
  const known = new Map<string, StagedProgram<A, B>>()
  const stagedFor = (args: A): StagedProgram<A, B> => {
    const types = typesOf(args)
    const found = known.get(types) ?? stage(f)(...args)
    // eslint-disable-next-line functional/immutable-data -- local to this function
    known.set(types, found)
    return found
  }
  const planted = (equation: Equation, inputs: readonly AnyValue[]): readonly AnyValue[] =>
    equation.operation === 'custom'
      ? applyEquationBy(
          {
            ...equation,
            params: {
              ...equation.params,
              derivative: plantIntoRule(equation.params.derivative, mistake, notice),
            },
          },
          inputs,
          evaluatorBy(applyEquationBy),
        )
      : isNameOfPrimitive(equation.operation)
        ? [
            apply(
              plantMistake(primitiveNamed(equation.operation), mistake, notice),
              inputs,
              equation.params as never,
            ),
          ]
        : []
  return (...args) => {
    const { program, result } = stagedFor(args)
    const target = equationAt(program, place)
    const run = evaluatorBy((equation, inputs, within) =>
      equation === target ? planted(equation, inputs) : applyEquationBy(equation, inputs, within),
    )
    return withLeaves(result, run(program, valuesOf(args)))
  }
}
