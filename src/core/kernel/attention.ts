import * as portableMath from './portable-math.ts'
import type { FloatBuffer, Routine, RoutineReach } from './routine.ts'

/*
 * Attention without the matrix of weights: softmax(QKᵀ)V one row of queries at a time, so that memory is linear in the
 * length. Queries, keys and values stand over each other in one array [batch, queries + 2·keys, width]; a result has one
 * column more than they have, the logarithm of the sum of its row's exponentials, from which the derivatives make the
 * weights again. AttentionSizes are [batch, queries, keys, width, causal].
 */

/** What attention is told beside its inputs. */
export interface AttentionParameters {
  readonly queries: number
  /** Whether query i looks at keys 0 to i only. */
  readonly causal: boolean
}

/** The sizes of packed inputs `[batch, queries + 2·keys, width]`. */
export const attentionSizes = (
  { shape: [batch = 0, rows = 0, width = 0] }: { readonly shape: readonly number[] },
  { queries, causal }: AttentionParameters,
): readonly number[] => [batch, queries, (rows - queries) / 2, width, causal ? 1 : 0]

/** The sizes of the routine by their names. */
export interface AttentionSizes {
  readonly batch: number
  readonly queries: number
  readonly keys: number
  readonly width: number
  readonly causal: boolean
}

export const namedSizes = ([
  batch = 0,
  queries = 0,
  keys = 0,
  width = 0,
  causal = 0,
]: readonly number[]): AttentionSizes => ({
  batch,
  queries,
  keys,
  width,
  causal: causal !== 0,
})

const reachOf =
  (of: (packed: number, result: number) => RoutineReach) =>
  (sizes: readonly number[]): RoutineReach | undefined => {
    const { batch, queries, keys, width } = namedSizes(sizes)
    return sizes.length === 5 && (sizes[4] === 0 || sizes[4] === 1)
      ? of(batch * (queries + 2 * keys) * width, batch * queries * (width + 1))
      : undefined
  }

/** Operations for each product of a query with a key. */
const workOf =
  (products: number) =>
  (sizes: readonly number[]): number => {
    const { batch, queries, keys, width } = namedSizes(sizes)
    return 2 * products * batch * queries * keys * width
  }

/** Keys that query i looks at: none behind it where attention is causal. */
const seenBy = ({ keys, causal }: AttentionSizes, i: number): number =>
  causal ? Math.min(keys, i + 1) : keys

const dot = (a: FloatBuffer, aAt: number, b: FloatBuffer, bAt: number, width: number): number => {
  let sum = 0
  for (let c = 0; c < width; c++) sum += a[aAt + c]! * b[bAt + c]!
  return sum
}

/** Where the parts of one of the batch begin. */
const placesOf = ({ queries, keys, width }: AttentionSizes, b: number) => {
  const q = b * (queries + 2 * keys) * width
  const k = q + queries * width
  return { q, k, v: k + keys * width, result: b * queries * (width + 1) }
}

/** `[batch, queries + 2·keys, width]` → `[batch, queries, width + 1]`: outputs, and log Σ exp beside them. */
export const attentionRoutine: Routine<'attention'> = {
  name: 'attention',
  reach: reachOf((packed, result) => ({ reads: [packed], writes: result })),
  work: workOf(2),
  run: (given, [packed], out, portable) => {
    const sizes = namedSizes(given)
    const { batch, queries, keys, width } = sizes
    const exp = portable ? portableMath.exp : Math.exp
    const weights = new Float64Array(keys)
    const sums = new Float64Array(width)
    for (let b = 0; b < batch; b++) {
      const { q, k, v, result } = placesOf(sizes, b)
      for (let i = 0; i < queries; i++) {
        const seen = seenBy(sizes, i)
        let most = -Infinity
        for (let j = 0; j < seen; j++) {
          weights[j] = dot(packed!, q + i * width, packed!, k + j * width, width)
          // NaN stays.
          most = Math.max(most, weights[j]!)
        }
        let total = 0
        sums.fill(0)
        for (let j = 0; j < seen; j++) {
          const weight = exp(weights[j]! - most)
          total += weight
          const at = v + j * width
          for (let c = 0; c < width; c++) sums[c]! += weight * packed![at + c]!
        }
        const at = result + i * (width + 1)
        for (let c = 0; c < width; c++) out[at + c] = sums[c]! / total
        out[at + width] = most + (portable ? portableMath.log : Math.log)(total)
      }
    }
  },
  native: true,
}

/**
 * How the result moves with the packed inputs: packed inputs, result, and the tangent of the inputs → the tangent of the
 * result. With weights P: dO = P·dV + (P∘dS)V − r∘O, and r = the row sums of P∘dS for the logarithm.
 */
export const attentionTangentRoutine: Routine<'attentionTangent'> = {
  name: 'attentionTangent',
  reach: reachOf((packed, result) => ({ reads: [packed, result, packed], writes: result })),
  work: workOf(5),
  run: (given, [packed, output, moved], out, portable) => {
    const sizes = namedSizes(given)
    const { batch, queries, width } = sizes
    const exp = portable ? portableMath.exp : Math.exp
    const sums = new Float64Array(width)
    for (let b = 0; b < batch; b++) {
      const { q, k, v, result } = placesOf(sizes, b)
      for (let i = 0; i < queries; i++) {
        const at = result + i * (width + 1)
        const [own, seen] = [q + i * width, seenBy(sizes, i)]
        let total = 0
        sums.fill(0)
        for (let j = 0; j < seen; j++) {
          const key = k + j * width
          const weight = exp(dot(packed!, own, packed!, key, width) - output![at + width]!)
          const change =
            weight * (dot(moved!, own, packed!, key, width) + dot(packed!, own, moved!, key, width))
          total += change
          const value = v + j * width
          for (let c = 0; c < width; c++)
            sums[c]! += weight * moved![value + c]! + change * packed![value + c]!
        }
        for (let c = 0; c < width; c++) out[at + c] = sums[c]! - total * output![at + c]!
        out[at + width] = total
      }
    }
  },
  native: true,
}

/** The transpose of {@link attentionTangentRoutine}: packed inputs, result and its cotangent → the cotangent of the inputs. */
export const attentionCotangentRoutine: Routine<'attentionCotangent'> = {
  name: 'attentionCotangent',
  reach: reachOf((packed, result) => ({ reads: [packed, result, result], writes: packed })),
  work: workOf(5),
  run: (given, [packed, output, cotangent], out, portable) => {
    const sizes = namedSizes(given)
    const { batch, queries, keys, width } = sizes
    const exp = portable ? portableMath.exp : Math.exp
    // Sums in double, of one of the batch at a time.
    const sums = new Float64Array((queries + 2 * keys) * width)
    for (let b = 0; b < batch; b++) {
      const { q, k, v, result } = placesOf(sizes, b)
      sums.fill(0)
      for (let i = 0; i < queries; i++) {
        const at = result + i * (width + 1)
        const [own, seen] = [q + i * width, seenBy(sizes, i)]
        const level = cotangent![at + width]! - dot(cotangent!, at, output!, at, width)
        for (let j = 0; j < seen; j++) {
          const [key, value] = [k + j * width, v + j * width]
          const weight = exp(dot(packed!, own, packed!, key, width) - output![at + width]!)
          const slope = weight * (dot(cotangent!, at, packed!, value, width) + level)
          for (let c = 0; c < width; c++) {
            sums[own - q + c]! += slope * packed![key + c]!
            sums[key - q + c]! += slope * packed![own + c]!
            sums[value - q + c]! += weight * cotangent![at + c]!
          }
        }
      }
      out.set(sums, q)
    }
  },
  native: true,
}
