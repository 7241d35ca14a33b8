import { add, cast, div, log, log1p, mul, neg, sub } from '../core/numeric/arithmetic.ts'
import { tan } from '../core/numeric/elementary.ts'
import type { Operand } from '../core/numeric/operand.ts'
import { bernoulli, splitKey, uniform, type Key, type SampleOptions } from '../core/numeric/random.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { drawnDType, openShare, parameter } from './draw.ts'

/**
 * Where a distribution lies and how wide it is: numbers, or tensors that broadcast to the shape.
 *
 * @category Distributions
 */
export interface LocationScaleOptions extends SampleOptions {
  /** 0 unless told otherwise. */
  readonly location?: Operand
  /** 1 unless told otherwise; above 0. */
  readonly scale?: Operand
}

/** A family of location and scale from its standard form. */
const ofLocationAndScale =
  (where: string, standard: (from: Key, shape: readonly number[]) => Tensor) =>
  (from: Key, shape: readonly number[], options: LocationScaleOptions = {}): Tensor => {
    checkOptions(where, options, { location: true, scale: true, dtype: true })
    const { location = 0, scale = 1 } = options
    const dtype = drawnDType(where, shape, options, location, scale)
    const [m, s] = [
      parameter(where, 'location', location, shape, {}),
      parameter(where, 'scale', scale, shape, { above: 0 }),
    ]
    return cast(add(m, mul(s, standard(from, shape))), dtype)
  }

/** −log(1 − u), the standard exponential distribution. */
export const standardExponential = (from: Key, shape: readonly number[]): Tensor =>
  neg(log1p(neg(uniform(from, shape, { dtype: 'float64' }))))

/**
 * Exponential random numbers of a rate (1 unless told otherwise), none beyond 37 means. The derivative by the rate passes.
 *
 * @throws ArgumentError for a number outside its range; DTypeError for parameters that are not floats.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { exponential } from 'puregrad/random'
 * exponential(key(0), [3]).shape // => [3]
 * ```
 * @category Distributions
 */
export const exponential = (
  from: Key,
  shape: readonly number[],
  options: SampleOptions & { readonly rate?: Operand } = {},
): Tensor => {
  checkOptions('exponential', options, { rate: true, dtype: true })
  const { rate = 1 } = options
  const dtype = drawnDType('exponential', shape, options, rate)
  return cast(
    div(standardExponential(from, shape), parameter('exponential', 'rate', rate, shape, { above: 0 })),
    dtype,
  )
}

/**
 * −1 and 1 with equal chances.
 *
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { rademacher } from 'puregrad/random'
 * rademacher(key(0), [3]).shape // => [3]
 * ```
 * @category Distributions
 */
export const rademacher = (from: Key, shape: readonly number[], options: SampleOptions = {}): Tensor => {
  checkOptions('rademacher', options, { dtype: true })
  const dtype = drawnDType('rademacher', shape, options)
  return sub(mul(cast(bernoulli(from, 0.5, shape), dtype), 2), 1)
}

/**
 * Random numbers of the Laplace distribution, exp(−|x − m| / s) / 2s. Derivatives by location and scale pass.
 *
 * @throws ArgumentError for a number outside its range; DTypeError for parameters that are not floats.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { laplace } from 'puregrad/random'
 * laplace(key(0), [3]).shape // => [3]
 * ```
 * @category Distributions
 */
export const laplace = /* @__PURE__ */ ofLocationAndScale('laplace', (from, shape) => {
  const [sign, size] = splitKey(from, 2) as readonly [Key, Key]
  return mul(rademacher(sign, shape, { dtype: 'float64' }), standardExponential(size, shape))
})

/**
 * Random numbers of the Cauchy distribution, which has no mean. Derivatives by location and scale pass.
 *
 * @throws ArgumentError for a number outside its range; DTypeError for parameters that are not floats.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { cauchy } from 'puregrad/random'
 * cauchy(key(0), [3]).shape // => [3]
 * ```
 * @category Distributions
 */
export const cauchy = /* @__PURE__ */ ofLocationAndScale('cauchy', (from, shape) =>
  tan(mul(sub(openShare(from, shape), 0.5), Math.PI)),
)

/**
 * Random numbers of the logistic distribution, whose distribution function is the sigmoid. Derivatives by location and scale pass.
 *
 * @throws ArgumentError for a number outside its range; DTypeError for parameters that are not floats.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { logistic } from 'puregrad/random'
 * logistic(key(0), [3]).shape // => [3]
 * ```
 * @category Distributions
 */
export const logistic = /* @__PURE__ */ ofLocationAndScale('logistic', (from, shape) => {
  const share = openShare(from, shape)
  return sub(log(share), log1p(neg(share)))
})

/**
 * Random numbers of the Gumbel distribution of maxima, exp(−exp(−x)) its distribution function. Derivatives by location and scale pass.
 *
 * @throws ArgumentError for a number outside its range; DTypeError for parameters that are not floats.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { gumbel } from 'puregrad/random'
 * gumbel(key(0), [3]).shape // => [3]
 * ```
 * @category Distributions
 */
export const gumbel = /* @__PURE__ */ ofLocationAndScale('gumbel', (from, shape) =>
  neg(log(neg(log(openShare(from, shape))))),
)
