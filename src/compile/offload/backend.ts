import { installOffload } from '../../core/autodiff/offload.ts'
import { checkOptions } from '../../core/tensor/check-options.ts'
import { chooseExecutor } from '../executors/choose-backend.ts'
import type { BackendName } from '../executors/executor.ts'
import type { WasmSource } from '../executors/wasm-file.ts'
import { loadWasmFrom, wasmArrival } from '../executors/wasm.ts'
import { offload } from './offload.ts'

/** From now on large work that is not compiled goes to the executors too. */
export const useExecutors = (): void => {
  installOffload(offload)
}

/**
 * What compiled functions run on. Where the WebAssembly module has to be fetched, as in browsers, that is `'typescript'`
 * until {@link loadBackend} has it.
 *
 * @throws ArgumentError where `PUREGRAD_BACKEND` names a backend that is not available.
 * @example
 * ```ts
 * import { backend } from 'puregrad'
 * const known = ['native', 'wasm', 'typescript'].includes(backend())
 * known // => true
 * ```
 * @category Compilation
 */
export const backend = (): BackendName => {
  useExecutors()
  return chooseExecutor(undefined).name
}

/**
 * Where to have a backend from.
 *
 * @category Compilation
 */
export interface LoadBackendOptions {
  /**
   * The WebAssembly module, where it does not lie beside the code: the address of a copy of `puregrad/puregrad.wasm`, its
   * bytes, a Response, or a WebAssembly.Module. In Node, Bun and Deno an address is also a path, from where the program was
   * started on, or a `file:` URL.
   */
  readonly wasm?: WasmSource
}

/**
 * Waits for the fastest backend there is and says which. In Node, Bun and Deno there is nothing to wait for. In browsers
 * the WebAssembly module is fetched, once; until it is there, or where it is refused, compiled functions run in
 * TypeScript. Programs compiled before it came are made again for it at their next call.
 *
 * @throws By a rejected promise: whatever keeps a module named by `wasm` from being loaded; ArgumentError for anything
 * that is no module, and where `PUREGRAD_BACKEND` names a backend that is not available.
 * @example
 * ```ts
 * import { backend, loadBackend } from 'puregrad'
 * const name = await loadBackend()
 * name === backend() // => true
 * ```
 * @category Compilation
 */
export const loadBackend = async (options: LoadBackendOptions = {}): Promise<BackendName> => {
  checkOptions<LoadBackendOptions>('loadBackend', options, { wasm: true })
  await (options.wasm === undefined ? wasmArrival() : loadWasmFrom(options.wasm))
  return backend()
}
