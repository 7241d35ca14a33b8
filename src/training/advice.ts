import type { Problem } from './problem.ts'

/**
 * Something to do about an error.
 *
 * @category Diagnosis
 */
export type Action =
  | 'larger-network'
  | 'smaller-network'
  | 'train-longer'
  | 'regularize-less'
  | 'regularize-more'
  | 'more-training-rows'
  | 'renew-statistics'
  | 'larger-batches'
  | 'normalize-units'
  | 'compare-parts'
  | 'match-parts'
  | 'more-dev-rows'
  | 'check-distribution'
  | 'compare-linear'
  | 'check-targets'
  | 'keep'
  | 'measure-more'

/** What each action is called; of `measure-more` a finding says how many rows. */
export const actionText: Readonly<Record<Exclude<Action, 'measure-more'>, string>> = {
  'larger-network': 'use a larger network',
  'smaller-network': 'use a smaller network',
  'train-longer': 'train longer, or with another optimizer or learning rate',
  'regularize-less': 'lessen regularization',
  'regularize-more': 'regularize more (L2, dropout, early stopping)',
  'more-training-rows': 'get more training rows',
  'renew-statistics': 'renew the tracked statistics (recalibrate): this gap is not variance',
  'larger-batches': 'use larger batches, or another momentum of the statistics',
  'normalize-units': 'normalize over units instead of rows (layerNorm)',
  'compare-parts': 'compare training and dev rows to see how they differ',
  'match-parts': 'make the training rows more like the dev rows',
  'more-dev-rows': 'get more dev rows: too many choices were made on these',
  'check-distribution': 'check that dev and test rows come from one distribution',
  'compare-linear': 'compare with a linear model: do the features say anything of the target?',
  'check-targets': 'check that features and targets of a row belong together',
  keep: 'keep these settings',
}

/**
 * Pairs of actions of which one undoes the other: no advice has both. Early stopping, one way to regularize more, opposes
 * longer training.
 *
 * @category Diagnosis
 */
export const opposedActions: readonly (readonly [Action, Action])[] = [
  ['larger-network', 'smaller-network'],
  ['regularize-less', 'regularize-more'],
  ['train-longer', 'regularize-more'],
  ['train-longer', 'smaller-network'],
  ['larger-network', 'regularize-more'],
]

type Actions = readonly [Action, ...Action[]]

const alone: Readonly<Record<Problem, Actions>> = {
  'high-bias': ['larger-network', 'train-longer', 'regularize-less'],
  'high-variance': ['more-training-rows', 'regularize-more', 'smaller-network'],
  'normalization-mismatch': ['renew-statistics', 'larger-batches', 'normalize-units'],
  mismatch: ['compare-parts', 'match-parts'],
  'dev-overfit': ['more-dev-rows', 'check-distribution'],
  'no-better-than-baseline': ['compare-linear', 'check-targets'],
}

/**
 * What to do about a problem, among all there are. Bias comes before variance: as long as the training rows themselves are
 * not learnt, what would shrink the network or hold it back only makes bias worse. So with both, bias asks for a larger
 * network and longer training, and variance for more rows, which do not oppose that; regularization is left as it is, to
 * be chosen on dev once the bias is gone.
 *
 * Source: A. Ng, Machine Learning Yearning, chapters 24–27.
 */
export const actionsFor = (problem: Problem, all: readonly Problem[]): Actions => {
  const both = all.includes('high-bias') && all.includes('high-variance')
  return both && problem === 'high-bias'
    ? ['larger-network', 'train-longer']
    : both && problem === 'high-variance'
      ? ['more-training-rows']
      : alone[problem]
}
