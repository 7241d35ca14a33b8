import * as t from 'io-ts'
import { choicesInWords, type Choice } from '../tensor/check-choice.ts'
import { rangeInWords, settingProblem, type SettingRange } from '../tensor/check-setting.ts'
import { nearestName } from '../tensor/nearest-name.ts'
import { numberCodec } from './refined-codec.ts'

/** A codec of the numbers a range allows: what `checkSetting` refuses in code is refused in data, by the same words. */
export const settingCodec = (range: SettingRange): t.Type<number> =>
  numberCodec(rangeInWords(range), (x) => settingProblem('', x, range) === undefined)

/** A codec of a few values; an error names the nearest of them. */
export const choiceCodec = <A extends Choice>(...choices: readonly A[]): t.Type<A> => {
  const name = choicesInWords(choices)
  const is = (u: unknown): u is A => choices.some((choice) => choice === u)
  return new t.Type(
    name,
    is,
    (u, context) => {
      if (is(u)) return t.success(u)
      const near = typeof u === 'string' ? nearestName(u, choices.map(String)) : undefined
      return t.failure(u, context, `expected ${name}${near === undefined ? '' : ` (did you mean ${near}?)`}`)
    },
    t.identity,
  )
}
