import { fork, type ChildProcess } from 'node:child_process'
import type { Claim } from './claim.ts'
import { lectureClaims } from './ledger.ts'
import { runClaim, type ClaimRun } from './run.ts'

/** What a child process is asked for: a claim on a seed. */
export interface Task {
  readonly id: string
  readonly seed: number
}

/** What it answers: the run, or why there is none. */
export type Answer = { readonly run: ClaimRun } | { readonly error: string }

export const claimOf = (id: string): Claim | undefined => lectureClaims.find((claim) => claim.id === id)

/** Answers tasks until the parent goes away. JSON has no NaN and no infinities; structured clones do. */
export const serve = (): void => {
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
export const runTasks = async (
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
