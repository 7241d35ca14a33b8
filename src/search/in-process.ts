import * as E from 'fp-ts/lib/Either.js'
import type { TrialFailure } from './history.ts'
import {
  checkedEvaluation,
  checkRunner,
  crashed,
  timedOut,
  type Evaluate,
  type Evaluation,
  type RunnerOptions,
  type TrialRunner,
} from './runner.ts'

/** Gives up waiting after some milliseconds; the timer keeps no process alive. */
const within = <A>(timeout: number, work: Promise<A>, late: () => A): Promise<A> => {
  if (timeout === Infinity) return work
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(late()), timeout)
    void work.then((value) => {
      clearTimeout(timer)
      resolve(value)
    })
  })
}

/**
 * Runs trials in this process. More than one lane helps where evaluations wait for something; a limit of time can only
 * end an evaluation that gives control back, and tells it by the signal.
 *
 * @throws ArgumentError for another option, or a number of lanes or milliseconds that is none.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { inProcess, outcomeOfSearch, randomSearch, runSearch, spaces } from 'puregrad/search'
 * const search = randomSearch(spaces.uniform(-1, 1), { trials: 50, key: key(0) })
 * const { best } = await outcomeOfSearch(search, runSearch(search, inProcess(({ config: x }) => ({ objectives: [x * x] }))))
 * Math.abs(best?.config ?? 1) < 0.1 // => true
 * ```
 * @category Runners
 */
export const inProcess = <C, R = never>(
  evaluate: Evaluate<C, R>,
  options: RunnerOptions = {},
): TrialRunner<C, R> => {
  checkRunner('inProcess', options, { lanes: true, timeout: true })
  const { lanes = 1, timeout = Infinity } = options
  return {
    lanes,
    run: (task, signal) => () => {
      const late = new AbortController()
      type Answer = E.Either<TrialFailure, Evaluation<R>>
      // Another turn of the event loop, so that progress is seen and an abort is heard between synchronous evaluations.
      const started = new Promise((resolve) => setTimeout(resolve, 0)).then(() =>
        evaluate(task, AbortSignal.any([signal, late.signal])),
      )
      return within<Answer>(
        timeout,
        started.then(
          (given) => checkedEvaluation<R>(given),
          (error: unknown) => E.left(crashed(error)),
        ),
        () => {
          late.abort()
          return E.left(timedOut(timeout))
        },
      )
    },
    close: () => Promise.resolve(),
  }
}
