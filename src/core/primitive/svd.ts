import { svdLayout, svdRoutine } from '../kernel/svd.ts'
import { ArgumentError } from '../tensor/errors.ts'
import { showShape, sizeOf } from '../tensor/shape.ts'
import type { Value } from '../tensor/tensor.ts'
import { batchOf, rowsAndColumns, swapped } from './matrices.ts'
import {
  block,
  diagonalRow,
  epsilonOf,
  inverseGaps,
  product,
  requireMatrix,
  rowsOf,
  stacked,
} from './matrix-parts.ts'
import type { Operations, ParameterizedPrimitive, TangentOperations, Typed } from './primitive.ts'
import type { FullParameters } from './qr.ts'
import { routinePrimitive } from './routine-primitive.ts'
import { inputAt } from './typing.ts'

const sizes = (inputs: readonly Typed[], { full }: FullParameters): readonly number[] => {
  const a = inputAt(inputs, 0, 'svd')
  return [sizeOf(batchOf(a)), ...rowsAndColumns(a), Number(full)]
}

/** U, the row of singular values `[…, 1, k]` and V of the packed result of a matrix of this shape. */
export const svdParts = <V extends Value>(
  o: Operations<V>,
  packed: Value,
  a: Typed,
  full: boolean,
): readonly [u: V, s: V, v: V] => {
  const [m, n] = rowsAndColumns(a)
  const { values, lefts, rights } = svdLayout(m, n, full)
  return [
    block(o, packed, [0, 0], [m, lefts]),
    block(o, packed, [m, 0], [1, values]),
    block(o, packed, [m + 1, 0], [n, rights]),
  ]
}

/** 1/x, and 0 where x is within `rounding` of it. */
const inverseOrZero = (p: Operations, x: Value, rounding: Value): Value => {
  const isLarge = p.less(p.broadcastTo(rounding, x.shape), x)
  const one = p.constant(1, x)
  return p.select(isLarge, p.div(one, p.select(isLarge, x, one)), p.constant(0, x))
}

/** What leaves the space of the columns of w: (x − w·wᵀ·x)·diag(1/s). */
const leaving = (o: TangentOperations, w: Value, x: Value, inverse: Value): Value => {
  const outside = o.sub(x, product(o, w, product(o, swapped(o.plain, w), x)))
  return o.times(outside, rowsOf(o.plain, inverse, rowsAndColumns(outside)[0]))
}

/** dU, ds and dV of the reduced form. */
const tangentParts = (
  o: TangentOperations,
  t: Value,
  [u, s, v]: readonly [Value, Value, Value],
): readonly [du: Value, ds: Value, dv: Value] => {
  const p = o.plain
  const [[m], [n], [, k]] = [rowsAndColumns(u), rowsAndColumns(v), rowsAndColumns(s)]
  const onV = product(o, t, v)
  const moved = product(o, swapped(p, u), onV)
  const most = block(p, s, [0, 0], [1, 1])
  const rounding = p.mul(most, p.constant(Math.max(m, n) * epsilonOf(s.dtype), most))
  const across = rowsOf(p, s, k)
  // Half of F∘(P + Pᵀ) turns both sides alike, half of G∘(P − Pᵀ) turns them against each other.
  const half = p.constant(0.5, across)
  const alike = o.times(o.add(moved, swapped(o, moved)), p.mul(half, inverseGaps(p, s)))
  const sums = inverseOrZero(p, p.add(across, swapped(p, across)), rounding)
  const against = o.times(o.sub(moved, swapped(o, moved)), p.mul(half, sums))
  const inverse = inverseOrZero(p, s, rounding)
  const du = product(o, u, o.add(alike, against))
  const dv = product(o, v, o.sub(alike, against))
  return [
    m > k ? o.add(du, leaving(o, u, onV, inverse)) : du,
    diagonalRow(o, moved),
    n > k ? o.add(dv, leaving(o, v, product(o, swapped(o, t), u), inverse)) : dv,
  ]
}

/**
 * A = U·diag(s)·Vᵀ, s descending: U over the row s over V, filled up with zeros. With P = Uᵀ·dA·V, ds = diag P, and U and V
 * turn by ½F∘(P + Pᵀ) ± ½G∘(P − Pᵀ) with Fᵢⱼ = 1/(sⱼ − sᵢ) and Gᵢⱼ = 1/(sⱼ + sᵢ), which are 0 where the divisor is; what
 * leaves the space of U is (I − U·Uᵀ)·dA·V·diag(1/s). Source: J. Townsend, "Differentiating the singular value
 * decomposition", 2016.
 */
export const svd: ParameterizedPrimitive<FullParameters, 'svd'> = /* @__PURE__ */ routinePrimitive<
  FullParameters,
  'svd'
>({
  name: 'svd',
  arity: 1,
  parameters: { full: 'flag' },
  traits: {},
  type: (inputs, { full }) => {
    const a = inputAt(inputs, 0, 'svd')
    requireMatrix(a, 'svd')
    const [m, n] = rowsAndColumns(a)
    return { shape: [...batchOf(a), m + 1 + n, svdLayout(m, n, full).width], dtype: a.dtype }
  },
  derivative: {
    kind: 'general',
    tangent: (o, [a], [t], output, { full }) => {
      if (t === undefined || a!.shape.includes(0)) return undefined
      const [m, n] = rowsAndColumns(a!)
      if (full && m !== n)
        throw new ArgumentError(
          `svd: the full form of matrices ${showShape(a!.shape)}, which are not square, has no derivative, as the vectors ` +
            'beyond the singular values are not determined; take the reduced form',
        )
      return stacked(o, tangentParts(o, t, svdParts(o.plain, output, a!, full)))
    },
  },
  batch: (o, [a], _, __, params) => o.bind(svd, [a!], params),
  routine: svdRoutine,
  sizes,
})
