import type { Value } from '../tensor/tensor.ts'
import type { Operations } from './operations.ts'
import type { Parameters, Primitive, PrimitiveName } from './primitive.ts'

/**
 * The tangent of an output from the tangents of the inputs, by the primitive's one rule; `undefined` stands for
 * an exact zero on both sides. The tangents may be of any kind: the result is linear in them.
 */
export const tangentOf = <N extends PrimitiveName>(
  o: Operations,
  name: N,
  { derivative }: Primitive<Parameters[N]>,
  inputs: readonly Value[],
  tangents: readonly (Value | undefined)[],
  output: Value,
  params: Parameters[N],
): Value | undefined => {
  switch (derivative.kind) {
    case 'zero':
      return undefined
    case 'linear': {
      const { positions } = derivative
      const isLinear = (i: number): boolean => positions === 'all' || positions.includes(i)
      if (!tangents.some((t, i) => t !== undefined && isLinear(i))) return undefined
      return o.bind(
        name,
        inputs.map((x, i) => (isLinear(i) ? (tangents[i] ?? o.constant(0, x)) : x)),
        params,
      )
    }
    case 'bilinear': {
      const [x, y] = inputs as readonly [Value, Value]
      const [dx, dy] = tangents
      const product = o[derivative.product]
      return sumOf(o, [
        dx === undefined ? undefined : product(dx, y),
        dy === undefined ? undefined : product(x, dy),
      ])
    }
    case 'partials':
      return sumOf(
        o,
        derivative.partials.map((partial, i) => {
          const t = tangents[i]
          return t === undefined ? undefined : o.absorbingMul(t, partial(o, inputs, output, params))
        }),
      )
    case 'general':
      return derivative.tangent(o, inputs, tangents, output, params)
  }
}

const sumOf = (o: Operations, terms: readonly (Value | undefined)[]): Value | undefined =>
  terms.reduce((total, term) =>
    total === undefined ? term : term === undefined ? total : o.add(total, term),
  )
