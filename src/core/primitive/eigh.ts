import { eighRoutine } from '../kernel/eigh.ts'
import type { Value } from '../tensor/tensor.ts'
import { batchOf, requireSquare, rowsAndColumns, sizesOfSquare, swapped } from './matrices.ts'
import { block, diagonalRow, inverseGaps, product, stacked, symmetricPart } from './matrix-parts.ts'
import type { NoParameters, Operations, ParameterizedPrimitive } from './primitive.ts'
import { routinePrimitive } from './routine-primitive.ts'
import { inputAt } from './typing.ts'

/** The row of eigenvalues `[…, 1, n]`, and the matrix whose columns are the eigenvectors. */
export const eighParts = <V extends Value>(
  o: Operations<V>,
  packed: Value,
): readonly [values: V, vectors: V] => {
  const [, n] = rowsAndColumns(packed)
  return [block(o, packed, [0, 0], [1, n]), block(o, packed, [1, 0], [n, n])]
}

/**
 * S = V·diag(λ)·Vᵀ of the symmetric part S of each matrix: λ over V. With C = Vᵀ·dS·V, dλ = diag C and dV = V·(F∘C) with
 * Fᵢⱼ = 1/(λⱼ − λᵢ), and 0 where the two are equal. Source: M. B. Giles, "Collected matrix derivative results for forward and
 * reverse mode algorithmic differentiation", 2008, section 3.1.
 */
export const eigh: ParameterizedPrimitive<NoParameters, 'eigh'> = /* @__PURE__ */ routinePrimitive<
  NoParameters,
  'eigh'
>({
  name: 'eigh',
  arity: 1,
  parameters: {},
  traits: {},
  type: (inputs) => {
    const a = inputAt(inputs, 0, 'eigh')
    requireSquare(a, 'eigh')
    const [n] = rowsAndColumns(a)
    return { shape: [...batchOf(a), n + 1, n], dtype: a.dtype }
  },
  derivative: {
    kind: 'general',
    tangent: (o, _, [t], output) => {
      if (t === undefined || output.shape.includes(0)) return undefined
      const [values, vectors] = eighParts(o.plain, output)
      const moved = symmetricPart(o, product(o, swapped(o.plain, vectors), t, vectors))
      return stacked(o, [
        diagonalRow(o, moved),
        product(o, vectors, o.times(moved, inverseGaps(o.plain, values))),
      ])
    },
  },
  batch: (o, [a]) => o.call(eigh, a!),
  routine: eighRoutine,
  sizes: (inputs) => sizesOfSquare(inputAt(inputs, 0, 'eigh')),
})
