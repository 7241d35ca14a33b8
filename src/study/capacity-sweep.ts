import type { Classes, Dataset } from '../data/dataset.ts'
import { foldIn, type Key } from '../core/numeric/index.ts'
import { errorPair, type Classify, type ErrorPair, type StudyData } from './error-pair.ts'
import { sweep, type Sweep } from './sweep.ts'
import { checkOptions } from '../core/tensor/check-options.ts'

/**
 * How errors change with the capacity of a model, its width, depth or whatever the settings stand for; everything else
 * stays alike, the key included.
 *
 * @throws ArgumentError where there is no capacity.
 * @example
 * ```ts
 * import { full, key } from 'puregrad'
 * import { allForTraining, digits16 } from 'puregrad/data'
 * import { capacitySweep } from 'puregrad/study'
 * const data = digits16({ key: key(0), n: 100 })
 * const always0 = () => (x: { readonly shape: readonly number[] }) => full([x.shape[0] ?? 0], 0, { dtype: 'int32' })
 * const { best } = capacitySweep({ train: allForTraining(data), dev: data }, { capacities: [1, 2], key: key(1) }, always0)
 * best?.setting // => 1
 * ```
 * @category Sweeps
 */
export const capacitySweep = <C>(
  { train, dev }: StudyData,
  options: { readonly capacities: readonly C[]; readonly key: Key },
  fit: (capacity: C, train: Dataset<'train', Classes>, key: Key) => Classify,
): Sweep<C, ErrorPair> => {
  checkOptions('capacitySweep', options, { capacities: true, key: true })
  const { capacities, key } = options
  return sweep(
    capacities,
    (capacity) => errorPair(fit(capacity, train, foldIn(key, 'fit')), { train, dev }),
    (errors) => errors.dev.value,
  )
}
