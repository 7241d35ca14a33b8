import { viewOf, type ConcreteTensor } from '../tensor/concrete.ts'
import { allocate, type Buffer, type DType } from '../tensor/dtype.ts'
import { sizeOf } from '../tensor/shape.ts'

/*
 * Long rows are sorted by the digits of a key, the lowest digit first. A key is an unsigned number that is in order
 * where the elements are, of one word or, for float64, of two:
 *
 *   float32   −1 → 0x407fffff    −0, 0 → 0x80000000    1 → 0xbf800000    NaN → 0xffffffff
 *
 * A round puts the positions into the order of one digit and keeps the order they had among equal digits, so after the
 * round of the highest digit they are in order by the whole key, and equal elements as they lay.
 */

/** Shorter rows are sorted by comparing, which is faster there. */
const leastByDigits = 256
const digitBits = 11
const digitValues = 1 << digitBits

/** The words of the keys of one row, the lower first. */
type KeysOf = (data: Buffer, offset: number, stride: number, n: number) => readonly Uint32Array[]

const topBit = 0x80000000

const float32 = new Float32Array(1)
const float32Bits = new Uint32Array(float32.buffer)
const keysOfFloat32: KeysOf = (data, offset, stride, n) => {
  const keys = new Uint32Array(n)
  for (let i = 0; i < n; i++) {
    // −0 + 0 is 0: both zeros have one key.
    const value = data[offset + i * stride]! + 0
    float32[0] = value
    const bits = float32Bits[0]!
    keys[i] = value !== value ? 0xffffffff : bits >= topBit ? ~bits : bits ^ topBit
  }
  return [keys]
}

const float64 = new Float64Array(1)
const float64Words = new Uint32Array(float64.buffer)
const littleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1
const keysOfFloat64: KeysOf = (data, offset, stride, n) => {
  const [low, high] = [new Uint32Array(n), new Uint32Array(n)]
  for (let i = 0; i < n; i++) {
    const value = data[offset + i * stride]! + 0
    float64[0] = value
    const [lower, upper] = [float64Words[littleEndian ? 0 : 1]!, float64Words[littleEndian ? 1 : 0]!]
    const [isNaN, negative] = [value !== value, upper >= topBit]
    low[i] = isNaN ? 0xffffffff : negative ? ~lower : lower
    high[i] = isNaN ? 0xffffffff : negative ? ~upper : upper ^ topBit
  }
  return [low, high]
}

const keysOfIntegers =
  (flipped: number): KeysOf =>
  (data, offset, stride, n) => {
    const keys = new Uint32Array(n)
    for (let i = 0; i < n; i++) keys[i] = data[offset + i * stride]! ^ flipped
    return [keys]
  }

const keysOf: { readonly [D in DType]?: KeysOf } = {
  float32: keysOfFloat32,
  float64: keysOfFloat64,
  int32: keysOfIntegers(topBit),
  uint32: keysOfIntegers(0),
  bool: keysOfIntegers(0),
}

/** One round: the positions in the order of a digit; as they were where all have the same one. */
const byDigit = (order: Int32Array, spare: Int32Array, words: Uint32Array, shift: number): boolean => {
  const starts = new Int32Array(digitValues)
  for (let i = 0; i < words.length; i++) starts[(words[i]! >>> shift) & (digitValues - 1)]!++
  if (starts[(words[0]! >>> shift) & (digitValues - 1)] === words.length) return false
  let before = 0
  for (let d = 0; d < digitValues; d++) {
    const count = starts[d]!
    starts[d] = before
    before += count
  }
  for (let i = 0; i < order.length; i++) {
    const position = order[i]!
    spare[starts[(words[position]! >>> shift) & (digitValues - 1)]!++] = position
  }
  return true
}

const sortedByDigits = (keys: readonly Uint32Array[], n: number): Int32Array => {
  let order = new Int32Array(n)
  let spare = new Int32Array(n)
  for (let i = 0; i < n; i++) order[i] = i
  for (const words of keys)
    for (let shift = 0; shift < 32; shift += digitBits)
      if (byDigit(order, spare, words, shift)) [order, spare] = [spare, order]
  return order
}

const sortedByComparing = (data: Buffer, offset: number, stride: number, n: number): readonly number[] => {
  const valueOf = (i: number): number => data[offset + i * stride]!
  return Array.from({ length: n }, (_, i) => i).sort((i, j) => {
    const [a, b] = [valueOf(i), valueOf(j)]
    if (a !== a) return b !== b ? i - j : 1
    if (b !== b) return -1
    return a - b || i - j
  })
}

/** Positions that sort the last axis ascending; equal elements keep their order, NaN go last. */
export const argsortKernel = (x: ConcreteTensor): ConcreteTensor => {
  const n = x.shape[x.shape.length - 1]!
  const out = allocate('int32', sizeOf(x.shape))
  const kept = x.shape.length - 1
  const stride = x.view.stride[kept]!
  const { data } = x.view
  const keys = n < leastByDigits ? undefined : keysOf[x.dtype]
  let next = 0
  const each = (axis: number, offset: number): void => {
    if (axis === kept) {
      out.set(
        keys === undefined
          ? sortedByComparing(data, offset, stride, n)
          : sortedByDigits(keys(data, offset, stride, n), n),
        next,
      )
      next += n
    } else for (let i = 0; i < x.shape[axis]!; i++) each(axis + 1, offset + i * x.view.stride[axis]!)
  }
  each(0, x.view.offset)
  return viewOf(out, 'int32', x.shape)
}
