import { toTypedArray } from '../../core/autodiff/read.ts'
import { foldIn, tensor, uniform, type Key } from '../../core/numeric/index.ts'
import { withTargets, type Classes, type Dataset, type Role } from '../dataset.ts'
import { checkSetting } from '../../core/tensor/check-setting.ts'
import { share as shareRange } from '../../core/tensor/setting-ranges.ts'

/**
 * A share of the labels redrawn uniformly from all classes, so that some of them fall on the right one again.
 *
 * @throws ArgumentError unless the share lies in [0, 1].
 * @example
 * ```ts
 * import { key, toArray } from 'puregrad'
 * import { digits16, noisyLabels } from 'puregrad/data'
 * toArray(noisyLabels(digits16({ key: key(0), n: 3 }), 0, key(1)).y) // => [0, 1, 2]
 * ```
 * @category Generated data
 */
export const noisyLabels = <R extends Role>(
  data: Dataset<R, Classes>,
  share: number,
  key: Key,
): Dataset<R, Classes> => {
  checkSetting('noisyLabels', 'share', share, shareRange)
  const chosen = toTypedArray(uniform(foldIn(key, 'chosen'), [data.n], { dtype: 'float64' }))
  const drawn = toTypedArray(uniform(foldIn(key, 'drawn'), [data.n], { dtype: 'float64' }))
  const labels = toTypedArray(data.y)
  const y = Array.from(labels, (label, i) =>
    Number(chosen[i]) < share ? Math.floor(Number(drawn[i]) * data.targets.names.length) : label,
  )
  return withTargets(data, { y: tensor(y, { dtype: 'int32' }) })
}
