import { outputTypes, type Program, type StructuralParameters } from '../primitive/program.ts'
import { supportOf } from './apply.ts'
import { vmapFlat } from './batch.ts'
import { applyCall, type Call } from './call.ts'
import { chooseEach } from './choose-each.ts'
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

type CondParameters = StructuralParameters['cond']

/** Tangents of the outputs: the branch that is taken, together with its derivative. */
const applyCond = (
  evaluate: EvaluateProgram,
  { onTrue, onFalse }: CondParameters,
  primals: readonly AnyValue[],
  tangents: readonly (AnyValue | undefined)[],
): readonly (AnyValue | undefined)[] => {
  const outputs = outputTypes(onTrue)
  const moving = tangents.map((tangent) => tangent !== undefined)
  const moved = applyCall(
    condCall(evaluate, {
      onTrue: jvpProgram(evaluate, onTrue, moving),
      onFalse: jvpProgram(evaluate, onFalse, moving),
    }),
    [...primals, ...tangents.filter((tangent) => tangent !== undefined)],
  )
  return spreadTo(moved.slice(outputs.length), differentiable(outputs))
}

/** Cotangents of the operands: the pullback of the branch that is taken. */
const transposeCond = (
  evaluate: EvaluateProgram,
  { onTrue, onFalse }: CondParameters,
  primals: readonly AnyValue[],
  cotangents: readonly (AnyValue | undefined)[],
): readonly (AnyValue | undefined)[] => {
  const wanted = differentiable(primals.slice(1))
  const moving = chosen(cotangents, differentiable(outputTypes(onTrue)))
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
  const supported = sent.slice(0, n).map((cotangent, i) => withSupport(cotangent, found[i]))
  return [undefined, ...spreadTo(supported, wanted)]
}

/** A branch for a whole batch; where the predicate differs along it, both branches and a choice of elements. */
const batchCond = (
  evaluate: EvaluateProgram,
  { onTrue, onFalse }: CondParameters,
  [predicate, ...operands]: readonly AnyValue[],
  [choosing, ...batched]: readonly boolean[],
  size: number,
): readonly AnyValue[] => {
  const mapped = (program: Program) => (inputs: readonly AnyValue[]) =>
    vmapFlat((values) => evaluate(program, values), inputs, batched, size)
  if (choosing !== true) {
    const staged = (program: Program): Program => stageFlat(mapped(program), operands).program
    return applyCall(condCall(evaluate, { onTrue: staged(onTrue), onFalse: staged(onFalse) }), [
      predicate!,
      ...operands,
    ])
  }
  const otherwise = mapped(onFalse)(operands)
  return mapped(onTrue)(operands).map((value, i) => chooseEach(predicate!, value, otherwise[i]!))
}

/** One of two programs, by a boolean: inputs `[predicate, …operands]`. */
export const condCall = (evaluate: EvaluateProgram, params: CondParameters): Call => {
  const { onTrue, onFalse } = params
  const outputs = outputTypes(onTrue)
  return {
    name: 'cond',
    evaluate: ([predicate, ...operands]) => {
      const { data, offset } = concreteOf(predicate!, 'cond').view
      return evaluate(data[offset] === 0 ? onFalse : onTrue, operands)
    },
    linearize: (primals) => ({
      outputs: applyCall(condCall(evaluate, params), primals),
      map: {
        outputs,
        // The predicate, in front, has no tangent.
        apply: ([, ...tangents]) => applyCond(evaluate, params, primals, tangents),
        transpose: (cotangents) => transposeCond(evaluate, params, primals, cotangents),
      },
    }),
    batch: (inputs, batched, size) => batchCond(evaluate, params, inputs, batched, size),
    record: (trace, inputs) => recordStructural(trace, 'cond', inputs, params, outputs),
  }
}
