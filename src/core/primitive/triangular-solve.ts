import { triangularSolveRoutine } from '../kernel/triangular-solve.ts'
import { ShapeError } from '../tensor/errors.ts'
import { sameShape, showShape } from '../tensor/shape.ts'
import type { Value } from '../tensor/tensor.ts'
import {
  batchOf,
  batchOfSolve,
  requireSquare,
  rowsAndColumns,
  sizesOfSquare,
  swapped,
  triangleOf,
} from './matrices.ts'
import { matmul } from './matmul.ts'
import type { ParameterizedPrimitive, Typed } from './primitive.ts'
import { routinePrimitive } from './routine-primitive.ts'
import { inputAt, requireSameDType } from './typing.ts'

export interface TriangularSolveParameters {
  /** The lower triangle of the matrix is taken, otherwise the upper one. */
  readonly lower: boolean
  /** The triangle is transposed after it is taken. */
  readonly transposed: boolean
  /** The diagonal is taken for ones. */
  readonly unit: boolean
}

/** Throws unless `b` is `[…b, n, m]` where `a` is `[…b, n, n]`. */
export const requireColumns = (a: Typed, b: Typed, name: string): void => {
  requireSquare(a, name)
  if (b.shape.length !== a.shape.length || !sameShape(batchOf(a), batchOf(b)))
    throw new ShapeError(`${name}: batch axes of ${showShape(a.shape)} and ${showShape(b.shape)} differ`)
  const [[n], [rows]] = [rowsAndColumns(a), rowsAndColumns(b)]
  if (n !== rows)
    throw new ShapeError(
      `${name}: ${showShape(a.shape)} has ${String(n)} rows, the right side ${showShape(b.shape)} has ${String(rows)}`,
    )
}

const sizes = (inputs: readonly Typed[], params: TriangularSolveParameters): readonly number[] => [
  ...sizesOfSquare(inputAt(inputs, 0, 'triangularSolve')),
  rowsAndColumns(inputAt(inputs, 1, 'triangularSolve'))[1],
  ...[params.lower, params.transposed, params.unit].map(Number),
]

/**
 * `[…b, n, n], […b, n, m] → […b, n, m]`: X of op(T)X = B, where T is a triangle of A. All of X is NaN where the diagonal has
 * a 0. dX = op(T)⁻¹(dB − op(dT)X), one solution more with the same matrix.
 */
export const triangularSolve: ParameterizedPrimitive<TriangularSolveParameters, 'triangularSolve'> =
  /* @__PURE__ */ routinePrimitive<TriangularSolveParameters, 'triangularSolve'>({
    name: 'triangularSolve',
    arity: 2,
    parameters: { lower: 'flag', transposed: 'flag', unit: 'flag' },
    traits: {},
    type: (inputs) => {
      requireSameDType(inputs, 'triangularSolve')
      const b = inputAt(inputs, 1, 'triangularSolve')
      requireColumns(inputAt(inputs, 0, 'triangularSolve'), b, 'triangularSolve')
      return { shape: b.shape, dtype: b.dtype }
    },
    derivative: {
      kind: 'general',
      tangent: (o, [a], [da, db], x, params) => {
        const { lower, transposed, unit } = params
        const moved = (dt: Value): Value => {
          const triangle = triangleOf(o, dt, lower, unit ? (lower ? -1 : 1) : 0, o.zero(dt))
          return o.call(matmul, transposed ? swapped(o, triangle) : triangle, x)
        }
        const right = da === undefined ? db : db === undefined ? o.neg(moved(da)) : o.sub(db, moved(da))
        return right === undefined ? undefined : o.bind(triangularSolve, [a!, right], params)
      },
    },
    linear: {
      inputs: [1],
      transpose: (o, ct, [a], _, params) => [
        undefined,
        o.bind(triangularSolve, [a as Value, ct], { ...params, transposed: !params.transposed }),
      ],
    },
    batch: (o, inputs, batched, size, params) =>
      batchOfSolve(o, inputs, batched, size, (all) => o.bind(triangularSolve, all, params)),
    routine: triangularSolveRoutine,
    sizes,
  })
