import type { Classes, Dataset } from '../data/dataset.ts'
import { noisyLabels } from '../data/generate/noisy-labels.ts'
import { foldIn, type Key } from '../core/numeric/index.ts'
import { errorPair, type Classify, type ErrorPair, type StudyData } from './error-pair.ts'
import { sweep, type Sweep } from './sweep.ts'
import { checkOptions } from '../core/tensor/check-options.ts'

/**
 * How errors change with the share of training labels that are redrawn at random: a deep network learns the noise too,
 * which is in the training rows and nowhere else. The train error is that on the redrawn labels; dev rows stay as
 * they are. A label redrawn at one share is redrawn alike at every larger one, and all fits get the same key.
 *
 * Source: C. Zhang et al., Understanding deep learning requires rethinking generalization, ICLR 2017.
 *
 * @throws ArgumentError where there is no share, or one outside [0, 1].
 * @example
 * ```ts
 * import { full, key } from 'puregrad'
 * import { allForTraining, digits16 } from 'puregrad/data'
 * import { labelNoiseSweep } from 'puregrad/study'
 * const data = digits16({ key: key(0), n: 100 })
 * const always0 = () => (x: { readonly shape: readonly number[] }) => full([x.shape[0] ?? 0], 0, { dtype: 'int32' })
 * const { points } = labelNoiseSweep({ train: allForTraining(data), dev: data }, { shares: [0, 1], key: key(1) }, always0)
 * points.map(({ result }) => result.dev.value) // => [0.9, 0.9]
 * ```
 * @category Sweeps
 */
export const labelNoiseSweep = (
  { train, dev }: StudyData,
  options: { readonly shares: readonly number[]; readonly key: Key },
  fit: (train: Dataset<'train', Classes>, key: Key) => Classify,
): Sweep<number, ErrorPair> => {
  checkOptions('labelNoiseSweep', options, { shares: true, key: true })
  const { shares, key } = options
  return sweep(
    shares,
    (share) => {
      const noisy = noisyLabels(train, share, foldIn(key, 'labels'))
      return errorPair(fit(noisy, foldIn(key, 'fit')), { train: noisy, dev })
    },
    (errors) => errors.dev.value,
  )
}
