import * as E from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import { checkChoice, type Choice } from '../tensor/check-choice.ts'
import { checkSetting, type SettingRange } from '../tensor/check-setting.ts'
import { ArgumentError } from '../tensor/errors.ts'
import { decodingError, problemsIn, problemsUnder } from './decoding-error.ts'
import { choiceCodec, settingCodec } from './setting-codec.ts'

/**
 * What a setting may be: a number in a range, one of a few values, or what a codec accepts. One such record is what
 * code is checked by and data is decoded by, so that both refuse the same values in the same words.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- any codec of data
export type Setting = SettingRange | readonly Choice[] | t.Type<any, any>

export type Settings = Readonly<Record<string, Setting>>

/** The values that settings have. */
export type SettingValues<S extends Settings> = {
  readonly [K in keyof S]: S[K] extends t.Any
    ? t.TypeOf<S[K]>
    : S[K] extends readonly (infer C)[]
      ? C
      : number
}

const isCodec = (setting: Setting): setting is t.Type<unknown> => 'validate' in setting

const isChoice = (setting: Setting): setting is readonly Choice[] => Array.isArray(setting)

/** The codec of one setting. */
export const codecOfSetting = (setting: Setting): t.Type<unknown> => {
  if (isCodec(setting)) return setting
  const codec: t.Any = isChoice(setting) ? choiceCodec<Choice>(...setting) : settingCodec(setting)
  return codec
}

/** @throws ArgumentError for a value that the setting may not have. */
export const checkSettingValue = (where: string, name: string, value: unknown, setting: Setting): void => {
  if (isChoice(setting)) checkChoice(where, name, value, setting)
  else if (!isCodec(setting)) checkSetting(where, name, value, setting)
  else {
    const decoded = setting.decode(value)
    if (E.isRight(decoded)) return
    const problems = problemsUnder(name, decodingError(name, problemsIn(name, decoded.left)))
    throw new ArgumentError(`${where}: ${problems.map(({ message }) => message).join('; ')}`)
  }
}

/** Every setting that is given, looked at. @throws ArgumentError for the first value that may not be. */
export const checkSettings = (where: string, given: object, settings: Settings): void =>
  Object.entries(settings).forEach(([name, setting]) => {
    const value = (given as Readonly<Record<string, unknown>>)[name]
    if (value !== undefined) checkSettingValue(where, name, value, setting)
  })
