import { orthogonalColumns, qrRoutine } from '../kernel/qr.ts'
import { ArgumentError } from '../tensor/errors.ts'
import { showShape, sizeOf } from '../tensor/shape.ts'
import type { Value } from '../tensor/tensor.ts'
import { concat } from './movement.ts'
import { triangularSolve } from './triangular-solve.ts'
import { batchOf, rowsAndColumns, swapped, triangleOf } from './matrices.ts'
import { block, product, requireMatrix, stacked, widened } from './matrix-parts.ts'
import type { Operations, ParameterizedPrimitive, TangentOperations, Typed } from './primitive.ts'
import { routinePrimitive } from './routine-primitive.ts'
import { inputAt } from './typing.ts'

export interface FullParameters {
  /** Square orthogonal factors, instead of as many columns as the smaller side has. */
  readonly full: boolean
}

const sizes = (inputs: readonly Typed[], { full }: FullParameters): readonly number[] => {
  const a = inputAt(inputs, 0, 'qr')
  return [sizeOf(batchOf(a)), ...rowsAndColumns(a), Number(full)]
}

/** Q and R of the packed result of a matrix of this shape. */
export const qrParts = <V extends Value>(
  o: Operations<V>,
  packed: Value,
  a: Typed,
  full: boolean,
): readonly [q: V, r: V] => {
  const [m, n] = rowsAndColumns(a)
  const count = orthogonalColumns(m, n, full)
  return [block(o, packed, [0, 0], [m, count]), block(o, packed, [m, 0], [count, n])]
}

/** dQ and dR of square and of tall matrices: with C = dA·R⁻¹ and M = Qᵀ·C, Ω = tril(M, −1) − tril(M, −1)ᵀ turns Q. */
const tallTangent = (o: TangentOperations, t: Value, q: Value, r: Value): readonly [dq: Value, dr: Value] => {
  const p = o.plain
  const over = swapped(
    o,
    o.bind(triangularSolve, [r, swapped(o, t)], { lower: false, transposed: true, unit: false }),
  )
  const m = product(o, swapped(p, q), over)
  const below = triangleOf(o, m, true, -1, o.zero(m))
  const turn = o.sub(below, swapped(o, below))
  const dq = o.add(product(o, q, o.sub(turn, m)), over)
  return [dq, product(o, o.sub(m, turn), r)]
}

const tangentParts = (
  o: TangentOperations,
  a: Value,
  t: Value,
  q: Value,
  r: Value,
): readonly [dq: Value, dr: Value] => {
  const [m, n] = rowsAndColumns(a)
  if (m >= n) return tallTangent(o, t, q, r)
  // A = [X, Y] with a square X = Q·U, and the rest of R is Qᵀ·Y.
  const rest = [m, n - m] as const
  const [dq, du] = tallTangent(o, block(o, t, [0, 0], [m, m]), q, block(o.plain, r, [0, 0], [m, m]))
  const y = block(o.plain, a, [0, m], rest)
  const dv = o.add(product(o, swapped(o, dq), y), product(o, swapped(o.plain, q), block(o, t, [0, m], rest)))
  return [dq, o.bind(concat, [du, dv], { axis: a.shape.length - 1 })]
}

/**
 * A = Q·R with orthonormal columns of Q and an upper triangular R whose diagonal is 0 or more: Q over R, filled up with zeros.
 * The derivative exists where the first min(m, n) columns of A are linearly independent, and is not finite elsewhere; that
 * of a Q with more columns than A has is not determined. Sources: S. F. Walter, L. Lehmann, "Algorithmic differentiation of
 * linear algebra functions with application in optimum experimental design", arXiv:1001.1654, 2010; for wide matrices
 * D. A. O. Roberts, L. R. Roberts, "QR and LQ decomposition matrix backpropagation algorithms for square, wide, and deep
 * matrices", arXiv:2009.10071, 2020.
 */
export const qr: ParameterizedPrimitive<FullParameters, 'qr'> = /* @__PURE__ */ routinePrimitive<
  FullParameters,
  'qr'
>({
  name: 'qr',
  arity: 1,
  parameters: { full: 'flag' },
  traits: {},
  type: (inputs, { full }) => {
    const a = inputAt(inputs, 0, 'qr')
    requireMatrix(a, 'qr')
    const [m, n] = rowsAndColumns(a)
    const q = orthogonalColumns(m, n, full)
    return { shape: [...batchOf(a), m + q, Math.max(n, q)], dtype: a.dtype }
  },
  derivative: {
    kind: 'general',
    tangent: (o, [a], [t], output, { full }) => {
      if (t === undefined || output.shape.includes(0)) return undefined
      const [m, n] = rowsAndColumns(a!)
      if (full && m > n)
        throw new ArgumentError(
          `qr: the full form of matrices ${showShape(a!.shape)}, which have more rows than columns, has no derivative, as ` +
            'the columns of Q beyond those of A are not determined; take the reduced form',
        )
      const [q, r] = qrParts(o.plain, output, a!, full)
      return stacked(
        o,
        tangentParts(o, a!, t, q, r).map((part) => widened(o, part, rowsAndColumns(output)[1])),
      )
    },
  },
  batch: (o, [a], _, __, params) => o.bind(qr, [a!], params),
  routine: qrRoutine,
  sizes,
})
