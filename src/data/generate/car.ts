import {
  add,
  cast,
  concat,
  expandDims,
  foldIn,
  less,
  mul,
  normal,
  uniform,
  type Key,
} from '../../core/numeric/index.ts'
import type { FloatDType } from '../../core/tensor/dtype.ts'
import { ArgumentError } from '../../core/tensor/errors.ts'
import { regressionDataset, type Dataset, type Values } from '../dataset.ts'
import { checkOptions } from '../../core/tensor/check-options.ts'
import { checkSetting } from '../../core/tensor/check-setting.ts'
import { notNegative } from '../../core/tensor/setting-ranges.ts'

/**
 * How many rows {@link car} draws, and how noisy they are.
 *
 * @category Generated data
 */
export interface CarOptions {
  readonly key: Key
  /** 1,000 rows unless told otherwise. */
  readonly n?: number
  /** Standard deviation of what the premium does not owe to the features; 0.1 unless told otherwise. */
  readonly noise?: number
  readonly dtype?: FloatDType
}

/**
 * Two features of very different range: whether a driver has children, 0 or 1, and the value of the car, uniform from
 * 500 to 1,500,500; the target is linear, premium = 1 + ½ · children + 2 · value / 1,000,000 + noise. A key fixes every
 * row.
 *
 * @throws ArgumentError unless `n` is a positive integer and `noise` at least 0.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { car } from 'puregrad/data'
 * car({ key: key(0) }).featureNames // => ['children', 'carValue']
 * ```
 * @category Generated data
 */
export const car = (options: CarOptions): Dataset<'raw', Values> => {
  checkOptions('car', options, { key: true, n: true, noise: true, dtype: true })
  const { key, n = 1000, noise = 0.1, dtype = 'float32' } = options
  if (!Number.isInteger(n) || n < 1)
    throw new ArgumentError(`car: the number of rows is a positive integer, got ${String(n)}`)
  checkSetting('car', 'noise', noise, notNegative)
  const children = cast(less(uniform(foldIn(key, 'children'), [n], { dtype: 'float64' }), 0.5), 'float64')
  const value = uniform(foldIn(key, 'value'), [n], { low: 500, high: 1_500_500, dtype: 'float64' })
  const rest = normal(foldIn(key, 'noise'), [n], { std: noise, dtype: 'float64' })
  const premium = add(add(add(mul(children, 0.5), mul(value, 2e-6)), 1), rest)
  return regressionDataset({
    x: cast(concat([expandDims(children, { axis: 1 }), expandDims(value, { axis: 1 })], { axis: 1 }), dtype),
    y: cast(premium, dtype),
    featureNames: ['children', 'carValue'],
    targetNames: ['premium'],
  })
}
