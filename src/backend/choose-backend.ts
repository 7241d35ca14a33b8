import { ArgumentError } from '../tensor/errors.ts'
import type { BackendName, Executor } from './executor.ts'
import { nativeExecutor, setNativeThreads } from './native.ts'
import { typescriptExecutor } from './typescript/executor.ts'
import { wasmExecutor } from './wasm.ts'

/** Every executor of this build, the fastest first. */
const executors = (): readonly Executor[] =>
  [nativeExecutor(), wasmExecutor(), typescriptExecutor].filter((executor) => executor !== undefined)

const environment = (): string | undefined =>
  (globalThis as { readonly process?: { readonly env?: Readonly<Record<string, string | undefined>> } })
    .process?.env?.['PUREGRAD_BACKEND']

/**
 * The executor compiled functions run on: the one asked for, else the one the environment variable
 * `PUREGRAD_BACKEND` names, else the fastest there is.
 *
 * @throws ArgumentError for a name that is not among those there are.
 */
export const chooseExecutor = (name: string | undefined): Executor => {
  const known = executors()
  const asked = name ?? environment()
  const found = asked === undefined || asked === '' ? known[0] : known.find((e) => e.name === asked)
  if (found === undefined)
    throw new ArgumentError(
      `backend: ${JSON.stringify(asked)} is not available here; there is ${known
        .map((e) => e.name)
        .join(', ')}`,
    )
  return found
}

/**
 * What compiled functions run on.
 *
 * @throws ArgumentError where `PUREGRAD_BACKEND` names a backend that is not available.
 * @example
 * ```ts
 * import { backend } from 'puregrad'
 * const known = ['native', 'wasm', 'typescript'].includes(backend())
 * known // => true
 * ```
 */
export const backend = (): BackendName => chooseExecutor(undefined).name

/**
 * Compiled functions use at most `count` threads from now on, where the backend has threads; elsewhere nothing
 * changes. Results depend on the count only by rounding, and for one count they are always the same bytes.
 *
 * @throws RangeError unless `count` is a whole number from 1 to 64.
 * @example
 * ```ts
 * import { setThreads } from 'puregrad'
 * setThreads(1)
 * ```
 */
export const setThreads = (count: number): void => {
  setNativeThreads(count)
}
