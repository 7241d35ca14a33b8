import { parse, runSafely, type Type } from 'cmd-ts'
import * as E from 'fp-ts/lib/Either.js'
import { showText } from '../core/tensor/show-value.ts'
import type { Language, Wording } from '../report/wording.ts'
import type { Paint } from './colour.ts'
import { speakHelp } from './help.ts'

type Command<A> = Parameters<typeof parse>[0] & { readonly handler: (values: never) => A }

/** What the arguments ask for: something to do, or a text (the help). */
export type Asked<A> =
  { readonly kind: 'values'; readonly values: A } | { readonly kind: 'help'; readonly text: string }

/** How a command speaks: in which language, and with which colours. */
export interface Speech {
  readonly language: Language
  readonly paint: Paint
}

/** What cmd-ts takes for an unacceptable value: a rejected promise. */
export const rejecting = (
  name: string,
  expected: Wording,
  given: string,
  language: Language,
): Promise<never> =>
  Promise.reject(
    new Error(
      {
        en: `--${name}: expected ${expected.en}, got "${showText(given, 60)}"`,
        bg: `--${name}: очаква се ${expected.bg}, а е дадено „${showText(given, 60)}“`,
      }[language],
    ),
  )

/** The value of an option that is read by `read`; what it does not know is refused. */
export const valueType = <A>(
  name: string,
  { displayName, expected }: { readonly displayName: string; readonly expected: Wording },
  language: Language,
  read: (text: string) => A | undefined,
): Type<string, A> => ({
  displayName,
  from: (text) => {
    const value = read(text)
    return value === undefined ? rejecting(name, expected, text, language) : Promise.resolve(value)
  },
})

/** The names of the options that take a value, as the command registers them. */
const valueOptions = (command: Command<unknown>): ReadonlySet<string> => {
  const names = new Set<string>()
  command.register({
    forceOptionLongNames: names,
    forceOptionShortNames: new Set(),
    forceFlagLongNames: new Set(),
    forceFlagShortNames: new Set(),
  })
  return names
}

/**
 * The first option that lacks its value. cmd-ts would read it as absent, or take the next option for its value; a
 * user who typed it meant something.
 */
const withoutValue = (command: Command<unknown>, argv: readonly string[]): string | undefined => {
  const names = valueOptions(command)
  const bare = argv.find((word, i) => {
    const [, name = '', assigned] = /^--([\w-]+)(=?)$/.exec(word) ?? []
    return names.has(name) && (assigned === '=' || (argv[i + 1] ?? '--').startsWith('--'))
  })
  return bare?.replace('=', '')
}

const complaint = ({
  message,
  nodes,
}: {
  readonly message: string
  readonly nodes: readonly { readonly raw: string; readonly type: string }[]
}): Wording => {
  const [word = ''] = nodes.map(
    ({ raw, type }) => `${type === 'shortOption' ? '-' : ''}${raw.split(/[ =]/)[0] ?? raw}`,
  )
  const isOption = word.startsWith('-')
  return message === 'Unknown arguments'
    ? {
        en: `unknown ${isOption ? 'option' : 'argument'} ${word}; --help lists the options`,
        bg: `${isOption ? 'непозната настройка' : 'непознат аргумент'} ${word}; --help изброява настройките`,
      }
    : message.startsWith('--')
      ? { en: message, bg: message }
      : /^(Too many|Expected 1)/.test(message)
        ? { en: `${word}: given ${nodes.length} times`, bg: `${word}: дадена е ${nodes.length} пъти` }
        : { en: `${word}: ${message}`, bg: `${word}: ${message}` }
}

/** Reads the arguments of a command; a `Left` is one line that names the option at fault. */
export const readArguments = async <A>(
  command: Command<A>,
  argv: readonly string[],
  { language, paint }: Speech,
): Promise<E.Either<string, Asked<A>>> => {
  if (argv.includes('--help') || argv.includes('-h')) {
    speakHelp(language, paint)
    const help = await runSafely(command, ['--help'])
    return E.right({ kind: 'help', text: help._tag === 'error' ? help.error.config.message : '' })
  }
  const bare = withoutValue(command, argv)
  if (bare !== undefined)
    return E.left({ en: `${bare}: the value is missing`, bg: `${bare}: липсва стойност` }[language])
  const parsed = await parse(command, [...argv])
  const { handler }: { readonly handler: (values: never) => A } = command
  if (parsed._tag === 'ok') return E.right({ kind: 'values', values: handler(parsed.value as never) })
  const [first] = parsed.error.errors
  return E.left(
    first === undefined
      ? { en: 'the options cannot be read', bg: 'настройките не могат да се прочетат' }[language]
      : complaint(first)[language],
  )
}
