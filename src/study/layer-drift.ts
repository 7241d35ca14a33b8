import { item } from '../core/autodiff/read.ts'
import { abs, mean, std, sub } from '../core/numeric/index.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import type { Tensor } from '../core/tensor/tensor.ts'

/**
 * How far the distribution of a layer's outputs has moved, averaged over its units.
 *
 * @category Inside a network
 */
export interface LayerDrift {
  readonly position: number
  /** Mean |change of a unit's mean over the rows|. */
  readonly mean: number
  /** Mean |change of a unit's deviation over the rows|. */
  readonly deviation: number
}

/**
 * The drift between the outputs of the same layers on the same rows at two times of training (see `layerOutputs`).
 *
 * @throws ArgumentError where the numbers of layers differ.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { layerDrift } from 'puregrad/study'
 * layerDrift([tensor([[0], [2]])], [tensor([[1], [3]])]) // => [{ position: 0, mean: 1, deviation: 0 }]
 * ```
 * @category Inside a network
 */
export const layerDrift = (before: readonly Tensor[], after: readonly Tensor[]): readonly LayerDrift[] => {
  if (before.length !== after.length)
    throw new ArgumentError(`layerDrift: ${before.length} layers before, ${after.length} after`)
  return before.map((old, position): LayerDrift => {
    const now = after[position] ?? old
    const change = (statistic: (x: Tensor) => Tensor): number =>
      item(mean(abs(sub(statistic(now), statistic(old)))))
    return {
      position,
      mean: change((x) => mean(x, { axis: 0 })),
      deviation: change((x) => std(x, { axis: 0 })),
    }
  })
}
