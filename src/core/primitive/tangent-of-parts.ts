import type { Value } from '../tensor/tensor.ts'
import { operationsOf } from './operations.ts'
import { reshape } from './movement.ts'
import type { Bind, Operations, TangentOperations } from './primitive.ts'
import { tangentOf } from './tangent.ts'

/**
 * The tangent of what a function makes of inputs, by the rules of the primitives that it applies. For a primitive whose
 * value has a form in other primitives: its derivatives of every order follow from theirs.
 */
export const tangentOfParts = (
  o: TangentOperations,
  f: (o: Operations, inputs: readonly Value[]) => Value,
  inputs: readonly Value[],
  tangents: readonly (Value | undefined)[],
): Value | undefined => {
  const known = new Map<Value, Value>()
  // One value may be given twice, with another tangent each time.
  const own = inputs.map((x, i): Value => {
    const tangent = tangents[i]
    if (tangent === undefined) return x
    const apart = o.plain.bind(reshape, [x], { shape: x.shape })
    known.set(apart, tangent)
    return apart
  })
  const bind: Bind = (primitive, given, params) => {
    const output = o.plain.bind(primitive, given, params)
    const moves = given.map((x) => known.get(x))
    if (moves.some((tangent) => tangent !== undefined)) {
      const tangent = tangentOf(o, primitive, given, moves, output, params)
      if (tangent !== undefined) known.set(output, tangent)
    }
    return output
  }
  return known.get(f(operationsOf(bind), own))
}
