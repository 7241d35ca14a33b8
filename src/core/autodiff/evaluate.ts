import type { Primitive } from '../primitive/primitive.ts'
import type { Equation } from '../primitive/program.ts'
import { primitiveOf, type PrimitiveName } from '../primitive/table.ts'
import { apply } from './apply.ts'
import { applyCall, checkpointCall, customJvpCall, customVjpCall, type Call } from './call.ts'
import { condCall } from './cond-call.ts'
import type { EvaluateProgram } from './program-derivative.ts'
import { scanCall } from './scan-call.ts'
import { recordStructural } from './stage.ts'
import type { AnyValue } from './value.ts'

/** How a primitive is applied to values. */
type Apply = <P>(primitive: Primitive<P>, inputs: readonly AnyValue[], params: P) => AnyValue

/** The equations of a program in order, each primitive applied in this way. */
export const evaluateBy = (applyPrimitive: Apply): EvaluateProgram => {
  const evaluate: EvaluateProgram = (program, inputs) => {
    const values: AnyValue[] = [...inputs, ...program.constants]
    for (const equation of program.equations) {
      const operands = equation.inputs.map((variable) => values[variable]!)
      values.push(...equationBy(applyPrimitive, evaluate, equation, operands))
    }
    return program.outputs.map((variable) => values[variable]!)
  }
  return evaluate
}

const equationBy = (
  applyPrimitive: Apply,
  evaluate: EvaluateProgram,
  equation: Equation,
  inputs: readonly AnyValue[],
): readonly AnyValue[] => {
  const call = callOf(evaluate, equation)
  return call === undefined
    ? [applyPrimitive(primitiveOf(equation.operation as PrimitiveName), inputs, equation.params as never)]
    : applyCall({ ...call, record: (trace, values) => recordAgain(equation, trace, values) }, inputs)
}

/**
 * The reference meaning of a program: its equations in order, on values of any kind. So a program is differentiated,
 * batched and staged again like any other function.
 */
export const evaluateProgram: EvaluateProgram = /* @__PURE__ */ evaluateBy(apply)

/** One equation on values of any kind. */
export const applyEquation = (equation: Equation, inputs: readonly AnyValue[]): readonly AnyValue[] =>
  equationBy(apply, evaluateProgram, equation, inputs)

/** In another program the equation is written down as it is: staging a program again does not change it. */
const recordAgain = (
  { operation, params, outputs }: Equation,
  ...[trace, inputs]: Parameters<Call['record']>
): readonly AnyValue[] => recordStructural(trace, operation as never, inputs, params as never, outputs)

const callOf = (evaluateWhole: EvaluateProgram, equation: Equation): Call | undefined => {
  switch (equation.operation) {
    case 'cond':
      return condCall(evaluateWhole, equation.params)
    case 'scan':
      return scanCall(evaluateWhole, equation.params)
    case 'checkpoint': {
      const { body } = equation.params
      return checkpointCall((values) => evaluateWhole(body, values))
    }
    case 'custom': {
      const { body, mode, derivative } = equation.params
      const evaluate = (values: readonly AnyValue[]): readonly AnyValue[] => evaluateWhole(body, values)
      return mode === 'jvp'
        ? customJvpCall(evaluate, (primals, tangents) => evaluateWhole(derivative, [...primals, ...tangents]))
        : customVjpCall(evaluate, (primals) => ({
            outputs: evaluate(primals),
            pullback: (cotangents) => evaluateWhole(derivative, [...primals, ...cotangents]),
          }))
    }
    default:
      return undefined
  }
}
