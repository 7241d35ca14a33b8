import { item } from '../core/autodiff/read.ts'
import { sub } from '../core/numeric/index.ts'
import { globalNorm } from '../optim/clip.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { notNegative } from '../core/tensor/setting-ranges.ts'
import { zipTrees } from '../core/tensor/tree.ts'

/**
 * Where a minimization ended.
 *
 * @category Landscapes
 */
export interface EndPoint<P> {
  readonly params: P
  readonly value: number
}

/**
 * Ends that lie close to each other.
 *
 * @category Landscapes
 */
export interface Basin<P> {
  /** The lowest of its ends. */
  readonly at: EndPoint<P>
  readonly count: number
  /** Which starts lead here, in order. */
  readonly starts: readonly number[]
}

/**
 * Minimizes from many starts and gathers the ends into basins, the lowest first: two ends are of one basin if they are
 * within `distance`. Ends whose value is not finite are of none.
 *
 * @throws ArgumentError for another option, or a distance that is negative or not finite.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { multiStart } from 'puregrad/study'
 * const ends = [-1, 1, -0.9999].map((w) => ({ params: tensor([w]), value: w < 0 ? 0 : 2 }))
 * multiStart([0, 1, 2], (i) => ends[i] ?? { params: tensor([0]), value: NaN }, { distance: 0.01 }).map(({ count }) => count) // => [2, 1]
 * ```
 * @category Landscapes
 */
export const multiStart = <P, A>(
  starts: readonly A[],
  minimize: (start: A) => EndPoint<P>,
  options: { readonly distance: number },
): readonly Basin<P>[] => {
  checkOptions('multiStart', options, { distance: true })
  const { distance } = options
  checkSetting('multiStart', 'distance', distance, notNegative)
  const apart = (a: P, b: P): number =>
    item(globalNorm(zipTrees(a, [b], ([x, y]) => sub(x, y), 'multiStart')))
  const basins = starts.reduce<readonly Basin<P>[]>((sofar, start, i) => {
    const { params, value } = minimize(start)
    if (!Number.isFinite(value)) return sofar
    const known = sofar.findIndex(({ at }) => apart(at.params, params) <= distance)
    return known < 0
      ? [...sofar, { at: { params, value }, count: 1, starts: [i] }]
      : sofar.map((basin, b) =>
          b === known
            ? {
                at: value < basin.at.value ? { params, value } : basin.at,
                count: basin.count + 1,
                starts: [...basin.starts, i],
              }
            : basin,
        )
  }, [])
  return [...basins].sort((a, b) => a.at.value - b.at.value)
}
