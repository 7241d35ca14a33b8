#!/usr/bin/env node
import { cpus } from 'node:os'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { backend } from 'puregrad'
import { runCommand, type Surroundings } from '../../terminal/run-command.ts'
import { canWrite } from '../../terminal/write-file.ts'
import type { Claim } from '../claim.ts'
import { judge } from '../judge.ts'
import type { LedgerEntry } from '../ledger-entry.ts'
import { ledgerRecord, recordText } from '../ledger-record.ts'
import { ledgerText } from '../ledger-text.ts'
import { lectureClaims } from '../ledger.ts'
import { worstVerdict } from '../run.ts'
import { chosenClaims, withChanges } from './changes.ts'
import { ledgerProgress } from './ledger-progress.ts'
import { listText } from './list-text.ts'
import { said } from './messages.ts'
import { readOptions, type Options } from './options.ts'
import { runTasks, serve, type Answer, type Task } from './run-tasks.ts'
import { writePage } from './write-page.ts'

/** Arguments that a shell would take apart or take for its own are quoted. */
const typed = (argv: readonly string[]): string =>
  ['npm run claims', ...(argv.length === 0 ? [] : ['--'])]
    .concat(argv.map((word) => (/^[\w./:=,-]+$/.test(word) ? word : `'${word}'`)))
    .join(' ')

const machine = (): string =>
  [cpus()[0]?.model.trim() ?? '', process.arch, backend()].filter((text) => text !== '').join(', ')

/** The rows that were measured on every seed. */
const entriesOf = (
  claims: readonly Claim[],
  tasks: readonly Task[],
  answers: readonly (Answer | undefined)[],
): readonly LedgerEntry[] =>
  claims.flatMap((claim): readonly LedgerEntry[] => {
    const own = tasks.flatMap((task, i) => (task.claim === claim ? [[task, answers[i]] as const] : []))
    const runs = own.flatMap(([{ seed }, answer]) =>
      answer === undefined || 'error' in answer
        ? []
        : [{ seed, measurement: answer.measurement, judgement: judge(claim, answer.measurement) }],
    )
    if (runs.length < own.length) return []
    const verdict = worstVerdict(runs.map(({ judgement }) => judgement.verdict))
    return [{ claim, result: { id: claim.id, verdict, runs } }]
  })

/** Measures every claim on every seed: seed by seed, so that how long a row takes is known early. */
const measured = async (
  claims: readonly Claim[],
  { seeds, jobs }: Options,
  { language, ending, complain, warn }: Surroundings,
): Promise<{ readonly entries: readonly LedgerEntry[]; readonly complete: boolean }> => {
  const tasks = seeds.flatMap((seed) => claims.map((claim): Task => ({ claim, seed })))
  const progress = ledgerProgress(process.stderr, language)
  const answers = await runTasks(tasks, {
    jobs,
    ending,
    watch: progress.show,
    endedWith: (code) => said.processEnded(code)[language],
  })
  progress.stop()
  const errors = answers.flatMap((answer, i) =>
    answer !== undefined && 'error' in answer
      ? [said.notMeasured(tasks[i]?.claim.id ?? '', tasks[i]?.seed ?? 0, answer.error)[language]]
      : [],
  )
  errors.forEach(complain)
  const done = answers.filter((answer) => answer !== undefined).length
  if (ending.aborted) warn(said.interrupted(done, tasks.length)[language])
  return {
    entries: entriesOf(claims, tasks, answers),
    complete: errors.length === 0 && done === tasks.length,
  }
}

const run = async (
  claims: readonly Claim[],
  options: Options,
  surroundings: Surroundings,
): Promise<number> => {
  const { say, complain, language, paint } = surroundings
  if (options.list) {
    say(listText(claims, language, paint))
    return 0
  }
  // Whether the machine can run them at all, and whether what comes of it can be kept.
  const ready = await pipe(
    TE.fromEither(E.tryCatch(backend, (error) => (error instanceof Error ? error.message : String(error)))),
    TE.flatMap(() => (options.write === undefined ? TE.right(undefined) : canWrite(language)(options.write))),
  )()
  if (E.isLeft(ready)) {
    complain(ready.left)
    return 2
  }
  const { entries, complete } = await measured(claims, options, surroundings)
  if (entries.length === 0) return 1
  say(
    options.json
      ? recordText(ledgerRecord(entries, { machine: machine() })).trimEnd()
      : ledgerText(entries, { language, paint }),
  )
  const written =
    options.write === undefined || !complete
      ? E.right(undefined)
      : await writePage(options.write, entries, {
          command: typed(process.argv.slice(2)),
          machine: machine(),
        })()
  if (E.isLeft(written)) complain(written.left)
  const failed = entries.some(({ result }) => result.verdict === 'fails')
  return !complete || failed || E.isLeft(written) ? 1 : 0
}

if (process.argv[2] === '--serve') serve()
else {
  const argv = process.argv.slice(2)
  await runCommand(
    async (surroundings) => {
      const { say, complain, language } = surroundings
      const asked = await readOptions(argv, surroundings)
      if (E.isLeft(asked)) {
        complain(asked.left)
        return 2
      }
      if (asked.right.kind === 'help') {
        say(asked.right.text)
        return 0
      }
      const { ids, marks, settings } = asked.right.values
      const claims = pipe(
        lectureClaims,
        withChanges({ marks, settings }),
        E.flatMap(chosenClaims(ids, [...marks, ...settings])),
      )
      if (E.isLeft(claims)) {
        complain(claims.left[language])
        return 2
      }
      return run(claims.right, asked.right.values, surroundings)
    },
    { argv, misuse: 2 },
  )
}
