import type { Value } from '../tensor/tensor.ts'
import type { Linear, Primitive, TangentOperations } from './primitive.ts'

/** Whether a tangent may stand at a position, alone or together with others. */
export const mayStandAt = <P>({ inputs }: Linear<P>, position: number): boolean =>
  typeof inputs === 'string' || inputs.includes(position)

/**
 * The tangent of an output from the tangents of the inputs, by the primitive's one rule; `undefined` stands for
 * an exact zero on both sides. The tangents may be of any kind: the result is linear in them.
 */
export const tangentOf = <P>(
  o: TangentOperations,
  primitive: Primitive<P>,
  inputs: readonly Value[],
  tangents: readonly (Value | undefined)[],
  output: Value,
  params: P,
): Value | undefined => {
  const { derivative, linear } = primitive
  switch (derivative.kind) {
    case 'zero':
      return undefined
    case 'linear':
      return linear && ofLinear(o, primitive, linear, inputs, tangents, output, params)
    case 'bilinear': {
      const x = inputs[0]!
      const y = inputs[1]!
      const dx = tangents[0]
      const dy = tangents[1]
      return primitive.traits.elementwise !== true
        ? sumOf(o, [
            dx === undefined ? undefined : o.bind(primitive, [dx, y], params),
            dy === undefined ? undefined : o.bind(primitive, [x, dy], params),
          ])
        : ofProduct(o, x, y, dx, dy, output)
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

const ofLinear = <P>(
  o: TangentOperations,
  primitive: Primitive<P>,
  linear: Linear<P>,
  inputs: readonly Value[],
  tangents: readonly (Value | undefined)[],
  output: Value,
  params: P,
): Value | undefined => {
  if (!tangents.some((t, i) => t !== undefined && mayStandAt(linear, i))) return undefined
  const moved = o.bind(
    primitive,
    inputs.map((x, i) => (mayStandAt(linear, i) ? (tangents[i] ?? o.zero(x)) : x)),
    params,
  )
  const y = inputs[0]
  const dy = tangents[0]
  if (linear.ownProduct === undefined || y === undefined || dy === undefined) return moved
  // y·dy is known: so it is for a view of y, and for −y it is the same.
  const product = o.declaredProduct(dy, y)
  if (product !== undefined)
    o.declareProduct(
      moved,
      output,
      linear.ownProduct === 'same' ? product : () => o.bind(primitive, [product()], params),
    )
  return moved
}

/** Of the product of elements, where infinite slopes may meet zeros. */
const ofProduct = (
  o: TangentOperations,
  x: Value,
  y: Value,
  dx: Value | undefined,
  dy: Value | undefined,
  output: Value,
): Value | undefined => {
  const product = sumOf(o, [
    dx === undefined ? undefined : (o.declaredProduct(dx, y)?.() ?? o.times(dx, y)),
    dy === undefined ? undefined : (o.declaredProduct(dy, x)?.() ?? o.times(dy, x)),
  ])
  if (product !== undefined && (dx === undefined || dy === undefined))
    keepScaledProduct(o, dx === undefined ? [y, dy!, x] : [x, dx, y], output, product)
  return product
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
