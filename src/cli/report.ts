import { basename, dirname, extname, join } from 'node:path'
import { command, option, optional, positional, string } from 'cmd-ts'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { htmlReport } from '../report/html-report.ts'
import type { Language, Wording } from '../report/wording.ts'
import { readArguments } from '../terminal/read-arguments.ts'
import type { Surroundings } from '../terminal/run-command.ts'
import { speechOptions } from '../terminal/speech-options.ts'
import { canWrite, isApart, writeWhole } from '../terminal/write-file.ts'
import { longName } from './option-kinds.ts'
import { tableOptions } from './options.ts'
import { readSubject } from './report-file.ts'
import { pageAbout } from './report-page.ts'

const fileOption = (long: string, displayName: string, description: string) =>
  option({ long, description, type: optional({ ...string, displayName }) })

const reportCommand = (language: Language) => {
  const say = (en: string, bg: string): string => ({ en, bg })[language]
  return command({
    name: 'puregrad report',
    description: say(
      'Write one HTML page about a training, a search or runs: its pictures, a diagnosis with advice, settings.',
      'Записва една HTML страница за обучение, търсене или пускания: картини, диагноза със съвети, настройки.',
    ),
    args: {
      file: positional({
        displayName: 'FILE',
        type: string,
        description: say(
          'a checkpoint (--checkpoint), the last line of --json, the journal of a search or of runs, or the record of a run',
          'състояние на обучение (--checkpoint), последният ред от --json, дневник на търсене или на пускания или запис на пускане',
        ),
      }),
      out: fileOption(
        'out',
        'file.html',
        say(
          'where the page is written (default: beside FILE)',
          'къде да се запише страницата (по подразбиране до FILE)',
        ),
      ),
      data: fileOption(
        'data',
        'file',
        say(
          'the data of the training, for mistakes, probabilities and the diagnosis (default: the built-in digits, where they are the data)',
          'данните на обучението: за грешките, вероятностите и диагнозата (по подразбиране вградените цифри, ако данните са те)',
        ),
      ),
      labels: fileOption(
        'labels',
        'file',
        say('the IDX or NPY file of the classes', 'IDX или NPY файлът с класовете'),
      ),
      ...tableOptions(language),
      ...speechOptions(language),
    },
    examples: [
      {
        description: say('a training that was saved', 'запазено обучение'),
        command: 'puregrad report run.safetensors --out run.html',
      },
      {
        description: say('a search, in Bulgarian', 'търсене, на български'),
        command: 'puregrad report search.jsonl --lang bg',
      },
    ],
    handler: (values) => values,
  })
}

/** Beside the file, with its name. */
const defaultPlace = (file: string): string => join(dirname(file), `${basename(file, extname(file))}.html`)

/** The words among arguments that belong to these options: each with its value, where it takes one. */
const wordsOf = (names: readonly string[], argv: readonly string[]): readonly string[] =>
  argv.flatMap((word, i) => {
    const name = names.find((one) => word === `--${one}` || word.startsWith(`--${one}=`))
    const value = argv[i + 1]
    return name === undefined
      ? []
      : word.includes('=') || value === undefined || value.startsWith('--')
        ? [word]
        : [word, value]
  })

const written: Wording = { en: 'report', bg: 'отчет' }

/** Reads the arguments behind `report`, and writes the page they ask for. */
export const report = async (
  argv: readonly string[],
  { say, language, paint }: Surroundings,
): Promise<E.Either<string, void>> => {
  const asked = await readArguments(reportCommand(language), argv, { language, paint })
  if (E.isLeft(asked)) return asked
  if (asked.right.kind === 'help') return E.right(say(asked.right.text))
  const { file, out = defaultPlace(file), data, labels } = asked.right.values
  const place = wordsOf(['data', 'labels', ...Object.keys(tableOptions(language))].map(longName), argv)
  return pipe(
    isApart(
      '--out',
      out,
      [
        ['FILE', file],
        ['--data', data],
        ['--labels', labels],
      ],
      language,
    ),
    TE.flatMap(() => canWrite(language)(out)),
    TE.flatMap(() =>
      pipe(
        readSubject(file),
        TE.flatMap((subject) => pageAbout(subject, place)),
        TE.mapLeft((problem) => problem[language]),
      ),
    ),
    TE.flatMap((page) =>
      pipe(
        htmlReport(page, { language }),
        TE.mapLeft(({ message }) => message),
      ),
    ),
    TE.flatMap((html) => writeWhole(out, html)),
    TE.map(() => say(`${written[language]}: ${out}`)),
  )()
}
