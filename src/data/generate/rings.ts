import type { Classes, Dataset } from '../dataset.ts'
import { planarDataset, planarOptions, type PlanarOptions } from './planar.ts'
import { checkOptions } from '../../core/tensor/check-options.ts'

/**
 * How many rings {@link rings} draws, with what points.
 *
 * @category Generated data
 */
export interface RingsOptions extends PlanarOptions {
  /** 2 unless told otherwise. */
  readonly classes?: number
}

/**
 * Circles around one middle, one for each class, evenly apart, the outermost of radius 1. The noise is 0.05 unless told
 * otherwise. A key fixes every point: more points only add to the end.
 *
 * @throws ArgumentError unless `n` is a positive integer, `classes` an integer from 2 and `noise` finite and ≥ 0.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { rings } from 'puregrad/data'
 * rings({ key: key(0), n: 100 }).x.shape // => [100, 2]
 * ```
 * @category Generated data
 */
export const rings = (options: RingsOptions): Dataset<'raw', Classes> => {
  checkOptions('rings', options, { ...planarOptions, classes: true })
  const { classes = 2, noise = 0.05 } = options
  return planarDataset('rings', { ...options, noise }, classes, (label, [along]) => {
    const [radius, angle] = [(label + 1) / classes, 2 * Math.PI * along]
    return [radius * Math.cos(angle), radius * Math.sin(angle)]
  })
}
