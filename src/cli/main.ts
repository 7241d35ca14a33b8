#!/usr/bin/env node
import * as E from 'fp-ts/lib/Either.js'
import { runCommand, type Surroundings } from '../terminal/run-command.ts'
import { said } from './messages.ts'

/** A command: it reads the arguments behind its name and does what they ask for. */
type Command = (argv: readonly string[], surroundings: Surroundings) => Promise<E.Either<string, void>>

/** What stands behind each name is loaded when it is asked for, as it is much. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  train: async () => (await import('./train-command.ts')).trainCommand,
  predict: async () => (await import('./predict-command.ts')).predictCommand,
  evaluate: async () => (await import('./evaluate-command.ts')).evaluateCommand,
  export: async () => (await import('./export-command.ts')).exportCommand,
  search: async () => (await import('./search-command.ts')).searchCommand,
  report: async () => (await import('./report.ts')).report,
}

/** The commands there are, above the options of the one that needs no name. */
const commandsText = ({ language, paint }: Surroundings): string =>
  [
    paint('strong', 'puregrad COMMAND'),
    '',
    { en: 'COMMANDS', bg: 'КОМАНДИ' }[language],
    ...said.commands[language].map(
      ([name, what]) => `  ${paint('strong', name.padEnd(8))}  ${what} (puregrad ${name} --help)`,
    ),
    '',
  ].join('\n')

/** The command that arguments begin with; training, where they begin with an option. */
const main: Command = async (argv, surroundings) => {
  if (argv.some((word) => /^--label(=|$)/.test(word)))
    return E.left(said.renamed('--label', '--target')[surroundings.language])
  const [name = '--'] = argv
  if (name === '--help' || name === '-h') surroundings.say(commandsText(surroundings))
  const known = commands[name]
  return known !== undefined
    ? (await known())(argv.slice(1), surroundings)
    : name.startsWith('-')
      ? (await commands['train']!())(argv, surroundings)
      : E.left(said.noCommand(name, [...Object.keys(commands), 'claims'])[surroundings.language])
}

const argv = process.argv.slice(2)

// The statements of the lecture are a command of their own, with languages and codes of its own.
if (argv[0] === 'claims')
  // eslint-disable-next-line functional/immutable-data -- the code of a process that is about to end
  process.exitCode = await (await import('./claims.ts')).claims(argv.slice(1))
else
  await runCommand(
    async (surroundings) => {
      const ended = await main(argv, surroundings)
      if (E.isRight(ended)) return 0
      // A table may have several things wrong with it, each a line.
      ended.left.split('\n').forEach((line) => surroundings.complain(line))
      return 1
    },
    { argv, misuse: 1 },
  )
