import * as TE from 'fp-ts/lib/TaskEither.js'

/** A file that could not be written; what stood there before still does. */
export interface WriteError {
  readonly kind: 'unwritable'
  readonly file: string
  readonly message: string
}

/**
 * Writes a whole file or none. The content goes to a temporary neighbour, is forced to the disk, and only then takes
 * the name: whatever happens on the way, the name stands for the old content or the new, never for a part. A process
 * that is killed may leave the neighbour behind.
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
 */
export const writeAtomically = (
  file: string,
  content: string | Uint8Array,
): TE.TaskEither<WriteError, void> =>
  TE.tryCatch(
    async () => {
      const { open, rename, rm } = process.getBuiltinModule('node:fs/promises')
      const { dirname } = process.getBuiltinModule('node:path')
      const temporary = `${file}.${process.pid}.${crypto.randomUUID().slice(0, 8)}.tmp`
      const flushed = async (path: string, flags: string, write: boolean): Promise<void> => {
        const handle = await open(path, flags)
        try {
          if (write) await handle.writeFile(content)
          await handle.sync()
        } finally {
          await handle.close()
        }
      }
      try {
        await flushed(temporary, 'wx', true)
        await rename(temporary, file)
      } catch (error) {
        await rm(temporary, { force: true })
        throw error
      }
      // The new name survives a loss of power once its folder is on the disk too; not every system can open a folder.
      await flushed(dirname(file), 'r', false).catch(() => undefined)
    },
    (error): WriteError => ({
      kind: 'unwritable',
      file,
      message: `${file}: cannot be written: ${error instanceof Error ? error.message : String(error)}`,
    }),
  )
