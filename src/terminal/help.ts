import { setDefaultHelpFormatter } from 'cmd-ts'
import type { Language, Wording } from '../report/wording.ts'
import type { Paint } from './colour.ts'

type Formatter = Parameters<typeof setDefaultHelpFormatter>[0]
type CommandHelp = Parameters<Formatter['formatCommand']>[0]
type SubcommandsHelp = Parameters<Formatter['formatSubcommands']>[0]

/** What cmd-ts calls the kinds of arguments, as people read it. */
const headings: Readonly<Record<string, Wording>> = {
  arguments: { en: 'ARGUMENTS', bg: 'АРГУМЕНТИ' },
  options: { en: 'OPTIONS', bg: 'НАСТРОЙКИ' },
  flags: { en: 'FLAGS', bg: 'ПРЕВКЛЮЧВАТЕЛИ' },
}

const examplesHeading: Wording = { en: 'EXAMPLES', bg: 'ПРИМЕРИ' }
const commandsHeading: Wording = { en: 'COMMANDS', bg: 'КОМАНДИ' }
const ownHelp: Wording = { en: 'show this help', bg: 'показва тази помощ' }

const aligned = (
  rows: readonly (readonly [usage: string, description: string])[],
  paint: Paint,
): string[] => {
  const width = Math.max(...rows.map(([usage]) => usage.length))
  return rows.map(([usage, description]) => `  ${paint('strong', usage.padEnd(width))}  ${description}`)
}

const exampleLines = (examples: CommandHelp['examples'], language: Language, paint: Paint): string[] =>
  examples === undefined || examples.length === 0
    ? []
    : [
        '',
        examplesHeading[language],
        ...examples.flatMap(({ description, command }) => [
          `  ${paint('quiet', `# ${description}`)}`,
          `  ${command}`,
        ]),
      ]

const commandHelp = (
  { name, path, description, helpTopics, examples }: CommandHelp,
  language: Language,
  paint: Paint,
): string => {
  const kinds = [...new Set(helpTopics.map(({ category }) => category))]
  return [
    paint('strong', path.length > 0 ? path.join(' ') : name),
    ...(description === undefined ? [] : [description]),
    ...kinds.flatMap((kind) => [
      '',
      headings[kind]?.[language] ?? kind.toUpperCase(),
      ...aligned(
        helpTopics
          .filter(({ category }) => category === kind)
          .map(({ usage, description: text }) => [
            usage,
            usage.startsWith('--help') ? ownHelp[language] : text,
          ]),
        paint,
      ),
    ]),
    ...exampleLines(examples, language, paint),
  ].join('\n')
}

const subcommandsHelp = (
  { name, path, description, commands, examples }: SubcommandsHelp,
  language: Language,
  paint: Paint,
): string =>
  [
    paint('strong', path.length > 0 ? path.join(' ') : name),
    ...(description === undefined ? [] : [description]),
    '',
    commandsHeading[language],
    ...aligned(
      commands.map((each) => [each.name, each.description ?? '']),
      paint,
    ),
    ...exampleLines(examples, language, paint),
  ].join('\n')

/** Help is written in this language from now on: cmd-ts keeps its formatter for the whole process. */
export const speakHelp = (language: Language, paint: Paint): void =>
  setDefaultHelpFormatter({
    formatCommand: (help) => commandHelp(help, language, paint),
    formatSubcommands: (help) => subcommandsHelp(help, language, paint),
  })
