import { checkSetting } from '../core/tensor/check-setting.ts'
import { notNegative } from '../core/tensor/setting-ranges.ts'

/** λ itself, if it can be the weight of a penalty. */
export const checkedLambda = (where: string, lambda: number): number => {
  checkSetting(where, 'λ', lambda, notNegative)
  return lambda
}
