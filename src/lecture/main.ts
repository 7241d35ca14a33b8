#!/usr/bin/env node
import { Presets, SingleBar } from 'cli-progress'
import {
  array,
  command,
  flag,
  multioption,
  number,
  option,
  optional,
  restPositionals,
  run,
  string,
} from 'cmd-ts'
import * as E from 'fp-ts/lib/Either.js'
import { backend } from 'puregrad'
import type { LedgerEntry } from './ledger-entry.ts'
import { ledgerText } from './ledger-text.ts'
import { lectureClaims } from './ledger.ts'
import { worstVerdict } from './run.ts'
import { claimOf, runTasks, serve, type Answer, type Task } from './run-tasks.ts'
import { writePage } from './write-page.ts'

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Ends with this code once everything is written. */
const endWith = (code: number): void => {
  // eslint-disable-next-line functional/immutable-data -- the exit code of the process is this property
  process.exitCode = code
}

/** JSON has no word for these numbers; their names are better than null. */
const spelled = (_: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : value

/** A stream that nobody reads any more is no error of the command, and it takes no more lines. */
const isClosed = (error: Error): boolean =>
  'code' in error && ['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED'].includes(String(error.code))

const printer = (stream: NodeJS.WriteStream, failed: (error: Error) => void): ((line: string) => void) => {
  stream.on('error', (error: Error) => {
    if (!isClosed(error)) failed(error)
  })
  return (line) => {
    if (stream.writable) stream.write(`${line}\n`)
  }
}

const warn = printer(process.stderr, () => undefined)
/** When nobody reads on, what is to be written still is. */
const say = printer(process.stdout, (error) => {
  endWith(1)
  warn(`puregrad-claims: standard output cannot be written: ${error.message}`)
})

/** What is wrong with the arguments, or with the machine. */
const complaint = (ids: readonly string[], jobs: number): string | undefined => {
  const unknown = ids.filter((id) => claimOf(id) === undefined)
  if (unknown.length > 0)
    return `no claim ${unknown.join(', ')}; there are ${lectureClaims.map(({ id }) => id).join(', ')}`
  if (!Number.isInteger(jobs) || jobs < 1) return `--jobs is a whole number from 1, got ${jobs}`
  const usable = E.tryCatch(backend, reasonOf)
  return E.isLeft(usable) ? usable.left : undefined
}

/** The answers to tasks, with a bar that shows how many are there. */
const answersWithBar = async (tasks: readonly Task[], jobs: number): Promise<readonly Answer[]> => {
  const bar = new SingleBar(
    { format: '{bar} {value}/{total} {id} {eta_formatted}', stream: process.stderr, clearOnComplete: true },
    Presets.shades_classic,
  )
  bar.start(tasks.length, 0, { id: '' })
  const answers = await runTasks(tasks, jobs, ({ id }) => bar.increment({ id }))
  bar.stop()
  return answers
}

const cli = command({
  name: 'puregrad-claims',
  description: 'Run the statements of the lecture and judge them.',
  args: {
    ids: restPositionals({
      type: string,
      displayName: 'id',
      description: 'rows of the lecture, like C4; all without any',
    }),
    json: flag({ long: 'json', description: 'print the ledger as JSON' }),
    seeds: multioption({
      type: array(number),
      long: 'seed',
      description: 'a seed to run on; may be repeated; 0, 1 and 2 unless given',
    }),
    write: option({
      type: optional(string),
      long: 'write',
      description: 'also write the ledger as a page in Markdown with its pictures',
    }),
    jobs: option({ type: number, long: 'jobs', defaultValue: () => 2, description: 'processes at a time' }),
  },
  handler: async ({ ids, json, seeds, write, jobs }) => {
    const wrong = complaint(ids, jobs)
    if (wrong !== undefined) {
      warn(`puregrad-claims: ${wrong}`)
      endWith(2)
      return
    }
    const claims = lectureClaims.filter(({ id }) => ids.length === 0 || ids.includes(id))
    const each = seeds.length === 0 ? [0, 1, 2] : seeds
    const tasks = claims.flatMap(({ id }) => each.map((seed) => ({ id, seed })))
    const answers = await answersWithBar(tasks, jobs)
    const errors = answers.flatMap((answer, i) =>
      'error' in answer ? [`${tasks[i]?.id} on seed ${tasks[i]?.seed}: ${answer.error}`] : [],
    )
    errors.forEach(warn)
    const entries = claims.flatMap((claim): readonly LedgerEntry[] => {
      const runs = answers.flatMap((answer, i) =>
        'run' in answer && tasks[i]?.id === claim.id ? [answer.run] : [],
      )
      if (runs.length < each.length) return []
      const verdict = worstVerdict(runs.map(({ judgement }) => judgement.verdict))
      return [{ claim, result: { id: claim.id, verdict, runs } }]
    })
    const ledger = entries.map(({ claim, result }) => ({ ...claim, ...result }))
    say(json ? JSON.stringify(ledger, spelled, 2) : ledgerText(entries))
    const written = write === undefined ? E.right(undefined) : await writePage(write, entries)()
    if (E.isLeft(written)) warn(`puregrad-claims: ${written.left}`)
    const failed = entries.some(({ result }) => result.verdict === 'fails')
    endWith(errors.length > 0 || failed || E.isLeft(written) ? 1 : 0)
  },
})

if (process.argv[2] === '--serve') serve()
else await run(cli, process.argv.slice(2))
