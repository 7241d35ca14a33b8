import type { FloatDType } from './dtype.ts'

/** The largest number of a dtype below a finite one of it. */
export const nextBelow = (bound: number, dtype: FloatDType): number => {
  const step = bound > 0 ? -1 : 1
  // Below 0 comes the negative number of least size, one step after −0.
  const start = bound === 0 ? -0 : bound
  if (dtype === 'float64') {
    const double = Float64Array.of(start)
    const bits = new BigInt64Array(double.buffer)
    bits[0] = bits[0]! + BigInt(step)
    return double[0]!
  }
  const single = Float32Array.of(start)
  const bits = new Int32Array(single.buffer)
  bits[0] = bits[0]! + step
  return single[0]!
}
