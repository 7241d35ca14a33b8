import {
  attentionCotangentRoutine,
  attentionRoutine,
  attentionSizes,
  attentionTangentRoutine,
  type AttentionParameters,
} from '../kernel/attention.ts'
import type { Routine } from '../kernel/routine.ts'
import { ShapeError } from '../tensor/errors.ts'
import { sameShape, showShape } from '../tensor/shape.ts'
import type { Value } from '../tensor/tensor.ts'
import { exp } from './elementwise.ts'
import { swapped } from './matrices.ts'
import { concat } from './movement.ts'
import { cumsum } from './reduction.ts'
import { matmul } from './matmul.ts'
import type { Batch, Operations, ParameterizedPrimitive, Typed } from './primitive.ts'
import { routinePrimitive } from './routine-primitive.ts'
import { tangentOfParts } from './tangent-of-parts.ts'
import { inputAt, requireFloat, requireSameDType } from './typing.ts'

/*
 * Attention of queries to keys, softmax(QKᵀ)V: three primitives over arrays that the kernels describe, the result, its
 * tangent and the transpose of that, which are linear in their last input and each other's transposes. What they do not
 * know of, scales and masks, is folded into queries and keys before.
 */

const packedOf = (inputs: readonly Typed[], { queries }: AttentionParameters, name: string): Typed => {
  requireSameDType(inputs, name)
  const packed = inputAt(inputs, 0, name)
  requireFloat(packed, name)
  const rest = (packed.shape[1] ?? 0) - queries
  if (packed.shape.length !== 3 || rest < 2 || rest % 2 !== 0)
    throw new ShapeError(
      `${name}: expected ${queries} queries over as many keys as values, [batch, queries + 2 · keys, width], got ${showShape(packed.shape)}`,
    )
  return packed
}

const resultShape = ({ shape: [batch = 0, , width = 0] }: Typed, queries: number): readonly number[] => [
  batch,
  queries,
  width + 1,
]

const requireShape = (name: string, given: Typed, shape: readonly number[]): void => {
  if (!sameShape(given.shape, shape))
    throw new ShapeError(`${name}: expected ${showShape(shape)}, got ${showShape(given.shape)}`)
}

/** Axes of batches become one. */
const batched =
  (primitive: () => ParameterizedPrimitive<AttentionParameters, string>): Batch<AttentionParameters> =>
  (o, inputs, marked, size, params) => {
    const whole = inputs.map((x, i) => (marked[i] === true ? x : o.broadcastTo(x, [size, ...x.shape])))
    const flat = whole.map((x) => {
      const [, batch = 0, ...rest] = x.shape
      return o.reshape(x, [size * batch, ...rest])
    })
    const result = o.bind(primitive(), flat, params)
    return o.reshape(result, [size, whole[0]!.shape[1]!, ...result.shape.slice(1)])
  }

const rowsOf = (o: Operations, x: Value, start: number, count: number): Value => {
  const [batch = 0, , width = 0] = x.shape
  return o.slice(x, { start: [0, start, 0], step: [1, 1, 1], shape: [batch, count, width] })
}

const columnsOf = (o: Operations, x: Value, start: number, count: number): Value => {
  const [batch = 0, rows = 0] = x.shape
  return o.slice(x, { start: [0, 0, start], step: [1, 1, 1], shape: [batch, rows, count] })
}

const times = (o: Operations, a: Value, b: Value): Value => o.call(matmul, a, b)

/** Σ along the last axis, which stays. */
const rowSum = (o: Operations, x: Value): Value => {
  const [batch = 0, rows = 0] = x.shape
  return o.reshape(o.sum(x, [2]), [batch, rows, 1])
}

/** Queries, keys and values, and what comes of them: the weights, outputs and their number of columns. */
const partsOf = (o: Operations, packed: Value, result: Value, { queries, causal }: AttentionParameters) => {
  const [, rows = 0, width = 0] = packed.shape
  const keys = (rows - queries) / 2
  const split = (x: Value) => ({
    q: rowsOf(o, x, 0, queries),
    k: rowsOf(o, x, queries, keys),
    v: rowsOf(o, x, queries + keys, keys),
  })
  const own = split(packed)
  const scores = times(o, own.q, swapped(o, own.k))
  const level = columnsOf(o, result, width, 1)
  const over = o.sub(scores, o.broadcastTo(level, scores.shape))
  const ones = o.constant(1, scores)
  const at = (axis: number): Value => o.bind(cumsum, [ones], { axis, reverse: false })
  const shown = causal ? o.select(o.less(at(1), at(2)), o.constant(-1e30, scores), over) : over
  return { ...own, split, width, weights: o.call(exp, shown), outputs: columnsOf(o, result, 0, width) }
}

const tangentByParts = (
  o: Operations,
  [packed, result, moved]: readonly Value[],
  params: AttentionParameters,
): Value => {
  const { q, k, v, split, weights, outputs } = partsOf(o, packed!, result!, params)
  const d = split(moved!)
  const change = o.mul(weights, o.add(times(o, d.q, swapped(o, k)), times(o, q, swapped(o, d.k))))
  const total = rowSum(o, change)
  const output = o.sub(
    o.add(times(o, weights, d.v), times(o, change, v)),
    o.mul(o.broadcastTo(total, outputs.shape), outputs),
  )
  return o.bind(concat, [output, total], { axis: 2 })
}

const cotangentByParts = (
  o: Operations,
  [packed, result, cotangent]: readonly Value[],
  params: AttentionParameters,
): Value => {
  const { q, k, v, width, weights, outputs } = partsOf(o, packed!, result!, params)
  const c = columnsOf(o, cotangent!, 0, width)
  const level = o.sub(columnsOf(o, cotangent!, width, 1), rowSum(o, o.mul(c, outputs)))
  const slopes = o.add(times(o, c, swapped(o, v)), o.broadcastTo(level, weights.shape))
  const s = o.mul(weights, slopes)
  return o.bind(concat, [times(o, s, k), times(o, swapped(o, s), q), times(o, swapped(o, weights), c)], {
    axis: 1,
  })
}

/** A primitive that is linear in its last input, told where the attention is taken by the two before. */
const linearPart = <N extends string>({
  name,
  routine,
  given,
  type,
  byParts,
  own,
  other,
}: {
  readonly name: N
  readonly routine: Routine
  /** The shape of the last input. */
  readonly given: (packed: Typed, queries: number) => readonly number[]
  readonly type: (packed: Typed, queries: number) => readonly number[]
  readonly byParts: typeof tangentByParts
  readonly own: () => ParameterizedPrimitive<AttentionParameters, string>
  readonly other: () => ParameterizedPrimitive<AttentionParameters, string>
}): ParameterizedPrimitive<AttentionParameters, N> =>
  routinePrimitive<AttentionParameters, N>({
    name,
    arity: 3,
    parameters: { queries: 'count', causal: 'flag' },
    traits: {},
    type: (inputs, params) => {
      const packed = packedOf(inputs, params, name)
      requireShape(name, inputAt(inputs, 1, name), resultShape(packed, params.queries))
      requireShape(name, inputAt(inputs, 2, name), given(packed, params.queries))
      return { shape: type(packed, params.queries), dtype: packed.dtype }
    },
    derivative: {
      kind: 'general',
      tangent: (o, inputs, [moved, followed, last], _, params) => {
        const [packed, result] = inputs as readonly [Value, Value]
        const along = last === undefined ? undefined : o.bind(own(), [packed, result, last], params)
        if (moved === undefined && followed === undefined) return along
        const turned = tangentOfParts(o, (parts, xs) => byParts(parts, xs, params), inputs, [
          moved,
          followed,
          undefined,
        ])
        return along === undefined ? turned : turned === undefined ? along : o.add(along, turned)
      },
    },
    linear: {
      inputs: [2],
      transpose: (o, ct, [packed, result], _, params) => [
        undefined,
        undefined,
        o.bind(other(), [packed as Value, result as Value, ct], params),
      ],
    },
    batch: batched(own),
    routine,
    sizes: ([packed], params) => attentionSizes(packed!, params),
  })

const packedShape = ({ shape }: Typed): readonly number[] => shape

/** The tangent of `attention`: `[batch, queries + 2·keys, width]`, its result, and the tangent of the first. */
export const attentionTangent: ParameterizedPrimitive<AttentionParameters, 'attentionTangent'> =
  /* @__PURE__ */ linearPart({
    name: 'attentionTangent',
    routine: attentionTangentRoutine,
    given: packedShape,
    type: resultShape,
    byParts: tangentByParts,
    own: () => attentionTangent,
    other: () => attentionCotangent,
  })

/** Its transpose: from the cotangent of the result to that of the packed inputs. */
export const attentionCotangent: ParameterizedPrimitive<AttentionParameters, 'attentionCotangent'> =
  /* @__PURE__ */ linearPart({
    name: 'attentionCotangent',
    routine: attentionCotangentRoutine,
    given: resultShape,
    type: packedShape,
    byParts: cotangentByParts,
    own: () => attentionCotangent,
    other: () => attentionTangent,
  })

/**
 * `[batch, queries + 2·keys, width]`, queries over keys over values → `[batch, queries, width + 1]`: softmax(QKᵀ)V, and the
 * logarithm of the sum of each row's exponentials as the last column.
 */
export const attention: ParameterizedPrimitive<AttentionParameters, 'attention'> =
  /* @__PURE__ */ routinePrimitive<AttentionParameters, 'attention'>({
    name: 'attention',
    arity: 1,
    parameters: { queries: 'count', causal: 'flag' },
    traits: {},
    type: (inputs, params) => {
      const packed = packedOf(inputs, params, 'attention')
      return { shape: resultShape(packed, params.queries), dtype: packed.dtype }
    },
    derivative: {
      kind: 'general',
      tangent: (o, [packed], [moved], result, params) =>
        moved === undefined ? undefined : o.bind(attentionTangent, [packed!, result, moved], params),
    },
    batch: batched(() => attention),
    routine: attentionRoutine,
    sizes: ([packed], params) => attentionSizes(packed!, params),
  })
