import { apply, operations as o } from '../autodiff/apply.ts'
import { concat } from '../primitive/movement.ts'
import * as primitive from '../primitive/random.ts'
import { asValue, type AnyValue } from '../autodiff/value.ts'
import { viewOf } from '../tensor/concrete.ts'
import { checkOptions } from '../tensor/check-options.ts'
import { checkSetting } from '../tensor/check-setting.ts'
import { isFloat, type FloatDType } from '../tensor/dtype.ts'
import { ArgumentError, DTypeError, ShapeError } from '../tensor/errors.ts'
import { nextBelow } from '../tensor/next-below.ts'
import { listLength } from '../tensor/setting-ranges.ts'
import { checkShape, normalizeAxis, showShape } from '../tensor/shape.ts'
import { showValue } from '../tensor/show-value.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { add, cast, cos, floor, log, log1p, maximum, minimum, mul, neg, sqrt, sub } from './arithmetic.ts'
import { less, lessEqual, logicalAnd, logicalOr } from './comparison.ts'
import { checkedDType } from './dtype-option.ts'
import { keyOf } from './key-of.ts'
import { isNumber, isPlainly, tensorOf, valueOf, type Operand } from './operand.ts'
import { argmax } from './reduce.ts'
import { argsort } from './index-by.ts'

/**
 * The address of a stream of random numbers: two 32-bit words. The same key always gives the same numbers; make
 * new ones with {@link splitKey} and {@link foldIn}, and use each for one purpose only.
 *
 * @category Randomness
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
 * @category Randomness
 */
export const key = (seed: number): Key => {
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new ArgumentError(`key: a seed is an integer from 0 to 2^53 - 1, got ${showValue(seed)}`)
  const drawn: Tensor = viewOf(Uint32Array.of(Math.floor(seed / 2 ** 32), seed % 2 ** 32), 'uint32', [2])
  return drawn as Key
}

const words = (first: number, second: number): AnyValue =>
  viewOf(Uint32Array.of(first, second), 'uint32', [2])

/** Counters with second word 0 address keys; random bits use second word 1, so the two never coincide. */
const derived = (from: Key, counter: AnyValue): Key => {
  const drawn: Tensor = apply(primitive.threefry, [asValue(from), counter], {})
  return drawn as Key
}

/**
 * Independent keys made from one, which should not be used again.
 *
 * @throws ArgumentError unless the count is an integer from 0 to 2²⁴.
 * @example
 * ```ts
 * import { key, splitKey } from 'puregrad'
 * splitKey(key(0), 3).length // => 3
 * ```
 * @category Randomness
 */
export const splitKey = (from: Key, count: number): readonly Key[] => {
  keyOf(from, 'splitKey')
  checkSetting('splitKey', 'count', count, listLength)
  return Array.from({ length: count }, (_, i) => derived(from, words(i, 0)))
}

const checkAddress = (address: number): void => {
  checkSetting('foldIn', 'address', address, { whole: true, min: 0, max: 2 ** 32 - 1 })
}

/**
 * FNV-1a over the bytes of UTF-16 units: a name as 64 bits, in two words. The prime is 2⁴⁰ + 435; a word times 435 stays
 * an exact double.
 */
const hashOf = (name: string): readonly [high: number, low: number] =>
  Array.from({ length: 2 * name.length }, (_, i) => (name.charCodeAt(i >> 1) >> (8 * (i & 1))) & 0xff).reduce<
    readonly [number, number]
  >(
    ([high, low], byte) => {
      const mixed = (low ^ byte) >>> 0
      const product = mixed * 435
      return [(Math.imul(high, 435) + Math.floor(product / 2 ** 32) + (mixed << 8)) >>> 0, product >>> 0]
    },
    [0xcbf29ce4, 0x84222325],
  )

/**
 * The key at an address below another: a number (epoch, step; it may be an integer tensor of one element) or a name (a
 * layer). Adding another address changes nobody else's numbers. Names go through a hash of 64 bits, so two of a million
 * names meet with a chance of 1 in 4·10⁷.
 *
 * @throws ArgumentError for a number that is not an integer from 0 to 2³² − 1; DTypeError for a tensor that is not of
 * integers; ShapeError for one that has not one element.
 * @example
 * ```ts
 * import { foldIn, key, uniform } from 'puregrad'
 * const forLayer = foldIn(foldIn(key(0), 'dropout'), 3)
 * uniform(forLayer, [2]).shape // => [2]
 * ```
 * @category Randomness
 */
export const foldIn = (from: Key, address: number | string | Tensor): Key => {
  keyOf(from, 'foldIn')
  // Names live below a key of their own, which no number leads to: −2 as second counter word, −1 for numbers.
  if (typeof address === 'string') {
    const [high, low] = hashOf(address)
    return derived(derived(from, words(0, 0xfffffffe)), words(high, low))
  }
  if (typeof address === 'number') {
    checkAddress(address)
    if (isPlainly(address, address)) return derived(from, words(address, 0xffffffff))
  }
  const value = valueOf(address, 'uint32', 'foldIn', checkAddress)
  if (value.dtype !== 'int32' && value.dtype !== 'uint32')
    throw new DTypeError(`foldIn: expected an address of integers, got ${value.dtype}; convert it with cast`)
  if (value.size !== 1)
    throw new ShapeError(`foldIn: expected an address of one element, got shape ${showShape(value.shape)}`)
  const low = o.reshape(o.cast(value, 'uint32'), [1])
  const high = viewOf(Uint32Array.of(0xffffffff), 'uint32', [1])
  return derived(from, o.bind(concat, [low, high], { axis: 0 }))
}

/**
 * Uniform 32-bit words (uint32).
 *
 * @example
 * ```ts
 * import { key, randomBits } from 'puregrad'
 * randomBits(key(0), [3]).dtype // => 'uint32'
 * ```
 * @category Randomness
 */
export const randomBits = (from: Key, shape: readonly number[]): Tensor => {
  checkShape(shape, 'randomBits')
  return apply(primitive.randomBits, [keyOf(from, 'randomBits')], { shape })
}

/** Two words for each element. */
const wordPairs = (from: Key, shape: readonly number[]): readonly [AnyValue, AnyValue] => {
  const bits = asValue(randomBits(from, [...shape, 2]))
  const word = (i: number): AnyValue =>
    o.reshape(
      o.slice(bits, {
        start: [...shape.map(() => 0), i],
        step: [...shape.map(() => 1), 1],
        shape: [...shape, 1],
      }),
      shape,
    )
  return [word(0), word(1)]
}

/**
 * Uniform in [0, 1): 24 random bits in float32, 53 in float64. The 24 are the upper ones of a word without what is below
 * them, which float32 holds; so no float64 is needed, and every step is exact.
 */
const unit = (from: Key, shape: readonly number[], dtype: FloatDType): Tensor => {
  if (dtype === 'float32') {
    const bits = randomBits(from, shape)
    const below = cast(mul(cast(mul(bits, 2 ** 24), 'float32'), 2 ** -24), 'uint32')
    return mul(cast(sub(asValue(bits), asValue(below)), 'float32'), 2 ** -32)
  }
  const [first, second] = wordPairs(from, shape)
  const high = floor(mul(o.cast(first, 'float64'), 2 ** -5))
  const low = floor(mul(o.cast(second, 'float64'), 2 ** -6))
  return mul(add(mul(high, 2 ** 26), low), 2 ** -53)
}

/** Whether the uniform number in float64 of the same key is below another, known one: its words are compared. */
const isBelow = (from: Key, shape: readonly number[], p: number): Tensor => {
  const [first, second] = wordPairs(from, shape)
  // Those below are the first so many of the 2⁵³ numbers; 27 bits of their count are for the first word.
  const count = Math.ceil(p * 2 ** 53)
  if (count === 2 ** 53) return lessEqual(first, 0xffffffff)
  const [high, low] = [Math.floor(count / 2 ** 26), count % 2 ** 26]
  const equalHigh = logicalAnd(lessEqual(first, 32 * high + 31), less(second, 64 * low))
  return logicalOr(less(first, 32 * high), equalHigh)
}

/**
 * In which dtype to draw random numbers.
 *
 * @category Randomness
 */
export interface SampleOptions {
  /** `float32` unless told otherwise. */
  readonly dtype?: FloatDType
}

/** The dtype to draw, after a look at what is common to all distributions. */
const sampled = (where: string, from: Key, shape: readonly number[], options: SampleOptions): FloatDType => {
  keyOf(from, where)
  checkShape(shape, where)
  const dtype = checkedDType(where, options.dtype)
  if (!isFloat(dtype)) throw new DTypeError(`${where}: expected float32 or float64, got ${dtype}`)
  return dtype
}

/**
 * Uniform random numbers in [low, high), the bounds being rounded to the dtype. There are 2²⁴ different ones in
 * float32, 2⁵³ in float64, fewer where the dtype has fewer in the interval; equal bounds give that number.
 *
 * @throws ArgumentError unless low ≤ high are finite.
 * @example
 * ```ts
 * import { all, greaterEqual, key, toArray, uniform } from 'puregrad'
 * toArray(all(greaterEqual(uniform(key(0), [100]), 0))) // => true
 * ```
 * @category Randomness
 */
export const uniform = (
  from: Key,
  shape: readonly number[],
  options: SampleOptions & { readonly low?: number; readonly high?: number } = {},
): Tensor => {
  checkOptions('uniform', options, { low: true, high: true, dtype: true })
  const { low = 0, high = 1 } = options
  const dtype = sampled('uniform', from, shape, options)
  checkSetting('uniform', 'low', low)
  checkSetting('uniform', 'high', high, { min: low })
  const rounded = (x: number): number => (dtype === 'float32' ? Math.fround(x) : x)
  const [a, b] = [rounded(low), rounded(high)]
  checkSetting('uniform', `low as ${dtype}`, a)
  checkSetting('uniform', `high as ${dtype}`, b)
  const share = unit(from, shape, dtype)
  const width = rounded(high - low)
  const drawn = Number.isFinite(width)
    ? add(mul(share, high - low), low)
    : mul(add(mul(share, high / 2 - low / 2), low / 2), 2)
  // Rounding may lead up to the bound; in [0, 1) it does not.
  return low === 0 && high === 1 ? drawn : minimum(drawn, Math.max(a, nextBelow(b, dtype)))
}

/**
 * Normal random numbers, none further than 5.8 (float64: 8.6) deviations from the mean. Source: G. E. P. Box,
 * M. E. Muller, "A note on the generation of random normal deviates", 1958.
 *
 * @throws ArgumentError unless the mean is finite and the deviation finite and not negative.
 * @example
 * ```ts
 * import { key, normal } from 'puregrad'
 * normal(key(0), [3, 2]).shape // => [3, 2]
 * ```
 * @category Randomness
 */
export const normal = (
  from: Key,
  shape: readonly number[],
  options: SampleOptions & { readonly mean?: number; readonly std?: number } = {},
): Tensor => {
  checkOptions('normal', options, { mean: true, std: true, dtype: true })
  const { mean = 0, std = 1 } = options
  const dtype = sampled('normal', from, shape, options)
  const checkMean = (value: number): void => {
    checkSetting('normal', 'mean', value)
  }
  const checkDeviation = (value: number): void => {
    checkSetting('normal', 'std', value, { min: 0 })
  }
  if (typeof mean === 'number') checkMean(mean)
  if (typeof std === 'number') checkDeviation(std)
  const [a, b] = splitKey(from, 2) as readonly [Key, Key]
  const radius = sqrt(mul(log1p(neg(unit(a, shape, dtype))), -2))
  const directions = cos(mul(unit(b, shape, dtype), 2 * Math.PI))
  return add(
    mul(mul(radius, directions), valueOf(std, dtype, 'normal', checkDeviation)),
    valueOf(mean, dtype, 'normal', checkMean),
  )
}

const checkChance = (p: number): void => {
  checkSetting('bernoulli', 'p', p, { min: 0, max: 1 })
}

/**
 * True with probability p (a number, or a float tensor that broadcasts to the shape, where elements of 1 or more are
 * certain, and those of 0 or less, and NaN, impossible).
 *
 * @throws ArgumentError for a number outside [0, 1]; DTypeError for a tensor that is not of floats.
 * @example
 * ```ts
 * import { all, bernoulli, key, toArray } from 'puregrad'
 * toArray(all(bernoulli(key(0), 1, [10]))) // => true
 * ```
 * @category Randomness
 */
export const bernoulli = (from: Key, p: Operand, shape: readonly number[]): Tensor => {
  keyOf(from, 'bernoulli')
  checkShape(shape, 'bernoulli')
  const dtype = isNumber(p) ? 'float64' : tensorOf(p, 'bernoulli', 'p as a number or a tensor').dtype
  if (!isFloat(dtype)) throw new DTypeError(`bernoulli: expected p as float32 or float64, got ${dtype}`)
  if (typeof p === 'number') {
    checkChance(p)
    if (isPlainly(p, p)) return isBelow(from, shape, p)
  }
  const chance = o.broadcastTo(valueOf(p, dtype, 'bernoulli', checkChance), shape)
  return less(unit(from, shape, dtype), chance)
}

/**
 * Positions (int32) drawn along an axis (the last unless told otherwise) with probability softmax(logits), by the
 * Gumbel-max trick in float64. A class of logit −∞ is never drawn while another has a greater one; a row with NaN gives
 * the position of the first.
 *
 * @throws DTypeError for logits that are not floats; ArgumentError for an axis without elements.
 * @example
 * ```ts
 * import { categorical, item, key, log, tensor } from 'puregrad'
 * item(categorical(key(0), log(tensor([0, 1, 0])))) // => 1
 * ```
 * @category Randomness
 */
export const categorical = (from: Key, logits: Tensor, options: { readonly axis?: number } = {}): Tensor => {
  checkOptions('categorical', options, { axis: true })
  keyOf(from, 'categorical')
  const { axis = -1 } = options
  const along = normalizeAxis(axis, tensorOf(logits, 'categorical').rank, 'categorical')
  if (!isFloat(logits.dtype))
    throw new DTypeError(`categorical: expected logits as float32 or float64, got ${logits.dtype}`)
  // Never 0, whose Gumbel number would be infinite.
  const share = maximum(unit(from, logits.shape, 'float64'), 2 ** -54)
  const gumbel = neg(log(neg(log1p(neg(share)))))
  return argmax(add(cast(logits, 'float64'), gumbel), { axis: along })
}

/**
 * The numbers 0 … n − 1 (int32) in random order.
 *
 * @throws ArgumentError unless n is an integer of 0 or more.
 * @example
 * ```ts
 * import { key, permutation, sort, toArray } from 'puregrad'
 * toArray(sort(permutation(key(0), 4))) // => [0, 1, 2, 3]
 * ```
 * @category Randomness
 */
export const permutation = (from: Key, n: number): Tensor => {
  keyOf(from, 'permutation')
  checkSetting('permutation', 'n', n, { whole: true, min: 0, max: 2 ** 31 - 1 })
  return argsort(unit(from, [n], 'float64'))
}
