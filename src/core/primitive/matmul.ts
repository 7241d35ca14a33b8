import { matmulKernel } from '../kernel/matmul.ts'
import { ShapeError } from '../tensor/errors.ts'
import { addressable, sameShape, showShape, sizesBetween } from '../tensor/shape.ts'
import type { Value } from '../tensor/tensor.ts'
import { swapped } from './matrices.ts'
import type { NoParameters, OwnPrimitive } from './primitive.ts'
import { inputAt, requireFloat, requireSameDType } from './typing.ts'

/** `[…b, m, k] × […b, k, n] → […b, m, n]` with equal batch axes. */
export const matmul: OwnPrimitive<NoParameters, 'matmul'> = {
  name: 'matmul',
  bounds: 'matrixProduct',
  arity: 2,
  parameters: {},
  traits: { exact: true },
  type: (inputs) => {
    requireSameDType(inputs, 'matmul')
    const [a, b] = [inputAt(inputs, 0, 'matmul'), inputAt(inputs, 1, 'matmul')]
    requireFloat(a, 'matmul')
    const rank = a.shape.length
    if (
      rank < 2 ||
      b.shape.length !== rank ||
      !sameShape(sizesBetween(a.shape, 0, rank - 2), sizesBetween(b.shape, 0, rank - 2))
    )
      throw new ShapeError(`matmul: batch axes of ${showShape(a.shape)} and ${showShape(b.shape)} differ`)
    const [inner, other] = [a.shape[rank - 1], b.shape[rank - 2]]
    if (inner !== other)
      throw new ShapeError(
        `matmul: inner dimensions differ: ${showShape(a.shape)} has ${String(inner)} columns, ` +
          `${showShape(b.shape)} has ${String(other)} rows`,
      )
    const shape = [...sizesBetween(a.shape, 0, rank - 1), b.shape[rank - 1] ?? 0]
    return { shape: addressable(shape, 'matmul'), dtype: a.dtype }
  },
  kernel: ([a, b]) => matmulKernel(a!, b!),
  derivative: { kind: 'bilinear' },
  linear: {
    inputs: 'either',
    transpose: (o, ct, [a, b], linear) =>
      linear[0] === true
        ? [o.call(matmul, ct, swapped(o, b as Value)), undefined]
        : [undefined, o.call(matmul, swapped(o, a as Value), ct)],
    support: 'product',
  },
  batch: (o, inputs, batched, size) => {
    const [a, b] = inputs as readonly [Value, Value]
    // A batch of matrices times one matrix is one product with more rows.
    if (batched[1] !== true && a.shape.length === 3) {
      const [, m = 0, k = 0] = a.shape
      return o.reshape(o.call(matmul, o.reshape(a, [size * m, k]), b), [size, m, b.shape[1] ?? 0])
    }
    const repeat = (x: Value, has: boolean | undefined): Value =>
      has === true ? x : o.broadcastTo(x, [size, ...x.shape])
    return o.call(matmul, repeat(a, batched[0]), repeat(b, batched[1]))
  },
  lowering: { kind: 'own' },
}
