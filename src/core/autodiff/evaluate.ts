import type { Equation, Program } from '../primitive/program.ts'
import { primitiveOf, type PrimitiveName } from '../primitive/table.ts'
import { apply } from './apply.ts'
import { applyCall, checkpointCall, customJvpCall, customVjpCall, type Call } from './call.ts'
import { condCall } from './cond-call.ts'
import { scanCall } from './scan-call.ts'
import { recordStructural } from './stage.ts'
import { whileCall } from './while-call.ts'
import type { AnyValue } from './value.ts'

/**
 * The reference meaning of a program: its equations in order, on values of any kind. So a program is differentiated,
 * batched and staged again like any other function.
 */
export const evaluateProgram = (program: Program, inputs: readonly AnyValue[]): readonly AnyValue[] => {
  const values: AnyValue[] = [...inputs, ...program.constants]
  for (const equation of program.equations) {
    const operands = equation.inputs.map((variable) => values[variable]!)
    values.push(...applyEquation(equation, operands))
  }
  return program.outputs.map((variable) => values[variable]!)
}

/** One equation on values of any kind. */
export const applyEquation = (equation: Equation, inputs: readonly AnyValue[]): readonly AnyValue[] => {
  const call = callOf(equation)
  return call === undefined
    ? [apply(primitiveOf(equation.operation as PrimitiveName), inputs, equation.params as never)]
    : applyCall({ ...call, record: (trace, values) => recordAgain(equation, trace, values) }, inputs)
}

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

const callOf = (equation: Equation): Call | undefined => {
  switch (equation.operation) {
    case 'cond':
      return condCall(evaluateProgram, equation.params)
    case 'scan':
      return scanCall(evaluateProgram, equation.params)
    case 'while':
      return whileCall(evaluateProgram, equation.params)
    case 'checkpoint': {
      const { body } = equation.params
      return checkpointCall((values) => evaluateProgram(body, values))
    }
    case 'custom': {
      const { body, mode, derivative } = equation.params
      const evaluate = (values: readonly AnyValue[]): readonly AnyValue[] => evaluateProgram(body, values)
      return mode === 'jvp'
        ? customJvpCall(evaluate, (primals, tangents, results) =>
            evaluateProgram(derivative, [
              ...primals,
              ...tangents,
              ...resultsFor(derivative, primals, results),
            ]),
          )
        : customVjpCall(evaluate, (primals) => ({
            outputs: evaluate(primals),
            pullback: (cotangents) => evaluateProgram(derivative, [...primals, ...cotangents]),
          }))
    }
    default:
      return undefined
  }
}
