import { applyEquation } from '../../autodiff/evaluate.ts'
import { stageFlat } from '../../autodiff/stage.ts'
import type { AnyValue } from '../../autodiff/value.ts'
import type { Equation, Program } from '../../primitive/program.ts'

const isProgram = (value: unknown): value is Program =>
  typeof value === 'object' && value !== null && 'equations' in value

/** The programs a branch or a loop holds, without calls. */
const withInlinedBodies = (equation: Equation): Equation =>
  ({
    ...equation,
    params: Object.fromEntries(
      Object.entries(equation.params).map(([name, value]: [string, unknown]) => [
        name,
        isProgram(value) ? inlineCalls(value) : value,
      ]),
    ),
  }) as Equation

const evaluateInlined = (program: Program, inputs: readonly AnyValue[]): readonly AnyValue[] => {
  const values: AnyValue[] = [...inputs, ...program.constants]
  for (const equation of program.equations) {
    const operands = equation.inputs.map((variable) => values[variable] as AnyValue)
    const { operation } = equation
    values.push(
      ...(operation === 'checkpoint' || operation === 'custom'
        ? evaluateInlined(equation.params.body, operands)
        : operation === 'cond' || operation === 'scan'
          ? applyEquation(withInlinedBodies(equation), operands)
          : applyEquation(equation, operands)),
    )
  }
  return program.outputs.map((variable) => values[variable] as AnyValue)
}

/**
 * The program with the bodies of `custom` and `checkpoint` in their place, in branches and loops too: what a program
 * means once nobody will differentiate it any more. What depends on constants only becomes a constant.
 */
export const inlineCalls = (program: Program): Program =>
  stageFlat((inputs) => evaluateInlined(program, inputs), program.inputs).program
