import type { Value } from '../tensor/tensor.ts'
import type { TangentOperations } from './operations.ts'
import type { Parameters, Primitive, PrimitiveName } from './primitive.ts'

/**
 * The tangent of an output from the tangents of the inputs, by the primitive's one rule; `undefined` stands for
 * an exact zero on both sides. The tangents may be of any kind: the result is linear in them.
 */
export const tangentOf = <N extends PrimitiveName>(
  o: TangentOperations,
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
      const moved = o.bind(
        name,
        inputs.map((x, i) => (isLinear(i) ? (tangents[i] ?? o.zero(x)) : x)),
        params,
      )
      keepProduct(o, name, inputs, tangents, output, moved, (t) => o.bind(name, [t], params))
      return moved
    }
    case 'bilinear': {
      const [x, y] = inputs as readonly [Value, Value]
      const [dx, dy] = tangents
      if (derivative.product === 'matmul')
        return sumOf(o, [
          dx === undefined ? undefined : o.matmul(dx, y),
          dy === undefined ? undefined : o.matmul(x, dy),
        ])
      const product = sumOf(o, [
        dx === undefined ? undefined : (o.declaredProduct(dx, y)?.() ?? o.times(dx, y)),
        dy === undefined ? undefined : (o.declaredProduct(dy, x)?.() ?? o.times(dy, x)),
      ])
      if (product !== undefined && (dx === undefined || dy === undefined))
        keepScaledProduct(o, dx === undefined ? [y, dy as Value, x] : [x, dx, y], output, product)
      return product
    }
    case 'partials':
      return sumOf(
        o,
        derivative.partials.map((partial, i) => {
          const t = tangents[i]
          return t === undefined ? undefined : o.times(t, partial(o.plain, inputs, output, params))
        }),
      )
    case 'general':
      return derivative.tangent(o, inputs, tangents, output, params)
  }
}

const views: ReadonlySet<PrimitiveName> = new Set(['broadcastTo', 'reshape', 'transpose', 'slice'])

/** y·dy is known: so it is for a view of y, and for −y it is the same. */
const keepProduct = (
  o: TangentOperations,
  name: PrimitiveName,
  [y]: readonly Value[],
  [dy]: readonly (Value | undefined)[],
  output: Value,
  moved: Value,
  view: (t: Value) => Value,
): void => {
  if (y === undefined || dy === undefined || !(views.has(name) || name === 'neg')) return
  const product = o.declaredProduct(dy, y)
  if (product !== undefined) o.declareProduct(moved, output, name === 'neg' ? product : () => view(product()))
}

/** y·dy is known: so is (cy)·d(cy) for a constant c. */
const keepScaledProduct = (
  o: TangentOperations,
  [y, dy, c]: readonly [Value, Value, Value],
  output: Value,
  moved: Value,
): void => {
  const product = o.declaredProduct(dy, y)
  if (product !== undefined) o.declareProduct(moved, output, () => o.times(o.times(product(), c), c))
}

const sumOf = (o: TangentOperations, terms: readonly (Value | undefined)[]): Value | undefined =>
  terms.reduce((total, term) =>
    total === undefined ? term : term === undefined ? total : o.add(total, term),
  )
