/*
 * Sums and updates of vectors in double precision, in one stated order: element i goes to the sum i mod 4, and the four
 * are added in pairs. native/lanes.h is the same, so that decompositions have the same bytes on every executor.
 */

/** Σ a[i]·b[i] over `length` neighbours. */
export const dot = (a: Float64Array, aAt: number, b: Float64Array, bAt: number, length: number): number => {
  let s0 = 0
  let s1 = 0
  let s2 = 0
  let s3 = 0
  let i = 0
  for (; i + 4 <= length; i += 4) {
    s0 += a[aAt + i]! * b[bAt + i]!
    s1 += a[aAt + i + 1]! * b[bAt + i + 1]!
    s2 += a[aAt + i + 2]! * b[bAt + i + 2]!
    s3 += a[aAt + i + 3]! * b[bAt + i + 3]!
  }
  if (i < length) s0 += a[aAt + i]! * b[bAt + i]!
  if (i + 1 < length) s1 += a[aAt + i + 1]! * b[bAt + i + 1]!
  if (i + 2 < length) s2 += a[aAt + i + 2]! * b[bAt + i + 2]!
  return s0 + s1 + (s2 + s3)
}

/** y += c·x */
export const addMultiple = (
  y: Float64Array,
  yAt: number,
  c: number,
  x: Float64Array,
  xAt: number,
  length: number,
): void => {
  for (let i = 0; i < length; i++) y[yAt + i]! += c * x[xAt + i]!
}

/** (x, y) → (c·x − s·y, s·x + c·y) */
export const rotate = (
  x: Float64Array,
  xAt: number,
  y: Float64Array,
  yAt: number,
  c: number,
  s: number,
  length: number,
): void => {
  for (let i = 0; i < length; i++) {
    const u = x[xAt + i]!
    const v = y[yAt + i]!
    x[xAt + i] = c * u - s * v
    y[yAt + i] = s * u + c * v
  }
}

/** The largest magnitude; `NaN` where one is not finite. */
export const largestOf = (a: ArrayLike<number>, at: number, length: number): number => {
  let most = 0
  for (let i = 0; i < length; i++) {
    const size = Math.abs(a[at + i]!)
    if (!(size < Infinity)) return NaN
    if (size > most) most = size
  }
  return most
}

const double = new Float64Array(1)
const words = new Int32Array(double.buffer)

/**
 * The power of two by which numbers up to `most` come to lie below 2, as far as 2^±1000: multiplying by it rounds nothing,
 * and neither squares of what it gives nor sums of them overflow.
 */
export const unitOf = (most: number): number => {
  if (most === 0) return 1
  double[0] = most
  const exponent = ((words[1]! >> 20) & 0x7ff) - 1023
  double[0] = 1
  words[1] = (1023 - Math.max(-1000, Math.min(1000, exponent))) << 20
  return double[0]
}

/** Whether the sign of a vector is to be turned: the first of its components that are largest, to within 10⁻⁶, is positive. */
export const pointsBack = (v: Float64Array, at: number, length: number): boolean => {
  let most = 0
  for (let i = 0; i < length; i++) most = Math.max(most, Math.abs(v[at + i]!))
  for (let i = 0; i < length; i++) {
    const x = v[at + i]!
    if (Math.abs(x) >= most * 0.999999) return x < 0
  }
  return false
}
