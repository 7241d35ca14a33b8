import type { PreparationPlan } from './preparation.ts'

/**
 * The plan that most networks and linear models do well with: dates become numbers; numbers get the median where they are missing, with an
 * indicator beside a column that misses some, and are standardized; a column for each level of a category, a missing cell
 * being a level and an unseen level all zeros; targets that are numbers are standardized. Texts and identifiers are left
 * out.
 *
 * @example
 * ```ts
 * import { standardPreparation } from 'puregrad/data'
 * standardPreparation().steps.map(({ kind }) => kind) // => ['dateParts', 'impute', 'scale', 'scale', 'oneHot']
 * ```
 * @category Preparation
 */
export const standardPreparation = (): PreparationPlan => ({
  steps: [
    { kind: 'dateParts', columns: 'dates' },
    { kind: 'impute', columns: 'numbers', by: 'median', indicator: true },
    { kind: 'scale', columns: 'numbers', to: 'standard' },
    { kind: 'scale', columns: 'indicators', to: 'standard' },
    { kind: 'oneHot', columns: 'categories' },
  ],
})
