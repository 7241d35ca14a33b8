import { choleskyRoutine } from '../kernel/cholesky.ts'
import type { Value } from '../tensor/tensor.ts'
import { byDiagonals, requireSquare, sizesOfSquare, swapped } from './matrices.ts'
import { matmul } from './matmul.ts'
import type { NoParameters, ParameterizedPrimitive, TangentOperations, Typed } from './primitive.ts'
import { routinePrimitive } from './routine-primitive.ts'
import { triangularSolve } from './triangular-solve.ts'
import { inputAt } from './typing.ts'

const sizes = (inputs: readonly Typed[]): readonly number[] => sizesOfSquare(inputAt(inputs, 0, 'cholesky'))

/** L⁻¹X for lower triangular L. */
const divided = (o: TangentOperations, l: Value, x: Value): Value =>
  o.bind(triangularSolve, [l, x], { lower: true, transposed: false, unit: false })

/**
 * `[…b, n, n] → […b, n, n]`: the lower factor L of LLᵀ = (A + Aᵀ)/2, NaN where that is not positive definite.
 *
 * dL = L Φ(L⁻¹ S L⁻ᵀ), where S = (dA + dAᵀ)/2 and Φ keeps the lower triangle with half of its diagonal. Source: I. Murray,
 * Differentiation of the Cholesky decomposition, arXiv:1602.07527, 2016, equation 8.
 */
export const cholesky: ParameterizedPrimitive<NoParameters, 'cholesky'> = /* @__PURE__ */ routinePrimitive<
  NoParameters,
  'cholesky'
>({
  name: 'cholesky',
  arity: 1,
  parameters: {},
  traits: {},
  type: (inputs) => {
    const a = inputAt(inputs, 0, 'cholesky')
    requireSquare(a, 'cholesky')
    return { shape: a.shape, dtype: a.dtype }
  },
  derivative: {
    kind: 'general',
    tangent: (o, _, [da], l) => {
      if (da === undefined) return undefined
      const symmetric = o.times(o.add(da, swapped(o, da)), o.constant(0.5, da))
      const between = divided(o, l, swapped(o, divided(o, l, symmetric)))
      const half = (diagonal: number): number => (diagonal < 0 ? 1 : diagonal === 0 ? 0.5 : 0)
      return o.call(matmul, l, o.times(between, byDiagonals(o.plain, l, l.dtype, half)))
    },
  },
  batch: (o, inputs) => o.call(cholesky, inputs[0]!),
  routine: choleskyRoutine,
  sizes,
})
