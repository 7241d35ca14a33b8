import * as TE from 'fp-ts/lib/TaskEither.js'
import { syncFolder } from './sync-folder.ts'
import { sweepTemporaries, temporaryName } from './temporary-file.ts'
import { reasonOf } from '../../core/tensor/reason-of.ts'

/**
 * A file that could not be written; what stood there before still does.
 *
 * @category Files
 */
export interface WriteError {
  readonly kind: 'unwritable'
  readonly file: string
  readonly message: string
}

/** What a name stands for, through links, also one that leads to no file yet. */
const targetOf = async (file: string, hops = 40): Promise<string> => {
  const { readlink, realpath } = process.getBuiltinModule('node:fs/promises')
  const { dirname, resolve } = process.getBuiltinModule('node:path')
  const next = await readlink(file).catch(() => undefined)
  if (next === undefined) return file
  if (hops === 0) return realpath(file)
  return targetOf(resolve(await realpath(dirname(file)), next), hops - 1)
}

/** What a file is given: all at once, or in pieces as they come. */
type Content = string | Uint8Array | AsyncIterable<string>

const write = async (file: string, content: Content): Promise<void> => {
  const { access, constants, open, rename, rm, stat, writeFile } =
    process.getBuiltinModule('node:fs/promises')
  const { dirname, join } = process.getBuiltinModule('node:path')
  const target = await targetOf(file)
  const existing = await stat(target).catch(() => undefined)
  if (existing?.isDirectory() === true) throw new Error('it is a directory')
  // Its name could be given to another file all the same, but whoever forbade writing meant the content.
  if (existing !== undefined) await access(target, constants.W_OK)
  const folder = dirname(target)
  if (existing !== undefined && !existing.isFile()) {
    // A device or pipe has no old content to keep, and another file must not take its name.
    const handle = await open(target, 'w')
    try {
      await writeFile(handle, content)
    } finally {
      await handle.close()
    }
    return
  }
  await sweepTemporaries(folder)
  const temporary = join(folder, temporaryName())
  try {
    const handle = await open(temporary, 'wx')
    try {
      if (existing !== undefined) {
        // Only a privileged process may give a file to another owner; the permissions are kept in any case.
        await handle.chown(existing.uid, existing.gid).catch(() => undefined)
        await handle.chmod(existing.mode & 0o7777)
      }
      await writeFile(handle, content)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, target)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await syncFolder(folder)
}

/**
 * Writes a whole file or none. The content goes to a temporary neighbour, is forced to the disk, and only then takes
 * the name: whatever happens on the way, the name stands for the old content or the new, never for a part. What a
 * process left that was killed on the way is removed by the next one that writes in the folder.
 *
 * A link is followed and stays a link; a file that is replaced keeps its permissions, and its owner where that is
 * allowed (hard links to it keep the old content). A device or a pipe is written to as it is.
 *
 * The file system is asked for when it is needed and not imported, so that bundles for browsers can hold this module.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { writeAtomically } from 'puregrad/data'
 * const written = await writeAtomically('no-such-folder/file.txt', 'text')()
 * E.isLeft(written) ? written.left.kind : '' // => 'unwritable'
 * ```
 * @category Files
 */
export const writeAtomically = (file: string, content: Content): TE.TaskEither<WriteError, void> =>
  TE.tryCatch(
    () => write(file, content),
    (error): WriteError => ({
      kind: 'unwritable',
      file,
      message: `${file}: cannot be written: ${reasonOf(error)}`,
    }),
  )
