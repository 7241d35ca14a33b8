import * as TE from 'fp-ts/lib/TaskEither.js'
import type { DataError } from './data-error.ts'

/** A file that could not be read. */
export type ReadError = Extract<DataError, { readonly kind: 'unreadable' }>

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'this is a folder, not a file',
  EACCES: 'reading it is not permitted',
  ERR_FS_FILE_TOO_LARGE: 'it is too large to be read whole; read it as a stream',
}

/** What the system's reason not to give a file means. */
export const unreadable =
  (file: string) =>
  (error: unknown): ReadError => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    return { kind: 'unreadable', file, message: `${file}: ${reasons[code] ?? `cannot be read (${code})`}` }
  }

/**
 * The bytes of a file.
 *
 * The file system is asked for when it is needed and not imported, so that bundles for browsers can hold this module.
 */
export const readBytes = (file: string): TE.TaskEither<ReadError, Uint8Array> =>
  TE.tryCatch(async () => process.getBuiltinModule('node:fs/promises').readFile(file), unreadable(file))
