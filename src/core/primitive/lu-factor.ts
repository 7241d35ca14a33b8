import { luFactorRoutine } from '../kernel/lu-factor.ts'
import { addressable, sizesBetween, type Sizes } from '../tensor/shape.ts'
import type { Value } from '../tensor/tensor.ts'
import { gather } from './indexing.ts'
import {
  batchOf,
  byDiagonals,
  requireSquare,
  rowsAndColumns,
  sizesOfSquare,
  swapped,
  triangleOf,
} from './matrices.ts'
import { matmul } from './matmul.ts'
import type { NoParameters, Operations, ParameterizedPrimitive, Typed } from './primitive.ts'
import { routinePrimitive } from './routine-primitive.ts'
import { triangularSolve } from './triangular-solve.ts'
import { inputAt } from './typing.ts'

const sizes = (inputs: readonly Typed[]): readonly number[] => sizesOfSquare(inputAt(inputs, 0, 'luFactor'))

/** The shape of the packed factors of a matrix. */
export const factorsShape = (a: Typed): Sizes => {
  const [n] = rowsAndColumns(a)
  return [...batchOf(a), n + 1, n]
}

/** Rows `start` up to `end` of packed factors; a view. */
const rowsBetween = (o: Operations, factors: Value, start: number, end: number): Value => {
  const { shape } = factors
  const rank = shape.length
  return o.slice(factors, {
    start: shape.map((_, axis) => (axis === rank - 2 ? start : 0)),
    step: shape.map(() => 1),
    shape: shape.map((size, axis) => (axis === rank - 2 ? end - start : size)),
  })
}

/** L below the diagonal and U from it on, as one matrix; a view of packed factors. */
export const triangles = (o: Operations, factors: Value): Value =>
  rowsBetween(o, factors, 0, rowsAndColumns(factors)[1])

/** For each row of PA the row of A that it is, as int32 of the shape `[…b, n]`. */
export const rowOrder = (o: Operations, factors: Value): Value => {
  const [end, n] = rowsAndColumns(factors)
  const rank = factors.shape.length
  const row = o.reshape(rowsBetween(o, factors, n, end), [...sizesBetween(factors.shape, 0, rank - 2), n])
  return o.cast(row, 'int32')
}

/** L with its ones, of triangles. */
export const lowerOf = (o: Operations, both: Value): Value =>
  o.select(
    byDiagonals(o, both, 'bool', (d) => Number(d === 0)),
    o.constant(1, both),
    triangleOf(o, both, true, -1),
  )

/**
 * `[…b, n, n] → […b, n + 1, n]`: PA = LU with partial pivoting. The first n rows have L below the diagonal, whose ones are left
 * out, and U from it on; element i of the last row is the row of A that is row i of PA.
 *
 * With M = L⁻¹ P dA U⁻¹, dL = L·(M below the diagonal) and dU = (M from it on)·U; the order of the rows is constant.
 */
export const luFactor: ParameterizedPrimitive<NoParameters, 'luFactor'> = /* @__PURE__ */ routinePrimitive<
  NoParameters,
  'luFactor'
>({
  name: 'luFactor',
  arity: 1,
  parameters: {},
  traits: {},
  type: (inputs) => {
    const a = inputAt(inputs, 0, 'luFactor')
    requireSquare(a, 'luFactor')
    return { shape: addressable(factorsShape(a), 'luFactor'), dtype: a.dtype }
  },
  derivative: {
    kind: 'general',
    tangent: (o, [a], [da], factors) => {
      if (da === undefined) return undefined
      const both = triangles(o.plain, factors)
      const axis = a!.shape.length - 2
      const changed = o.bind(gather, [da, rowOrder(o.plain, factors)], { axis, batchDims: axis })
      const left = o.bind(triangularSolve, [both, changed], { lower: true, transposed: false, unit: true })
      // XU⁻¹ is the transpose of U⁻ᵀXᵀ.
      const right = { lower: false, transposed: true, unit: false }
      const m = swapped(o, o.bind(triangularSolve, [both, swapped(o, left)], right))
      const zero = o.zero(m)
      const l = o.call(matmul, lowerOf(o.plain, both), triangleOf(o, m, true, -1, zero))
      const u = o.call(matmul, triangleOf(o, m, false, 0, zero), triangleOf(o.plain, both, false, 0))
      return o.pad(o.add(l, u), {
        start: factors.shape.map(() => 0),
        step: factors.shape.map(() => 1),
        shape: factors.shape,
      })
    },
  },
  batch: (o, inputs) => o.call(luFactor, inputs[0]!),
  routine: luFactorRoutine,
  sizes,
})
