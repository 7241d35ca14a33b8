import { div, maximum, minimum, mul, norm } from '../core/numeric/index.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { positive } from '../core/tensor/setting-ranges.ts'
import { zipTrees, type Path } from '../core/tensor/tree.ts'
import { checkGrouping, groupsOf, withinGroups, type Grouping } from './grouping.ts'
import { checkWhere } from './optimizer-settings.ts'
import type { Gradient, Transformation } from './transformation.ts'

/**
 * What {@link adaptiveClip} compares.
 *
 * @category Transformations
 */
export interface AdaptiveClipOptions {
  /** The largest length of a gradient as a share of its parameter's; 0.01 unless told otherwise. */
  readonly limit?: number
  /** A shorter parameter counts as that long; 1e-3 unless told otherwise. */
  readonly least?: number
  /** Which elements are compared as one: those of a unit, the last axis, unless told otherwise. */
  readonly by?: Grouping
  /** Which parameters, by path; all unless told otherwise. */
  readonly where?: (path: Path) => boolean
}

/**
 * The gradient of every unit shortened to a share of the length of the unit's weights, where it is longer. Vectors and
 * scalars, such as biases, are one group each.
 *
 * Source: A. Brock et al., "High-performance large-scale image recognition without normalization", ICML 2021, equation 3.
 *
 * @throws ArgumentError for another option, a limit or a least length that is not above 0, or another grouping.
 * @example
 * ```ts
 * import { tensor, toArray, type Tensor } from 'puregrad'
 * import { adaptiveClip } from 'puregrad/optim'
 * const params = { w: tensor([[3, 1], [4, 0]]) }
 * const clip = adaptiveClip<{ readonly w: Tensor }>({ limit: 0.1 })
 * toArray(clip.update({ w: tensor([[0, 0.05], [2, 0]]) }, {}, { params, step: 0, value: 0 })[0].w) // => [[0, 0.05], [0.5, 0]]
 * ```
 * @category Transformations
 */
export const adaptiveClip = <P>(
  options: AdaptiveClipOptions = {},
): Transformation<P, Gradient<P>, Gradient<P>, Readonly<Record<never, never>>> => {
  checkOptions('adaptiveClip', options, { limit: true, least: true, by: true, where: true })
  const { limit = 0.01, least = 1e-3, by = 'unit', where: clipped = () => true } = options
  checkSetting('adaptiveClip', 'limit', limit, positive)
  checkSetting('adaptiveClip', 'least', least, positive)
  checkGrouping('adaptiveClip', by)
  checkWhere('adaptiveClip', options.where)
  return {
    name: 'adaptiveClip',
    hyperParameters: { limit, least, by },
    init: () => ({}),
    update: (gradient, state, { params }) => [
      zipTrees(
        gradient as P,
        [params],
        ([g, p], path) => {
          if (!clipped(path)) return g
          const grouped = g.rank < 2 ? 'leaf' : by
          const most = mul(maximum(norm(groupsOf(p, grouped), { axis: 1, keepDims: true }), least), limit)
          return withinGroups(g, grouped, (groups) => {
            const length = norm(groups, { axis: 1, keepDims: true })
            return mul(groups, minimum(1, div(most, length)))
          })
        },
        'adaptiveClip',
      ) as Gradient<P>,
      state,
    ],
  }
}
