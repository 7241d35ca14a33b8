import { outputTypes, type Program, type StructuralParameters } from '../primitive/program.ts'
import { operations, supportOf } from './apply.ts'
import { vmapFlat } from './batch.ts'
import { applyCall, type Call } from './call.ts'
import {
  chosen,
  differentiable,
  jvpProgram,
  spreadTo,
  vjpProgram,
  withOutputs,
  type EvaluateProgram,
  type Pullback,
} from './program-derivative.ts'
import { concreteOf } from './read.ts'
import { recordStructural, stageFlat } from './stage.ts'
import { withSupport } from './tangent-operations.ts'
import type { AnyValue } from './value.ts'

/** One of two programs, by a boolean: inputs `[predicate, …operands]`. */
export const condCall = (evaluate: EvaluateProgram, params: StructuralParameters['cond']): Call => {
  const { onTrue, onFalse } = params
  const outputs = outputTypes(onTrue)
  const movingOutputs = differentiable(outputs)
  return {
    name: 'cond',
    evaluate: ([predicate, ...operands]) => {
      const { data, offset } = concreteOf(predicate as AnyValue, 'cond').view
      return evaluate(data[offset] === 0 ? onFalse : onTrue, operands)
    },
    linearize: (primals) => ({
      outputs: applyCall(condCall(evaluate, params), primals),
      map: {
        outputs,
        apply: ([, ...tangents]) => {
          const moving = tangents.map((tangent) => tangent !== undefined)
          const moved = applyCall(
            condCall(evaluate, {
              onTrue: jvpProgram(evaluate, onTrue, moving),
              onFalse: jvpProgram(evaluate, onFalse, moving),
            }),
            [...primals, ...tangents.filter((tangent) => tangent !== undefined)],
          )
          return spreadTo(moved.slice(outputs.length), movingOutputs)
        },
        transpose: (cotangents) => {
          const wanted = differentiable(primals.slice(1))
          const moving = chosen(cotangents, movingOutputs)
          const received = moving.filter((cotangent) => cotangent !== undefined)
          const supports = received.map(supportOf)
          const pullbackOf = (branch: Program): Pullback =>
            vjpProgram(
              evaluate,
              branch,
              wanted,
              moving.map((cotangent) => cotangent !== undefined),
              supports.map((support) => support !== undefined),
            )
          const [first, second] = [pullbackOf(onTrue), pullbackOf(onFalse)]
          // An operand that only one branch uses has its support from the branch that is taken.
          const limited = first.limited.map((is, i) => is || second.limited[i] === true)
          const asking = (pullback: Pullback): Program =>
            withOutputs(pullback.program, [...limited.map(() => true), ...limited])
          const sent = applyCall(condCall(evaluate, { onTrue: asking(first), onFalse: asking(second) }), [
            ...primals,
            ...received,
            ...supports.filter((support) => support !== undefined),
          ])
          const n = limited.length
          const found = spreadTo(sent.slice(n), limited)
          return [
            undefined,
            ...spreadTo(
              sent.slice(0, n).map((cotangent, i) => withSupport(cotangent, found[i])),
              wanted,
            ),
          ]
        },
      },
    }),
    batch: ([predicate, ...operands], [choosing, ...batched], size) => {
      const mapped = (program: typeof onTrue) => (inputs: readonly AnyValue[]) =>
        vmapFlat((values) => evaluate(program, values), inputs, batched, size)
      if (choosing !== true) {
        const staged = (program: typeof onTrue) => stageFlat(mapped(program), operands).program
        return applyCall(condCall(evaluate, { onTrue: staged(onTrue), onFalse: staged(onFalse) }), [
          predicate as AnyValue,
          ...operands,
        ])
      }
      const otherwise = mapped(onFalse)(operands)
      return mapped(onTrue)(operands).map((value, i) => {
        const units = value.shape.slice(1).map(() => 1)
        const everywhere = operations.broadcastTo(
          operations.reshape(predicate as AnyValue, [size, ...units]),
          value.shape,
        )
        return operations.select(everywhere, value, otherwise[i] as AnyValue) as AnyValue
      })
    },
    record: (trace, inputs) => recordStructural(trace, 'cond', inputs, params, outputs),
  }
}
