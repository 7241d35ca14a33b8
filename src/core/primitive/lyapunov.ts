import { lyapunovKernel } from '../kernel/lyapunov.ts'
import { ShapeError } from '../tensor/errors.ts'
import { sameShape, showShape } from '../tensor/shape.ts'
import type { Value } from '../tensor/tensor.ts'
import { repeated } from './elementwise-record.ts'
import { symmetricPart, product, rowsOf } from './matrix-parts.ts'
import { rowsAndColumns, swapped } from './matrices.ts'
import type { NoParameters, Primitive } from './primitive.ts'
import { inputAt, requireFloat, requireSameDType } from './typing.ts'

/**
 * `[…b, n, n], […b, 1, n], […b, n, n], […b, n, n] → […b, n, n]`: X of SX + XS = B for a symmetric S, its eigenvalues and
 * vectors, which carry no derivative, and B: V·(VᵀBV / (λᵢ + λⱼ))·Vᵀ. The derivative is a solution with the same matrix,
 * S·dX + dX·S = dB − dS·X − X·dS, whatever the multiplicities of the eigenvalues are.
 */
export const lyapunov: Primitive<NoParameters, 'lyapunov'> = {
  name: 'lyapunov',
  arity: 4,
  parameters: {},
  traits: {},
  type: (inputs) => {
    requireSameDType(inputs, 'lyapunov')
    const [s, values, vectors, b] = [0, 1, 2, 3].map((i) => inputAt(inputs, i, 'lyapunov')) as [
      Value,
      Value,
      Value,
      Value,
    ]
    requireFloat(s, 'lyapunov')
    const [n, columns] = rowsAndColumns(s)
    const row = [...s.shape.slice(0, -2), 1, n]
    if (
      s.shape.length < 2 ||
      n !== columns ||
      !sameShape(values.shape, row) ||
      ![vectors, b].every(({ shape }) => sameShape(shape, s.shape))
    )
      throw new ShapeError(
        `lyapunov: ${[s, values, vectors, b].map(({ shape }) => showShape(shape)).join(', ')} are no matrix, its values, its ` +
          'vectors and a right side',
      )
    return { shape: s.shape, dtype: s.dtype }
  },
  kernel: ([, values, vectors, b]) => lyapunovKernel(values!, vectors!, b!),
  derivative: {
    kind: 'general',
    tangent: (o, [s, values, vectors], [ds, , , db], x) => {
      const solved = (right: Value): Value => o.call(lyapunov, s!, values!, vectors!, right)
      if (ds === undefined) return db === undefined ? undefined : solved(db)
      const change = symmetricPart(o, ds)
      const moved = o.add(product(o, change, x), product(o, x, change))
      return solved(db === undefined ? o.neg(moved) : o.sub(db, moved))
    },
  },
  linear: {
    inputs: [3],
    transpose: (o, ct, [s, values, vectors]) => [
      undefined,
      undefined,
      undefined,
      o.call(lyapunov, s as Value, values as Value, vectors as Value, ct),
    ],
  },
  batch: (o, inputs, batched, size) => o.call(lyapunov, ...repeated(o, inputs, batched, size)),
  lowering: {
    kind: 'decompose',
    into: (o, [, values, vectors, b]) => {
      const across = rowsOf(o, values!, rowsAndColumns(values!)[1])
      const back = swapped(o, vectors!)
      const inner = o.div(product(o, back, b!, vectors!), o.add(across, swapped(o, across)))
      return product(o, vectors!, inner, back)
    },
  },
}
