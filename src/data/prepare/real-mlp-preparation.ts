import { checkOptions } from '../../core/tensor/check-options.ts'
import { checkSetting } from '../../core/tensor/check-setting.ts'
import { count } from '../../core/tensor/setting-ranges.ts'
import type { PreparationPlan } from './preparation.ts'

/**
 * What {@link realMlpPreparation} leaves open.
 *
 * @category Preparation
 */
export interface RealMlpPreparationOptions {
  /** Categories of at most so many levels, a missing cell counted as one, get a column for each; others get codes. 9 unless told otherwise. */
  readonly oneHotUpTo?: number
}

/**
 * The plan of RealMLP: categories of few levels become columns of their own (of two levels one column of −1 and 1, a
 * missing cell 0), others codes for embeddings; then all columns but codes are scaled robustly, (x − median) / (distance of the
 * quartiles), and pressed smoothly below 3. Missing numbers get the median and an indicator, which the paper has none of.
 *
 * Source: D. Holzmüller, L. Grinsztajn, I. Steinwart, "Better by Default: Strong Pre-Tuned MLPs and Boosted Trees on
 * Tabular Data", NeurIPS 2024.
 *
 * @throws ArgumentError for another option, or a number of levels that is none.
 * @example
 * ```ts
 * import { realMlpPreparation } from 'puregrad/data'
 * realMlpPreparation().steps.some(({ kind }) => kind === 'codes') // => true
 * ```
 * @category Preparation
 */
export const realMlpPreparation = (options: RealMlpPreparationOptions = {}): PreparationPlan => {
  checkOptions('realMlpPreparation', options, { oneHotUpTo: true })
  const { oneHotUpTo = 9 } = options
  checkSetting('realMlpPreparation', 'oneHotUpTo', oneHotUpTo, count)
  return {
    steps: [
      { kind: 'dateParts', columns: 'dates' },
      { kind: 'impute', columns: 'numbers', by: 'median', indicator: true },
      { kind: 'oneHot', columns: 'categories', upTo: oneHotUpTo, missing: 'zeros', drop: 'sign' },
      { kind: 'codes', columns: 'categories' },
      { kind: 'scale', columns: 'numbers', to: 'robust' },
      { kind: 'scale', columns: 'indicators', to: 'robust' },
      { kind: 'scale', columns: 'one-hot', to: 'robust' },
      { kind: 'smoothClip', columns: 'numbers' },
      { kind: 'smoothClip', columns: 'indicators' },
      { kind: 'smoothClip', columns: 'one-hot' },
    ],
  }
}
