import { foldIn, type Key } from '../../core/numeric/index.ts'
import type { FloatDType } from '../../core/tensor/dtype.ts'
import type { Classes, Dataset } from '../dataset.ts'
import { allForDev, allForTraining } from '../all-for.ts'
import { partOf } from '../part.ts'
import { digits16 } from './digits16.ts'
import { noisyLabels } from './noisy-labels.ts'
import { checkOptions } from '../../core/tensor/check-options.ts'

/**
 * The three parts, none of them sealed.
 *
 * @category Generated data
 */
export interface Noisy300 {
  readonly train: Dataset<'train', Classes>
  readonly dev: Dataset<'dev', Classes>
  readonly test: Dataset<'test', Classes>
}

/**
 * A set made for overfitting: few, wild and noisy digits with 15 % of the training labels redrawn. 300 rows to train
 * on, 2,000 for dev and 4,000 for test, whose labels are right.
 *
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { noisy300 } from 'puregrad/data'
 * const { train, dev, test } = noisy300(key(0))
 * const rows = [train.n, dev.n, test.n]
 * rows // => [300, 2000, 4000]
 * ```
 * @category Generated data
 */
export const noisy300 = (key: Key, options: { readonly dtype?: FloatDType } = {}): Noisy300 => {
  checkOptions('noisy300', options, { dtype: true })
  const { dtype = 'float32' } = options
  const part = (name: string, n: number): Dataset<'raw', Classes> =>
    digits16({ key: foldIn(key, name), n, jitter: 1.3, noise: 0.25, dtype })
  return {
    train: allForTraining(noisyLabels(part('train', 300), 0.15, foldIn(key, 'labels'))),
    dev: allForDev(part('dev', 2000)),
    test: partOf(part('test', 4000), 'test'),
  }
}
