/*
 * Numbers in 16 bits. float16 (IEEE 754 binary16) has 5 bits of exponent and 10 of fraction, bfloat16 those of float32 cut
 * to 8 and 7. Both round once, to the nearest and to the even one of two that are as near: 2049 lies between the float16
 * neighbours 2048 and 2050 and becomes 2048, whose bits are 0 11010 0000000000.
 */

const float64 = new Float64Array(1)
const words = new Uint32Array(float64.buffer)
const float32 = new Float32Array(1)
const word = new Uint32Array(float32.buffer)

/** Which of the two words of a float64 has its sign and exponent. */
const highWord = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 1 : 0

interface Format {
  readonly fraction: number
  readonly bias: number
  /** The largest exponent field, that of infinity. */
  readonly top: number
}

const formats: Readonly<Record<'float16' | 'bfloat16', Format>> = {
  float16: { fraction: 10, bias: 15, top: 31 },
  bfloat16: { fraction: 7, bias: 127, top: 255 },
}

/** The bits of the nearest number of the format; NaN is one quiet NaN. */
export const halfBits = (x: number, dtype: keyof typeof formats): number => {
  const { fraction, bias, top } = formats[dtype]
  float64[0] = x
  const sign = (words[highWord]! >>> 31) << 15
  const infinite = top << fraction
  const size = Math.abs(x)
  if (size !== size) return infinite | (1 << (fraction - 1))
  const exponent = ((words[highWord]! >>> 20) & 0x7ff) - 1023
  if (size === Infinity || exponent > top - 1 - bias) return sign | infinite
  // The distance of neighbours there: a power of two, so that the quotient is exact and is rounded once.
  const unit = 2 ** (Math.max(exponent, 1 - bias) - fraction)
  const units = size / unit
  const down = Math.floor(units)
  const rest = units - down
  const rounded = rest > 0.5 || (rest === 0.5 && down % 2 === 1) ? down + 1 : down
  // A carry out of the fraction goes on into the exponent, up to infinity.
  const field = exponent < 1 - bias ? 0 : exponent + bias - 1
  return sign | ((field << fraction) + rounded)
}

/**
 * The nearest bfloat16 of a float32, as the factor of a product: what is smaller than 2⁻¹²⁶ becomes 0, since processors with
 * instructions for such products take it for that.
 */
export const bfloat16Factor = (x: number): number => {
  float32[0] = x
  const bits = word[0]!
  const size = bits & 0x7fffffff
  if (size > 0x7f800000) return NaN
  word[0] = (size < 0x00800000 ? bits & 0x80000000 : bits + 0x7fff + ((bits >>> 16) & 1)) & 0xffff0000
  return float32[0]
}

/** The number of 16 bits. */
export const halfValue = (bits: number, dtype: keyof typeof formats): number => {
  if (dtype === 'bfloat16') {
    word[0] = bits << 16
    return float32[0]!
  }
  const { fraction, bias, top } = formats.float16
  const exponent = (bits >>> fraction) & top
  const rest = bits & ((1 << fraction) - 1)
  const size =
    exponent === top
      ? rest === 0
        ? Infinity
        : NaN
      : exponent === 0
        ? rest * 2 ** (1 - bias - fraction)
        : ((1 << fraction) + rest) * 2 ** (exponent - bias - fraction)
  return bits >>> 15 === 1 ? -size : size
}
