import * as E from 'fp-ts/lib/Either.js'
import { PuregradError } from '../core/tensor/errors.ts'
import { showText } from '../core/tensor/show-value.ts'
import type { Language } from '../report/wording.ts'
import { painter, wantsColour, type Paint } from './colour.ts'
import { languageAsked } from './language.ts'
import { quietStreams, type Lines } from './quiet-streams.ts'

const codes = { SIGINT: 0, SIGTERM: 143, SIGHUP: 129 } as const

type Ending = keyof typeof codes

const signals: readonly Ending[] = ['SIGINT', 'SIGTERM', 'SIGHUP']

/** What a command learns from outside while it runs. */
export interface Surroundings extends Lines {
  /** Aborts when the user or the system asks for an end, or nobody reads what is printed. */
  readonly ending: AbortSignal
  readonly language: Language
  /** Colours what goes to standard output, where that is wanted. */
  readonly paint: Paint
  /** Says what went wrong, in one line. */
  readonly complain: (message: string) => void
}

const error: Readonly<Record<Language, string>> = { en: 'error', bg: 'грешка' }

/**
 * Runs a command and ends the process with its code once everything is written. A first SIGINT, SIGTERM or SIGHUP
 * asks the command to come to an end with what it has, and so does a closed pipe; a second one ends the process. Output
 * that cannot be written makes it a failure. Ended
 * by SIGTERM or SIGHUP the code is 143 or 129, as shells have it. What goes wrong in the library is one line.
 *
 * @param misuse the code where the language that is asked for is not one of them.
 */
export const runCommand = async (
  command: (surroundings: Surroundings) => Promise<number>,
  { argv, misuse }: { readonly argv: readonly string[]; readonly misuse: number },
): Promise<void> => {
  const asked = languageAsked(argv, process.env)
  const language: Language = E.isRight(asked) ? asked.right : 'en'
  const complaints = painter(wantsColour(argv, process.env, process.stderr))
  const controller = new AbortController()
  const signalled = new Promise<Ending>((resolve) => {
    signals.forEach((signal) => {
      process.once(signal, () => {
        resolve(signal)
        controller.abort()
      })
    })
  })
  const { say, warn } = quietStreams({
    closed: () => controller.abort(),
    failed: ({ message }) => {
      // The last lines of a command fail when it has ended.
      // eslint-disable-next-line functional/immutable-data -- the code of a process that is about to end
      process.exitCode = 1
      const lost = { en: 'standard output: cannot be written', bg: 'стандартният изход не може да се запише' }
      complain(`${lost[language]}: ${message}`)
      controller.abort()
    },
  })
  // A name of a file may hold anything, and a terminal obeys control characters.
  const complain = (message: string): void =>
    warn(`${complaints('bad', `${error[language]}:`)} ${showText(message, 2000)}`)
  const paint = painter(wantsColour(argv, process.env, process.stdout))
  const run = (): Promise<number> =>
    command({ ending: controller.signal, say, warn, language, paint, complain })
  const refuse = (message: string): Promise<number> => {
    complain(message)
    return Promise.resolve(misuse)
  }
  const code = await (E.isLeft(asked) ? refuse(asked.left) : run()).catch((problem: unknown) => {
    if (!(problem instanceof PuregradError)) throw problem
    complain(problem.message)
    return 1
  })
  const signal = await Promise.race([signalled, Promise.resolve(undefined)])
  // eslint-disable-next-line functional/immutable-data -- exit only when all output is written
  process.exitCode = code !== 0 ? code : signal !== undefined ? codes[signal] : (process.exitCode ?? 0)
}
