import type { Classes, Dataset } from '../dataset.ts'
import { planarDataset, planarOptions, type PlanarOptions } from './planar.ts'
import { checkOptions } from '../../core/tensor/check-options.ts'

/**
 * Two half circles of radius 1 that reach into each other: the upper one around (0, 0) is class 0, the lower one around
 * (1, ½) class 1. No line tells them apart. A key fixes every point: more points only add to the end.
 *
 * @throws ArgumentError unless `n` is a positive integer and `noise` is finite and ≥ 0.
 * @example
 * ```ts
 * import { key, toArray } from 'puregrad'
 * import { moons } from 'puregrad/data'
 * toArray(moons({ key: key(0), n: 4 }).y) // => [0, 1, 0, 1]
 * ```
 * @category Generated data
 */
export const moons = (options: PlanarOptions): Dataset<'raw', Classes> => {
  checkOptions('moons', options, planarOptions)
  return planarDataset('moons', options, 2, (label, [along]) => {
    const [cos, sin] = [Math.cos(Math.PI * along), Math.sin(Math.PI * along)]
    return label === 0 ? [cos, sin] : [1 - cos, 0.5 - sin]
  })
}
