import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import type { Wording } from 'puregrad/report'
import type { LayersField, NumberField, SimpleField } from './fields.ts'
import type { Refusal } from './messages.ts'
import { defaults, fields, type HiddenLayer, type SettingName, type Settings } from './settings.ts'
import { fill, number, say } from './wordings.ts'

const shown = (value: unknown): string => {
  const text =
    typeof value === 'string'
      ? JSON.stringify(value)
      : typeof value === 'number' || typeof value === 'boolean' || value === null || value === undefined
        ? String(value)
        : Array.isArray(value)
          ? 'a list'
          : typeof value
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}

const inRange = ({ min, max, whole, orZero }: NumberField, value: unknown): boolean =>
  typeof value === 'number' &&
  Number.isFinite(value) &&
  ((orZero && value === 0) || (value >= min && value <= max)) &&
  (!whole || Number.isInteger(value))

const expectedNumber = ({ min, max, whole, orZero }: NumberField): Wording =>
  fill(
    say(
      `${whole ? 'a whole number' : 'a number'} from {min} to {max}${orZero ? ', or 0' : ''}`,
      `${whole ? 'цяло число' : 'число'} от {min} до {max}${orZero ? ' или 0' : ''}`,
    ),
    { min: number(min), max: number(max) },
  )

/** What a value should have been; `undefined` where it is good. */
const expectation = (field: SimpleField, value: unknown): Wording | undefined => {
  switch (field.kind) {
    case 'number':
      return inRange(field, value) ? undefined : expectedNumber(field)
    case 'choice': {
      const values = field.choices.map((choice) => choice.value)
      return typeof value === 'string' && values.includes(value)
        ? undefined
        : fill(say('one of {values}', 'едно от {values}'), { values: values.join(', ') })
    }
    case 'flag':
      return typeof value === 'boolean' ? undefined : say('true or false', 'true или false')
    case 'text':
      return typeof value === 'string' && value.length <= field.longest
        ? undefined
        : fill(say('a text of at most {n} letters', 'текст от най-много {n} букви'), {
            n: String(field.longest),
          })
  }
}

const refused = (
  name: SettingName,
  path: string,
  called: Wording,
  expected: Wording,
  value: unknown,
): Refusal => ({
  setting: name,
  message: fill(
    say(
      '{called} ({path}): expected {expected}, got {shown}',
      '{called} ({path}): очаква се {expected}, а е {shown}',
    ),
    { called, path, expected, shown: shown(value) },
  ),
})

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const layerRefusals = (field: LayersField, layer: unknown, i: number): readonly Refusal[] => {
  if (!isRecord(layer))
    return [refused('hidden', `hidden[${String(i)}]`, fields.hidden.name, say('a layer', 'слой'), layer)]
  const unknownNames = Object.keys(layer).filter((name) => !Object.hasOwn(field.of, name))
  return [
    ...unknownNames.map((name) => unknownSetting(`hidden[${String(i)}].${name}`)),
    ...Object.entries(field.of).flatMap(([name, simple]) => {
      const value = Object.hasOwn(layer, name) ? layer[name] : undefined
      const expected = expectation(simple, value)
      return expected === undefined
        ? []
        : [refused('hidden', `hidden[${String(i)}].${name}`, simple.name, expected, value)]
    }),
  ]
}

const unknownSetting = (path: string): Refusal => ({
  message: fill(say('There is no setting {path}', 'Няма настройка {path}'), { path: shown(path) }),
})

/** What is wrong with the value of one setting. */
const settingRefusals = (name: SettingName, value: unknown): readonly Refusal[] => {
  const field = fields[name]
  if (field.kind !== 'layers') {
    const expected = expectation(field, value)
    return expected === undefined ? [] : [refused(name, name, field.name, expected, value)]
  }
  if (!Array.isArray(value) || value.length > field.most)
    return [
      refused(
        name,
        name,
        field.name,
        fill(say('a list of at most {most} layers', 'списък от най-много {most} слоя'), {
          most: String(field.most),
        }),
        Array.isArray(value) ? value.length : value,
      ),
    ]
  return value.flatMap((layer, i) => layerRefusals(field, layer, i))
}

const isSetting = (name: string): name is SettingName => Object.hasOwn(fields, name)

/** Only the known names, so that nothing else comes along. */
const layerOf = ({ units, activation, normalization, dropout }: HiddenLayer): HiddenLayer => ({
  units,
  activation,
  normalization,
  dropout,
})

/** Some settings from outside, or all that is wrong with them. */
export const checkChanges = (data: unknown): E.Either<readonly Refusal[], Partial<Settings>> => {
  if (!isRecord(data))
    return E.left([
      {
        message: fill(
          say('expected a record of settings, got {shown}', 'очаква се запис с настройки, а е {shown}'),
          {
            shown: shown(data),
          },
        ),
      },
    ])
  const entries = Object.entries(data)
  const refusals = entries.flatMap(([name, value]) =>
    isSetting(name) ? settingRefusals(name, value) : [unknownSetting(name)],
  )
  if (refusals.length > 0) return E.left(refusals)
  const changes = Object.fromEntries(entries) as Partial<Settings>
  return E.right(changes.hidden === undefined ? changes : { ...changes, hidden: changes.hidden.map(layerOf) })
}

/** Settings from outside, those that are missing where they start, or all that is wrong with them. */
export const checkSettings = (data: unknown): E.Either<readonly Refusal[], Settings> =>
  pipe(
    checkChanges(data),
    E.map((changes) => ({ ...defaults, ...changes })),
  )

/** {@link checkSettings} as a codec. */
export const settingsCodec: t.Type<Settings> = new t.Type(
  'settings of the playground',
  (data): data is Settings =>
    isRecord(data) &&
    Object.keys(fields).every((name) => Object.hasOwn(data, name)) &&
    E.isRight(checkChanges(data)),
  (data, context) =>
    pipe(
      checkSettings(data),
      E.mapLeft((refusals) => refusals.map(({ message }) => ({ value: data, context, message: message.en }))),
      E.mapLeft((errors) => [...errors]),
    ),
  t.identity,
)
