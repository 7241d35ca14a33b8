import { ArgumentError } from '../../core/tensor/errors.ts'
import type { Classes, Dataset } from '../dataset.ts'
import { planarDataset, planarOptions, type PlanarOptions } from './planar.ts'
import { checkOptions } from '../../core/tensor/check-options.ts'

/**
 * How many arms {@link spirals} draws, and how far they turn.
 *
 * @category Generated data
 */
export interface SpiralsOptions extends PlanarOptions {
  /** 2 unless told otherwise. */
  readonly classes?: number
  /** How often an arm goes round; 1.5 unless told otherwise. */
  readonly turns?: number
}

/**
 * Arms of a spiral wound into each other, one for each class, from the middle to the unit circle: the angle of an arm
 * grows evenly with its distance from the middle. The noise is 0.02 unless told otherwise. A key fixes every point:
 * more points only add to the end.
 *
 * @throws ArgumentError unless `n` is a positive integer, `classes` an integer from 2, `noise` finite and ≥ 0 and
 * `turns` finite.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { spirals } from 'puregrad/data'
 * spirals({ key: key(0), n: 90, classes: 3 }).targets.names // => ['0', '1', '2']
 * ```
 * @category Generated data
 */
export const spirals = (options: SpiralsOptions): Dataset<'raw', Classes> => {
  checkOptions('spirals', options, { ...planarOptions, classes: true, turns: true })
  const { classes = 2, turns = 1.5, noise = 0.02 } = options
  if (!Number.isFinite(turns))
    throw new ArgumentError(`spirals: the number of turns is a finite number, got ${turns}`)
  return planarDataset('spirals', { ...options, noise }, classes, (label, [radius]) => {
    const angle = 2 * Math.PI * (turns * radius + label / classes)
    return [radius * Math.cos(angle), radius * Math.sin(angle)]
  })
}
