/**
 * The main entry where files are read at once: the fastest executors are there from the start, so that large work that is
 * not compiled goes to them too. Elsewhere the first use of `jit`, `backend` or `loadBackend` brings them in, and a bundle
 * without these does without their code.
 *
 * @packageDocumentation
 */
import { useExecutors } from './compile/offload/backend.ts'

useExecutors()

export * from './index.ts'
