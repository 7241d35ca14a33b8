import { operations as o } from '../core/autodiff/apply.ts'
import { asValue } from '../core/autodiff/value.ts'
import { cast } from '../core/numeric/arithmetic.ts'
import type { Operand } from '../core/numeric/operand.ts'
import { uniform, type Key } from '../core/numeric/random.ts'
import * as primitive from '../core/primitive/special.ts'
import { checkShape } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { parameter } from './draw.ts'

/**
 * Poisson random counts (int32) of a mean below 10⁹, by the inverse of the distribution function: exact but for the 2⁻⁵³ that a
 * uniform number does not resolve.
 *
 * @throws ArgumentError for a number outside its range; DTypeError for parameters that are not floats.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { poisson } from 'puregrad/random'
 * poisson(key(0), 4, [3]).dtype // => 'int32'
 * ```
 * @category Distributions
 */
export const poisson = (from: Key, mean: Operand, shape: readonly number[]): Tensor => {
  checkShape(shape, 'poisson')
  const share = asValue(uniform(from, shape, { dtype: 'float64' }))
  const value = parameter('poisson', 'mean', mean, shape, { min: 0, below: 1e9 })
  return cast(o.call(primitive.poissonQuantile, asValue(value), share), 'int32')
}

/**
 * Binomial random counts (int32): of a number of trials (below 10⁹, a whole number) how many succeed with probability p. Exact but
 * for the 2⁻⁵³ that a uniform number does not resolve.
 *
 * @throws ArgumentError for a number outside its range; DTypeError for parameters that are not floats.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { binomial } from 'puregrad/random'
 * binomial(key(0), 10, 0.3, [3]).dtype // => 'int32'
 * ```
 * @category Distributions
 */
export const binomial = (from: Key, trials: Operand, p: Operand, shape: readonly number[]): Tensor => {
  checkShape(shape, 'binomial')
  const share = asValue(uniform(from, shape, { dtype: 'float64' }))
  const n = parameter('binomial', 'trials', trials, shape, { whole: true, min: 0, max: 999_999_999 })
  const chance = parameter('binomial', 'p', p, shape, { min: 0, max: 1 })
  return cast(o.call(primitive.binomialQuantile, asValue(n), asValue(chance), share), 'int32')
}
