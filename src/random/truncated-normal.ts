import { add, cast, div, maximum, minimum, mul, neg, sub } from '../core/numeric/arithmetic.ts'
import { greater, where } from '../core/numeric/comparison.ts'
import type { Operand } from '../core/numeric/operand.ts'
import { uniform, type Key, type SampleOptions } from '../core/numeric/random.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { ndtr, ndtri } from '../special/error-functions.ts'
import { drawnDType, parameter } from './draw.ts'

/**
 * Normal random numbers that lie in [low, high], by the inverse of the distribution function on the side of the smaller tail. An
 * interval that begins further than 37 deviations from the mean gives its nearer end. Derivatives by all four pass.
 * Source: N. L. Johnson, S. Kotz, N. Balakrishnan, "Continuous univariate distributions", 1994, 13.10.
 *
 * @throws ArgumentError for a number outside its range; DTypeError for parameters that are not floats.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { truncatedNormal } from 'puregrad/random'
 * truncatedNormal(key(0), [3], { low: 0 }).shape // => [3]
 * ```
 * @category Distributions
 */
export const truncatedNormal = (
  from: Key,
  shape: readonly number[],
  options: SampleOptions & {
    readonly low?: Operand
    readonly high?: Operand
    readonly mean?: Operand
    readonly std?: Operand
  } = {},
): Tensor => {
  const name = 'truncatedNormal'
  checkOptions(name, options, { low: true, high: true, mean: true, std: true, dtype: true })
  const { low = -Infinity, high = Infinity, mean = 0, std = 1 } = options
  const dtype = drawnDType(name, shape, options, low, high, mean, std)
  const m = parameter(name, 'mean', mean, shape, {})
  const s = parameter(name, 'std', std, shape, { above: 0 })
  const end = (which: string, given: Operand): Tensor =>
    div(sub(parameter(name, which, given, shape, { infinite: true }), m), s)
  const [a, b] = [end('low', low), end('high', high)]
  // Mirrored where all lies above the mean.
  const isAbove = greater(a, 0)
  const [first, last] = [where(isAbove, neg(b), a), where(isAbove, neg(a), b)]
  const [below, above] = [ndtr(first), ndtr(last)]
  const share = add(below, mul(sub(above, below), uniform(from, shape, { dtype: 'float64' })))
  // Where nothing of the tail is left, its nearer end.
  const drawn = where(greater(above, 0), minimum(maximum(ndtri(share), first), last), last)
  return cast(add(m, mul(s, where(isAbove, neg(drawn), drawn))), dtype)
}
