import * as t from 'io-ts'
import { checkChoice, type Choice } from '../tensor/check-choice.ts'
import { checkSetting, type SettingRange } from '../tensor/check-setting.ts'
import { oneKindOf } from './one-kind-of.ts'
import { choiceCodec, settingCodec } from './setting-codec.ts'

/**
 * What a setting may be: a number in a range, one of a few values, or what a codec accepts, which is told the codec of
 * the things that have such settings, for those that hold others. Code is checked by and data decoded by one record of
 * these, so that both refuse the same values in the same words.
 */
// oxlint-disable-next-line typescript/no-explicit-any -- any codec of data
export type Setting = SettingRange | readonly Choice[] | ((whole: t.Type<any, unknown>) => t.Type<any, any>)

export type Settings = Readonly<Record<string, Setting>>

/** The values that settings have. */
export type SettingValues<S extends Settings> = {
  readonly [K in keyof S]: S[K] extends (...args: never) => t.Any
    ? t.TypeOf<ReturnType<S[K]>>
    : S[K] extends readonly (infer C)[]
      ? C
      : number
}

/** @throws ArgumentError for a number or a choice that is given and may not be; what has a codec its user checks. */
export const checkSettings = (where: string, given: object, settings: Settings): void =>
  Object.entries(settings).forEach(([name, setting]) => {
    const value = (given as Readonly<Record<string, unknown>>)[name]
    if (value === undefined || typeof setting === 'function') return
    if (Array.isArray(setting)) checkChoice(where, name, value, setting as readonly Choice[])
    else checkSetting(where, name, value, setting as SettingRange)
  })

/** Something that is told apart by its kind and has settings. */
export interface Described {
  readonly kind: string
  readonly [setting: string]: unknown
}

const codecOf = (setting: Setting, whole: t.Type<Described, unknown>): t.Mixed => {
  if (typeof setting === 'function') return setting(whole) as t.Mixed
  return Array.isArray(setting)
    ? choiceCodec<Choice>(...(setting as readonly Choice[]))
    : settingCodec(setting as SettingRange)
}

const propsOf = (settings: Settings, whole: t.Type<Described, unknown>): t.Props =>
  Object.fromEntries(Object.entries(settings).map(([name, setting]) => [name, codecOf(setting, whole)]))

/**
 * The codec of records of some kinds, each with the settings of its kind: those in `optional` may be missing.
 *
 * @param name what a record describes, with its article: `a layer`.
 */
export const kindsCodec = (
  name: string,
  kinds: readonly {
    readonly kind: string
    readonly required: Settings
    readonly optional?: Settings
  }[],
): t.Type<Described, unknown> =>
  t.recursion<Described, unknown>(name, (whole) => {
    const records: t.Mixed = oneKindOf(
      name,
      Object.fromEntries(kinds.map(({ kind, required }) => [kind, propsOf(required, whole)])),
      Object.fromEntries(kinds.map(({ kind, optional = {} }) => [kind, propsOf(optional, whole)])),
    )
    return records
  })
