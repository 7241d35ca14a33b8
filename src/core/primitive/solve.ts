import { solveRoutine } from '../kernel/solve.ts'
import { ShapeError } from '../tensor/errors.ts'
import { sameShape, showShape } from '../tensor/shape.ts'
import type { Value } from '../tensor/tensor.ts'
import { factorsShape } from './lu-factor.ts'
import { batchOfSolve, rowsAndColumns, sizesOfSquare, swapped } from './matrices.ts'
import { matmul } from './matmul.ts'
import type { ParameterizedPrimitive, Typed } from './primitive.ts'
import { routinePrimitive } from './routine-primitive.ts'
import { requireColumns } from './triangular-solve.ts'
import { inputAt, requireSameDType } from './typing.ts'

export interface SolveParameters {
  /** AᵀX = B is solved instead of AX = B. */
  readonly transposed: boolean
}

const sizes = (inputs: readonly Typed[], { transposed }: SolveParameters): readonly number[] => [
  ...sizesOfSquare(inputAt(inputs, 0, 'solve')),
  rowsAndColumns(inputAt(inputs, 2, 'solve'))[1],
  Number(transposed),
]

/**
 * A `[…b, n, n]`, its factors by `luFactor`, B `[…b, n, m]` → X `[…b, n, m]` of AX = B, or of AᵀX = B. All of X is NaN where a
 * pivot is 0.
 *
 * The factors are what A is computed with and carry no derivative: dX = A⁻¹(dB − dA·X) solves with the same ones, so that
 * derivatives of every order, in both modes, factor A once.
 */
export const solve: ParameterizedPrimitive<SolveParameters, 'solve'> = /* @__PURE__ */ routinePrimitive<
  SolveParameters,
  'solve'
>({
  name: 'solve',
  arity: 3,
  parameters: { transposed: 'flag' },
  traits: {},
  type: (inputs) => {
    requireSameDType(inputs, 'solve')
    const [a, factors] = [inputAt(inputs, 0, 'solve'), inputAt(inputs, 1, 'solve')]
    const b = inputAt(inputs, 2, 'solve')
    requireColumns(a, b, 'solve')
    if (!sameShape(factors.shape, factorsShape(a)))
      throw new ShapeError(
        `solve: expected factors of shape ${showShape(factorsShape(a))}, got ${showShape(factors.shape)}`,
      )
    return { shape: b.shape, dtype: b.dtype }
  },
  derivative: {
    kind: 'general',
    tangent: (o, [a, factors], [da, , db], x, params) => {
      const moved = (change: Value): Value =>
        o.call(matmul, params.transposed ? swapped(o, change) : change, x)
      const right = da === undefined ? db : db === undefined ? o.neg(moved(da)) : o.sub(db, moved(da))
      return right === undefined ? undefined : o.bind(solve, [a!, factors!, right], params)
    },
  },
  linear: {
    inputs: [2],
    transpose: (o, ct, [a, factors], _, { transposed }) => [
      undefined,
      undefined,
      o.bind(solve, [a as Value, factors as Value, ct], { transposed: !transposed }),
    ],
  },
  batch: (o, inputs, batched, size, params) =>
    batchOfSolve(o, inputs, batched, size, (all) => o.bind(solve, all, params)),
  routine: solveRoutine,
  sizes,
})
