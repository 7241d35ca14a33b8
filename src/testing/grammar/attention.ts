import { sizeOf } from '../../core/tensor/shape.ts'
import { call, literal, name, type Expression } from '../source.ts'
import {
  chance,
  isPlainFloat,
  known,
  pick,
  variableThat,
  type Draw,
  type Rule,
  type Variable,
} from './scope.ts'

/** Where queries look: at some keys, the same for all of them, or at others for each, some at none. */
const maskOf = (draw: Draw, queries: number, keys: number): Expression | undefined => {
  const kind = draw.integer(0, 3)
  if (kind > 1) return undefined
  const spread = (count: number): Expression => call('linspace', literal(-1), literal(1), literal(count))
  const numbers =
    kind === 0
      ? spread(keys)
      : call(
          'sin',
          call('mul', call('reshape', spread(queries * keys), literal([queries, keys])), literal(7)),
        )
  return call('less', numbers, literal(pick(draw, [0.3, -0.5, 2, -2])))
}

const attended: Rule = (draw, scope) => {
  const x = variableThat(draw, scope, (v) => isPlainFloat(v) && v.shape.length > 1 && sizeOf(v.shape) > 0)
  if (x === undefined) return undefined
  const width = x.shape[x.shape.length - 1]!
  // Keys of one batch for all, or what asks is asked.
  const y =
    variableThat(
      draw,
      scope,
      (v) =>
        isPlainFloat(v) &&
        v.dtype === x.dtype &&
        v.shape.length === 2 &&
        v.shape[1] === width &&
        sizeOf(v.shape) > 0,
    ) ?? x
  const asked = chance(draw, 40) ? y : x
  const [queries = 0, keys = 0] = [x.shape[x.shape.length - 2], asked.shape[asked.shape.length - 2]]
  const mask = maskOf(draw, queries, keys)
  const causal = chance(draw, 40)
  const scale = chance(draw, 20) ? { scale: literal(0.7) } : {}
  // What is not finite reaches queries that do not look at it, in kernels that are not reproducible.
  const seen = (v: Variable): Expression =>
    mask === undefined && !causal
      ? name(v.name)
      : call('where', call('isFinite', name(v.name)), name(v.name), literal(0))
  return {
    value: call('attention', call('tanh', seen(x)), call('sin', seen(asked)), seen(asked), {
      kind: 'record',
      fields: { causal: literal(causal), ...(mask === undefined ? {} : { mask }), ...scale },
    }),
    results: known(x.shape, x.dtype, Math.min(0, asked.low), Math.max(0, asked.high)),
  }
}

export const attentionRules: readonly (readonly [weight: number, rule: Rule])[] = [[3, attended]]
