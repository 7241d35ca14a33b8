import * as E from 'fp-ts/lib/Either.js'
import { showText } from '../core/tensor/show-value.ts'
import type { Language } from '../report/wording.ts'

/** The languages a command speaks. */
export const languages = ['en', 'bg'] as const satisfies readonly Language[]

type Environment = Readonly<Record<string, string | undefined>>

/** The language of messages by the environment: the first of three that is set decides, and English speaks to others. */
export const languageOf = ({ LC_ALL, LC_MESSAGES, LANG }: Environment): Language => {
  const locale = [LC_ALL, LC_MESSAGES, LANG].find((name) => name !== undefined && name !== '') ?? ''
  return /^bg(?![a-z])/i.test(locale) ? 'bg' : 'en'
}

/** The value of an option among the arguments, the last where there are several; it may be missing. */
const valueOf = (name: string, argv: readonly string[]): string | undefined => {
  const given = argv.flatMap((word, i) =>
    word === name ? [argv[i + 1] ?? ''] : word.startsWith(`${name}=`) ? [word.slice(name.length + 1)] : [],
  )
  return given.at(-1)
}

/**
 * The language asked for by `--lang`, else that of the environment. It is known before anything else of the arguments
 * is read, as what is wrong with them is said in it.
 */
export const languageAsked = (
  argv: readonly string[],
  environment: Environment,
): E.Either<string, Language> => {
  const asked = valueOf('--lang', argv)
  const own = languageOf(environment)
  const known = languages.find((language) => language === asked?.toLowerCase())
  return asked === undefined
    ? E.right(own)
    : known !== undefined
      ? E.right(known)
      : E.left(
          {
            en: `--lang: expected en or bg, got "${showText(asked, 60)}"`,
            bg: `--lang: очаква се en или bg, а е дадено „${showText(asked, 60)}“`,
          }[own],
        )
}
