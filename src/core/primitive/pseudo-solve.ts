import { matmulKernel } from '../kernel/matmul.ts'
import { permuted } from '../kernel/movement.ts'
import { ShapeError } from '../tensor/errors.ts'
import { sameShape, showShape } from '../tensor/shape.ts'
import type { Value } from '../tensor/tensor.ts'
import { repeated } from './elementwise-record.ts'
import { product } from './matrix-parts.ts'
import { batchOf, rowsAndColumns, swapped } from './matrices.ts'
import type { ParameterizedPrimitive } from './primitive.ts'
import { inputAt, requireFloat, requireSameDType } from './typing.ts'

export interface PseudoSolveParameters {
  /** The transposed matrix is solved with. */
  readonly transposed: boolean
}

/**
 * `[…b, m, n], […b, n, m], […b, m, k] → […b, n, k]`: A⁺B for a matrix A, its pseudo-inverse, which carries no derivative, and
 * columns B. Where A keeps its rank, with R = B − AX,
 *
 *   dX = A⁺(dB − dA·X) + A⁺(Aᵀ)⁺dAᵀR + (I − A⁺A)dAᵀ(Aᵀ)⁺X
 *
 * which are solutions with the same matrix. Source: G. H. Golub, V. Pereyra, "The differentiation of pseudo-inverses and
 * nonlinear least squares problems whose variables separate", SIAM J. Numer. Anal. 10, 1973.
 */
export const pseudoSolve: ParameterizedPrimitive<PseudoSolveParameters, 'pseudoSolve'> = {
  name: 'pseudoSolve',
  arity: 3,
  parameters: { transposed: 'flag' },
  traits: {},
  type: (inputs, { transposed }) => {
    requireSameDType(inputs, 'pseudoSolve')
    const [a, p, b] = [0, 1, 2].map((i) => inputAt(inputs, i, 'pseudoSolve')) as [Value, Value, Value]
    requireFloat(a, 'pseudoSolve')
    const [m, n] = rowsAndColumns(a)
    const [rows, k] = rowsAndColumns(b)
    if (
      ![p, b].every((x) => x.shape.length >= 2 && sameShape(batchOf(x), batchOf(a))) ||
      !sameShape(rowsAndColumns(p), [n, m]) ||
      rows !== (transposed ? n : m)
    )
      throw new ShapeError(
        `pseudoSolve: ${[a, p, b].map(({ shape }) => showShape(shape)).join(', ')} are no matrix, its pseudo-inverse and columns`,
      )
    return { shape: [...batchOf(a), transposed ? m : n, k], dtype: a.dtype }
  },
  kernel: ([, p, b], { transposed }) => {
    const axes = [...p!.shape.keys()]
    const rank = axes.length
    const exchanged = [...axes.slice(0, rank - 2), rank - 1, rank - 2]
    return matmulKernel(transposed ? permuted(p!, exchanged) : p!, b!)
  },
  derivative: {
    kind: 'general',
    tangent: (o, [a, p, b], [da, , db], x, { transposed }) => {
      const again = (y: Value): Value => o.bind(pseudoSolve, [a!, p!, y], { transposed })
      if (da === undefined) return db === undefined ? undefined : again(db)
      const back = (y: Value): Value => o.bind(pseudoSolve, [a!, p!, y], { transposed: !transposed })
      const [matrix, change] = transposed ? [swapped(o.plain, a!), swapped(o, da)] : [a!, da]
      const fitted = product(o, change, x)
      const direct = again(db === undefined ? o.neg(fitted) : o.sub(db, fitted))
      const residual = o.plain.sub(b!, product(o.plain, matrix, x))
      const turned = again(back(product(o, swapped(o, change), residual)))
      const backwards = o.plain.bind(pseudoSolve, [a!, p!, x], { transposed: !transposed })
      const added = product(o, swapped(o, change), backwards)
      const outside = o.sub(added, again(product(o, matrix, added)))
      return o.add(o.add(direct, turned), outside)
    },
  },
  linear: {
    inputs: [2],
    transpose: (o, ct, [a, p], _, { transposed }) => [
      undefined,
      undefined,
      o.bind(pseudoSolve, [a as Value, p as Value, ct], { transposed: !transposed }),
    ],
  },
  batch: (o, inputs, batched, size, params) =>
    o.bind(pseudoSolve, repeated(o, inputs, batched, size), params),
  lowering: {
    kind: 'decompose',
    into: (o, [, p, b], { transposed }) => product(o, transposed ? swapped(o, p!) : p!, b!),
  },
}
