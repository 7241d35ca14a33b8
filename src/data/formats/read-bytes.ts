import * as TE from 'fp-ts/lib/TaskEither.js'
import { showText } from '../../core/tensor/show-value.ts'
import type { DataError } from '../data-error.ts'

/**
 * A file that could not be read.
 *
 * @category Files
 */
export type ReadError = Extract<DataError, { readonly kind: 'unreadable' }>

const device = 'DEVICE'

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'this is a folder, not a file',
  EACCES: 'reading it is not permitted',
  EPERM: 'reading it is not permitted',
  ELOOP: 'the symbolic links lead round in a circle',
  ENAMETOOLONG: 'the name is too long',
  ENXIO: 'this is a socket or a device, not a file',
  ERR_INVALID_ARG_VALUE: 'this is no name of a file',
  ERR_FS_FILE_TOO_LARGE: 'it is too large to be read whole; read it as a stream',
  [device]: 'this is a device, not a file',
}

/** What the system's reason not to give a file means. */
export const unreadable =
  (file: string) =>
  (error: unknown): ReadError => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    return {
      kind: 'unreadable',
      file,
      message: `${showText(file, 300)}: ${reasons[code] ?? `cannot be read (${code})`}`,
    }
  }

/**
 * What readers need of an open file. The declarations of the package name no type of Node's, so that programs for
 * browsers, which have none of these, compile.
 */
export interface OpenFile {
  readonly read: (
    into: Uint8Array,
    offset: number,
    length: number,
    position: number | null,
  ) => Promise<{ readonly bytesRead: number; readonly buffer: Uint8Array }>
  readonly readFile: () => Promise<Uint8Array>
  readonly close: () => Promise<void>
}

/**
 * A file, pipe or terminal opened for reading. Other devices are refused: some never end.
 *
 * The file system is asked for when it is needed and not imported, so that bundles for browsers can hold this module.
 */
export const openFile = async (file: string): Promise<OpenFile> => {
  const handle = await process.getBuiltinModule('node:fs/promises').open(file)
  const stat = await handle.stat()
  const odd =
    stat.isBlockDevice() ||
    (stat.isCharacterDevice() && !process.getBuiltinModule('node:tty').isatty(handle.fd))
  if (!odd) return handle
  await handle.close()

  throw Object.assign(new Error(device), { code: device })
}

/** The bytes of a file. */
export const readBytes = (file: string): TE.TaskEither<ReadError, Uint8Array> =>
  TE.tryCatch(async () => {
    const handle = await openFile(file)
    try {
      return await handle.readFile()
    } finally {
      await handle.close()
    }
  }, unreadable(file))

/**
 * How many bytes a file holds; undefined for what is no file, or cannot be looked at. Those of a gzipped one are fewer than
 * it unfolds to.
 */
export const plainSize = async (file: string): Promise<number | undefined> => {
  const stat = await process
    .getBuiltinModule('node:fs/promises')
    .stat(file)
    .catch(() => undefined)
  return stat?.isFile() === true ? stat.size : undefined
}
