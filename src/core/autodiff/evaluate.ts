import type { Equation, Program } from '../primitive/program.ts'
import { primitiveOf } from '../primitive/met.ts'
import type { PrimitiveName } from '../primitive/table.ts'
import { apply } from './apply.ts'
import { applyCall, checkpointCall, customJvpCall, customVjpCall, type Call } from './call.ts'
import { condCall } from './cond-call.ts'
import type { EvaluateProgram } from './program-derivative.ts'
import { scanCall } from './scan-call.ts'
import { recordStructural } from './stage.ts'
import { whileCall } from './while-call.ts'
import type { AnyValue } from './value.ts'

/** Applies one equation; `run` evaluates the programs that it holds. */
export type ApplyEquation = (
  equation: Equation,
  inputs: readonly AnyValue[],
  run: EvaluateProgram,
) => readonly AnyValue[]

/** Runs programs whose equations, those of programs within them too, are applied in a way of one's own. */
export const evaluatorBy = (applyOne: ApplyEquation): EvaluateProgram => {
  const run: EvaluateProgram = (program, inputs) => {
    const values: AnyValue[] = [...inputs, ...program.constants]
    for (const equation of program.equations) {
      const operands = equation.inputs.map((variable) => values[variable]!)
      values.push(...applyOne(equation, operands, run))
    }
    return program.outputs.map((variable) => values[variable]!)
  }
  return run
}

/** One equation on values of any kind, by its primitive or by the call that it is. */
export const applyEquationBy: ApplyEquation = (equation, inputs, run) => {
  const call = callOf(equation, run)
  return call === undefined
    ? [apply(primitiveOf(equation.operation as PrimitiveName), inputs, equation.params as never)]
    : applyCall({ ...call, record: (trace, values) => recordAgain(equation, trace, values) }, inputs)
}

/**
 * The reference meaning of a program: its equations in order, on values of any kind. So a program is differentiated,
 * batched and staged again like any other function.
 */
export const evaluateProgram: EvaluateProgram = evaluatorBy(applyEquationBy)

/** One equation on values of any kind. */
export const applyEquation = (equation: Equation, inputs: readonly AnyValue[]): readonly AnyValue[] =>
  applyEquationBy(equation, inputs, evaluateProgram)

/** In another program the equation is written down as it is: staging a program again does not change it. */
const recordAgain = (
  { operation, params, outputs }: Equation,
  ...[trace, inputs]: Parameters<Call['record']>
): readonly AnyValue[] => recordStructural(trace, operation as never, inputs, params as never, outputs)

/** A derivative in forward form may take the results too, last. */
const resultsFor = (
  { inputs }: Program,
  primals: readonly AnyValue[],
  results: readonly AnyValue[],
): readonly AnyValue[] => (inputs.length > 2 * primals.length ? results : [])

const callOf = (equation: Equation, run: EvaluateProgram): Call | undefined => {
  switch (equation.operation) {
    case 'cond':
      return condCall(run, equation.params)
    case 'scan':
      return scanCall(run, equation.params)
    case 'while':
      return whileCall(run, equation.params)
    case 'checkpoint': {
      const { body } = equation.params
      return checkpointCall((values) => run(body, values))
    }
    case 'custom': {
      const { body, mode, derivative } = equation.params
      const evaluate = (values: readonly AnyValue[]): readonly AnyValue[] => run(body, values)
      return mode === 'jvp'
        ? customJvpCall(evaluate, (primals, tangents, results) =>
            run(derivative, [...primals, ...tangents, ...resultsFor(derivative, primals, results)]),
          )
        : customVjpCall(evaluate, (primals) => ({
            outputs: evaluate(primals),
            pullback: (cotangents) => run(derivative, [...primals, ...cotangents]),
          }))
    }
    default:
      return undefined
  }
}
