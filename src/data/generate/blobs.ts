import { add, cast, foldIn, mul, normal, take, tensor, uniform, type Key } from '../../core/numeric/index.ts'
import type { FloatDType } from '../../core/tensor/dtype.ts'
import { ArgumentError } from '../../core/tensor/errors.ts'
import { dataset, type Classes, type Dataset } from '../dataset.ts'
import { checkOptions } from '../../core/tensor/check-options.ts'
import { checkSetting } from '../../core/tensor/check-setting.ts'
import { notNegative } from '../../core/tensor/setting-ranges.ts'

/**
 * How many points {@link blobs} draws, and around what.
 *
 * @category Generated data
 */
export interface BlobsOptions {
  readonly key: Key
  /** How many points; the classes come in equal numbers, in turn. */
  readonly n: number
  /** The middle of each class. Unless given, three are drawn uniformly from [−10, 10]². */
  readonly centres?: readonly (readonly number[])[]
  /** Standard deviation of a class in every direction; 1 unless told otherwise. */
  readonly spread?: number
  /** `float32` unless told otherwise. */
  readonly dtype?: FloatDType
}

/**
 * Normal clouds of equal spread, one for each class, in any number of dimensions. A key fixes every point: more points
 * only add to the end.
 *
 * @throws ArgumentError unless `n` is a positive integer, `spread` is finite and ≥ 0, and there are at least two
 * centres, all of the same number of finite coordinates.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { blobs } from 'puregrad/data'
 * blobs({ key: key(0), n: 100, centres: [[0, 0, 0], [4, 4, 4]] }).x.shape // => [100, 3]
 * ```
 * @category Generated data
 */
export const blobs = (options: BlobsOptions): Dataset<'raw', Classes> => {
  checkOptions('blobs', options, { key: true, n: true, centres: true, spread: true, dtype: true })
  const { key, n, centres, spread = 1, dtype = 'float32' } = options
  const features = centres?.[0]?.length ?? 2
  const classes = centres?.length ?? 3
  if (!Number.isInteger(n) || n < 1)
    throw new ArgumentError(`blobs: the number of points is a positive integer, got ${n}`)
  checkSetting('blobs', 'spread', spread, notNegative)
  if (centres?.every((centre) => centre.length === features && centre.every(Number.isFinite)) === false)
    throw new ArgumentError(
      `blobs: every centre has the same number of finite coordinates, got ${centres.map((centre) => `[${centre.join(', ')}]`).join(', ')}`,
    )
  if (classes < 2 || features < 1)
    throw new ArgumentError(
      `blobs: there are at least two centres of at least one coordinate, got ${classes} of ${features}`,
    )
  const middles =
    centres === undefined
      ? uniform(foldIn(key, 'centres'), [classes, features], { low: -10, high: 10, dtype: 'float64' })
      : tensor(centres, { dtype: 'float64' })
  const y = tensor(
    Int32Array.from({ length: n }, (_, i) => i % classes),
    { dtype: 'int32' },
  )
  const strayed = mul(spread, normal(foldIn(key, 'noise'), [n, features], { dtype: 'float64' }))
  return dataset({
    x: cast(add(take(middles, y), strayed), dtype),
    y,
    classNames: Array.from({ length: classes }, (_, label) => String(label)),
  })
}
