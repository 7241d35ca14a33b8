/* eslint-disable functional/immutable-data -- a pool remembers which of its threads wait for work */
import type { Worker } from 'node:worker_threads'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { ArgumentError } from '../core/tensor/errors.ts'
import { leavesWithPaths, pathOfClone } from '../core/tensor/tree.ts'
import type { TrialFailure } from './history.ts'
import {
  checkedEvaluation,
  checkRunner,
  crashed,
  timedOut,
  type Evaluation,
  type RunnerOptions,
  type TrialRunner,
  type TrialTask,
} from './runner.ts'

/** What a thread runs: it loads the module once and answers one task after another. */
const serve = `(async () => {
  const { parentPort, workerData } = await import('node:worker_threads')
  const { module, name, loader } = workerData
  const load = async () => {
    if (loader !== undefined) (await import(loader)).register()
    const evaluate = (await import(module))[name]
    if (typeof evaluate !== 'function') throw new Error(module + ' exports no function ' + name)
    return evaluate
  }
  const loaded = load()
  loaded.catch(() => undefined)
  parentPort.on('message', async (task) => {
    try {
      const evaluate = await loaded
      parentPort.postMessage({ started: true })
      parentPort.postMessage({ evaluation: await evaluate(task, new AbortController().signal) })
    } catch (error) {
      parentPort.postMessage({ error: error instanceof Error ? error.message : String(error) })
    }
  })
})()`

interface TsxManifest {
  readonly exports: { readonly './esm/api': { readonly import: { readonly default: string } } }
}

/**
 * What lets a thread load TypeScript where Node cannot. The entry for ES modules is looked up by hand: `require` finds
 * the one for CommonJS, which cannot register itself in a thread.
 */
const loaderOf = (module: URL): string | undefined => {
  const native = 'typescript' in process.features && process.features.typescript !== false
  if (!/\.m?ts$/.test(module.pathname) || native) return undefined
  const require = process.getBuiltinModule('node:module').createRequire(module)
  try {
    const manifest = require.resolve('tsx/package.json')
    const entry = (require(manifest) as TsxManifest).exports['./esm/api'].import.default
    return new URL(entry, process.getBuiltinModule('node:url').pathToFileURL(manifest)).href
  } catch {
    throw new ArgumentError(`workerThreads: ${module.pathname} is TypeScript; this Node needs tsx to load it`)
  }
}

/** What a thread says: that it has begun with a task, and what came of it. */
type Answer = { readonly started: true } | { readonly evaluation: unknown } | { readonly error: string }

/** What travels to or from a thread, unless there is a tensor in it. */
const sendable =
  (what: string) =>
  <A>(message: A): E.Either<TrialFailure, A> => {
    const path = leavesWithPaths(message)[0]?.path ?? pathOfClone(message)
    return path === undefined
      ? E.right(message)
      : E.left(
          crashed(
            `${what} holds a tensor${path === '' ? '' : ` at ${path}`}, which does not travel between threads: ` +
              'send toTransferable of it, and take fromTransferable of what arrives',
          ),
        )
  }

/** Where threads come from and go back to. */
interface Threads {
  readonly taken: () => Worker
  readonly give: (worker: Worker) => void
  readonly timeout: number
}

/** Sends a task to a thread and waits for its answer, the limit of time, or the end of either side. */
const runTask = <C, R>(
  { taken, give, timeout }: Threads,
  task: TrialTask<C, R>,
  signal: AbortSignal,
): Promise<E.Either<TrialFailure, Evaluation<R>>> =>
  new Promise((resolve) => {
    const sent = sendable('the task')(task)
    if (E.isLeft(sent)) {
      resolve(sent)
      return
    }
    const worker = taken()
    const limit: { timer?: NodeJS.Timeout } = {}
    const finish = (result: E.Either<TrialFailure, Evaluation<R>>): void => {
      clearTimeout(limit.timer)
      signal.removeEventListener('abort', onAbort)
      worker.off('message', onMessage).off('error', onError).off('exit', onExit)
      resolve(result)
    }
    const end = (failure: TrialFailure): void => {
      finish(E.left(failure))
      void worker.terminate()
    }
    const onMessage = (answer: Answer): void => {
      if ('started' in answer) {
        if (timeout !== Infinity) limit.timer = setTimeout(() => end(timedOut(timeout)), timeout)
        return
      }
      give(worker)
      finish(
        'error' in answer
          ? E.left(crashed(answer.error))
          : pipe(checkedEvaluation<R>(answer.evaluation), E.flatMap(sendable('the evaluation'))),
      )
    }
    const onError = (error: unknown): void => end(crashed(error))
    const onExit = (code: number): void => finish(E.left(crashed(`the thread ended with code ${code}`)))
    const onAbort = (): void => end(crashed('aborted'))
    worker.on('message', onMessage).on('error', onError).on('exit', onExit)
    signal.addEventListener('abort', onAbort, { once: true })
    worker.postMessage(task)
  })

/**
 * Runs trials in threads. A function cannot be sent to one, so the module that exports it is named by its URL; it is
 * loaded once per thread, TypeScript too where the tsx package is installed. Tasks, evaluations and states travel as
 * structured clones: plain data and typed arrays, no functions. Tensors travel as `toTransferable` makes them; a trial
 * that sends others is a crashed one, whose message names the place.
 *
 * A thread that takes too long (from when it has the module), or is aborted, is ended and another one started when it is needed; so is one that ends
 * itself. Idle threads keep no process alive. Each thread computes with as many threads of its own as `setThreads` says
 * there: one is best where all lanes are busy.
 *
 * @throws ArgumentError for another option, a number of lanes or milliseconds that is none, or TypeScript that neither Node nor tsx can load here.
 * @param module for instance `new URL('./evaluate.js', import.meta.url)`
 * @example
 * ```ts no-run
 * // evaluate.ts
 * import { key } from 'puregrad'
 * import type { Evaluate } from 'puregrad/search'
 * export const evaluate: Evaluate<{ rate: number }, never> = ({ config, budget, seed }) =>
 *   ({ objectives: [train(config.rate, { epochs: budget, key: key(seed) })] })
 * // search.ts
 * import { runSearch, workerThreads } from 'puregrad/search'
 * const runner = workerThreads(new URL('./evaluate.ts', import.meta.url), { lanes: 4 })
 * for await (const event of runSearch(search, runner)) console.log(event)
 * await runner.close()
 * ```
 * @category Runners
 */
export const workerThreads = <C, R = never>(
  module: URL,
  options: RunnerOptions & {
    /** The name under which the module exports the function. */
    readonly name?: string
  } = {},
): TrialRunner<C, R> => {
  checkRunner('workerThreads', options, { lanes: true, timeout: true, name: true })
  const {
    name = 'evaluate',
    lanes = process.getBuiltinModule('node:os').availableParallelism(),
    timeout = Infinity,
  } = options
  const loader = loaderOf(module)
  const idle = new Set<Worker>()
  const all = new Set<Worker>()
  const start = (): Worker => {
    const { Worker: Thread } = process.getBuiltinModule('node:worker_threads')
    const worker = new Thread(serve, {
      eval: true,
      workerData: { module: module.href, name, loader },
    })
    all.add(worker)
    worker.once('exit', () => {
      all.delete(worker)
      idle.delete(worker)
    })
    return worker
  }
  const taken = (): Worker => {
    const [waiting] = idle
    if (waiting === undefined) return start()
    idle.delete(waiting)
    waiting.ref()
    return waiting
  }
  const give = (worker: Worker): void => {
    worker.unref()
    idle.add(worker)
  }
  return {
    lanes,
    run: (task, signal) => () =>
      runTask<C, R>({ taken, give, timeout }, task, signal).catch((error: unknown) => E.left(crashed(error))),
    close: async () => {
      await Promise.all([...all].map((worker) => worker.terminate()))
    },
  }
}
