import { stageFlat } from '../../core/autodiff/stage.ts'
import { asValue } from '../../core/autodiff/value.ts'
import { metPrimitive } from '../../core/primitive/met.ts'
import { operations } from '../../core/autodiff/apply.ts'
import type { Rule } from './rewrite.ts'

/**
 * A primitive that executors have no code for, as the others that its record says it is made of: `log3(x)` of a record
 * with `decompose: (o, [x]) => o.div(o.call(log, x), …)` becomes a `log` and a `div`.
 */
export const decomposed: Rule = ({ operation, params }, inputs, draft) => {
  const lowering = metPrimitive(operation)?.lowering
  if (lowering?.kind !== 'decompose') return undefined
  const { program } = stageFlat(
    (values) => [asValue(lowering.into(operations, values, params as never))],
    inputs,
  )
  return draft.insert(program, inputs)
}
