import { toTypedArray } from '../../core/autodiff/read.ts'
import {
  add,
  cast,
  foldIn,
  matmul,
  mul,
  normal,
  permutation,
  tensor,
  uniform,
  type Key,
} from '../../core/numeric/index.ts'
import type { FloatDType } from '../../core/tensor/dtype.ts'
import { ArgumentError } from '../../core/tensor/errors.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'
import { regressionDataset, type Dataset, type Values } from '../dataset.ts'
import { checkOptions } from '../../core/tensor/check-options.ts'
import { checkSetting } from '../../core/tensor/check-setting.ts'
import { notNegative } from '../../core/tensor/setting-ranges.ts'

/**
 * The shape and noise of what {@link regression} draws.
 *
 * @category Generated data
 */
export interface RegressionOptions {
  readonly key: Key
  /** How many rows. */
  readonly n: number
  /** How many features. */
  readonly features: number
  /** How many of them matter; all unless told otherwise. */
  readonly informative?: number
  /** Added to every target; 0 unless told otherwise. */
  readonly intercept?: number
  /** Standard deviation of the noise of a target; 0.1 unless told otherwise. */
  readonly noise?: number
  /** `float32` unless told otherwise. */
  readonly dtype?: FloatDType
}

const known = {
  key: true,
  n: true,
  features: true,
  informative: true,
  intercept: true,
  noise: true,
  dtype: true,
} as const

/**
 * Rows, and the truth they were made from.
 *
 * @category Generated data
 */
export interface PlantedRegression {
  readonly data: Dataset<'raw', Values>
  /** `[features]`: 0 for a feature that does not matter, between 1 and 3 in size for one that does. */
  readonly coefficients: Tensor
  readonly intercept: number
}

/**
 * Linear regression with a planted truth, y = xᵀw + intercept + noise: independent standard normal features, of which
 * `informative` at places drawn from the key have a coefficient other than 0, so that a method that selects features
 * can be judged. More rows only add to the end and leave the coefficients as they are.
 *
 * @throws ArgumentError unless `n` and `features` are positive integers, `informative` an integer from 0 to `features`,
 * `noise` finite and ≥ 0 and `intercept` finite.
 * @example
 * ```ts
 * import { key, toArray } from 'puregrad'
 * import { regression } from 'puregrad/data'
 * const { data, coefficients } = regression({ key: key(0), n: 200, features: 50, informative: 5 })
 * data.x.shape // => [200, 50]
 * const real = (toArray(coefficients) as number[]).filter((w) => w !== 0)
 * real.length // => 5
 * ```
 * @category Generated data
 */
export const regression = (options: RegressionOptions): PlantedRegression => {
  checkOptions('regression', options, known)
  const { key, n, features, informative = features, intercept = 0, noise = 0.1, dtype = 'float32' } = options
  if (![n, features].every((count) => Number.isInteger(count) && count >= 1))
    throw new ArgumentError(
      `regression: the numbers of rows and features are positive integers, got ${n} and ${features}`,
    )
  if (!Number.isInteger(informative) || informative < 0 || informative > features)
    throw new ArgumentError(
      `regression: of ${features} features 0 to ${features} are informative, got ${informative}`,
    )
  checkSetting('regression', 'noise', noise, notNegative)
  checkSetting('regression', 'intercept', intercept)
  const places = toTypedArray(permutation(foldIn(key, 'places'), features)).slice(0, informative)
  const sizes = toTypedArray(
    uniform(foldIn(key, 'coefficients'), [features], { low: -1, high: 1, dtype: 'float64' }),
  )
  const coefficients = tensor(
    Float64Array.from(sizes, (u, feature) => (places.includes(feature) ? 2 * u + Math.sign(u || 1) : 0)),
    { dtype: 'float64' },
  )
  const x = normal(foldIn(key, 'x'), [n, features], { dtype: 'float64' })
  const strayed = mul(noise, normal(foldIn(key, 'noise'), [n], { dtype: 'float64' }))
  const y = add(add(matmul(x, coefficients), intercept), strayed)
  return {
    data: regressionDataset({ x: cast(x, dtype), y: cast(y, dtype) }),
    coefficients: cast(coefficients, dtype),
    intercept,
  }
}
