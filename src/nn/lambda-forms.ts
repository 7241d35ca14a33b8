import { checkedLambda } from '../optim/checked-lambda.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { count } from '../core/tensor/setting-ranges.ts'

/**
 * How a source writes the squared penalty: λΣw² (`plain`: the lecture, and here), ½λΣw² (`half`: weight decay in most
 * optimizers) or λ/2m Σw² over m training rows (A. Ng's course).
 *
 * @category Penalties
 */
export type LambdaForm = 'plain' | 'half' | { readonly rows: number }

/** What λ times Σw² is multiplied by. */
const factor = (form: LambdaForm): number => {
  if (form === 'plain') return 1
  if (form === 'half') return 1 / 2
  if (typeof form !== 'object') checkChoice('convertLambda', 'form', form, ['plain', 'half'])
  checkOptions('convertLambda', form, { rows: true })
  checkSetting('convertLambda', 'rows', form.rows, count)
  return 1 / (2 * form.rows)
}

/**
 * The λ that makes the penalty of one form the same function in another.
 *
 * @throws ArgumentError unless λ is finite and ≥ 0 and a number of rows is a positive integer.
 * @example
 * ```ts
 * import { convertLambda } from 'puregrad/nn'
 * convertLambda(0.5, 'half', 'plain') // => 0.25
 * convertLambda(3, { rows: 300 }, 'plain') // => 0.005
 * ```
 * @category Penalties
 */
export const convertLambda = (lambda: number, from: LambdaForm, to: LambdaForm): number =>
  (checkedLambda('convertLambda', lambda) * factor(from)) / factor(to)
