import { quantile } from './quantile.ts'

/**
 * Third quartile − first quartile of ascending values; 0, as if the middle half did not vary, where in units of it some
 * value would be too large for float32.
 */
export const middleSpread = (ascending: Float64Array): number => {
  const spread = quantile(ascending, 0.75) - quantile(ascending, 0.25)
  const range = (ascending.at(-1) ?? 0) - (ascending[0] ?? 0)
  return range / spread <= 2 ** 127 ? spread : 0
}
