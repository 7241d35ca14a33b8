import { ArgumentError } from '../tensor/errors.ts'
import type { BackendName, Executor } from './executor.ts'
import { typescriptExecutor } from './typescript/executor.ts'

/** Every executor of this build, the fastest first. */
const executors: readonly Executor[] = [typescriptExecutor]

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
  const asked = name ?? environment()
  const found = asked === undefined || asked === '' ? executors[0] : executors.find((e) => e.name === asked)
  if (found === undefined)
    throw new ArgumentError(
      `backend: ${JSON.stringify(asked)} is not available here; there is ${executors
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
