import { operations as o } from '../autodiff/apply.ts'
import { asValue, type AnyValue } from '../autodiff/value.ts'
import * as primitive from '../primitive/attention.ts'
import { checkChoice } from '../tensor/check-choice.ts'
import { checkOptions } from '../tensor/check-options.ts'
import { checkSetting } from '../tensor/check-setting.ts'
import { isFloat } from '../tensor/dtype.ts'
import { DTypeError, ShapeError } from '../tensor/errors.ts'
import { finiteNumber } from '../tensor/setting-ranges.ts'
import { broadcastShapes, sameShape, showShape, sizeOf } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { mul } from './arithmetic.ts'
import { less, lessEqual, logicalAnd, where } from './comparison.ts'
import { arange, zeros } from './create.ts'
import { matmul } from './matmul.ts'
import { tensorOf } from './operand.ts'
import { softmax } from './reduce.ts'
import { broadcastTo, concat, pad, reshape, slice, transpose } from './shape.ts'

/**
 * What queries of {@link attention} look at.
 *
 * @category Products
 */
export interface AttentionOptions {
  /** Booleans that broadcast to `[…, queries, keys]`: true where a query looks at a key. */
  readonly mask?: Tensor
  /** Whether query i looks at keys 0 to i only. */
  readonly causal?: boolean
  /** What products of queries and keys are multiplied by; 1/√width unless told otherwise. */
  readonly scale?: number
}

/** What keys that are not looked at are given for a product, and below what a row has seen none. */
const hidden = -1e30
const seenNone = -1e29

/** Three arrays of one batch: `[…b, queries, width]`, `[…b, keys, width]`, `[…b, keys, value width]`. */
interface Parts {
  readonly q: Tensor
  readonly k: Tensor
  readonly v: Tensor
  readonly mask: Tensor | undefined
  readonly causal: boolean
}

const checkedParts = (q: AnyValue, k: AnyValue, v: AnyValue): readonly number[] => {
  const shapes = [q, k, v].map((x) => showShape(x.shape)).join(', ')
  if (
    [q, k, v].some((x) => x.rank < 2) ||
    q.shape[q.rank - 1] !== k.shape[k.rank - 1] ||
    k.shape[k.rank - 2] !== v.shape[v.rank - 2]
  )
    throw new ShapeError(
      `attention: expected queries […, n, width], keys […, m, width] and values […, m, value width], got ${shapes}`,
    )
  if (!isFloat(q.dtype) || k.dtype !== q.dtype || v.dtype !== q.dtype)
    throw new DTypeError(
      `attention: expected float32 or float64, the same of all, got ${[q, k, v].map(({ dtype }) => dtype).join(', ')}`,
    )
  return [q, k, v].reduce<readonly number[]>(
    (batch, x) => broadcastShapes(batch, x.shape.slice(0, -2), 'attention'),
    [],
  )
}

/** By the products of all queries and keys, for masks that are as large as these. */
const byWeights = ({ q, k, v, mask, causal }: Parts): Tensor => {
  const axes = [...k.shape.keys()]
  const scores: Tensor = matmul(q, transpose(k, [...axes.slice(0, -2), axes.length - 1, axes.length - 2]))
  const [queries = 0, keys = 0] = scores.shape.slice(-2)
  const before: Tensor = lessEqual(reshape(arange(keys), [1, keys]), reshape(arange(queries), [queries, 1]))
  const there: Tensor = mask === undefined ? before : causal ? logicalAnd(mask, before) : mask
  const weights: Tensor = softmax(where(there, scores, hidden))
  return matmul(where(there, weights, 0), v)
}

const widened = (x: Tensor, width: number): Tensor => {
  const [, , own = 0] = x.shape
  return own === width
    ? x
    : pad(x, [
        [0, 0],
        [0, 0],
        [0, width - own],
      ])
}

/** Parts `[batch, …]` by the primitive; the mask is one of keys, `[batch, keys]`, a column that queries have 1 in. */
const fused = ({ q, k, v, mask, causal }: Parts): Tensor => {
  const [batch = 0, queries = 0, inner = 0] = q.shape
  const [, keys = 0, valueWidth = 0] = v.shape
  const most = Math.max(inner, valueWidth)
  // Eight at a time, so that the further column leaves rows aligned.
  const width = mask === undefined ? most : 8 * Math.ceil((most + 1) / 8)
  const ones = asValue(zeros([batch, queries, 1], { dtype: q.dtype }))
  const marked =
    mask === undefined
      ? { q, k }
      : {
          q: concat([q, o.constant(1, ones)], { axis: 2 }) as Tensor,
          k: concat([k, reshape(where(mask, zeros([1], { dtype: q.dtype }), hidden), [batch, keys, 1])], {
            axis: 2,
          }) as Tensor,
        }
  const packed: Tensor = concat([widened(marked.q, width), widened(marked.k, width), widened(v, width)], {
    axis: 1,
  })
  const result: Tensor = o.bind(primitive.attention, [asValue(packed)], { queries, causal })
  const outputs = slice(result, [0, 0, 0], [batch, queries, valueWidth])
  if (mask === undefined) return outputs
  return where(less(slice(result, [0, 0, width], [batch, queries, width + 1]), seenNone), 0, outputs)
}

/**
 * softmax(scale·QKᵀ)V: for each query the mean of the values, weighted by how well their keys answer to it. Queries
 * `[…, n, width]`, keys `[…, m, width]`, values `[…, m, value width]` → `[…, n, value width]`; axes before the last two
 * broadcast. A query that looks at no key gets zeros.
 *
 * Memory is linear in the lengths n and m, in derivatives too: weights are computed anew where they are needed. Derivatives
 * from the second order on, and a mask that differs from query to query, which is as large itself, take memory for all
 * products.
 *
 * A value that is not finite may make NaN of queries that do not look at it, too: kernels that are not `reproducible` multiply
 * whole blocks, and 0 · NaN is NaN.
 *
 * Source: A. Vaswani et al., NeurIPS 2017; without the matrix of weights, T. Dao et al., NeurIPS 2022.
 *
 * @throws ShapeError for shapes that do not go together; DTypeError for integers, unequal dtypes and a mask that is not of
 * booleans; ArgumentError for another option.
 * @example
 * ```ts
 * import { attention, tensor, toArray } from 'puregrad'
 * const [q, k, v] = [tensor([[0], [0]]), tensor([[1], [2]]), tensor([[10], [20]])]
 * toArray(attention(q, k, v)) // => [[15], [15]]
 * toArray(attention(q, k, v, { causal: true })) // => [[10], [15]]
 * ```
 * @category Products
 */
export const attention = (q: Tensor, k: Tensor, v: Tensor, options: AttentionOptions = {}): Tensor => {
  checkOptions('attention', options, { mask: true, causal: true, scale: true })
  const [queries, keys, values] = [
    tensorOf(q, 'attention'),
    tensorOf(k, 'attention'),
    tensorOf(v, 'attention'),
  ]
  const batch = checkedParts(queries, keys, values)
  const { mask, causal = false, scale = 1 / Math.sqrt(queries.shape[queries.rank - 1] ?? 1) } = options
  checkChoice('attention', 'causal', causal, [false, true])
  checkSetting('attention', 'scale', scale, finiteNumber)
  const [n = 0, m = 0] = [queries.shape[queries.rank - 2], keys.shape[keys.rank - 2]]
  const scaled = mul(queries, scale)
  if (mask === undefined) return flattened(scaled, keys, values, batch, undefined, causal)
  if (tensorOf(mask, 'attention').dtype !== 'bool')
    throw new DTypeError(`attention: expected a mask of booleans, got ${mask.dtype}`)
  const full = [...batch, n, m]
  if (!sameShape(broadcastShapes(mask.shape, full, 'attention: mask'), full))
    throw new ShapeError(
      `attention: expected a mask that broadcasts to ${showShape(full)}, got ${showShape(mask.shape)}`,
    )
  return (mask.shape[mask.rank - 2] ?? 1) === 1
    ? flattened(scaled, keys, values, batch, mask, causal)
    : byWeights({ q: scaled, k: keys, v: values, mask, causal })
}

/** With the axes of the batch as one. */
const flattened = (
  q: Tensor,
  k: Tensor,
  v: Tensor,
  batch: readonly number[],
  mask: Tensor | undefined,
  causal: boolean,
): Tensor => {
  const size = sizeOf(batch)
  const flat = (x: Tensor): Tensor => {
    const last = x.shape.slice(-2)
    return reshape(broadcastTo(x, [...batch, ...last]), [size, ...last])
  }
  const [n = 0, valueWidth = 0, m = 0] = [q.shape.at(-2), v.shape.at(-1), k.shape.at(-2)]
  if (size * n * m * valueWidth === 0 || q.shape.at(-1) === 0) return byWeights({ q, k, v, mask, causal })
  const rows =
    mask === undefined
      ? undefined
      : reshape(broadcastTo(reshape(mask, keysOnly(mask.shape)), [...batch, m]), [size, m])
  const result = fused({ q: flat(q), k: flat(k), v: flat(v), mask: rows, causal })
  return reshape(result, [...batch, n, valueWidth])
}

/** The shape of a mask without its axis of queries, which is 1. */
const keysOnly = (shape: readonly number[]): readonly number[] => [...shape.slice(0, -2), ...shape.slice(-1)]
