import { add, cast, div, exp, log, mul, sigmoid, sqrt, sub } from '../core/numeric/arithmetic.ts'
import { tensorOf, type Operand } from '../core/numeric/operand.ts'
import { normal, splitKey, type Key, type SampleOptions } from '../core/numeric/random.ts'
import { softmax } from '../core/numeric/reduce.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { ShapeError } from '../core/tensor/errors.ts'
import { broadcastShapes, checkShape } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { gammaPInv } from '../special/gamma.ts'
import { drawnDType, openShare, parameter } from './draw.ts'
import { standardExponential, type LocationScaleOptions } from './location-scale.ts'

const positive = { above: 0 } as const

/**
 * Logarithms of gamma random numbers of shape a: those of shape a + 1 by the inverse of their distribution function, times
 * u^(1/a), which does not underflow in the logarithm. Derivatives by a pass through both, the first by implicit
 * differentiation. Sources: G. Marsaglia, W. W. Tsang, ACM Trans. Math. Softw. 26, 2000 (the power); M. Figurnov, S. Mohamed,
 * A. Mnih, NeurIPS 2018 (the derivative).
 */
const logGamma = (from: Key, a: Tensor): Tensor => {
  const [first, second] = splitKey(from, 2) as readonly [Key, Key]
  const above = gammaPInv(add(a, 1), openShare(first, a.shape))
  return sub(log(above), div(standardExponential(second, a.shape), a))
}

/**
 * Gamma random numbers of a concentration (its shape parameter) and a rate (1 unless told otherwise). Derivatives by both pass, each
 * once by the concentration.
 *
 * @throws ArgumentError for a number outside its range; DTypeError for parameters that are not floats.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { gamma } from 'puregrad/random'
 * gamma(key(0), 2.5, [3]).shape // => [3]
 * ```
 * @category Distributions
 */
export const gamma = (
  from: Key,
  concentration: Operand,
  shape: readonly number[],
  options: SampleOptions & { readonly rate?: Operand } = {},
): Tensor => {
  checkOptions('gamma', options, { rate: true, dtype: true })
  const { rate = 1 } = options
  const dtype = drawnDType('gamma', shape, options, concentration, rate)
  const a = parameter('gamma', 'concentration', concentration, shape, positive)
  return cast(div(exp(logGamma(from, a)), parameter('gamma', 'rate', rate, shape, positive)), dtype)
}

/**
 * Beta random numbers in [0, 1], of two gamma ones. Derivatives by both concentrations pass, once.
 *
 * @throws ArgumentError for a number outside its range; DTypeError for parameters that are not floats.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { beta } from 'puregrad/random'
 * beta(key(0), 2, 0.5, [3]).shape // => [3]
 * ```
 * @category Distributions
 */
export const beta = (
  from: Key,
  a: Operand,
  b: Operand,
  shape: readonly number[],
  options: SampleOptions = {},
): Tensor => {
  checkOptions('beta', options, { dtype: true })
  const dtype = drawnDType('beta', shape, options, a, b)
  const [first, second] = splitKey(from, 2) as readonly [Key, Key]
  const part = (own: Key, name: string, given: Operand): Tensor =>
    logGamma(own, parameter('beta', name, given, shape, positive))
  return cast(sigmoid(sub(part(first, 'a', a), part(second, 'b', b))), dtype)
}

/**
 * Dirichlet random probabilities `[…shape, k]`, that add up to 1 along the last axis, of concentrations `[…, k]` that broadcast
 * to it. Derivatives by the concentrations pass, once.
 *
 * @throws ShapeError for concentrations without an axis; DTypeError for such as are not floats.
 * @example
 * ```ts
 * import { key, tensor } from 'puregrad'
 * import { dirichlet } from 'puregrad/random'
 * dirichlet(key(0), tensor([1, 2, 3]), [5]).shape // => [5, 3]
 * ```
 * @category Distributions
 */
export const dirichlet = (
  from: Key,
  concentration: Tensor,
  shape: readonly number[] = [],
  options: SampleOptions = {},
): Tensor => {
  checkOptions('dirichlet', options, { dtype: true })
  const { rank, shape: given } = tensorOf(concentration, 'dirichlet')
  if (rank === 0) throw new ShapeError('dirichlet: expected concentrations […, k], got a scalar')
  checkShape(shape, 'dirichlet')
  const whole = broadcastShapes([...shape, given[rank - 1] ?? 0], given, 'dirichlet')
  const dtype = drawnDType('dirichlet', whole, options, concentration)
  const a = parameter('dirichlet', 'concentration', concentration, whole, positive)
  return cast(softmax(logGamma(from, a)), dtype)
}

/**
 * Chi-square random numbers of a number of degrees of freedom above 0. The derivative by it passes, once.
 *
 * @throws ArgumentError for a number outside its range; DTypeError for parameters that are not floats.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { chiSquare } from 'puregrad/random'
 * chiSquare(key(0), 3, [3]).shape // => [3]
 * ```
 * @category Distributions
 */
export const chiSquare = (
  from: Key,
  freedom: Operand,
  shape: readonly number[],
  options: SampleOptions = {},
): Tensor => {
  checkOptions('chiSquare', options, { dtype: true })
  const dtype = drawnDType('chiSquare', shape, options, freedom)
  const half = mul(parameter('chiSquare', 'freedom', freedom, shape, positive), 0.5)
  return cast(mul(exp(logGamma(from, half)), 2), dtype)
}

/**
 * Random numbers of Student's t distribution of a number of degrees of freedom above 0. Derivatives pass, once by the freedom.
 *
 * @throws ArgumentError for a number outside its range; DTypeError for parameters that are not floats.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { studentT } from 'puregrad/random'
 * studentT(key(0), 4, [3]).shape // => [3]
 * ```
 * @category Distributions
 */
export const studentT = (
  from: Key,
  freedom: Operand,
  shape: readonly number[],
  options: LocationScaleOptions = {},
): Tensor => {
  checkOptions('studentT', options, { location: true, scale: true, dtype: true })
  const { location = 0, scale = 1 } = options
  const dtype = drawnDType('studentT', shape, options, freedom, location, scale)
  const [first, second] = splitKey(from, 2) as readonly [Key, Key]
  const half = mul(parameter('studentT', 'freedom', freedom, shape, positive), 0.5)
  const spread = sqrt(div(half, exp(logGamma(second, half))))
  const standard = mul(normal(first, shape, { dtype: 'float64' }), spread)
  return cast(
    add(
      parameter('studentT', 'location', location, shape, {}),
      mul(parameter('studentT', 'scale', scale, shape, positive), standard),
    ),
    dtype,
  )
}
