import type { Classes, Dataset } from '../dataset.ts'
import { planarDataset, planarOptions, type PlanarOptions } from './planar.ts'
import { checkOptions } from '../../core/tensor/check-options.ts'

/**
 * The square [−1, 1]² in four quarters: class 1 where the signs of the two coordinates differ. Neither coordinate alone
 * says anything about the class. The noise, none unless told otherwise, is added when the class is settled. A key fixes
 * every point: more points only add to the end.
 *
 * @throws ArgumentError unless `n` is a positive integer and `noise` is finite and ≥ 0.
 * @example
 * ```ts
 * import { key, toArray } from 'puregrad'
 * import { xor } from 'puregrad/data'
 * const [[a, b]] = toArray(xor({ key: key(0), n: 1 }).x) as [[number, number]]
 * a * b > 0 // => true
 * ```
 * @category Generated data
 */
export const xor = (options: PlanarOptions): Dataset<'raw', Classes> => {
  checkOptions('xor', options, planarOptions)
  const { noise = 0 } = options
  return planarDataset('xor', { ...options, noise }, 2, (label, [across, up, side]) => {
    const sign = side < 0.5 ? -1 : 1
    // 1 − u lies in (0, 1]: a coordinate of 0 would belong to no quarter.
    return [sign * (1 - across), (label === 0 ? sign : -sign) * (1 - up)]
  })
}
