#!/usr/bin/env node
import { fork, type ChildProcess } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
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
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import {
  lectureClaims,
  runClaim,
  worstVerdict,
  type Claim,
  type ClaimRun,
  type Verdict,
} from '../lecture/index.ts'
import {
  claimChart,
  ledgerPage,
  ledgerPictures,
  ledgerText,
  toSvg,
  type LedgerEntry,
} from '../report/index.ts'
import { backend } from '../compile/executors/choose-backend.ts'
import { showText } from '../core/tensor/show-value.ts'
import { quietStreams } from './quiet-streams.ts'
import { writeWhole } from './write-file.ts'

/** What a child process is asked for: a claim on a seed. */
interface Task {
  readonly id: string
  readonly seed: number
}

/** What it answers: the run, or why there is none. */
type Answer = { readonly run: ClaimRun } | { readonly error: string }

const claimOf = (id: string): Claim | undefined => lectureClaims.find((claim) => claim.id === id)

/** Answers tasks until the parent goes away. JSON has no NaN and no infinities; structured clones do. */
const serve = (): void => {
  process.on('message', (task: Task) => {
    const claim = claimOf(task.id)
    const answered: Promise<Answer> =
      claim === undefined
        ? Promise.resolve({ error: `no claim ${task.id}` })
        : runClaim(claim, task.seed).then(
            (run) => ({ run }),
            (error: unknown) => ({
              error: error instanceof Error ? (error.stack ?? error.message) : String(error),
            }),
          )
    void answered.then((answer) => process.send?.(answer))
  })
  process.on('disconnect', () => process.exit())
}

const startChild = (): ChildProcess =>
  fork(process.argv[1] ?? '', ['--serve'], {
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })

const ask = (child: ChildProcess, task: Task): Promise<Answer> =>
  new Promise((resolve) => {
    const finish = (answer: Answer): void => {
      child.off('message', onMessage)
      child.off('exit', onExit)
      resolve(answer)
    }
    const onMessage = (answer: unknown): void => finish(answer as Answer)
    const onExit = (code: number | null): void => finish({ error: `the process ended with ${code}` })
    child.on('message', onMessage)
    child.on('exit', onExit)
    child.send(task)
  })

/** Runs tasks in `jobs` processes; the answers are in the order of the tasks. */
const runTasks = async (
  tasks: readonly Task[],
  jobs: number,
  finished: (task: Task) => void,
): Promise<readonly Answer[]> => {
  const waiting = tasks.entries()
  const lanes = await Promise.all(
    Array.from({ length: Math.min(jobs, tasks.length) }, async () => {
      const child = startChild()
      const next = async (done: readonly (readonly [number, Answer])[]): Promise<typeof done> => {
        const { value } = waiting.next()
        if (value === undefined) return done
        const answer = await ask(child, value[1])
        finished(value[1])
        return next([...done, [value[0], answer]])
      }
      const answers = await next([])
      child.disconnect()
      return answers
    }),
  )
  const byPosition = new Map(lanes.flat())
  return tasks.map((_, i) => byPosition.get(i) ?? { error: 'never ran' })
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Ends with this code once everything is written. */
const endWith = (code: number): void => {
  // eslint-disable-next-line functional/immutable-data -- the exit code of the process is this property
  process.exitCode = code
}

/** JSON has no word for these numbers; their names are better than null. */
const spelled = (_: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : value

/** Writes the page and, in a folder of its name next to it, its pictures. */
const writePage = (file: string, entries: readonly LedgerEntry[]): TE.TaskEither<string, void> => {
  const folder = join(dirname(file), basename(file, extname(file)))
  const drawn = ledgerPictures(entries).map((linked) =>
    pipe(
      toSvg(claimChart(linked.picture)),
      TE.mapLeft(({ message }) => message),
      TE.flatMap((svg) => writeWhole(join(folder, linked.file), svg)),
    ),
  )
  return pipe(
    TE.tryCatch(() => mkdir(folder, { recursive: true }), String),
    TE.flatMap(() => TE.sequenceSeqArray(drawn)),
    TE.flatMap(() =>
      writeWhole(
        file,
        ledgerPage(entries, {
          folder: basename(folder),
          command: `npm run claims -- --write ${file}`,
        }),
      ),
    ),
  )
}

/** When nobody reads on, what is to be written still is. */
const { say, warn } = quietStreams({
  closed: () => undefined,
  failed: (error) => {
    // eslint-disable-next-line functional/immutable-data -- what was to be said is lost
    process.exitCode = 1
    warn(`error: standard output: cannot be written: ${showText(error.message)}`)
  },
})

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
    const unknown = ids.filter((id) => claimOf(id) === undefined)
    if (unknown.length > 0 || !Number.isInteger(jobs) || jobs < 1) {
      const known = lectureClaims.map(({ id }) => id).join(', ')
      warn(
        unknown.length > 0
          ? `puregrad-claims: no claim ${unknown.join(', ')}; there are ${known}`
          : `puregrad-claims: --jobs is a whole number from 1, got ${jobs}`,
      )
      endWith(2)
      return
    }
    const usable = E.tryCatch(backend, reasonOf)
    if (E.isLeft(usable)) {
      warn(`puregrad-claims: ${usable.left}`)
      endWith(2)
      return
    }
    const claims = lectureClaims.filter(({ id }) => ids.length === 0 || ids.includes(id))
    const each = seeds.length === 0 ? [0, 1, 2] : seeds
    const tasks = claims.flatMap(({ id }) => each.map((seed) => ({ id, seed })))
    const bar = new SingleBar(
      { format: '{bar} {value}/{total} {id} {eta_formatted}', stream: process.stderr, clearOnComplete: true },
      Presets.shades_classic,
    )
    bar.start(tasks.length, 0, { id: '' })
    const answers = await runTasks(tasks, jobs, ({ id }) => bar.increment({ id }))
    bar.stop()
    const errors = answers.flatMap((answer, i) =>
      'error' in answer ? [`${tasks[i]?.id} on seed ${tasks[i]?.seed}: ${answer.error}`] : [],
    )
    errors.forEach(warn)
    const entries = claims.flatMap((claim): readonly LedgerEntry[] => {
      const runs = answers.flatMap((answer, i) =>
        'run' in answer && tasks[i]?.id === claim.id ? [answer.run] : [],
      )
      const verdict = (): Verdict => worstVerdict(runs.map(({ judgement }) => judgement.verdict))
      return runs.length < each.length ? [] : [{ claim, result: { id: claim.id, verdict: verdict(), runs } }]
    })
    say(
      json
        ? JSON.stringify(
            entries.map(({ claim, result }) => ({ ...claim, ...result })),
            spelled,
            2,
          )
        : ledgerText(entries),
    )
    const written = write === undefined ? E.right(undefined) : await writePage(write, entries)()
    if (E.isLeft(written)) warn(`puregrad-claims: ${written.left}`)
    const failed = entries.some(({ result }) => result.verdict === 'fails')
    endWith(errors.length > 0 || failed || E.isLeft(written) ? 1 : 0)
  },
})

if (process.argv[2] === '--serve') serve()
else await run(cli, process.argv.slice(2))
