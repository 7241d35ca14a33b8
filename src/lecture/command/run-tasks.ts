import { fork, type ChildProcess } from 'node:child_process'
import * as E from 'fp-ts/lib/Either.js'
import { PuregradError } from 'puregrad'
import { settingsOf, withSettings } from '../change-claim.ts'
import type { Claim, Measurement } from '../claim.ts'
import { lectureClaims } from '../ledger.ts'
import { runClaim } from '../run.ts'
import type { Work } from './time-left.ts'

/** A claim to measure on a seed. */
export interface Task {
  readonly claim: Claim
  readonly seed: number
}

/** What came of it: figures, or why there are none. */
export type Answer = { readonly measurement: Measurement } | { readonly error: string }

/** What a child process is asked for. */
interface Order {
  readonly id: string
  readonly seed: number
  readonly settings: Readonly<Record<string, number>>
}

const measured = async ({ id, seed, settings }: Order): Promise<Answer> => {
  const claim = lectureClaims.find((one) => one.id === id)
  if (claim === undefined) return { error: `no claim ${id}` }
  const changed = withSettings(claim, settings)
  if (E.isLeft(changed)) return { error: changed.left.message.en }
  const told = { at: 0 }
  const progress = (done: number, of: number): void => {
    const now = performance.now()
    if (now - told.at < 200) return
    // eslint-disable-next-line functional/immutable-data -- when the parent was told last
    told.at = now
    process.send?.({ share: done / of })
  }
  const { measurement } = await runClaim(changed.right, seed, { progress })
  return { measurement }
}

/**
 * Answers tasks until the parent goes away. JSON has no NaN and no infinities; structured clones do. An interrupt from
 * the terminal is the parent's to deal with.
 */
export const serve = (): void => {
  process.on('SIGINT', () => undefined)
  process.on('message', (order: Order) => {
    void measured(order)
      .catch((error: unknown): Answer => ({
        error:
          error instanceof PuregradError
            ? error.message
            : error instanceof Error
              ? (error.stack ?? error.message)
              : String(error),
      }))
      .then((answer) => process.send?.(answer))
  })
  process.on('disconnect', () => process.exit())
}

const startChild = (): ChildProcess =>
  fork(process.argv[1] ?? '', ['--serve'], {
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })

/** Asks a child; one that ends without an answer gives its code or signal. */
const ask = (
  child: ChildProcess,
  { claim, seed }: Task,
  onShare: (share: number) => void,
): Promise<Answer | { readonly ended: number | string }> =>
  new Promise((resolve) => {
    const finish = (answer: Answer | { readonly ended: number | string }): void => {
      child.off('message', onMessage)
      child.off('exit', onExit)
      resolve(answer)
    }
    const onMessage = (message: Answer | { readonly share: number }): void => {
      if ('share' in message) onShare(message.share)
      else finish(message)
    }
    const onExit = (code: number | null, signal: string | null): void =>
      finish({ ended: code ?? signal ?? 0 })
    child.on('message', onMessage)
    child.on('exit', onExit)
    child.send({ id: claim.id, seed, settings: settingsOf(claim) } satisfies Order)
  })

/** How tasks are run. */
export interface Pool {
  readonly jobs: number
  /** Ends all: what is not measured then stays so. */
  readonly ending: AbortSignal
  /** Told how far it is, when that changes and once a second. */
  readonly watch: (work: Work) => void
  /** What is said of a process that ended without an answer. */
  readonly endedWith: (code: number | string) => string
}

/** What a pool knows of its tasks; times are those of the clock, in milliseconds. */
interface Running {
  readonly started: number
  readonly share?: number
}

/** Runs tasks in processes; the answers are in the order of the tasks, and missing where there was an end before. */
export const runTasks = async (
  tasks: readonly Task[],
  { jobs, ending, watch, endedWith }: Pool,
): Promise<readonly (Answer | undefined)[]> => {
  const waiting = tasks.entries()
  /* eslint-disable functional/immutable-data -- the record of a pool, which its processes write by turns */
  const begun: (Running | undefined)[] = tasks.map(() => undefined)
  const seconds: (number | undefined)[] = tasks.map(() => undefined)
  const show = (): void => {
    const at = (i: number): string => tasks[i]?.claim.id ?? ''
    const now = performance.now()
    watch({
      jobs: Math.min(jobs, tasks.length),
      finished: seconds.flatMap((took, i) => (took === undefined ? [] : [{ id: at(i), seconds: took }])),
      running: begun.flatMap((run, i) =>
        run === undefined || seconds[i] !== undefined
          ? []
          : [
              {
                id: at(i),
                seed: tasks[i]?.seed ?? 0,
                seconds: (now - run.started) / 1000,
                ...(run.share === undefined ? {} : { share: run.share }),
              },
            ],
      ),
      waiting: begun.flatMap((run, i) => (run === undefined ? [at(i)] : [])),
    })
  }
  const measure = async (child: ChildProcess, i: number, task: Task): Promise<Answer | undefined> => {
    const started = performance.now()
    begun[i] = { started }
    show()
    const answer = await ask(child, task, (share) => (begun[i] = { started, share }))
    if (ending.aborted && 'ended' in answer) return undefined
    seconds[i] = (performance.now() - started) / 1000
    show()
    return 'ended' in answer ? { error: endedWith(answer.ended) } : answer
  }
  /* eslint-enable functional/immutable-data */
  const lane = async (): Promise<readonly (readonly [number, Answer | undefined])[]> => {
    const child = startChild()
    const kill = (): boolean => child.kill('SIGKILL')
    ending.addEventListener('abort', kill)
    type Done = Awaited<ReturnType<typeof lane>>
    const next = async (done: Done): Promise<Done> => {
      const { value } = ending.aborted || !child.connected ? { value: undefined } : waiting.next()
      return value === undefined
        ? done
        : next([...done, [value[0], await measure(child, value[0], value[1])]])
    }
    const answers = await next([])
    ending.removeEventListener('abort', kill)
    if (child.connected) child.disconnect()
    return answers
  }
  const tick = setInterval(show, 1000)
  const lanes = await Promise.all(Array.from({ length: Math.min(jobs, tasks.length) }, lane))
  clearInterval(tick)
  const byPosition = new Map(lanes.flat())
  return tasks.map((_, i) => byPosition.get(i))
}
