/* eslint-disable functional/no-let, functional/no-loop-statements -- one pass over the counts of a binomial distribution */
import type { Sealed, TestLedger } from './sealed.ts'
import { checkOptions } from '../../core/tensor/check-options.ts'
import { checkSetting } from '../../core/tensor/check-setting.ts'
import { count, share } from '../../core/tensor/setting-ranges.ts'

/**
 * By how much the best of several models looks better than it is, on the rows it was chosen by.
 *
 * @category Splitting
 */
export interface Optimism {
  /** The expectation for equally good models that err independently. */
  readonly independent: number
  /** What the expectation does not exceed, however the models depend on each other. */
  readonly bound: number
}

/** Σ over k of 1 − F(k)^models, F the distribution of Binomial(rows, p): the expected maximum. */
const expectedMaximum = (models: number, rows: number, p: number): number => {
  let [sum, cumulative, logMass] = [0, 0, rows * Math.log1p(-p)]
  for (let k = 0; k < rows; k++) {
    cumulative += Math.exp(logMass)
    sum += 1 - Math.min(1, cumulative) ** models
    logMass += Math.log((rows - k) / (k + 1)) + Math.log(p / (1 - p))
  }
  return sum
}

/**
 * The expected optimism of the best of some models of one true error, chosen by their accuracy on some rows.
 *
 * `independent`: (1/m) Σₖ (1 − F(k)^K) − (1 − error) over k = 0 … m − 1 for K models and m rows, F the distribution of
 * Binomial(m, 1 − error); exact. Source: H. A. David, H. N. Nagaraja, "Order Statistics", 3rd ed., 2003, §3.1.
 * `bound`: √(ln K / 2m). Source: P. Massart, "Concentration Inequalities and Model Selection", 2007, lemma 2.3, with
 * Hoeffding's variance factor 1/4m of a mean of m values in [0, 1].
 *
 * @throws ArgumentError unless models and rows are positive integers and the error lies in [0, 1].
 * @example
 * ```ts
 * import { expectedOptimism } from 'puregrad/data'
 * expectedOptimism({ models: 100, rows: 100 }).independent.toFixed(2) // => '0.12'
 * expectedOptimism({ models: 1, rows: 100 }).bound // => 0
 * ```
 * @category Splitting
 */
export const expectedOptimism = (options: {
  readonly models: number
  readonly rows: number
  readonly error?: number
}): Optimism => {
  checkOptions('expectedOptimism', options, { models: true, rows: true, error: true })
  const { models, rows, error = 0.5 } = options
  checkSetting('expectedOptimism', 'models', models, count)
  checkSetting('expectedOptimism', 'rows', rows, count)
  checkSetting('expectedOptimism', 'error', error, share)
  const accuracy = 1 - error
  return {
    independent:
      models === 1 || accuracy === 0 || accuracy === 1
        ? 0
        : expectedMaximum(models, rows, accuracy) / rows - accuracy,
    bound: Math.sqrt(Math.log(models) / (2 * rows)),
  }
}

/**
 * How many models were compared on a test part, over all its openings.
 *
 * @example
 * ```ts
 * import { comparedModels } from 'puregrad/data'
 * comparedModels([], { digest: 'abc' }) // => 0
 * ```
 * @category Splitting
 */
export const comparedModels = (ledger: TestLedger, { digest }: Pick<Sealed<unknown>, 'digest'>): number =>
  ledger.reduce((total, opening) => total + (opening.digest === digest ? opening.models : 0), 0)

/**
 * What the looks in a ledger cost: the expected optimism of the best of all models that were compared on a test part;
 * none before it is opened.
 *
 * @example
 * ```ts
 * import { testOptimism } from 'puregrad/data'
 * const looks = Array.from({ length: 10 }, (_, i) => ({ digest: 'a', reason: `model ${i}`, models: 1 }))
 * testOptimism(looks, { n: 100, digest: 'a' }).independent.toFixed(2) // => '0.08'
 * ```
 * @category Splitting
 */
export const testOptimism = (
  ledger: TestLedger,
  sealed: Pick<Sealed<unknown>, 'n' | 'digest'>,
  options: { readonly error?: number } = {},
): Optimism => {
  checkOptions('testOptimism', options, { error: true })
  return expectedOptimism({ ...options, models: Math.max(1, comparedModels(ledger, sealed)), rows: sealed.n })
}
