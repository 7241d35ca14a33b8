import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { decimalText } from '../report/number-text.ts'
import type { Language, Wording } from '../report/wording.ts'
import { readParts } from '../tabular/read-parts.ts'
import { searchNetwork, settingsOf, type SearchedTrial } from '../tabular/search-network.ts'
import type { Surroundings } from '../terminal/run-command.ts'
import { isApart } from '../terminal/write-file.ts'
import { onCommandLine } from './on-command-line.ts'
import { readSearchOptions, type SearchOptions } from './options.ts'
import { questionOf } from './question-of.ts'
import { runTable } from './run-table.ts'

const words = {
  stopped: (journal: string): Wording => ({
    en: `interrupted; the same command goes on from ${journal}`,
    bg: `прекъснато; същата команда продължава от ${journal}`,
  }),
  found: (settings: string, loss: Wording, trials: number): Wording => ({
    en: `best of ${trials} networks: ${settings} (dev loss ${loss.en})`,
    bg: `най-добра от ${trials} мрежи: ${settings} (загуба върху проверяващия набор ${loss.bg})`,
  }),
} as const

/** The settings as options, which a shell takes as they are. */
const settingsText = (config: SearchedTrial['config'], digits = 17): string => {
  const { hidden, learningRate, l2, dropout, batch } = settingsOf(config)
  const text = (value: number): string => String(Number(value.toPrecision(digits)))
  return `--hidden ${hidden.join(',')} --learning-rate ${text(learningRate)} --l2 ${text(l2)} --dropout ${dropout} --batch ${batch}`
}

const trialText = ({ done, of, config, loss, best }: SearchedTrial, language: Language): string => {
  const digits = (value: number): string => (Number.isFinite(value) ? decimalText(value, 4, language) : '—')
  const [name, least] = { en: ['network', 'best'], bg: ['мрежа', 'най-малка'] }[language]
  return `${name} ${done}/${of}  dev ${digits(loss)}  ${least} ${digits(best)}  ${settingsText(config, 3)}`
}

const searched = ({ options, trials, journal }: SearchOptions, { warn, ending, language }: Surroundings) => {
  const { source, seed, l1, optimizer, dtype, epochs, patience } = options
  return pipe(
    readParts(questionOf(source, seed)),
    TE.mapLeft((error) => onCommandLine(error)[language]),
    TE.flatMap((read) =>
      pipe(
        searchNetwork(read, {
          trials,
          seed,
          journal,
          signal: ending,
          fixed: {
            l1,
            optimizer,
            dtype,
            ...(epochs === undefined ? {} : { epochs }),
            ...(patience === undefined ? {} : { patience }),
          },
          watch: (trial) => warn(trialText(trial, language)),
        }),
        TE.mapLeft(({ message }) => message),
      ),
    ),
  )
}

/** Searches for the network of a table, then trains and shows it beside the simpler models. */
export const searchCommand = async (
  argv: readonly string[],
  surroundings: Surroundings,
): Promise<E.Either<string, void>> => {
  const { say, ending, language } = surroundings
  const request = await readSearchOptions(argv, surroundings)
  if (E.isLeft(request)) return request
  if (request.right.kind === 'help') return E.right(say(request.right.text))
  const { values } = request.right
  const { options, journal } = values
  const apart = await isApart(
    '--journal',
    journal,
    [
      ['--data', options.source.file],
      ['--test', options.source.test],
      ['--model', options.model],
      ['--curve', options.curve],
    ],
    language,
  )()
  if (E.isLeft(apart)) return apart
  const found = await searched(values, surroundings)()
  if (ending.aborted) return E.right(say(words.stopped(journal)[language]))
  if (E.isLeft(found)) return found
  const { config, settings, loss, trials } = found.right
  const of = (f: (spoken: Language) => string): Wording => ({ en: f('en'), bg: f('bg') })
  say(
    words.found(
      settingsText(config),
      of((spoken) => decimalText(loss, 4, spoken)),
      trials,
    )[language],
  )
  return runTable({ ...options, ...settings }, surroundings)
}
