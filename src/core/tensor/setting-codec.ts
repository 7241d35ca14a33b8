import type * as t from 'io-ts'
import { choicesInWords, type Choice } from './check-choice.ts'
import { rangeInWords, settingProblem, type SettingRange } from './check-setting.ts'
import { numberCodec, refinedCodec } from './refined-codec.ts'

/** A codec of the numbers a range allows: what `checkSetting` refuses in code is refused in data, by the same words. */
export const settingCodec = (range: SettingRange): t.Type<number> =>
  numberCodec(rangeInWords(range), (x) => settingProblem('', x, range) === undefined)

/** A codec of a few values. */
export const choiceCodec = <A extends Choice>(...choices: readonly A[]): t.Type<A> =>
  refinedCodec(choicesInWords(choices), (u): u is A => choices.some((choice) => choice === u))
