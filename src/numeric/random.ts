import { apply, operations as o } from '../autodiff/apply.ts'
import type { AnyValue } from '../autodiff/value.ts'
import { viewOf } from '../tensor/concrete.ts'
import type { FloatDType } from '../tensor/dtype.ts'
import { ArgumentError } from '../tensor/errors.ts'
import { checkShape, normalizeAxis } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { add, cast, cos, floor, log, log1p, mul, neg, sqrt } from './arithmetic.ts'
import { less } from './comparison.ts'
import { isNumber, valueOf, type Operand } from './operand.ts'
import { argmax } from './reduce.ts'
import { argsort } from './index-by.ts'

/**
 * The address of a stream of random numbers: two 32-bit words. The same key always gives the same numbers; make
 * new ones with {@link splitKey} and {@link foldIn}, and use each for one purpose only.
 */
export type Key = Tensor<readonly [2]>

/**
 * The key of a seed.
 *
 * @throws ArgumentError unless the seed is an integer from 0 to 2⁵³ − 1.
 * @example
 * ```ts
 * import { key, toArray } from 'puregrad'
 * toArray(key(7)) // => [0, 7]
 * ```
 */
export const key = (seed: number): Key => {
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new ArgumentError(`key: a seed is an integer from 0 to 2^53 - 1, got ${String(seed)}`)
  return viewOf(Uint32Array.of(Math.floor(seed / 2 ** 32), seed % 2 ** 32), 'uint32', [2]) as Tensor as Key
}

/** Counters with second word 0 address keys; random bits use second word 1, so the two never coincide. */
const derived = (from: Key, counter: AnyValue): Key =>
  apply('threefry', [from as Tensor as AnyValue, counter], {}) as Tensor as Key

/**
 * Independent keys made from one, which should not be used again.
 *
 * @example
 * ```ts
 * import { key, splitKey } from 'puregrad'
 * splitKey(key(0), 3).length // => 3
 * ```
 */
export const splitKey = (from: Key, count: number): readonly Key[] =>
  Array.from({ length: count }, (_, i) => derived(from, viewOf(Uint32Array.of(i, 0), 'uint32', [2])))

/** FNV-1a over UTF-16 units: a name as 32 bits. */
const hashOf = (name: string): number =>
  [...name].reduce((hash, letter) => Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 16777619), 2166136261) >>>
  0

const checkAddress = (address: number): void => {
  if (!(Number.isInteger(address) && address >= 0 && address < 2 ** 32))
    throw new ArgumentError(`foldIn: an address is an integer from 0 to 2^32 - 1, got ${String(address)}`)
}

/**
 * The key at an address below another: a number (epoch, step; it may be a scalar tensor) or a name (a layer).
 * Adding another address changes nobody else's numbers.
 *
 * @throws ArgumentError for a number that is not an integer from 0 to 2³² − 1.
 * @example
 * ```ts
 * import { foldIn, key, uniform } from 'puregrad'
 * const forLayer = foldIn(foldIn(key(0), 'dropout'), 3)
 * uniform(forLayer, [2]).shape // => [2]
 * ```
 */
export const foldIn = (from: Key, address: number | string | Tensor): Key => {
  if (typeof address === 'number') checkAddress(address)
  const low =
    typeof address === 'string'
      ? viewOf(Uint32Array.of(hashOf(address)), 'uint32', [1])
      : (o.reshape(o.cast(valueOf(address, 'uint32', 'foldIn', checkAddress), 'uint32'), [1]) as AnyValue)
  // Names and numbers live in separate halves: −1 and −2 as second counter word.
  const high = viewOf(Uint32Array.of(typeof address === 'string' ? 0xfffffffe : 0xffffffff), 'uint32', [1])
  return derived(from, o.bind('concat', [low, high], { axis: 0 }) as AnyValue)
}

/** Uniform 32-bit words (uint32). */
export const randomBits = (from: Key, shape: readonly number[]): Tensor => {
  checkShape(shape, 'randomBits')
  return apply('randomBits', [from as Tensor as AnyValue], { shape })
}

/** Uniform in [0, 1): 24 random bits in float32, 53 in float64. */
const unit = (from: Key, shape: readonly number[], dtype: FloatDType): Tensor => {
  if (dtype === 'float32') {
    const bits = cast(randomBits(from, shape), 'float64')
    return cast(mul(floor(mul(bits, 2 ** -8)), 2 ** -24), 'float32')
  }
  const bits = randomBits(from, [...shape, 2]) as AnyValue
  const half = (i: number): Tensor =>
    o.cast(
      o.reshape(
        o.slice(bits, {
          start: [...shape.map(() => 0), i],
          step: [...shape.map(() => 1), 1],
          shape: [...shape, 1],
        }),
        shape,
      ),
      'float64',
    )
  const [high, low] = [floor(mul(half(0), 2 ** -5)), floor(mul(half(1), 2 ** -6))]
  return mul(add(mul(high, 2 ** 26), low), 2 ** -53)
}

export interface SampleOptions {
  /** `float32` unless told otherwise. */
  readonly dtype?: FloatDType
}

/**
 * Uniform random numbers in [low, high).
 *
 * @example
 * ```ts
 * import { all, greaterEqual, key, toArray, uniform } from 'puregrad'
 * toArray(all(greaterEqual(uniform(key(0), [100]), 0))) // => true
 * ```
 */
export const uniform = (
  from: Key,
  shape: readonly number[],
  {
    low = 0,
    high = 1,
    dtype = 'float32',
  }: SampleOptions & { readonly low?: number; readonly high?: number } = {},
): Tensor => add(mul(unit(from, shape, dtype), high - low), low)

/**
 * Normal random numbers. Source: G. E. P. Box, M. E. Muller, "A note on the generation of random normal deviates",
 * 1958.
 *
 * @example
 * ```ts
 * import { key, normal } from 'puregrad'
 * normal(key(0), [3, 2]).shape // => [3, 2]
 * ```
 */
export const normal = (
  from: Key,
  shape: readonly number[],
  {
    mean = 0,
    std = 1,
    dtype = 'float32',
  }: SampleOptions & { readonly mean?: number; readonly std?: number } = {},
): Tensor => {
  const [a, b] = splitKey(from, 2) as readonly [Key, Key]
  const radius = sqrt(mul(log1p(neg(unit(a, shape, dtype))), -2))
  return add(mul(mul(radius, cos(mul(unit(b, shape, dtype), 2 * Math.PI))), std), mean)
}

/**
 * True with probability p (a number, or a tensor that broadcasts to the shape).
 *
 * @example
 * ```ts
 * import { all, bernoulli, key, toArray } from 'puregrad'
 * toArray(all(bernoulli(key(0), 1, [10]))) // => true
 * ```
 */
export const bernoulli = (from: Key, p: Operand, shape: readonly number[]): Tensor => {
  const dtype = isNumber(p) ? 'float64' : (p.dtype as FloatDType)
  const chance = o.broadcastTo(valueOf(p, dtype, 'bernoulli'), shape) as Tensor
  return less(unit(from, shape, dtype), chance)
}

/**
 * Positions (int32) drawn along an axis (the last unless told otherwise) with probability softmax(logits), by the
 * Gumbel-max trick.
 */
export const categorical = (
  from: Key,
  logits: Tensor,
  { axis = -1 }: { readonly axis?: number } = {},
): Tensor => {
  const along = normalizeAxis(axis, logits.rank, 'categorical')
  const dtype = logits.dtype === 'float64' ? 'float64' : 'float32'
  const gumbel = neg(log(neg(log1p(neg(unit(from, logits.shape, dtype))))))
  return argmax(add(logits, gumbel), { axis: along })
}

/**
 * The numbers 0 … n − 1 (int32) in random order.
 *
 * @example
 * ```ts
 * import { key, permutation, sort, toArray } from 'puregrad'
 * toArray(sort(permutation(key(0), 4))) // => [0, 1, 2, 3]
 * ```
 */
export const permutation = (from: Key, n: number): Tensor => argsort(unit(from, [n], 'float64'))
