import { matmulKernel } from '../kernel/matmul.ts'
import { ShapeError } from '../tensor/errors.ts'
import { addressable, sameShape, showShape, sizeOf, sizesBetween } from '../tensor/shape.ts'
import type { Value } from '../tensor/tensor.ts'
import { swapped } from './matrices.ts'
import type { NoParameters, OwnPrimitive } from './primitive.ts'
import { inputAt, requireFloat, requireSameDType } from './typing.ts'

/** From as many rows and terms on, and below as many columns, a batch of factors is laid out again to be one factor. */
const fewestRows = 8
const fewestColumns = 16

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
    if (batched[1] !== true) {
      // A batch of matrices times one matrix is one product with more rows.
      const [k = 0, n = 0] = b.shape.slice(-2)
      const between = a.shape.slice(1, -2)
      if (sizeOf(between) === 1) {
        const m = a.shape[a.shape.length - 2] ?? 0
        const rows = o.call(matmul, o.reshape(a, [size * m, k]), o.reshape(b, [k, n]))
        return o.reshape(rows, [size, ...between, m, n])
      }
    }
    if (batched[0] !== true) {
      // One matrix times a batch of thin ones, of vectors for instance, is one product with more columns.
      const [m = 0, k = 0] = a.shape.slice(-2)
      const [between, n] = [b.shape.slice(1, -2), b.shape[b.shape.length - 1] ?? 0]
      if (sizeOf(between) === 1 && m >= fewestRows && k >= fewestRows && n < fewestColumns) {
        const columns = o.reshape(o.transpose(o.reshape(b, [size, k, n]), [1, 0, 2]), [k, size * n])
        const found = o.reshape(o.call(matmul, o.reshape(a, [m, k]), columns), [m, size, n])
        return o.reshape(o.transpose(found, [1, 0, 2]), [size, ...between, m, n])
      }
    }
    const repeat = (x: Value, has: boolean | undefined): Value =>
      has === true ? x : o.broadcastTo(x, [size, ...x.shape])
    return o.call(matmul, repeat(a, batched[0]), repeat(b, batched[1]))
  },
  lowering: { kind: 'own' },
}
