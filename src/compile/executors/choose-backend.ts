import { ArgumentError } from '../../core/tensor/errors.ts'
import type { BackendName, Executor } from './executor.ts'
import { nativeExecutor, setNativeThreads } from './native.ts'
import { typescriptExecutor } from './typescript/executor.ts'
import { hasFiles } from './wasm-file.ts'
import { wasmExecutor } from './wasm.ts'

/** The executors of this build, the fastest first; each is made when it is first asked for. */
const executors: Readonly<Record<BackendName, () => Executor | undefined>> = {
  native: nativeExecutor,
  wasm: wasmExecutor,
  typescript: () => typescriptExecutor,
}
const names = Object.keys(executors) as readonly BackendName[]

/** How to get the fastest backend where it is not there. */
export const nativeAdvice = 'for the native addon install a C++17 compiler and run: npm rebuild puregrad'

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
  if (asked === undefined || asked === '') return executors.native() ?? executors.wasm() ?? typescriptExecutor
  const found = Object.hasOwn(executors, asked) ? executors[asked as BackendName]() : undefined
  if (found !== undefined) return found
  const present = names.filter((known) => executors[known]() !== undefined).join(', ')
  throw new ArgumentError(
    `backend: ${JSON.stringify(asked)} is not available here; there is ${present}` +
      (asked === 'native' ? `; ${nativeAdvice}` : '') +
      (asked === 'wasm' && !hasFiles() ? '; where it is fetched, `await loadBackend()` first' : '') +
      (asked === 'webgpu'
        ? '; a device is asked for: `requestWebGpu()` of puregrad/webgpu gives the backend'
        : ''),
  )
}

let asked: number | undefined

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
 * @category Compilation
 */
export const setThreads = (count: number): void => {
  setNativeThreads(count)
  asked = count
}

/** What `setThreads` was last asked for: a program that was loaded before it has the number of threads of then. */
export const threadsAsked = (): number | undefined => asked
